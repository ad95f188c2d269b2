"""What a canvas holds, between the clicks of a hand and the reports of the component."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from typing import Any

import numpy as np
from PIL import Image

from mnist_core.drawing.pen import render
from ui.colours import GROUND
from ui.draw.canvas_value import PICTURE, SIDE, Object, checked, kind_of, objects_of, points_of

CELL = 11  # canvas pixels of one of a 28x28 picture that is put on
MARGIN = (SIDE - 28 * CELL) // 2  # around it
DOT = 0.25  # of the pen's width: a hand that moves less has made a dot
BRUSH = 22  # pixels; from a half to nine tenths of the canvas, people's digits are read about best with it
BRUSHES = (8, 40)
SAMPLES = np.arange(1, 7)[:, None, None] / 6  # of a curve between two points of the pen


@dataclass
class Sketch:
    """What one canvas of one session holds.

    Attributes:
        initial: what the component was last told to load.
        objects: the strokes, as the component last reported them; see `ui.draw.canvas_value`.
        points: how many points they had when they were sent; more than are kept were thinned out.
        taken: what the component first lost by what it was last told to load, and its place, until it reports
            what is without it.  On a busy server that may have a new stroke already, and no blank canvas before it.
        is_told: whether the component has been told to load `initial`.
        picture: (28, 28) uint8, the picture that was put on last; it lies under the strokes as long as
            `digit` gives something.
        aside: what was put aside for something else to be drawn; it comes back once nothing else is left to undo.
        mounted: which appearance of the canvas on the page this is; `None` before the first.
    """

    initial: dict[str, Any] = field(default_factory=lambda: {"objects": [], "revision": 0})
    objects: list[Object] = field(default_factory=list)
    points: int = 0
    taken: tuple[int, object] | None = None
    is_told: bool = True
    picture: np.ndarray | None = None
    aside: list[Object] = field(default_factory=list)
    mounted: tuple[Any, ...] | None = None
    _inked: tuple[list[Object], np.ndarray] | None = None

    def load(self, objects: list[Object]) -> None:
        """Replace the drawing by `objects`."""
        loaded = [
            _picture_object(self.picture) if each == PICTURE and self.picture is not None else each for each in objects
        ]
        self.initial = {"objects": loaded, "revision": self.initial["revision"] + 1}
        self.objects, self.points, self.is_told = objects, 0, False

    def put_on(self, image: np.ndarray) -> None:
        """Begin anew with the (28, 28) uint8 image, for the pen to change."""
        self.picture = image
        self.load([PICTURE])

    def digit(self) -> np.ndarray | None:
        """(28, 28) uint8: the picture that was put on as the pen has left it; `None` where none lies there.

        Each pixel is the mean of the canvas pixels it covers: what no stroke has touched is
        as it was.
        """
        if self.picture is None or not self.objects or self.objects[0] != PICTURE:
            return None
        if len(self.objects) == 1:
            return self.picture
        inner = self.ink()[MARGIN : SIDE - MARGIN, MARGIN : SIDE - MARGIN]
        return np.rint(inner.reshape(28, CELL, 28, CELL).mean(axis=(1, 3))).astype(np.uint8)

    def report(self, value: object) -> None:
        """Take what the component gave as the canvas' JSON, unless it is what an undo or a clear has overtaken.

        To be called in each run once the component has been given `initial`.

        Raises:
            ImageError: nothing that a pen draws; what was there before stays.
        """
        unreported = value is None or (isinstance(value, dict) and "revision" in value)  # What it was told to load.
        held = [] if unreported else objects_of(value)
        if not self.is_told:
            self.is_told, self.taken = True, self._first_taken(held)
        elif not unreported and not self._is_overtaken(held):
            self.objects, self.points = checked(value, picture=self.picture is not None)
            self.taken = None

    def _first_taken(self, held: list[Any]) -> tuple[int, object] | None:
        """What the component, which holds these, first loses by loading `initial`."""
        loaded = self.initial["objects"]
        kept = takewhile(lambda pair: kind_of(pair[0]) == kind_of(pair[1]), zip(held, loaded, strict=False))
        place = sum(1 for _ in kept)
        return (place, held[place]) if place < len(held) else None

    def _is_overtaken(self, held: list[Any]) -> bool:
        """Whether these are from before the load: there is what it took away, or less than it left."""
        if len(held) < len(self.initial["objects"]):
            return True
        return self.taken is not None and held[self.taken[0] :][:1] == [self.taken[1]]

    def appear(self, mounted: tuple[Any, ...]) -> None:
        """Note that the canvas stands on the page anew: a fresh one reports what is drawn on it, and only that."""
        if self.mounted != mounted:
            self.mounted, self.is_told = mounted, True

    def clear(self) -> None:
        """Begin anew."""
        self.aside = []
        self.load([])

    def put_aside(self) -> None:
        """Begin anew, but for what undoing can bring back."""
        aside = self.objects
        self.clear()
        self.aside = aside

    def undo(self) -> None:
        """Take back the last stroke; where there is none, bring back what was put aside."""
        if self.objects:
            self.load(self.objects[:-1])
        elif self.aside:
            aside, self.aside = self.aside, []
            self.load(aside)

    def strokes(self) -> list[np.ndarray] | None:
        """The pen's own points: one (k, 2) float64 array a stroke, x to the right, y down, in canvas pixels.

        Where the pen left the canvas a stroke is cut.  `None` where a picture lies under
        them, so that only the pixels say what is drawn.
        """
        if PICTURE in self.objects:
            return None
        return [part for each in self.objects for part in _within(points_of(each["path"]), each["strokeWidth"])]

    def ink(self) -> np.ndarray:
        """(320, 320) uint8 as the canvas shows it, 0 ground, 255 ink."""
        if self._inked is None or self._inked[0] is not self.objects:
            self._inked = self.objects, _inked(self.objects, self.picture)
        return self._inked[1]


def _inked(objects: list[Object], picture: np.ndarray | None) -> np.ndarray:
    """(320, 320) uint8: one stroke after the other, drawn as the canvas draws it."""
    ink = np.zeros((SIDE, SIDE), np.uint8)
    if picture is not None and PICTURE in objects:
        ink = np.pad(_large(picture), MARGIN)
        objects = objects[1:]
    for (colour, width), group in groupby(objects, key=lambda each: (each["stroke"], each["strokeWidth"])):
        # What a pen does far outside leaves no ink, and would take long to draw.
        curves = [_curve(points_of(each["path"]).clip(-SIDE, 2 * SIDE)) / SIDE for each in group]
        covered = render(curves, size=SIDE, pen=width / SIDE)
        if colour == GROUND:
            ink = (ink.astype(np.uint16) * (255 - covered) // 255).astype(np.uint8)
        else:
            ink = np.maximum(ink, covered)
    return ink


def _curve(points: np.ndarray) -> np.ndarray:
    """(m, 2) points along the curve that the canvas lays through the (k, 2) points of the pen, canvas pixels."""
    if len(points) < 3:
        return points
    middles = (points[:-1] + points[1:]) / 2
    at, start, pulled, end = SAMPLES, middles[:-1], points[1:-1], middles[1:]
    curves = (1 - at) ** 2 * start + 2 * at * (1 - at) * pulled + at**2 * end  # (samples, k - 2, 2)
    return np.concatenate([points[:1], middles[:1], curves.swapaxes(0, 1).reshape(-1, 2), points[-1:]])


def _large(picture: np.ndarray) -> np.ndarray:
    """(308, 308) uint8: each pixel of the (28, 28) picture as large as it lies on the canvas."""
    return picture.repeat(CELL, axis=0).repeat(CELL, axis=1)


def _picture_object(picture: np.ndarray) -> Object:
    """The (28, 28) uint8 picture as the canvas loads it, an image of Fabric."""
    buffer = io.BytesIO()
    Image.fromarray(_large(picture)).save(buffer, "PNG")
    return {
        "type": "Image",
        "src": "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii"),
        "left": MARGIN,
        "top": MARGIN,
        "originX": "left",
        "originY": "top",
        "width": 28 * CELL,
        "height": 28 * CELL,
        "imageSmoothing": False,
        "selectable": False,
    }


def _within(points: np.ndarray, pen: float) -> Sequence[np.ndarray]:
    """The parts of a stroke that leave ink on the canvas; what is smaller than the pen itself is a dot."""
    inside = ((points >= -pen / 2) & (points <= SIDE + pen / 2)).all(axis=1)
    edges = np.flatnonzero(np.diff(inside)) + 1
    parts = [part for part, kept in zip(np.split(points, edges), np.split(inside, edges), strict=True) if kept[0]]
    return [
        part if np.ptp(part, axis=0).max() >= DOT * pen else (part.min(axis=0) + part.max(axis=0))[None] / 2
        for part in parts
    ]
