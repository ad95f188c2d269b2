"""How far a digit leans, and the digit upright.

People lean their digits by up to 45 degrees, which is the one variation that second
moments can take away: each row is shifted until the ink no longer leans (LeCun, Bottou,
Bengio and Haffner 1998, "Gradient-Based Learning Applied to Document Recognition", call
this deslanting).  the live answers do the same in the browser.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE, check_images

MOST = 1.0  # columns a row: 45 degrees
_CHUNK = 256  # images at once: what they need stays in the processor's cache
_FEW = 8  # images that somebody looks at, which every network and every reason asks for again

_ROWS, _COLUMNS = np.indices(IMAGE_SHAPE, np.float64).reshape(2, -1)
_POWERS = np.stack([np.ones_like(_ROWS), _ROWS, _COLUMNS, _ROWS**2, _ROWS * _COLUMNS], axis=1)


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
    check_images(images)
    return np.concatenate([_moments(part)[0] for part in _parts(images)])


def straighten(images: np.ndarray) -> np.ndarray:
    """The same images, upright: sheared about their centre of mass until `slant` is about 0.

    Args and errors are those of `slant`.  Ink that leans by more than 45 degrees is
    straightened by 45.

    Returns:
        (n, 28, 28) uint8; linear interpolation between columns.
    """
    check_images(images)
    if len(images) <= _FEW:
        return _few_upright(images.tobytes()).copy()
    return np.concatenate([_upright(part) for part in _parts(images)])


@lru_cache(maxsize=256)
def _few_upright(content: bytes) -> np.ndarray:
    return _upright(np.frombuffer(content, np.uint8).reshape(-1, *IMAGE_SHAPE))


def _moments(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n,) slant and (n,) row of the centre of mass."""
    # Sums of whole numbers below 2**53: exact, in whatever order they are added.
    mass, row, column, square, product = (images.reshape(-1, len(_POWERS)).astype(np.float64) @ _POWERS).T
    mass = np.maximum(mass, 1)
    row, column = row / mass, column / mass
    spread = square / mass - row**2
    together = product / mass - row * column
    return -np.divide(together, spread, out=np.zeros_like(spread), where=spread > 1e-6), row


def _upright(images: np.ndarray) -> np.ndarray:
    lean, middle = _moments(images)
    height, width = IMAGE_SHAPE
    # Below the middle, ink that leans right lies too far to the left: it is fetched from there.
    shift = np.clip(lean, -MOST, MOST)[:, None] * (middle[:, None] - np.arange(height))
    whole = np.floor(shift)
    part = (shift - whole).reshape(-1, 1)
    margin = height + 1
    padded = np.zeros((len(images) * height, width + 2 * margin), np.uint8)
    padded[:, margin:-margin] = images.reshape(-1, width)
    starts = whole.astype(np.intp).reshape(-1) + margin
    windows = np.lib.stride_tricks.sliding_window_view(padded, width + 1, axis=1)
    found = windows[np.arange(len(padded)), starts].astype(np.float64)
    left, right = found[:, :-1], found[:, 1:]
    return np.rint(left * (1 - part) + right * part).astype(np.uint8).reshape(images.shape)


def _parts(images: np.ndarray) -> list[np.ndarray]:
    return [images[start : start + _CHUNK] for start in range(0, max(1, len(images)), _CHUNK)]
