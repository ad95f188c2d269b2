"""A drawing brought to MNIST's format, step by step.

The recipe is the one that the 60,000 training images were made with, as QMNIST
reconstructed it (Yadav and Bottou 2019, "Cold Case: The Lost MNIST Digits"): a tight
box around the ink, extended to a square; area-average resampling to 20x20; brightest
pixel to 255; pasted into 28x28 so that the centre of mass falls into the middle.
Feeding an MNIST image through it gives the image back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from mnist_core.drawing.images import IMAGE_SHAPE, described
from mnist_core.errors import ImageError

SIZE = IMAGE_SHAPE[0]
BOX = 20  # the ink's longest side in MNIST
_BATCH = 64  # drawings at once: more would leave the processor's cache
CENTRE = 15  # MNIST shifts by trunc(15 - c), so the centre of mass lands in (14, 15]


@dataclass(frozen=True)
class Step:
    """One picture on the way to MNIST's format.

    Attributes:
        name: short title, in sentence case.
        words: one sentence that says what was done.
        image: (H, W) uint8, 0 background, 255 ink.
    """

    name: str
    words: str
    image: np.ndarray


def to_mnist(image: np.ndarray) -> np.ndarray:
    """Return the drawing as MNIST would hold it.

    Args:
        image: (H, W, 4) uint8 RGBA or (H, W) uint8 grey, light ink on dark or
            transparent ground.

    Returns:
        (28, 28) uint8, 0 background, 255 ink; all zeros for a blank drawing.

    Raises:
        ImageError: any other shape or dtype.
    """
    return many_to_mnist(ink_of(image)[None])[0]


def many_to_mnist(inks: np.ndarray) -> np.ndarray:
    """What `to_mnist` returns for each of many drawings, in a fraction of the time.

    Args:
        inks: (n, H, W) uint8, 0 background, 255 ink.

    Returns:
        (n, 28, 28) uint8; all zeros for a blank drawing.
    """
    images = np.zeros((len(inks), *IMAGE_SHAPE), np.uint8)
    drawn = np.flatnonzero(inks.max(axis=(1, 2), initial=0))
    for first in range(0, len(drawn), _BATCH):
        some = drawn[first : first + _BATCH]
        images[some] = _centred(_resampled(inks[some]))
    return images


def normalisation_steps(image: np.ndarray) -> list[Step]:
    """Every picture on the way, in order; the last is what `to_mnist` returns.

    Args and errors are those of `to_mnist`.  A blank drawing gives only its first
    and its last step.
    """
    ink = ink_of(image)
    drawn = Step("Drawing", "The pen's ink, light on dark.", ink)
    box = ink_box(ink)
    if box is None:
        return [drawn, Step("28x28", "Nothing is drawn yet.", np.zeros(IMAGE_SHAPE, np.uint8))]
    top, bottom, left, right = box
    square = _square(box)
    small = _resampled(ink[None])
    squared = np.zeros((square[2], square[2]), np.uint8)
    squared[top - square[0] : bottom - square[0], left - square[1] : right - square[1]] = ink[top:bottom, left:right]
    return [
        drawn,
        Step("Cropped", "Only the box around the ink is kept.", ink[top:bottom, left:right]),
        Step("Squared", "The box grows to a square, the digit in its middle.", squared),
        Step("20x20", "Each pixel is the average of the area it covers; the brightest becomes 255.", small[0]),
        Step("28x28", "Shifted so that the ink's centre of mass is in the middle.", _centred(small)[0]),
    ]


def plain_resize(image: np.ndarray) -> np.ndarray:
    """(28, 28) uint8: the whole picture shrunk or squashed to MNIST's size, as most apps do.

    Args:
        image: (H, W) uint8 of any size, 0 background, 255 ink.
    """
    return np.asarray(Image.fromarray(image).resize((SIZE, SIZE), Image.Resampling.BILINEAR))


def ink_of(image: np.ndarray) -> np.ndarray:
    """The drawing's ink as (H, W) uint8: luminance times opacity.

    Raises:
        ImageError: not (H, W, 4) or (H, W) uint8 with at least one pixel.
    """
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or 0 in image.shape:
        raise ImageError(f"expected an image of uint8 pixels, got {described(image)}.")
    if image.ndim == 2:
        return image
    if image.ndim == 3 and image.shape[2] == 4:
        # ITU-R BT.601 luminance with weights that sum to 256: 16 bits hold it, white stays 255.
        red, green, blue, alpha = (image[..., channel].astype(np.uint16) for channel in range(4))
        luminance = (red * 77 + green * 150 + blue * 29) >> 8
        return ((luminance * alpha + 127) // 255).astype(np.uint8)
    raise ImageError(f"expected (H, W, 4) RGBA or (H, W) grey, got {described(image)}.")


def ink_box(ink: np.ndarray) -> tuple[int, int, int, int] | None:
    """(top, bottom, left, right) of the (H, W) ink, ends exclusive; `None` if blank."""
    rows = np.flatnonzero(ink.any(axis=1))
    if not rows.size:
        return None
    columns = np.flatnonzero(ink.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _square(box: tuple[Any, Any, Any, Any]) -> tuple[Any, Any, Any]:
    """(top, left, side) of the box extended to a square about its middle: numbers, or (n,) arrays of them.

    In whole pixels: half a pixel is nothing on a canvas, and would blur an image
    that is 20 pixels tall already.
    """
    top, bottom, left, right = box
    side = np.maximum(bottom - top, right - left)
    return (top + bottom - side) // 2, (left + right - side) // 2, side


def _resampled(inks: np.ndarray) -> np.ndarray:
    """(n, 20, 20) uint8 of (n, H, W) drawings, none blank: the square around the ink, its brightest pixel 255."""
    marked = inks != 0
    top, bottom = _ends(marked.any(axis=2))
    left, right = _ends(marked.any(axis=1))
    # Beyond all ink there is nothing to add up.
    inks = inks[:, top.min() : bottom.max(), left.min() : right.max()]
    top, bottom, left, right = top - top.min(), bottom - top.min(), left - left.min(), right - left.min()
    from_row, from_column, side = _square((top, bottom, left, right))
    rows = _sums(inks.swapaxes(1, 2), from_row, side)
    average = _sums(rows.swapaxes(1, 2), from_column, side)
    average *= np.array([(BOX / int(each)) ** 2 for each in side])[:, None, None]
    return np.rint(average * (255 / average.max(axis=(1, 2), keepdims=True))).astype(np.uint8)


def _ends(marked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n,) places of the first and behind the last true value of each row of (n, k)."""
    return marked.argmax(axis=1), marked.shape[1] - marked[:, ::-1].argmax(axis=1)


def _sums(values: np.ndarray, start: np.ndarray, side: np.ndarray) -> np.ndarray:
    """(n, k, 20) float64: sums of (n, k, l) values over 20 equal parts of [start, start + side) of each line.

    Place i covers [i, i + 1); what a part covers of it counts.  Differences of running
    sums, since a matrix product of this size makes BLAS wake threads: on a busy machine
    that costs a hundred times the arithmetic.
    """
    count, lines, length = values.shape
    # Running sums along what lies side by side in memory are five times as fast.
    running = np.zeros((count, lines, length + 1), np.result_type(values, np.int32))
    running[..., 1:] = values
    np.cumsum(running, axis=2, out=running)
    first = np.maximum(start, 0)[:, None]
    there = np.minimum(start + side, length)[:, None] - first
    # Counted from the first place that is there, so that a drawing gives the same to the last bit wherever it lies.
    edges = np.clip(start[:, None] - first + side[:, None] * np.arange(BOX + 1) / BOX, 0, there)
    place = np.minimum(edges.astype(np.intp), there - 1)
    at = (first + place)[:, None]
    below, above = np.take_along_axis(running, at, 2), np.take_along_axis(running, at + 1, 2)
    return np.diff(below + (edges - place)[:, None] * (above - below), axis=2)


def _centred(small: np.ndarray) -> np.ndarray:
    """(n, 28, 28) uint8: (n, 20, 20) images moved by whole pixels to MNIST's centre of mass.

    What falls over the edge is lost, as it was in 13 of MNIST's own images.
    """
    offsets = []
    for axis in (1, 2):
        mass = small.sum(axis=3 - axis, dtype=np.int64)
        centre = (mass * (np.arange(BOX) + 0.5)).sum(axis=1) / mass.sum(axis=1)
        offsets.append((CENTRE - centre).astype(np.intp))
    padded = np.zeros((len(small), SIZE + 2 * BOX, SIZE + 2 * BOX), np.uint8)
    padded[:, BOX : 2 * BOX, BOX : 2 * BOX] = small
    row, column = (BOX - offset[:, None] + np.arange(SIZE) for offset in offsets)
    return padded[np.arange(len(small))[:, None, None], row[:, :, None], column[:, None, :]]
