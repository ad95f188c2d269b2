"""A hand that writes: drawings of a digit, never twice the same.

All the randomness of a drawing is one row of numbers.  What follows are single
products and sums over many rows at once, so that a drawing is the same to the last
bit whichever others are made with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mnist_core.data.synthetic.digits import STYLES
from mnist_core.data.synthetic.habits import HABITS
from mnist_core.data.synthetic.style import Style
from mnist_core.drawing.images import CLASSES
from mnist_core.drawing.normalise import BOX
from mnist_core.drawing.pen import DIGIT
from mnist_core.drawing.pen import PEN as PEN_PIXELS
from mnist_core.errors import ConfigError

UNIFORMS = 16  # numbers in [0, 1) of each drawing, and
NORMALS = 192  # with normal distribution: more than any style takes
LENGTHS = 0.60, 0.70  # of the digit's longest side, in canvas sides: room for the widest pen is left
SHIFT = 0.02  # of the digit from the middle of the canvas, at most
CORNER = 4  # samples before and after, over which a corner is rounded
# Pens in MNIST pixels.  The polynomial of a normal number was fitted to the ink of MNIST.
PEN = 2.48, 0.6, 0.09
PENS = 1.6, 5.8


@dataclass(frozen=True)
class Variation:
    """How much drawings of one style differ: standard deviations, lengths in boxes.

    Attributes:
        jitter: of each control point.
        ends: by which a stroke starts or ends early or late, in parts of its first or
            last piece.
        lift: of where the second and third strokes are put down.
        tremble: of the hand along the path.
        rounding: the largest share, from 0 to 1, by which corners are rounded off.
        warp: of the bends that the whole digit is subject to.
        aspect: of width against height.
        slant: of the shear, and
        lean: its mean, to the right.
        rotation: in radians.
    """

    jitter: float = 0.045
    ends: float = 0.16
    lift: float = 0.025
    tremble: float = 0.006
    rounding: float = 0.7
    warp: float = 0.29
    aspect: float = 0.19
    slant: float = 0.26
    lean: float = 0.15
    rotation: float = 0.06


VARIATION = Variation()


@dataclass(frozen=True, eq=False)
class Manner:
    """How digits are written: in which styles, how freely, and with which pens.

    Attributes:
        styles: all styles of each digit.
        variation: how far a drawing strays from its style.
        even_pens: the share, from 0 to 1, of drawings with the one pen of `pen.reink`;
            the others have pens as broad as MNIST's.
    """

    styles: Mapping[int, tuple[Style, ...]]
    variation: Variation = VARIATION
    even_pens: float = 0.0

    @cached_property
    def _weights(self) -> dict[int, np.ndarray]:
        return {digit: np.cumsum([style.weight for style in styles]) for digit, styles in self.styles.items()}

    def style_index(self, digit: int, uniform: float) -> int:
        """Position in `styles[digit]` for a number in [0, 1): each as often as its weight says."""
        ends = self._weights[digit]
        return int(np.searchsorted(ends, uniform * ends[-1], side="right"))


USUAL = Manner(STYLES)
# On a canvas and elsewhere than where MNIST was written.  The weights of `HABITS` say how often
# they are written beside the usual styles; with fewer of these, people who write as MNIST's
# writers did would be read worse.
PEOPLE = Manner(
    {digit: (*HABITS[digit], *styles) for digit, styles in STYLES.items()},
    Variation(jitter=0.05, ends=0.22, aspect=0.24, lean=0.12, slant=0.24),
    even_pens=0.5,
)
REINKED = PEN_PIXELS / DIGIT * BOX  # the pen of `pen.reink` in MNIST pixels


def draw_digit(
    digit: int, rng: np.random.Generator, style: str | None = None, *, variation: Variation = VARIATION
) -> list[np.ndarray]:
    """One drawing of a digit, as the strokes of a pen.

    Args:
        digit: 0 to 9.
        rng: what the drawing depends on; it is advanced.
        style: name of one of `STYLES[digit]`; drawn by their weights where `None`.
        variation: how far the hand strays from the style.

    Returns:
        One (k, 2) float64 array per stroke, in fractions of the canvas, x to the right,
        y down, as `render` takes them; the digit is about two thirds of the canvas.

    Raises:
        ConfigError: no such digit or style.
    """
    if isinstance(digit, bool) or digit not in STYLES:
        raise ConfigError("digit", digit, f"a whole number from 0 to {CLASSES - 1}")
    uniforms, normals = numbers(rng)
    chosen = STYLES[digit][USUAL.style_index(digit, uniforms[0])] if style is None else style_named(digit, style)
    points, _ = write(chosen, uniforms[None], normals[None], variation)
    return np.split(points[0], chosen.sample_starts[1:-1])


def style_named(digit: int, name: str) -> Style:
    """The style of this name.  Raises `ConfigError` where the digit has none of it."""
    for style in STYLES[digit]:
        if style.name == name:
            return style
    raise ConfigError("style", name, "one of " + ", ".join(repr(style.name) for style in STYLES[digit]))


def numbers(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """All that is random in one drawing: (16,) in [0, 1) and (192,) with normal distribution."""
    return rng.random(UNIFORMS), rng.standard_normal(NORMALS)


def write(
    style: Style, uniforms: np.ndarray, normals: np.ndarray, variation: Variation = VARIATION, even_pens: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Several drawings in one style.

    Args:
        style: one of `STYLES`.
        uniforms: (n, 16) and
        normals: (n, 192), from `numbers`.
        variation: how far the hand strays from the style.
        even_pens: as of `Manner`.

    Returns:
        (n, samples, 2) float64 points and (n,) float64 widths of the pen, both in
        fractions of the canvas.
    """
    uniform = _Columns(uniforms[:, 1:])  # The first has chosen the style.
    normal = _Columns(normals)
    length = LENGTHS[0] + (LENGTHS[1] - LENGTHS[0]) * uniform.take()
    shift = (uniform.take(2) * 2 - 1) * SHIFT
    rounding = uniform.take() * variation.rounding
    pen, aspect, slant, rotation = (normal.take() for _ in range(4))
    bends = normal.take(2, len(_bends(*np.zeros((2, 1))))) * variation.warp

    controls = _between_poses(style, uniform.take(len(style.poses)))
    controls += _beside(normal.take(*controls.shape[1:])) * variation.jitter
    _stray(controls, style, normal.take(style.strokes, 2, 2), variation)
    points = style.curve(controls)
    points += _mean_around(points, style, rounding)
    points += style.tremble(normal.take(style.knots, 2) * variation.tremble)

    x, y = points[..., 0] - 0.5, points[..., 1] - 0.5
    across, down = x.copy(), y.copy()
    for index, bend in enumerate(_bends(x, y)):
        across += bends[:, 0, index, None] * bend
        down += bends[:, 1, index, None] * bend
    across *= np.clip(1 + variation.aspect * aspect, 0.5, 1.7)[:, None]
    across -= (variation.lean + variation.slant * slant)[:, None] * down
    # By the tangent of half the angle, which needs no sine.
    half = np.clip(variation.rotation * rotation / 2, -0.5, 0.5)[:, None]
    cosine, sine = (1 - half * half) / (1 + half * half), 2 * half / (1 + half * half)
    points = np.stack([cosine * across - sine * down, sine * across + cosine * down], axis=-1)

    low, high = points.min(axis=1), points.max(axis=1)
    scale = length / (high - low).max(axis=1)
    points = (points - ((low + high) / 2)[:, None]) * scale[:, None, None] + (0.5 + shift)[:, None]
    width = np.clip(PEN[0] + PEN[1] * pen + PEN[2] * (pen * pen), *PENS)
    width = np.where(uniforms[:, -1] < even_pens, REINKED, width)
    return points, width * length / (BOX - width)  # With its pen, the digit is 20 MNIST pixels long.


class _Columns:
    """Rows of random numbers, handed out column by column, always in the same order."""

    def __init__(self, rows: np.ndarray):
        self._rows = rows
        self._next = 0

    def take(self, *shape: int) -> np.ndarray:
        """(n, *shape) numbers that nobody had yet."""
        count = int(np.prod(shape, dtype=np.int64))
        part = self._rows[:, self._next : self._next + count]
        self._next += count
        return part.reshape(len(part), *shape)


def _between_poses(style: Style, uniforms: np.ndarray) -> np.ndarray:
    """(n, controls, 2) weighted means of the poses; squares make one of them prevail."""
    shares = uniforms * uniforms
    total = sum(shares[:, pose] for pose in range(len(style.poses)))
    controls = np.zeros((len(uniforms), *style.poses.shape[1:]))
    for index, pose in enumerate(style.poses):
        controls += (shares[:, index] / total)[:, None, None] * pose
    return controls


def _beside(normals: np.ndarray) -> np.ndarray:
    """(n, controls, 2) numbers of the same variance of which neighbours are alike."""
    alike = 0.8 * normals
    alike[:, 1:] += 0.42 * normals[:, :-1]
    alike[:, :-1] += 0.42 * normals[:, 1:]
    return alike


def _stray(controls: np.ndarray, style: Style, normals: np.ndarray, variation: Variation) -> None:
    """Move strokes but the first as a whole, and where each starts and ends; in place."""
    for index, (first, end) in enumerate(zip(style.starts[:-1], style.starts[1:], strict=True)):
        if index:
            controls[:, first:end] += normals[:, index, :1] * variation.lift
        early, late = normals[:, index, 1, :1], normals[:, index, 1, 1:]
        controls[:, first] += (controls[:, first] - controls[:, first + 1]) * (early * variation.ends)
        controls[:, end - 1] += (controls[:, end - 1] - controls[:, end - 2]) * (late * variation.ends)


def _mean_around(points: np.ndarray, style: Style, share: np.ndarray) -> np.ndarray:
    """(n, samples, 2) steps towards the mean of the neighbours in the stroke, by (n,) `share`.

    Straight parts and ends stay where they are; corners are rounded, as a quick hand does.
    """
    samples = np.arange(points.shape[1])
    starts = np.array(style.sample_starts)
    stroke = np.searchsorted(starts, samples, side="right") - 1
    room = np.minimum(np.minimum(samples - starts[stroke], starts[stroke + 1] - 1 - samples), CORNER)
    total = np.zeros_like(points)
    for distance in range(1, CORNER + 1):
        on = samples[room >= distance]
        total[:, on] += points[:, on - distance] + points[:, on + distance] - 2 * points[:, on]
    return total * (share[:, None, None] / (2 * room + 1)[:, None])


def _bends(x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """Shapes of smooth displacement: all squares and cubes of the place in the box."""
    xx, xy, yy = x * x, x * y, y * y
    return [xx, xy, yy, 1.5 * (xx * x), 1.5 * (xx * y), 1.5 * (x * yy), 1.5 * (yy * y)]
