"""A pen's path as a browser sends it, checked before anything looks at it: it may send anything."""

from __future__ import annotations

import numpy as np

from mnist_core.errors import ImageError

SIDE = 320  # canvas pixels, whatever the screen's are


def read_path(value: object) -> list[np.ndarray]:
    """The strokes of a drawing.

    Args:
        value: what came: a list of strokes, each a list of [x, y], x to the right, y down, in
            pixels of a canvas of 320 a side.  How many there may be is for the caller to say.

    Returns:
        One (k, 2) float64 array a stroke, k >= 1; points beside the canvas lie on its edge.

    Raises:
        ImageError: anything else, and numbers that are not finite.
    """
    if not isinstance(value, list) or not all(isinstance(each, list) and each for each in value):
        raise ImageError("expected a drawing as a list of strokes, each a list of points.")
    if not all(_is_point(point) for stroke in value for point in stroke):
        raise ImageError("expected points of two finite numbers.")
    return [np.clip(np.array(stroke, np.float64), 0, SIDE) for stroke in value]


def _is_point(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(_is_number(each) for each in value)


def _is_number(value: object) -> bool:
    # Compared as it is, whatever its length: what is not a number, or without end, is in no range.
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e6 <= value <= 1e6
