"""Which images there are and which to look at: counts, seeded samples, mean images."""

from __future__ import annotations

import numpy as np

from mnist_core.drawing.images import CLASSES


def class_counts(labels: np.ndarray, classes: int = CLASSES) -> np.ndarray:
    """(classes,) int64: how many of the (n,) labels are of each class."""
    return np.bincount(labels, minlength=classes)


def shuffled(labels: np.ndarray, label: int | None, seed: int) -> np.ndarray:
    """Indices of the images of a class, in an order that the seed fixes.

    Args:
        labels: (n,) uint8.
        label: of the class, or `None` for all.
        seed: of the order; the same seed gives the same order.

    Returns:
        (m,) int64; m is 0 where there is no such image.
    """
    indices = np.arange(len(labels)) if label is None else np.flatnonzero(labels == label)
    return np.random.default_rng(seed).permutation(indices)


def mean_images(images: np.ndarray, labels: np.ndarray, classes: int = CLASSES) -> np.ndarray:
    """(classes, 28, 28) uint8: the mean image of each class; all zeros where it has none."""
    means = np.zeros((classes, *images.shape[1:]), np.uint8)
    for each in range(classes):
        chosen = images[labels == each]
        if len(chosen):
            means[each] = np.rint(chosen.mean(axis=0))
    return means
