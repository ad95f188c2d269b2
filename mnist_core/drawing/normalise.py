"""A drawing brought to MNIST's format, step by step.

The recipe is the one that the 60,000 training images were made with, as QMNIST
reconstructed it (Yadav and Bottou 2019, "Cold Case: The Lost MNIST Digits"): a tight
box around the ink, extended to a square; area-average resampling to 20x20; brightest
pixel to 255; pasted into 28x28 so that the centre of mass falls into the middle.
Feeding an MNIST image through it gives the image back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from mnist_core.drawing.images import IMAGE_SHAPE, described
from mnist_core.errors import ImageError

SIZE = IMAGE_SHAPE[0]
BOX = 20  # the ink's longest side in MNIST
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
    ink = ink_of(image)
    box = ink_box(ink)
    if box is None:
        return np.zeros(IMAGE_SHAPE, np.uint8)
    return _centre(_resample(ink, *_square(box)))


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
    small = _resample(ink, *square)
    squared = np.zeros((square[2], square[2]), np.uint8)
    squared[top - square[0] : bottom - square[0], left - square[1] : right - square[1]] = ink[top:bottom, left:right]
    return [
        drawn,
        Step("Cropped", "Only the box around the ink is kept.", ink[top:bottom, left:right]),
        Step("Squared", "The box grows to a square, the digit in its middle.", squared),
        Step("20x20", "Each pixel is the average of the area it covers; the brightest becomes 255.", small),
        Step("28x28", "Shifted so that the ink's centre of mass is in the middle.", _centre(small)),
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


def _square(box: tuple[int, int, int, int]) -> tuple[int, int, int]:
    """(top, left, side) of the box extended to a square about its middle.

    In whole pixels: half a pixel is nothing on a canvas, and would blur an image
    that is 20 pixels tall already.
    """
    top, bottom, left, right = box
    side = max(bottom - top, right - left)
    return (top + bottom - side) // 2, (left + right - side) // 2, side


def _area_average(ink: np.ndarray, top: int, left: int, side: int, cells: int) -> np.ndarray:
    """(cells, cells) float64: a square window of the ink, which may reach beyond its edges."""
    first_row, first_column = max(0, top), max(0, left)
    part = ink[first_row : top + side, first_column : left + side]
    rows = _sums(part, top - first_row, side, cells)
    return _sums(rows.T, left - first_column, side, cells).T * (cells / side) ** 2


def _sums(values: np.ndarray, start: int, side: int, cells: int) -> np.ndarray:
    """(cells, W) float64: sums of (H, W) values over `cells` equal parts of the rows [start, start + side).

    Row i covers [i, i + 1); what a part covers of it counts.  Differences of running
    sums, since a matrix product of this size makes BLAS wake threads: on a busy machine
    that costs a hundred times the arithmetic.
    """
    running = np.zeros((len(values) + 1, values.shape[1]))
    np.cumsum(values, axis=0, out=running[1:])
    edges = np.clip(start + side * np.arange(cells + 1) / cells, 0, len(values))
    row = np.minimum(edges.astype(np.intp), len(values) - 1)
    return np.diff(running[row] + (edges - row)[:, None] * (running[row + 1] - running[row]), axis=0)


def _resample(ink: np.ndarray, top: int, left: int, side: int) -> np.ndarray:
    """(20, 20) uint8 with its brightest pixel at 255."""
    small = _area_average(ink, top, left, side, BOX)
    return np.rint(small * (255 / small.max())).astype(np.uint8)


def _centre(small: np.ndarray) -> np.ndarray:
    """(28, 28) uint8: `small` moved by whole pixels to MNIST's centre of mass.

    What falls over the edge is lost, as it was in 13 of MNIST's own images.
    """
    offsets = []
    for axis in (0, 1):
        mass = small.sum(axis=1 - axis, dtype=np.int64)
        centre = mass @ (np.arange(BOX) + 0.5) / mass.sum()
        offsets.append(int(CENTRE - centre))
    padded = np.zeros((SIZE + 2 * BOX, SIZE + 2 * BOX), np.uint8)
    row, column = BOX + offsets[0], BOX + offsets[1]
    padded[row : row + BOX, column : column + BOX] = small
    return padded[BOX : BOX + SIZE, BOX : BOX + SIZE].copy()
