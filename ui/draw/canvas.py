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

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from mnist_core.errors import ImageError
from mnist_core.numerals import numeral
from ui.colours import GROUND, INK
from ui.draw.canvas_value import AGAIN, MAX_POINTS, SIDE
from ui.draw.sketch import BRUSH, Sketch
from ui.frame.components import component
from ui.words.plain import plain

LABEL = "Drawing area: write one digit with the mouse, a pen or a finger"


def put_away(key: str) -> None:
    """Note that this canvas is not on the page now, so that its drawing is put back when it returns."""
    st.session_state[f"{key}_mounts"] = st.session_state.get(f"{key}_mounts", 0) + 1


def board(key: str) -> str:
    """Key of the container that a canvas is in."""
    return f"{key}_board"


def sketch(key: str) -> Sketch:
    """What is on a canvas of this session."""
    return st.session_state.setdefault(f"{key}_sketch", Sketch())


def canvas(
    key: str, *, brush: int = BRUSH, rubs_out: bool = False, beside: Callable[[], object] = lambda: None
) -> Sketch:
    """Draw a canvas with Undo and Clear; call it inside a fragment.

    Args:
        key: tells this canvas from others; its drawing lives as long as the session.
        brush: width of the pen in canvas pixels.
        rubs_out: whether the pen takes ink away.
        beside: draws what stands beside Undo and Clear.

    Returns:
        What is drawn on it.
    """
    drawn = sketch(key)
    mounted = st.session_state.get("page_visit"), st.session_state.get(f"{key}_mounts", 0)
    # On a busy server the state of a canvas that has left can outlive it: so visits are counted too.
    if (key not in st.session_state or drawn.mounted not in (None, mounted)) and drawn.objects:
        drawn.load(drawn.objects)
    drawn.appear(mounted)
    with st.container(key=board(key), width=SIDE):
        with st.container(gap=None):  # Or the component without a height would leave a gap of its own.
            refused = _take(drawn, key, brush=brush, stroke_color=GROUND if rubs_out else INK)
            component("draw/toolbar.js")(data={"board": board(key), "label": LABEL}, key=f"{key}_toolbar", height=0)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"{key}_buttons"):
            for label, icon, action in (
                ("Undo", ":material/undo:", drawn.undo),
                ("Clear", ":material/delete:", drawn.clear),
            ):
                st.button(label, icon=icon, on_click=action, width="stretch", key=f"{key}_{label.lower()}")
            beside()
        if refused:
            st.error(plain(refused), icon=":material/error:")
        elif drawn.points > MAX_POINTS:
            st.caption(f"Your drawing has {numeral(drawn.points)} points; {numeral(MAX_POINTS)} of them are looked at.")
    return drawn


def _take(drawn: Sketch, key: str, *, brush: int, stroke_color: str) -> str:
    """Draw the component and take what it reports; returns a sentence where that is nothing that a pen draws."""
    try:
        result = st_canvas(
            stroke_width=brush,
            stroke_color=stroke_color,
            background_color=GROUND,  # In both themes: a change of ground loses the drawing.
            width=SIDE,
            height=SIDE,
            initial_drawing=drawn.initial,
            return_image_data=False,  # Never the picture: it would be a stranger's file, and the strokes say more.
            key=key,
        )
    except (AttributeError, KeyError, TypeError):  # It looks into what the browser sent without looking at it first.
        return f"The canvas sent something that is no drawing. {AGAIN}"
    try:
        drawn.report(result.json_data)
    except ImageError as error:
        return str(error)
    return ""
