"""A data set of 2,000 images that are learned in moments, for tests of workers.

A worker process reads it where `DASK_DISTRIBUTED__WORKER__PRELOAD` names this file:
Dask then calls `dask_setup` before the worker takes any task.
"""

from functools import cache

import numpy as np

from mnist_core.data import dataset
from mnist_core.data.dataset import Dataset
from mnist_core.drawing.images import DIGITS
from mnist_core.training import teaching


@cache
def few_images(train: int = 2_000, test: int = 500, seed: int = 0, classes: tuple[str, ...] = DIGITS) -> Dataset:
    """Blurred shapes with noise on them, one a class."""
    rng = np.random.default_rng(seed)
    shapes = rng.integers(0, 160, (len(classes), 28, 28))
    labels = rng.integers(0, len(classes), train + test).astype(np.uint8)
    images = np.clip(shapes[labels] + rng.integers(-90, 90, (train + test, 28, 28)), 0, 255).astype(np.uint8)
    return Dataset(
        images[:train],
        labels[:train],
        images[train:],
        labels[train:],
        name="Few images",
        digest=f"few-images-{train}-{test}-{seed}" + ("" if classes == DIGITS else f"-{len(classes)}"),
        location="tests",
        classes=classes,
    )


def dask_setup(worker):
    """Have this worker process find these images instead of MNIST, and draw few digits for lessons."""
    dataset.load = lambda settings, **_: few_images()
    teaching.STYLES = 200
