"""What a canvas holds, between the clicks of a hand and the reports of the component."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

SIDE = 320  # pixels of a canvas; what a phone 360 wide has room for


@dataclass
class Sketch:
    """What one canvas of one session holds.

    Attributes:
        initial: what the component was last told to load.
        objects: the strokes, as the component last reported them.
        png: the picture, as it last reported it; `None` while blank.
        outdated: the report that an undo or a clear has overtaken, until the next arrives.
        mounted: which appearance of the canvas on the page this is; `None` before the first.
    """

    initial: dict = field(default_factory=lambda: {"objects": [], "revision": 0})
    objects: list = field(default_factory=list)
    png: bytes | None = None
    outdated: bytes | None = None
    mounted: tuple | None = None

    def load(self, objects: list, png: bytes | None) -> None:
        """Replace the drawing by `objects`, which look like `png` (`None` until the component reports)."""
        self.initial = {"objects": objects, "revision": self.initial["revision"] + 1}
        if self.png is not None:
            self.outdated = self.png
        self.objects, self.png = objects, png

    def report(self, objects: list, png: bytes | None) -> None:
        """Take what the component returned, unless it is what an undo or a clear has overtaken."""
        if png is not None and png != self.outdated:
            self.objects, self.png, self.outdated = objects, png if objects else None, None

    def clear(self) -> None:
        """Begin anew."""
        self.load([], None)

    def undo(self) -> None:
        """Take back the last stroke."""
        if self.objects:
            # The old answer stays for the moment that the new picture takes.
            self.load(self.objects[:-1], self.png if len(self.objects) > 1 else None)

    def pixels(self) -> np.ndarray | None:
        """(320, 320, 4) uint8 RGBA; `None` while blank."""
        if self.png is None:
            return None
        with Image.open(io.BytesIO(self.png)) as image:
            # The browser sent it: a size that the canvas does not have is not decoded.
            return np.asarray(image.convert("RGBA")) if image.size == (SIDE, SIDE) else None
