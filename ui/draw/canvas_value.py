"""What a canvas says is drawn on it, checked before anything looks at it: the browser sent it, and may send anything.

Kept is what a pen's path is, in the words of Fabric, whose objects the canvas loads and
reports: points, width, and whether it is ink or rubs out.  Everything else that Fabric
says of a path follows from these; nothing else is kept, and nothing is decoded.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from mnist_core.drawing.pen import thinned
from mnist_core.errors import ImageError
from mnist_core.numerals import numeral
from ui.colours import GROUND, INK

SIDE = 320  # pixels of a canvas; what a phone 360 wide has room for
MAX_STROKES = 1_000  # five minutes of nothing but dots
MAX_SENT = 100_000  # points; a hand that never rests sends 60 a second, which is half an hour
MAX_POINTS = 2_000  # of them are kept: a digit has some hundred
REACH = 10_000  # canvas pixels; no screen reaches further
Object = dict[str, Any]  # of Fabric
PICTURE: Object = {"type": "Image"}  # that was put on
USUAL = {"scaleX": 1, "scaleY": 1, "angle": 0, "skewX": 0, "skewY": 0, "flipX": False, "flipY": False}
AGAIN = "Clear it and draw the digit again."
SHAPES = {"M": 2, "L": 2, "Q": 4}  # numbers after each command of a path


def checked(value: object, *, picture: bool = False) -> tuple[list[Object], int]:
    """The objects on a canvas as the pen can have drawn them, and how many points they had.

    Args:
        value: what the component gave as the canvas' JSON.
        picture: whether a picture was put on, which lies under all strokes.

    Returns:
        One object for each that was sent: `PICTURE`, or a path as `path_object` makes it.  More than
        `MAX_POINTS` points in all are thinned out.

    Raises:
        ImageError: anything that no pen draws, or too much.
    """
    sent = objects_of(value)
    if len(sent) > MAX_STROKES:
        raise ImageError(
            f"The canvas holds {numeral(len(sent))} strokes; at most {numeral(MAX_STROKES)} are read. {AGAIN}"
        )
    below = [PICTURE] if picture and sent and kind_of(sent[0]) == "image" else []
    paths = [_path(each, place) for place, each in enumerate(sent[len(below) :], 1 + len(below))]
    total = sum(len(path) for path, _, _ in paths)
    if total > MAX_SENT:
        raise ImageError(f"The drawing has {numeral(total)} points; at most {numeral(MAX_SENT)} are read. {AGAIN}")
    points = [_points(path, place) for place, (path, _, _) in enumerate(paths, 1 + len(below))]
    found = [
        path_object(stroke, width, rubs_out=rubs_out)
        for stroke, (_, width, rubs_out) in zip(thinned(points, MAX_POINTS), paths, strict=True)
    ]
    return below + found, sum(map(len, points))


def objects_of(value: object) -> list[Any]:
    """The objects in what the component gave, whatever they are.

    Raises:
        ImageError: there is no list of them.
    """
    objects = value.get("objects") if isinstance(value, dict) else None
    if not isinstance(objects, list):
        raise ImageError(f"The canvas sent something that is no drawing. {AGAIN}")
    return objects


def path_object(points: np.ndarray, width: float, *, rubs_out: bool = False) -> Object:
    """A stroke as the canvas loads and reports it.

    Args:
        points: (k, 2) float64, k >= 1, in canvas pixels.
        width: of the pen, in canvas pixels.
        rubs_out: whether it takes ink away.
    """
    at = np.asarray(points, np.float64)
    if len(at) == 1:  # As Fabric draws a dot, or it would have no length.
        at = at + [[-width / 1000, 0], [width / 1000, 0]]
    # Two points are a straight line; of more, each but the last pulls a curve towards the middle to the next.
    controls, middles = (at[:-1], (at[:-1] + at[1:]) / 2) if len(at) > 2 else (at[:0], at[:0])
    curves = [["Q", *each] for each in np.hstack([controls, middles]).tolist()]
    return {
        "type": "Path",
        "path": [["M", *at[0].tolist()], *curves, ["L", *at[-1].tolist()]],
        "fill": None,
        "stroke": GROUND if rubs_out else INK,
        "strokeWidth": width,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
    }


def points_of(path: Sequence[Sequence[Any]]) -> np.ndarray:
    """(k, 2) float64: where the pen was on the path of an object that was checked.

    Fabric draws a quadratic curve from middle to middle of the pen's points, which are
    its control points, in canvas pixels; the first and the last of the path lie a
    thousandth of the pen's width beside them, so that a dot has a length.
    """
    kept = [command[1:3] for command, after in pairwise([*path, "end"]) if command[0] != "M" or after[0] != "Q"]
    return np.array(kept, np.float64)


def _path(drawn: Any, place: int) -> tuple[list[Any], float, bool]:
    """(path, width, whether it rubs out) of an object that the canvas sent; the path is still to be looked at."""
    if kind_of(drawn) != "path" or any(drawn.get(name, value) != value for name, value in USUAL.items()):
        raise _no_stroke(place)
    path, width, colour = drawn.get("path"), drawn.get("strokeWidth"), drawn.get("stroke", INK)
    if not isinstance(path, list) or not path or not _is_number(width, SIDE) or not width > 0:
        raise _no_stroke(place)
    if not isinstance(colour, str) or colour.upper() not in (INK, GROUND):
        raise _no_stroke(place)
    return path, float(width), colour.upper() == GROUND


def _points(path: list[Any], place: int) -> np.ndarray:
    for command in path:
        if not isinstance(command, list) or not command or not isinstance(command[0], str):
            raise _no_stroke(place)
        if SHAPES.get(command[0]) != len(command) - 1 or not all(_is_number(each, REACH) for each in command[1:]):
            raise _no_stroke(place)
    return points_of(path)


def kind_of(drawn: object) -> str:
    """What Fabric calls an object, in small letters; empty where it is none."""
    kind = drawn.get("type") if isinstance(drawn, dict) else None
    return kind.lower() if isinstance(kind, str) else ""


def _is_number(value: object, most: float) -> bool:
    # Whole numbers of any length are compared as they are, and nothing that is not finite passes.
    return isinstance(value, int | float) and not isinstance(value, bool) and -most <= value <= most


def _no_stroke(place: int) -> ImageError:
    return ImageError(f"Stroke {numeral(place)} on the canvas is none that the pen can have drawn. {AGAIN}")
