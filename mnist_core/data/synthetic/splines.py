"""Smooth curves through control points, as weights that are worked out once.

A curve is linear in its control points: each sample on it is a weighted sum of the
four nearest ones.  The weights depend on the shape of a style only, so thousands of
deformed copies are evaluated with four multiplications each.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

NEIGHBOURS = 4  # control points that a sample depends on
CHORD = 1.15  # a curve is longer than the straight line between its ends


@dataclass(frozen=True, eq=False)
class Spline:
    """Samples along a curve as weighted sums of its control points.

    Attributes:
        indices: (samples, 4) int64, the control points of each sample.
        weights: (samples, 4) float64, their weights, each row summing to 1.
    """

    indices: np.ndarray
    weights: np.ndarray

    def __len__(self) -> int:
        return len(self.indices)

    def __call__(self, controls: np.ndarray) -> np.ndarray:
        """(n, samples, 2) float64 for (n, controls, 2) control points.

        Written as single products: the rounding of a matrix product depends on how
        many drawings are evaluated together.
        """
        points = self.weights[:, 0, None] * controls[:, self.indices[:, 0]]
        for neighbour in range(1, NEIGHBOURS):
            points += self.weights[:, neighbour, None] * controls[:, self.indices[:, neighbour]]
        return points


def through(controls: np.ndarray, corners: np.ndarray, spacing: float) -> Spline:
    """The curve of one stroke, which passes through its control points.

    A Catmull-Rom curve with centripetal knots, which makes no loops where control
    points lie close together (Yuksel, Schaefer and Keyser 2011), broken at corners.

    Args:
        controls: (k, 2) float64, k >= 2, no two neighbours equal.
        corners: (k,) bool, where the pen turns sharply; the ends do not count.
        spacing: about the largest distance between samples.
    """
    breaks = [0, *(np.flatnonzero(corners[1:-1]) + 1), len(controls) - 1]
    rows = [np.eye(len(controls))[:1]]
    for first, last in pairwise(breaks):
        piece = _without_corners(controls[first : last + 1], spacing)
        rows.append(np.pad(piece, ((0, 0), (first, len(controls) - 1 - last))))
    return _sparse(np.concatenate(rows))


def evenly(samples: int, controls: int) -> Spline:
    """`samples` values of a smooth curve through `controls` >= 2 evenly spaced ones."""
    line = np.column_stack([np.linspace(0, 1, controls), np.zeros(controls)])
    fine = through(line, np.zeros(controls, bool), 1 / (8 * samples))
    chosen = np.rint(np.linspace(0, len(fine) - 1, samples)).astype(np.int64)
    return Spline(fine.indices[chosen], fine.weights[chosen])


def join(splines: list[Spline], controls: list[int]) -> Spline:
    """Several curves as one; `controls[i]` counts the control points of `splines[i]`."""
    firsts = np.cumsum([0, *controls[:-1]])
    return Spline(
        np.concatenate([spline.indices + first for spline, first in zip(splines, firsts, strict=True)]),
        np.concatenate([spline.weights for spline in splines]),
    )


def _without_corners(controls: np.ndarray, spacing: float) -> np.ndarray:
    """(samples, k) weights of a smooth piece, its first point left out."""
    count = len(controls)
    lengths = np.linalg.norm(np.diff(controls, axis=0), axis=1)
    intervals = np.sqrt(lengths)  # centripetal
    each = np.eye(count)
    slopes = np.diff(each, axis=0) / intervals[:, None]
    tangents = np.repeat(slopes[:1], count, axis=0)
    if count > 2:
        before, after = intervals[:-1, None], intervals[1:, None]
        tangents[1:-1] = (after * slopes[:-1] + before * slopes[1:]) / (before + after)
        # The ends are parabolas, so that an arc begins and ends as an arc.
        tangents[0] = 2 * slopes[0] - tangents[1]
        tangents[-1] = 2 * slopes[-1] - tangents[-2]
    rows = []
    for index in range(count - 1):
        samples = max(2, int(np.ceil(CHORD * lengths[index] / spacing)))
        t = np.arange(1, samples + 1)[:, None] / samples
        # Cubic Hermite basis.
        rows.append(
            (1 - t) ** 2 * (1 + 2 * t) * each[index]
            + t**2 * (3 - 2 * t) * each[index + 1]
            + intervals[index] * (t * (1 - t) ** 2 * tangents[index] - t**2 * (1 - t) * tangents[index + 1])
        )
    return np.concatenate(rows)


def _sparse(dense: np.ndarray) -> Spline:
    """The `Spline` of (samples, k) weights, of which at most four in a row differ from 0."""
    missing = max(0, NEIGHBOURS - dense.shape[1])
    wide = np.pad(dense, ((0, 0), (0, missing)))
    largest = np.argsort(-np.abs(wide), axis=1, kind="stable")[:, :NEIGHBOURS]
    weights = np.take_along_axis(wide, largest, axis=1)
    return Spline(np.minimum(largest, dense.shape[1] - 1), weights)
