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

from collections.abc import Callable

import numpy as np
import streamlit as st
from streamlit_drawable_canvas import st_canvas

from ui.sketch import SIDE, Sketch

BRUSH = 22  # pixels; from a half to nine tenths of the canvas, people's digits are read about best with it
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


@st.cache_resource
def _without_toolbar() -> Callable[..., object]:
    return st.components.v2.component("digitlab_canvas_without_toolbar", js=_TAKE_TOOLBAR_AWAY)


def put_away(key: str) -> None:
    """Note that this canvas is not on the page now, so that its drawing is put back when it returns."""
    st.session_state[f"{key}_mounts"] = st.session_state.get(f"{key}_mounts", 0) + 1


def board(key: str) -> str:
    """Key of the container that a canvas is in."""
    return f"{key}_board"


def sketch(key: str) -> Sketch:
    """What is on a canvas of this session."""
    return st.session_state.setdefault(f"{key}_sketch", Sketch())


def canvas(key: str, *, brush: int = BRUSH, rubs_out: bool = False) -> np.ndarray | None:
    """Draw a canvas with Undo and Clear; call it inside a fragment.

    Args:
        key: tells this canvas from others; its drawing lives as long as the session.
        brush: width of the pen in canvas pixels.
        rubs_out: whether the pen takes ink away.

    Returns:
        (320, 320, 4) uint8 RGBA, white ink on black; `None` while nothing is drawn.
    """
    drawn = sketch(key)
    mounted = st.session_state.get("page_visit"), st.session_state.get(f"{key}_mounts", 0)
    # On a busy server the state of a canvas that has left can outlive it: so visits are counted too.
    if (key not in st.session_state or drawn.mounted not in (None, mounted)) and drawn.objects:
        drawn.load(drawn.objects, drawn.png)
    drawn.appear(mounted)
    with st.container(key=board(key), width=SIDE):
        with st.container(gap=None):  # Or the component without a height would leave a gap of its own.
            result = st_canvas(
                stroke_width=brush,
                stroke_color=GROUND if rubs_out else INK,
                background_color=GROUND,
                width=SIDE,
                height=SIDE,
                initial_drawing=drawn.initial,
                return_image_data=True,
                key=key,
            )
            _without_toolbar()(data={"board": board(key), "label": LABEL}, key=f"{key}_toolbar", height=0)
        drawn.report((result.json_data or {}).get("objects", []), result.image_bytes)
        with st.container(horizontal=True, key=f"{key}_buttons"):
            for label, icon, action in (
                ("Undo", ":material/undo:", drawn.undo),
                ("Clear", ":material/delete:", drawn.clear),
            ):
                st.button(label, icon=icon, on_click=action, width="stretch", key=f"{key}_{label.lower()}")
    return drawn.pixels()
