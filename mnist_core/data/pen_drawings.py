"""People's digits as the paths of their pens, and variations of them to learn from.

The file is in the layout of `pen_strokes_dev.npz`, made from the UCI pen digits: the
points of all drawings one after the other, where each stroke and each digit ends,
labels, and who wrote what.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.drawing.normalise import many_to_mnist
from mnist_core.drawing.pen import PEN, reink_many
from mnist_core.errors import DataError, DigitLabError
from mnist_core.settings import Settings

FILE = "pen_strokes_dev.npz"
TURN, STRETCH, LEAN = 0.1, 0.12, 0.15  # radians, of the logarithm, columns a row: standard deviations
BEND = 0.03  # of the digit's size, at the edge of it
AS_REINKED = 0.5  # of the variations; the others have
ANY_PEN = 2.4, 16.5  # pixels of `pen`'s canvas, three to each of MNIST's
_CHUNK = 1_000  # drawings at once: bounds memory


@dataclass(frozen=True, eq=False)
class PenDrawings:
    """Drawings as pen paths.

    Attributes:
        strokes: for each of n drawings its strokes, each (k, 2) float64, k >= 1, x to
            the right, y down, in any unit.
        labels: (n,) uint8 digits.
        writers: (n,) integers, who wrote it.
    """

    strokes: list[list[np.ndarray]]
    labels: np.ndarray
    writers: np.ndarray

    def chosen(self, which: np.ndarray) -> PenDrawings:
        """The drawings for which the (n,) bool array is true."""
        strokes = [self.strokes[index] for index in np.flatnonzero(which)]
        return PenDrawings(strokes, self.labels[which], self.writers[which])


def find(environ: Mapping[str, str] = os.environ) -> Path:
    """The file that `DIGITLAB_PEN_DRAWINGS` names, or that lies beside MNIST.

    Raises:
        DataError: neither variable says where it is.
    """
    named, mnist = environ.get("DIGITLAB_PEN_DRAWINGS"), Settings.from_environment(environ).mnist
    if named:
        return Path(named)
    if mnist is None:
        raise DataError("DIGITLAB_PEN_DRAWINGS", "name the file with the pen drawings in this variable.")
    return (mnist if mnist.is_dir() else mnist.parent) / FILE


def read(path: Path) -> PenDrawings:
    """The drawings in a file.

    Raises:
        DataError: it is missing, or holds something else.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            points, labels, writers = file["points"].astype(np.float64), file["labels"], file["writers"]
            stroke_ends, digit_ends = file["stroke_offsets"], file["digit_offsets"]
        strokes = [points[a:b] for a, b in pairwise(stroke_ends)]
        digits = [strokes[a:b] for a, b in pairwise(digit_ends)]
        if not len(digits) == len(labels) == len(writers) or not all(digits) or not all(map(len, strokes)):
            raise ValueError("its parts do not fit together")
        if points.shape[1:] != (2,) or not np.isfinite(points).all() or not np.isin(labels, range(10)).all():
            raise ValueError("it holds other things than points and digits")
    except (OSError, KeyError, ValueError, TypeError, IndexError) as cause:
        raise DataError(path, f"cannot be read as pen drawings: {cause}.") from cause
    return PenDrawings(digits, labels.astype(np.uint8), writers)


def varied(drawings: PenDrawings, count: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Images of the drawings turned, stretched, leant and bent a little, with pens thin to thick.

    Args:
        drawings: at least one; each is used as often as any other, give or take one.
        count: how many images.
        seed: fixes all of them.

    Returns:
        (count, 28, 28) uint8 as from `drawing.to_mnist`, and (count,) uint8 labels.

    Raises:
        DigitLabError: there are no drawings.
    """
    if not drawings.strokes:
        raise DigitLabError("There are no pen drawings to vary.")
    rng = np.random.default_rng([seed, len(drawings.strokes)])
    rounds = [rng.permutation(len(drawings.strokes)) for _ in range(-(-count // len(drawings.strokes)))]
    which = np.concatenate([*rounds, np.empty(0, np.int64)])[:count]
    images = np.empty((count, *IMAGE_SHAPE), np.uint8)
    for first in range(0, count, _CHUNK):
        paths = [_varied(drawings.strokes[index], rng) for index in which[first : first + _CHUNK]]
        narrowest, broadest = np.log(ANY_PEN)
        pens = np.exp(rng.uniform(narrowest, broadest, len(paths)))
        pens[rng.random(len(paths)) < AS_REINKED] = PEN
        images[first : first + len(paths)] = many_to_mnist(reink_many(paths, pens))
    return images, drawings.labels[which]


def _varied(strokes: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """The strokes turned, stretched, leant and bent, in boxes about the middle of the digit."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    x, y = ((points - (low + high) / 2) / max((high - low).max(), 1e-9)).T
    turn, stretch, lean = rng.standard_normal(3) * (TURN, STRETCH, LEAN)
    bends = rng.standard_normal((2, 3)) * BEND * 4  # A quarter is what half a digit squared leaves of them.
    squares = np.stack([x * x, x * y, y * y])
    across = (x + bends[0] @ squares) * np.exp(stretch) - lean * y
    down = y + bends[1] @ squares
    turned = np.cos(turn) * across - np.sin(turn) * down, np.sin(turn) * across + np.cos(turn) * down
    return np.split(np.column_stack(turned), np.cumsum([len(stroke) for stroke in strokes])[:-1])
