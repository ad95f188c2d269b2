"""Ten thousand points that a pointer draws around or a click chooses one of.

A component of our own.  Plotly's WebGL scatter was tried in Chromium with 10,000 points: with the lasso
at hand its clicks do not reach Streamlit, neither a mouse's nor a finger's, and it brings 4.7 MB of script along.
Points written into the pixels of a 2D canvas take some milliseconds, with a graphics driver or without, and
enlarged they become digits.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st

from ui.colours import BLUE, DIGITS, GREY, ORANGE
from ui.frame.components import component

GRID = 10_000  # a lasso's corners are whole numbers in [-GRID, GRID] and some beyond


def scatter(
    points: np.ndarray,
    truth: np.ndarray,
    read: np.ndarray,
    on_choose: Callable[[Mapping[str, object]], None],
    *,
    colour: str,
    only_wrong: bool,
    true_digit: int | None,
    read_digit: int | None,
    lasso: Sequence[tuple[int, int]] | None,
    at: int | None,
    alt: str,
    key: str,
) -> None:
    """Draw the points; those that are not shown, or not in the lasso, faintly.

    Args:
        points: (n, 2) float32 in [-1, 1].
        truth: (n,) uint8 true digits.
        read: (n,) digits read, -1 for none.
        on_choose: a callback as those of widgets, called with {"lasso": [x, y, x, y, ...]} on the `GRID`,
            {"place": i} for a click on point i, or {} for one on none.
        colour: "truth", "read" or "right".
        only_wrong: show those read wrong alone.
        true_digit: show points of this digit alone; `None` for all.
        read_digit: show points read as this digit alone; `None` for all.
        lasso: corners of the lasso that is drawn, on the `GRID`.
        at: the point that is ringed.
        alt: what a person who cannot see it should know.
        key: the component's key in session state.
    """

    def on_chosen_change() -> None:
        chosen = st.session_state[key].chosen
        if isinstance(chosen, Mapping):
            on_choose(chosen)

    data = {
        "points": _text(np.rint((points.astype(np.float64) + 1) * 32767.5).astype("<u2")),
        "truth": _text(truth.astype(np.uint8)),
        "read": _text(np.where(read < 0, 10, read).astype(np.uint8)),
        "colour": colour,
        "digits": {theme: (*colours, GREY) for theme, colours in DIGITS.items()},
        "right_wrong": (BLUE, ORANGE),
        "only_wrong": only_wrong,
        "true_digit": -1 if true_digit is None else true_digit,
        "read_digit": -1 if read_digit is None else read_digit,
        "lasso": None if lasso is None else [[x / GRID, y / GRID] for x, y in lasso],
        "at": at,
        "alt": alt,
    }
    component("scatter/scatter.js", html=HTML)(key=key, data=data, on_chosen_change=on_chosen_change)


def _text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


HTML = """<div class="scatter"><div class="tools" role="toolbar" aria-label="The map">
<button type="button" data-mode="lasso" title="Draw around points to see their images">Lasso</button>
<button type="button" data-mode="move" title="Drag to move the map; click a point">Move</button>
<button type="button" data-zoom="1.6" aria-label="Zoom in" title="Zoom in: digits instead of dots">+</button>
<button type="button" data-zoom="0.625" aria-label="Zoom out" title="Zoom out">&minus;</button>
<button type="button" data-zoom="0" title="Show all of the map">All</button>
<button type="button" data-clear="1" title="Choose nothing">Clear</button></div>
<div class="box"><canvas class="points"></canvas><canvas class="marks" tabindex="0" role="img"></canvas>
<div class="tip" hidden></div></div><div class="hint" aria-live="polite"></div></div>"""
