"""What an image is here: MNIST's shape and classes, and the check that an array holds such images."""

from __future__ import annotations

import numpy as np

from mnist_core.errors import ImageError

IMAGE_SHAPE = (28, 28)
CLASSES = 10


def check_images(images: np.ndarray) -> None:
    """Raise `ImageError` for anything but (n, 28, 28) uint8."""
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.shape[1:] != IMAGE_SHAPE:
        raise ImageError(f"expected (n, 28, 28) uint8, got {described(images)}.")


def described(value: object) -> str:
    """Shape and dtype of an array, or the type of anything else."""
    return f"{value.shape} {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
