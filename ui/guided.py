"""Guided drawing: asks for each digit in turn, so that ten digits take half a minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError
from ui import state
from ui.feedback import keep
from ui.hands import hand_now

GUIDED = "guided"  # key of the switch
SKIPPED, PROBLEM = "guided_skipped", "guided_problem"
ROUND = 10


def is_guided() -> bool:
    """Whether the page asks for digits."""
    return bool(st.session_state.get(GUIDED))


def asked_digit() -> int:
    """The digit that is asked for: the first of those of which fewest are kept, but for those skipped."""
    counts = state.store().digit_counts(hand_now()) + np.bincount(_skipped(), minlength=ROUND)
    return int(counts.argmin())


def _skipped() -> list[int]:
    """The digits that were skipped in this session, for this hand."""
    return st.session_state.setdefault(SKIPPED, {}).setdefault(hand_now(), [])


def prompt() -> None:
    """Draw what to draw, above the canvas."""
    counts = state.store().digit_counts(hand_now())
    whole = int(counts.min())
    done = int((counts > whole).sum())
    words = f"{done} of {ROUND} in this round" if done or not whole else f"{ROUND} of {ROUND}: now teach, or go on"
    asked = f"<span>Draw a</span><b>{asked_digit()}</b><small>{words}</small>"
    st.html(f'{STYLE}<div class="dl-asked" role="status">{asked}</div>')


def buttons(
    image: np.ndarray | None, strokes: Sequence[np.ndarray], said: Mapping[str, int], clear: Callable[[], None]
) -> None:
    """Draw "Keep, next" and "Skip", under the canvas.

    Args:
        image: (28, 28) uint8, `None` while nothing is drawn.
        strokes: of the drawing, in canvas pixels.
        said: what the networks answered, by their keys.
        clear: clears the canvas.
    """

    def keep_and_go_on() -> None:
        try:
            keep(image, strokes, said, asked_digit())
        except DigitLabError as error:
            st.session_state[PROBLEM] = str(error)
        else:
            clear()

    def skip() -> None:
        _skipped().append(asked_digit())
        clear()

    with st.container(horizontal=True, key="guided_buttons"):
        st.button(
            "Keep, next",
            icon=":material/arrow_forward:",
            type="primary",
            key="keep_next",
            width="stretch",
            disabled=image is None,
            on_click=keep_and_go_on,
        )
        st.button("Skip", icon=":material/skip_next:", key="skip", width="stretch", on_click=skip)
    problem = st.session_state.pop(PROBLEM, None)
    if problem:
        st.error(problem, icon=":material/error:")


STYLE = """<style>
.dl-asked {display:flex; align-items:baseline; gap:0.5rem; margin:0}
.dl-asked span {font-size:1.15rem}
.dl-asked b {font-size:2.6rem; line-height:1}
.dl-asked small {margin-left:auto; opacity:0.8}
</style>"""
