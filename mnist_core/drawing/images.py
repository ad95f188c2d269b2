"""What an image is here: MNIST's shape, the classes that there may be, and the check that an array holds such.

A drawing becomes such an image in `normalise`.
"""

from __future__ import annotations

import numpy as np

from mnist_core.errors import ImageError

IMAGE_SHAPE = (28, 28)
CLASSES = 10
DIGITS = tuple(map(str, range(CLASSES)))  # the names of the classes of MNIST, and of all that people draw here
MOST_CLASSES = 47  # of a data set: as many as the largest of EMNIST's that tells them apart


def check_images(images: np.ndarray) -> None:
    """Raise `ImageError` for anything but (n, 28, 28) uint8."""
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.shape[1:] != IMAGE_SHAPE:
        raise ImageError(f"expected (n, 28, 28) uint8, got {described(images)}.")


def described(value: object) -> str:
    """Shape and dtype of an array, or the type of anything else."""
    return f"{value.shape} {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
