"""Variations of one drawing: how the same hand might have written that digit another time.

The pen's path is turned, sheared, stretched and bent, and inked again at another width:
a warped image would blur, and its stroke would swell with it.  Only drawings that came
as pictures are warped as images.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.drawing.normalise import BOX, many_to_mnist
from mnist_core.drawing.pen import filled, render_many

LENGTH = 0.7  # of the drawing's longest side on the canvas that it is inked on
SPACING = 0.012  # between two points, in canvas sides: a quarter of the thinnest pen
BENDS = 4  # waves that bend the whole drawing, and
WAVES = 2.0, 6.0  # their numbers, in radians a box
FINE = 2 * IMAGE_SHAPE[0]  # pixels a side of a picture while it is warped


@dataclass(frozen=True)
class Spread:
    """How far variations go: standard deviations, lengths in boxes around the drawing.

    Attributes:
        rotation: in radians.
        slant: of the shear.
        stretch: of the logarithms of width and height.
        bend: of the waves that bend the drawing.
        part: by which each stroke is put down elsewhere.
        pens: the narrowest and the broadest pen, in MNIST pixels of stroke width.
    """

    rotation: float = 0.14
    slant: float = 0.15
    stretch: float = 0.12
    bend: float = 0.06
    part: float = 0.02
    pens: tuple[float, float] = (1.6, 3.4)


SPREAD = Spread()


def vary_strokes(
    strokes: Sequence[np.ndarray],
    count: int,
    rng: np.random.Generator,
    *,
    spread: Spread = SPREAD,
    look: Callable[[], object] = lambda: None,
) -> np.ndarray:
    """Variations of a pen's path, inked.

    Args:
        strokes: one or more (k, 2) arrays, k >= 1, x to the right, y down, in any unit.
        count: how many.
        rng: what they vary by.
        spread: how far.
        look: called before each; what it raises ends it.

    Returns:
        (count, 28, 28) uint8 as MNIST holds them, never blank.
    """
    path = np.concatenate(strokes).astype(np.float64)
    low, high = path.min(axis=0), path.max(axis=0)
    side = max((high - low).max(), 1.0)
    fitted = [(np.asarray(stroke) - (low + high) / 2) / side for stroke in strokes]
    dense = [filled(stroke, SPACING / LENGTH) for stroke in fitted]
    stroke_of = np.repeat(np.arange(len(dense)), [len(stroke) for stroke in dense])
    points = np.concatenate(dense)
    drawings = []
    for _ in range(count):
        look()
        moved = points + rng.normal(0, spread.part, (len(dense), 2))[stroke_of]
        moved = (moved + _bend(points, rng, spread)) @ _affine(rng, spread).T
        low, high = moved.min(axis=0), moved.max(axis=0)
        drawings.append((moved - (low + high) / 2) * (LENGTH / max((high - low).max(), 0.2)) + 0.5)
    narrowest, broadest = np.log(spread.pens)
    widths = np.exp(rng.uniform(narrowest, broadest, count))
    # The box around the ink is as much longer than the path as the pen is wide.
    pens = widths * LENGTH / (BOX - widths)
    return many_to_mnist(render_many(drawings, pens))


def vary_image(image: np.ndarray, count: int, rng: np.random.Generator, *, spread: Spread = SPREAD) -> np.ndarray:
    """Variations of a picture, warped.

    Args:
        image: (28, 28) uint8, not blank.
        count: how many.
        rng: what they vary by.
        spread: how far; `part` and `pens` need strokes.

    Returns:
        (count, 28, 28) uint8 as MNIST holds them, never blank.
    """
    padded = np.pad(image.astype(np.float64), 1)
    rows, columns = np.mgrid[:FINE, :FINE] / FINE
    grid = np.stack([columns.ravel(), rows.ravel()], axis=1) - 0.5 + 0.5 / FINE
    size = np.array(image.shape[::-1])
    found = []
    for _ in range(count):
        source = grid / (BOX / IMAGE_SHAPE[0])
        source = (source @ _affine(rng, spread).T + _bend(source, rng, spread)) * (BOX / IMAGE_SHAPE[0])
        at = np.clip((source + 0.5) * size + 0.5, 0, size + 0.999)
        cell = at.astype(np.intp)
        (x, y), (u, v) = cell.T, (at - cell).T
        above = padded[y, x] * (1 - u) + padded[y, x + 1] * u
        below = padded[y + 1, x] * (1 - u) + padded[y + 1, x + 1] * u
        warped = np.rint(above * (1 - v) + below * v).astype(np.uint8).reshape(FINE, FINE)
        found.append(warped)
    images = many_to_mnist(np.stack(found))
    images[~images.any(axis=(1, 2))] = image
    return images


def _affine(rng: np.random.Generator, spread: Spread) -> np.ndarray:
    """(2, 2) matrix: stretched, then sheared, then turned."""
    angle, shear = rng.normal(0, [spread.rotation, spread.slant])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.array([[1, shear], [0, 1]]) @ np.diag(np.exp(rng.normal(0, spread.stretch, 2)))


def _bend(points: np.ndarray, rng: np.random.Generator, spread: Spread) -> np.ndarray:
    """(k, 2) by how much a few random waves move each of the (k, 2) points."""
    directions = rng.normal(size=(BENDS, 2))
    directions *= (rng.uniform(*WAVES, BENDS) / np.hypot(*directions.T))[:, None]
    heights = rng.normal(0, spread.bend / np.sqrt(2), (BENDS, 2))
    return np.sin(points @ directions.T + rng.uniform(0, 2 * np.pi, BENDS)) @ heights
