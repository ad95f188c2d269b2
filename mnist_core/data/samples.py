"""Which images there are and which to look at: counts, seeded samples, mean images."""

from __future__ import annotations

import numpy as np

from mnist_core.drawing.images import CLASSES


def class_counts(labels: np.ndarray) -> np.ndarray:
    """(10,) int64: how many of the (n,) labels are each digit."""
    return np.bincount(labels, minlength=CLASSES)


def shuffled(labels: np.ndarray, digit: int | None, seed: int) -> np.ndarray:
    """Indices of the images of a digit, in an order that the seed fixes.

    Args:
        labels: (n,) uint8.
        digit: 0 to 9, or `None` for all.
        seed: of the order; the same seed gives the same order.

    Returns:
        (m,) int64; m is 0 where there is no such image.
    """
    indices = np.arange(len(labels)) if digit is None else np.flatnonzero(labels == digit)
    return np.random.default_rng(seed).permutation(indices)


def mean_images(images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(10, 28, 28) uint8: the mean image of each digit; all zeros where it has none."""
    means = np.zeros((CLASSES, *images.shape[1:]), np.uint8)
    for digit in range(CLASSES):
        chosen = images[labels == digit]
        if len(chosen):
            means[digit] = np.rint(chosen.mean(axis=0))
    return means
