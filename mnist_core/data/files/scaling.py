"""Arrays of images of any size and type as those that networks here take: (n, 28, 28) uint8."""

from __future__ import annotations

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.errors import DataError

SIDES = range(8, 513)  # pixels that an image may be wide and high
GREY = np.array([0.299, 0.587, 0.114], np.float32)  # how light red, green and blue are (ITU-R BT.601)
AT_ONCE = 1_000  # images that are turned to fractions at a time


def as_images(array: np.ndarray, source: object) -> tuple[np.ndarray, list[str]]:
    """The images, and what was done to them as sentences.

    Args:
        array: (n, h, w), (n, h, w, 1 or 3) or (n, pixels) of whole numbers from 0 to 255 or fractions from 0 to 1.
        source: what a message calls it.

    Raises:
        DataError: it holds no such images.
    """
    notes = []
    if array.ndim == 2:
        side = round(array.shape[1] ** 0.5)
        if side * side != array.shape[1]:
            raise DataError(source, f"are {array.shape}: {array.shape[1]} pixels make no square image.")
        array = array.reshape(-1, side, side)
    if array.ndim == 4 and array.shape[3] == 1:
        array = array[..., 0]
    coloured = array.ndim == 4 and array.shape[3] == 3
    if not (array.ndim == 3 or coloured) or array.dtype.kind not in "biuf":
        raise DataError(source, f"are {array.shape} {array.dtype}; (n, height, width) numbers are needed.")
    height, width = array.shape[1:3]
    if height not in SIDES or width not in SIDES:
        raise DataError(source, f"are {width}x{height}; {SIDES[0]} to {SIDES[-1]} pixels a side can be read.")
    if not len(array):
        raise DataError(source, "are none.")
    scale = _scale(array, source)
    if coloured:
        notes.append("Its colours were left out: networks here see how light a pixel is.")
    if (height, width) != IMAGE_SHAPE:
        notes.append(f"Its images of {width}x{height} pixels were brought to 28x28.")
    if array.dtype == np.uint8 and not notes and scale == 1:
        return np.ascontiguousarray(array), notes
    made = np.empty((len(array), *IMAGE_SHAPE), np.uint8)
    for start in range(0, len(array), AT_ONCE):
        part = array[start : start + AT_ONCE].astype(np.float32) * scale
        made[start : start + AT_ONCE] = np.rint(resized(part @ GREY if coloured else part))
    return made, notes


def _scale(array: np.ndarray, source: object) -> float:
    """What its numbers are to be multiplied by to lie between 0 and 255."""
    if array.dtype == np.uint8:
        return 255.0 if array.max() == 1 else 1.0
    low, high = float(array.min()), float(array.max())
    if not (np.isfinite(low) and np.isfinite(high)) or low < 0 or high > 255:
        raise DataError(source, f"have pixels from {low:g} to {high:g}; 0 to 255, or 0 to 1, is needed.")
    return 255.0 if high <= 1 else 1.0


def resized(images: np.ndarray) -> np.ndarray:
    """(n, 28, 28) float32 of (n, h, w): means over the pixels that fall on one, or straight lines between few of them.

    Whole images are kept: the shorter side gets a margin of 0 at both of its ends.
    """
    height, width = images.shape[1:]
    if (height, width) == IMAGE_SHAPE:
        return images
    longest = max(height, width)
    rows, columns = (max(1, round(28 * side / longest)) for side in (height, width))
    inner = np.einsum("rh,nhw,cw->nrc", _weights(height, rows), images, _weights(width, columns), optimize=True)
    made = np.zeros((len(images), *IMAGE_SHAPE), np.float32)
    top, left = (28 - rows) // 2, (28 - columns) // 2
    made[:, top : top + rows, left : left + columns] = inner
    return np.clip(made, 0, 255)


def _weights(old: int, new: int) -> np.ndarray:
    """(new, old) float32: how much of each old pixel is in each new one; rows sum to 1."""
    # A triangle as broad as the wider of an old and a new pixel: an average going down, a straight line going up.
    reach = max(1.0, old / new)
    centres = (np.arange(new) + 0.5) * old / new - 0.5
    weights = np.maximum(0, 1 - np.abs(centres[:, None] - np.arange(old)) / reach)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
