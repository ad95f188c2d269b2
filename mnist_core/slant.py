"""How far a digit leans, and the digit upright.

People lean their digits by up to 45 degrees, which is the one variation that second
moments can take away: each row is shifted until the ink no longer leans (LeCun, Bottou,
Bengio and Haffner 1998, "Gradient-Based Learning Applied to Document Recognition", call
this deslanting).  the live answers do the same in the browser.
"""

from __future__ import annotations

import numpy as np

from mnist_core.architectures import IMAGE_SHAPE
from mnist_core.errors import ImageError

MOST = 1.0  # columns a row: 45 degrees
_CHUNK = 4_096  # images at once: bounds memory


def slant(images: np.ndarray) -> np.ndarray:
    """By how many columns the ink moves to the left from one row to the next below: above 0 where it leans right.

    The slope of the regression of the ink's columns on its rows.

    Args:
        images: (n, 28, 28) uint8, 0 background, 255 ink.

    Returns:
        (n,) float64; 0 for a blank image and for ink in a single row.

    Raises:
        ImageError: any other shape or dtype.
    """
    _check(images)
    return np.concatenate([_moments(part)[0] for part in _parts(images)])


def straighten(images: np.ndarray) -> np.ndarray:
    """The same images, upright: sheared about their centre of mass until `slant` is about 0.

    Args and errors are those of `slant`.  Ink that leans by more than 45 degrees is
    straightened by 45.

    Returns:
        (n, 28, 28) uint8; linear interpolation between columns.
    """
    _check(images)
    return np.concatenate([_upright(part) for part in _parts(images)])


def _moments(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n,) slant and (n,) row of the centre of mass."""
    rows, columns = (np.arange(size, dtype=np.float64) for size in IMAGE_SHAPE)
    ink = images.astype(np.float64)
    by_row = ink.sum(axis=2)
    mass = np.maximum(by_row.sum(axis=1), 1)
    row = by_row @ rows / mass
    column = ink.sum(axis=1) @ columns / mass
    spread = by_row @ rows**2 / mass - row**2
    together = (ink @ columns) @ rows / mass - row * column
    return -np.divide(together, spread, out=np.zeros_like(spread), where=spread > 1e-6), row


def _upright(images: np.ndarray) -> np.ndarray:
    lean, middle = _moments(images)
    lean = np.clip(lean, -MOST, MOST)
    height, width = IMAGE_SHAPE
    # Below the middle, ink that leans right lies too far to the left: it is fetched from there.
    shift = -lean[:, None] * (np.arange(height) - middle[:, None])
    whole = np.floor(shift)
    part = (shift - whole)[..., None]
    source = np.arange(width) + whole[..., None].astype(np.int64)
    padded = np.zeros((*images.shape[:2], width + 2))
    padded[..., 1:-1] = images
    left = np.take_along_axis(padded, np.clip(source + 1, 0, width + 1), axis=2)
    right = np.take_along_axis(padded, np.clip(source + 2, 0, width + 1), axis=2)
    return np.rint(left * (1 - part) + right * part).astype(np.uint8)


def _parts(images: np.ndarray) -> list[np.ndarray]:
    return [images[start : start + _CHUNK] for start in range(0, max(1, len(images)), _CHUNK)]


def _check(images: np.ndarray) -> None:
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.shape[1:] != IMAGE_SHAPE:
        received = f"{images.shape} {images.dtype}" if isinstance(images, np.ndarray) else type(images).__name__
        raise ImageError(f"expected (n, 28, 28) uint8, got {received}.")
