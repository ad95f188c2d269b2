"""Answers that follow the pen: `ui.parts.answers`, kept up to date by the browser between two of the server's.

Two components, since Streamlit hashes a component's data at every rerun and sends them anew
whenever they change: one holds the networks, follows the pen, and is drawn once a page; the
other holds the answers, and is drawn with every stroke.  The
canvas' own events say where the pen is, in the browser as on the server; nothing is sent
while it moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from mnist_core.drawing.images import CLASSES
from mnist_core.errors import DigitLabError
from ui import networks
from ui.draw.canvas_value import SIDE
from ui.draw.sketch import CELL, MARGIN, Sketch
from ui.explain.inside import follows_the_pen, packed_image
from ui.frame.components import component
from ui.networks import Trained
from web.networks import packed

_BOX = '<div class="dl-live"><div></div></div>'


def live_answers(
    html: str,
    trained: Sequence[Trained],
    *,
    on_choose: Callable[[int, str], None] = lambda digit, key: None,
    image: np.ndarray | None = None,
    sketch: Sketch | None = None,
    board: str = "",
    brush: int = 1,
) -> None:
    """Draw the answers, and let them follow the pen where they answer to a canvas.

    Args:
        html: of `ui.parts.answers.answers`.
        trained: the networks that answered, in the same order.
        on_choose: called with the digit whose bar the reader chose and the key of the network that it belongs to.
        image: (28, 28) uint8, what they answered to; `None` where nothing is drawn.
        sketch: what is on the canvas; `None` where the answers are to something else.
        board: key of the container that the canvas is in.
        brush: width of the pen in canvas pixels.
    """

    def choose() -> None:
        digit, place = st.session_state["live_answers"].bar
        if digit in range(CLASSES) and place in range(len(trained)):  # The browser sent it.
            on_choose(digit, trained[place].key)

    _answers()(
        data={
            "html": html,
            "networks": [each.identity for each in trained],
            "image": None if image is None else packed_image(image),
            **drawn(sketch, board=board, brush=brush),
        },
        key="live_answers",
        on_bar_change=choose,
    )


def live_networks(trained: Sequence[Trained]) -> None:
    """Give the browser these networks, for the answers that `live_answers` draws; no stroke changes them."""
    names = tuple(each.identity for each in trained)
    component("draw/live.js")(data=_packed_networks(names, tuple(trained)), key="live_networks", height=0)


def still_answers(html: str, *, on_choose: Callable[[int], None], key: str) -> None:
    """Draw the answer of one network to an image that nobody draws at.

    Args:
        html: of `ui.parts.answers.answers`.
        on_choose: called with the digit whose bar the reader chose.
        key: the component's key in session state.
    """

    def choose() -> None:
        digit = st.session_state[key].bar[0]
        if digit in range(CLASSES):  # The browser sent it.
            on_choose(digit)

    _answers()(data={"html": html}, key=key, on_bar_change=choose)


def drawn(sketch: Sketch | None, *, board: str, brush: int) -> dict[str, object]:
    """What the browser needs to go on from what the server has answered to.

    `strokes` is `None` where the drawing is not the pen's alone, `picture` where none was
    put on that the pen changes; without both the browser cannot go on.
    """
    if sketch is None:
        return {"count": 0, "revision": -1, "strokes": None, "picture": None}
    strokes = sketch.strokes()
    return {
        "count": len(sketch.objects),
        "revision": sketch.initial["revision"],
        # A tenth of a pixel is less than what a pen is held to.
        "strokes": None if strokes is None else [np.round(stroke, 1).ravel().tolist() for stroke in strokes],
        "picture": None if sketch.digit() is None else {"cell": CELL, "margin": MARGIN},
        "board": f"st-key-{board}",
        "side": SIDE,
        "brush": brush,
    }


@st.cache_resource(max_entries=16, show_spinner=False)
def _packed_networks(names: tuple[str, ...], _trained: tuple[Trained, ...]) -> bytes:
    named = []
    for name, trained in zip(names, _trained, strict=True):
        try:
            network = networks.network(trained)
        except DigitLabError:  # Deleted meanwhile, which the server's answer says.
            continue
        if follows_the_pen(network):
            named.append((name, network))
    return packed(named)


def _answers() -> Callable[..., object]:
    return component("draw/answers.js", html=_BOX, apart=False)
