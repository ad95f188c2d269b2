"""Answers that follow the pen: `ui.parts.answers`, kept up to date by the browser between two of the server's.

Two components, since Streamlit hashes a component's script and data at every rerun and
sends them anew whenever they change: one holds the networks and all the script, and is
drawn once a page; the other holds the answers, and is drawn with every stroke.  The
canvas' own events say where the pen is, in the browser as on the server; nothing is sent
while it moves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.images import CLASSES, IMAGE_SHAPE
from mnist_core.network.network import Network
from ui import networks
from ui.draw.sketch import CELL, MARGIN, SIDE, Sketch
from ui.networks import Trained
from ui.parts.answers import STYLE

SCRIPTS = ("live_image.js", "live_network.js", "live_press.js", "live.js")

_BOX = '<div class="dl-live"><div></div></div>'
# Until the other component has come it shows the answers as they are.
_SHOW = """
export default function ({ parentElement, data, setTriggerValue }) {
  const box = parentElement.querySelector(".dl-live");
  box.answer = data;
  box.onclick = (event) => {
    const button = event.target.closest("tbody tr")?.querySelector("button:enabled");
    if (!button) return;
    button.focus();
    const card = [...box.querySelectorAll(".dl-answer")].indexOf(button.closest(".dl-answer"));
    setTriggerValue("bar", [Number(button.textContent), card]);
  };
  box.onkeydown = (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const buttons = [...(event.target.closest("table")?.querySelectorAll("button") ?? [])];
    if (!step || !buttons.includes(event.target)) return;
    event.preventDefault();
    const next = buttons[buttons.indexOf(event.target) + step];
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  };
  if (!box.dispatchEvent(new CustomEvent("digitlab-answer", { bubbles: true, cancelable: true }))) return;
  box.innerHTML = data.html;
  box.dataset.from = "server";
}
"""


def script() -> str:
    """The JavaScript that follows the pen, one module."""
    return "\n".join(Path(__file__).with_name(name).read_text() for name in SCRIPTS)


def live_answers(
    html: str,
    trained: Sequence[Trained],
    *,
    on_choose: Callable[[int, str], None] = lambda digit, key: None,
    sketch: Sketch | None = None,
    board: str = "",
    brush: int = 1,
) -> None:
    """Draw the answers, and let them follow the pen where they answer to a canvas.

    Args:
        html: of `ui.parts.answers.answers`.
        trained: the networks that answered, in the same order.
        on_choose: called with the digit whose bar the reader chose and the key of the network that it belongs to.
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
            "networks": [networks.version(each) for each in trained],
            **drawn(sketch, board=board, brush=brush),
        },
        key="live_answers",
        on_bar_change=choose,
    )


def live_networks(trained: Sequence[Trained]) -> None:
    """Give the browser these networks, for the answers that `live_answers` draws; no stroke changes them."""
    names = tuple(networks.version(each) for each in trained)
    _networks()(data=_packed_networks(names, tuple(trained)), key="live_networks", height=0)


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

    component = st.components.v2.component(
        "digitlab_still_answers", html=_BOX, css=STYLE, js=_SHOW, isolate_styles=False
    )
    component(data={"html": html}, key=key, on_bar_change=choose)


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


def packed(named: Sequence[tuple[str, Network]]) -> bytes:
    """Networks for the browser, see `live_network.js`: the header's length, the header as JSON, all weights."""
    header, arrays = [], []
    for name, network in named:
        layers, shape = [], IMAGE_SHAPE
        for layer, weights in zip(network.layers, network.weights, strict=True):
            layers.append({"kind": layer.kind, **asdict(layer), "shapes": layer.weight_shapes(shape)})
            arrays += [np.ascontiguousarray(each, "<f4").tobytes() for each in weights]
            shape = layer.output_shape(shape)
        about = {"straighten": network.straighten, "temperature": network.temperature}
        header.append({"name": name, **about, "layers": layers})
    words = json.dumps(header).encode()
    words += b" " * (-len(words) % 4)  # The weights begin at a whole word.
    return b"".join([len(words).to_bytes(4, "little"), words, *arrays])


@st.cache_resource(max_entries=16, show_spinner=False)
def _packed_networks(names: tuple[str, ...], _trained: tuple[Trained, ...]) -> bytes:
    named = []
    for name, trained in zip(names, _trained, strict=True):
        try:
            named.append((name, networks.network(trained)))
        except DigitLabError:  # Deleted meanwhile, which the server's answer says.
            continue
    return packed(named)


# Registered anew each time, a hundredth of a millisecond: Streamlit 1.65 remembers it for one runtime
# only, and each AppTest is one.
def _networks():
    return st.components.v2.component("digitlab_live_networks", css=STYLE, js=_script(), isolate_styles=False)


def _answers():
    return st.components.v2.component("digitlab_live_answers", html=_BOX, js=_SHOW, isolate_styles=False)


@st.cache_resource(show_spinner=False)
def _script() -> str:
    return script()
