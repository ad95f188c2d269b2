"""One way of writing a digit: the path of the pen, and what may vary along it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mnist_core.data.synthetic.splines import Spline, evenly, join, through

SPACING = 1 / 36  # between samples, in boxes: about 1.5 pixels of the canvas
KNOT_SAMPLES = 6  # samples to each knot of a trembling hand


@dataclass(frozen=True, eq=False)
class Style:
    """One way of writing a digit.

    Attributes:
        name: what is particular about it, in lower case.
        weight: how often it is written, relative to the digit's other styles.
        poses: (poses, controls, 2) float64, control points in boxes, one stroke after
            the other; a drawing lies between the poses.
        corners: (controls,) bool, where the pen turns sharply.
        starts: the first control point of each stroke, and the number of all.
    """

    name: str
    weight: float
    poses: np.ndarray
    corners: np.ndarray
    starts: tuple[int, ...]

    @cached_property
    def curve(self) -> Spline:
        """Samples along all strokes, from the control points."""
        return join(self._curves, list(np.diff(self.starts)))

    @cached_property
    def tremble(self) -> Spline:
        """The same samples, from the knots of a trembling hand."""
        return join(
            [evenly(len(curve), knots) for curve, knots in zip(self._curves, self._knots, strict=True)], self._knots
        )

    @cached_property
    def sample_starts(self) -> tuple[int, ...]:
        """The first sample of each stroke, and the number of all."""
        return _starts([len(curve) for curve in self._curves])

    @property
    def strokes(self) -> int:
        """How often the pen is put down."""
        return len(self.starts) - 1

    @property
    def knots(self) -> int:
        """Knots of a trembling hand, over all strokes."""
        return sum(self._knots)

    @cached_property
    def _curves(self) -> list[Spline]:
        middle = self.poses.mean(axis=0)
        return [
            through(middle[first:end], self.corners[first:end], SPACING)
            for first, end in zip(self.starts[:-1], self.starts[1:], strict=True)
        ]

    @cached_property
    def _knots(self) -> list[int]:
        return [max(2, -(-len(curve) // KNOT_SAMPLES)) for curve in self._curves]


def style(name: str, weight: float, *poses: str) -> Style:
    """A style whose poses are written as points: "10,20 50,0* 50,100 / 20,100 80,100".

    Raises:
        ValueError: the poses differ in their strokes, corners or points.
    """
    parsed = [[_points(stroke) for stroke in pose.split("/")] for pose in poses]
    lengths = [[len(points) for points, _ in pose] for pose in parsed]
    corners = [np.concatenate([marked for _, marked in pose]) for pose in parsed]
    if any(other != lengths[0] for other in lengths) or any((other != corners[0]).any() for other in corners):
        raise ValueError(f"the poses of {name!r} differ in more than where their points lie: {lengths}")
    return Style(
        name,
        weight,
        np.stack([np.concatenate([points for points, _ in pose]) for pose in parsed]) / 100,
        corners[0],
        _starts(lengths[0]),
    )


def _points(stroke: str) -> tuple[np.ndarray, np.ndarray]:
    """(k, 2) points and (k,) whether they are corners."""
    words = stroke.split()
    points = [[float(number) for number in word.rstrip("*").split(",")] for word in words]
    return np.array(points), np.array([word.endswith("*") for word in words])


def _starts(lengths: list[int]) -> tuple[int, ...]:
    return (0, *(int(end) for end in np.cumsum(lengths)))
