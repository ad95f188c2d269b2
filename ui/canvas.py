"""The canvas one draws on: streamlit-drawable-canvas with the buttons that a finger needs.

Facts about version 0.13 that shape this adapter:

- A drawing arrives 200 ms after the pen is lifted, never before.
- It loads `initial_drawing` when that changes in any way, an unknown key included, and
  then reports at once.  So clearing and undoing are new initial drawings with a new
  revision; on every other run the same one has to be passed, or the drawing is lost.
- Until that report arrives it returns what was there before.
- A canvas that leaves the page, for another page or another way in, comes back blank.
- Its own toolbar shows on hover only, and otherwise lies invisible over a corner of the
  canvas, where a finger presses its buttons.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np
import streamlit as st
from PIL import Image
from streamlit_drawable_canvas import st_canvas

SIDE = 320  # CSS pixels; what a phone 360 wide has room for
BRUSH = 22  # pixels; at this width most people's strokes are as thick as MNIST's
BRUSHES = (8, 40)
LABEL = "Drawing area: write one digit with the mouse, a pen or a finger"
INK, GROUND = "#FFFFFF", "#000000"  # in both themes: a change of ground loses the drawing

_TAKE_TOOLBAR_AWAY = """
export default function ({ data }) {
  let frame;
  const look = () => {
    const inside = [...document.querySelectorAll(`.st-key-${data.board} *`)].map((each) => each.shadowRoot);
    const root = inside.find((each) => each?.querySelector(".dc-toolbar"));
    if (!root) {
      frame = requestAnimationFrame(look);
      return;
    }
    const style = document.createElement("style");
    style.textContent = ".dc-toolbar { display: none !important } .dc-canvas, .upper-canvas { border-radius: 6px }";
    root.append(style);
    root.querySelector(".upper-canvas").setAttribute("aria-label", data.label);
    root.querySelector(".upper-canvas").setAttribute("role", "img");
  };
  look();
  return () => cancelAnimationFrame(frame);
}
"""
_without_toolbar = st.components.v2.component("digitlab_canvas_without_toolbar", js=_TAKE_TOOLBAR_AWAY)


@dataclass
class _Drawing:
    """What one canvas of one session holds.

    Attributes:
        initial: what the component was last told to load.
        objects: the strokes, as the component last reported them.
        png: the picture, as it last reported it; `None` while blank.
        outdated: the report that an undo or a clear has overtaken, until the next arrives.
    """

    initial: dict = field(default_factory=lambda: {"objects": [], "revision": 0})
    objects: list = field(default_factory=list)
    png: bytes | None = None
    outdated: bytes | None = None

    def load(self, objects: list, png: bytes | None) -> None:
        """Replace the drawing by `objects`, which look like `png` (`None` until the component reports)."""
        self.initial = {"objects": objects, "revision": self.initial["revision"] + 1}
        self.outdated, self.objects, self.png = self.png, objects, png

    def clear(self) -> None:
        self.load([], None)

    def undo(self) -> None:
        if self.objects:
            # The old answer stays for the moment that the new picture takes.
            self.load(self.objects[:-1], self.png if len(self.objects) > 1 else None)


def canvas(key: str, *, brush: int = BRUSH) -> np.ndarray | None:
    """Draw a canvas with Undo and Clear; call it inside a fragment.

    Args:
        key: tells this canvas from others; its drawing lives as long as the session.
        brush: width of the pen in canvas pixels.

    Returns:
        (320, 320, 4) uint8 RGBA, white ink on black; `None` while nothing is drawn.
    """
    drawing: _Drawing = st.session_state.setdefault(f"{key}_drawing", _Drawing())
    if key not in st.session_state and drawing.objects:
        drawing.load(drawing.objects, drawing.png)
    with st.container(key=f"{key}_board", width=SIDE):
        with st.container(gap=None):  # Or the component without a height would leave a gap of its own.
            result = st_canvas(
                stroke_width=brush,
                stroke_color=INK,
                background_color=GROUND,
                width=SIDE,
                height=SIDE,
                initial_drawing=drawing.initial,
                return_image_data=True,
                key=key,
            )
            _without_toolbar(data={"board": f"{key}_board", "label": LABEL}, key=f"{key}_toolbar", height=0)
        reported = result.image_bytes
        if reported is not None and reported != drawing.outdated:
            drawing.objects = (result.json_data or {}).get("objects", [])
            drawing.png, drawing.outdated = (reported if drawing.objects else None), None
        with st.container(horizontal=True, key=f"{key}_buttons"):
            for label, icon, action in (
                ("Undo", ":material/undo:", drawing.undo),
                ("Clear", ":material/delete:", drawing.clear),
            ):
                st.button(label, icon=icon, on_click=action, width="stretch", key=f"{key}_{label.lower()}")
    return None if drawing.png is None else _pixels(drawing.png)


def _pixels(png: bytes) -> np.ndarray | None:
    with Image.open(io.BytesIO(png)) as image:
        # The browser sent it: a size that the canvas does not have is not decoded.
        return np.asarray(image.convert("RGBA")) if image.size == (SIDE, SIDE) else None
