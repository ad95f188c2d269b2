"""What a canvas holds, between the clicks of a hand and the reports of the component."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from PIL import Image

from mnist_core.drawing import ink_of

SIDE = 320  # pixels of a canvas; what a phone 360 wide has room for
CELL = 11  # canvas pixels of one of a 28x28 picture that is put on
MARGIN = (SIDE - 28 * CELL) // 2  # around it
DOT = 0.25  # of the pen's width: a hand that moves less has made a dot


@dataclass
class Sketch:
    """What one canvas of one session holds.

    Attributes:
        initial: what the component was last told to load.
        objects: the strokes, as the component last reported them.
        png: the picture, as it last reported it; `None` while blank.
        outdated: the report that an undo or a clear has overtaken, until the next arrives.
        awaited: how many strokes an undo or a clear has left, until the component reports that it has
            loaded them; what it reports before is of strokes that are no longer there.
        picture: (28, 28) uint8, the picture that was put on last; it lies under the strokes as long as
            `digit` gives something.
        mounted: which appearance of the canvas on the page this is; `None` before the first.
    """

    initial: dict = field(default_factory=lambda: {"objects": [], "revision": 0})
    objects: list = field(default_factory=list)
    png: bytes | None = None
    outdated: bytes | None = None
    awaited: int | None = None
    picture: np.ndarray | None = None
    mounted: tuple | None = None

    def load(self, objects: list, png: bytes | None) -> None:
        """Replace the drawing by `objects`, which look like `png` (`None` until the component reports)."""
        self.initial = {"objects": objects, "revision": self.initial["revision"] + 1}
        if self.png is not None:
            self.outdated = self.png
        self.objects, self.png, self.awaited = objects, png, None

    def put_on(self, image: np.ndarray) -> None:
        """Begin anew with the (28, 28) uint8 image, for the pen to change."""
        large = image.repeat(CELL, axis=0).repeat(CELL, axis=1)
        self.load([_picture_object(large)], _png(np.pad(large, MARGIN)))
        self.picture, self.awaited = image, 1

    def digit(self) -> np.ndarray | None:
        """(28, 28) uint8: the picture that was put on as the pen has left it; `None` where none lies there.

        Each pixel is the mean of the canvas pixels it covers: what no stroke has touched is
        as it was.
        """
        if self.picture is None or not self.objects or not _is_picture(self.objects[0]):
            return None
        if len(self.objects) == 1:
            return self.picture
        pixels = self.pixels()
        if pixels is None:
            return self.picture
        inner = ink_of(pixels)[MARGIN : SIDE - MARGIN, MARGIN : SIDE - MARGIN]
        return np.rint(inner.reshape(28, CELL, 28, CELL).mean(axis=(1, 3))).astype(np.uint8)

    def report(self, objects: list, png: bytes | None) -> None:
        """Take what the component returned, unless it is what an undo or a clear has overtaken."""
        if self.awaited is not None and self.awaited != len(objects):
            return
        if png is not None and png != self.outdated:
            self.objects, self.png, self.outdated, self.awaited = objects, png if objects else None, None, None

    def appear(self, mounted: tuple) -> None:
        """Note that the canvas stands on the page anew: a fresh one reports what is drawn on it, and only that."""
        if self.mounted != mounted:
            self.mounted, self.awaited = mounted, None

    def clear(self) -> None:
        """Begin anew."""
        self.load([], None)
        self.awaited = 0

    def undo(self) -> None:
        """Take back the last stroke."""
        if self.objects:
            # The old answer stays for the moment that the new picture takes.
            self.load(self.objects[:-1], self.png if len(self.objects) > 1 else None)
            self.awaited = len(self.objects)

    def strokes(self) -> list[np.ndarray] | None:
        """The pen's own points: one (k, 2) float64 array a stroke, x to the right, y down, in canvas pixels.

        Where the pen left the canvas a stroke is cut.  `None` where something else is
        drawn than the pen's strokes, so that only the pixels say what.
        """
        strokes = []
        for each in self.objects:
            points = _points(each)
            if points is None:
                return None
            strokes += _within(points, float(each["strokeWidth"]))
        return strokes

    def pixels(self) -> np.ndarray | None:
        """(320, 320, 4) uint8 RGBA; `None` while blank."""
        if self.png is None:
            return None
        with Image.open(io.BytesIO(self.png)) as image:
            # The browser sent it: a size that the canvas does not have is not decoded.
            return np.asarray(image.convert("RGBA")) if image.size == (SIDE, SIDE) else None


def _picture_object(large: np.ndarray) -> dict:
    """A picture as the canvas loads it, an image of Fabric."""
    return {
        "type": "Image",
        "src": "data:image/png;base64," + base64.b64encode(_png(large)).decode("ascii"),
        "left": MARGIN,
        "top": MARGIN,
        "originX": "left",
        "originY": "top",
        "width": len(large),
        "height": len(large),
        "imageSmoothing": False,
        "selectable": False,
    }


def _is_picture(drawn: object) -> bool:
    return isinstance(drawn, dict) and str(drawn.get("type", "")).lower() == "image"


def _png(image: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def _points(drawn: object) -> np.ndarray | None:
    """(k, 2) points of a stroke as the canvas reports it: where the pen was, not the curve that was laid along.

    Fabric draws a quadratic curve from middle to middle of the pen's points, which are
    its control points, in canvas pixels; the first and the last of the path lie a
    thousandth of the pen's width beside them, so that a dot has a length.
    """
    try:
        is_path = drawn["type"].lower() == "path" and 0 < float(drawn["strokeWidth"]) <= SIDE
        if not is_path or not _is_as_drawn(drawn):
            return None
        points = []
        for command, after in pairwise([*drawn["path"], None]):
            name, *numbers = command
            if (name, len(numbers)) not in (("M", 2), ("L", 2), ("Q", 4)):
                return None
            if name != "M" or after is None or after[0] != "Q":
                points.append(numbers[:2])
        points = np.array(points, np.float64)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):  # The browser sent it.
        return None
    return points if points.ndim == 2 and np.isfinite(points).all() else None


def _is_as_drawn(drawn: dict) -> bool:
    """False where it was turned or stretched afterwards."""
    usual = {"scaleX": 1, "scaleY": 1, "angle": 0, "skewX": 0, "skewY": 0, "flipX": False, "flipY": False}
    return all(drawn.get(name, value) == value for name, value in usual.items())


def _within(points: np.ndarray, pen: float) -> Sequence[np.ndarray]:
    """The parts of a stroke that leave ink on the canvas; what is smaller than the pen itself is a dot."""
    inside = ((points >= -pen / 2) & (points <= SIDE + pen / 2)).all(axis=1)
    edges = np.flatnonzero(np.diff(inside)) + 1
    parts = [part for part, kept in zip(np.split(points, edges), np.split(inside, edges), strict=True) if kept[0]]
    return [
        part if np.ptp(part, axis=0).max() >= DOT * pen else (part.min(axis=0) + part.max(axis=0))[None] / 2
        for part in parts
    ]
