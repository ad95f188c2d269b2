"""Guided drawing: asks for each digit in turn, so that ten digits take half a minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.numerals import an
from ui.draw.teach.feedback import keep
from ui.frame import state
from ui.frame.into_view import come_into_view
from ui.words.plain import plain

GUIDED = "guided"  # key of the switch
ASKED, SKIPPED, PROBLEM = "guided_asked", "guided_skipped", "guided_problem"
LOOK = "guided_look"  # whether the canvas is to be brought into view: what is asked stands above it
ROUND = 10


def is_guided() -> bool:
    """Whether the page asks for digits."""
    return bool(st.session_state.get(GUIDED))


def switch() -> None:
    """Draw the switch, beside the canvas' buttons."""
    if not state.visitor().may_add:
        return
    st.toggle("Guide me", key=GUIDED, persist_state="session", on_change=_look)


def _look() -> None:
    st.session_state[LOOK] = is_guided()


def asked_digit(hand: str) -> int:
    """The digit that is asked for: the first of those of which fewest are kept, but for those skipped.

    It stays until it is kept or skipped here: what others keep under this hand meanwhile does not
    change what somebody has begun to draw.
    """
    asked = st.session_state.setdefault(ASKED, {})
    if hand not in asked:
        counts = state.store().drawings.digit_counts(hand) + np.bincount(_skipped(hand), minlength=ROUND)
        asked[hand] = int(counts.argmin())
    return asked[hand]


def _skipped(hand: str) -> list[int]:
    """The digits that were skipped in this session, for this hand."""
    return st.session_state.setdefault(SKIPPED, {}).setdefault(hand, [])


def prompt(hand: str, counts: np.ndarray) -> int:
    """Draw what to draw, above the canvas; returns the digit.

    Args:
        hand: the handwriting.
        counts: (10,) integers, how many drawings it has of each digit.
    """
    digit = asked_digit(hand)
    done = int((counts > counts.min()).sum())
    words = f"{ROUND} of {ROUND}: now teach, or go on" if is_round(counts) else f"{done} of {ROUND} in this round"
    asked = f"<span>Draw {an(digit).split()[0]}</span><b>{digit}</b><small>{words}</small>"
    st.html(f'<div class="dl-asked" role="status">{asked}</div>')
    return digit


def is_round(counts: np.ndarray) -> bool:
    """Whether rounds are whole: (10,) drawings, of each digit the same number."""
    return bool(counts.min() == counts.max() > 0)


def buttons(
    digit: int,
    image: np.ndarray | None,
    strokes: Sequence[np.ndarray],
    said: Mapping[str, int],
    clear: Callable[[], None],
    *,
    hand: str,
) -> None:
    """Draw "Keep, next" and "Skip", under the canvas.

    Args:
        digit: what `prompt` asks for.
        image: (28, 28) uint8, `None` while nothing is drawn.
        strokes: of the drawing, in canvas pixels.
        said: what the networks answered, by their keys.
        clear: clears the canvas.
        hand: the handwriting that `prompt` asked for.
    """
    with st.container(horizontal=True, key="guided_buttons"):
        st.button(
            "Keep, next",
            icon=":material/arrow_forward:",
            type="primary",
            key=f"keep_next_{digit}",
            width="stretch",
            disabled=image is None,
            on_click=_keep_and_go_on,
            args=(digit, image, strokes, said, clear, hand),
        )
        st.button(
            "Skip",
            icon=":material/skip_next:",
            key=f"skip_{digit}",
            width="stretch",
            on_click=_skip,
            args=(digit, clear, hand),
        )
    problem = st.session_state.pop(PROBLEM, None)
    if problem:
        st.error(plain(problem), icon=":material/error:")


def bring_into_view(place: str) -> None:
    """Scroll to the container with this key, unless all of it is seen; once after the switch was pressed."""
    if st.session_state.pop(LOOK, False):
        come_into_view(place)


def _keep_and_go_on(
    digit: int,
    image: np.ndarray,
    strokes: Sequence[np.ndarray],
    said: Mapping[str, int],
    clear: Callable[[], None],
    hand: str,
) -> None:
    """Keep the drawing as the digit that was asked for when the button was drawn."""
    if asked_digit(hand) != digit:  # The same press once more.
        return
    try:
        keep(image, strokes, said, digit)
    except DigitLabError as error:
        st.session_state[PROBLEM] = str(error)
    else:
        _next(hand)
        clear()


def _skip(digit: int, clear: Callable[[], None], hand: str) -> None:
    if asked_digit(hand) == digit:
        _skipped(hand).append(digit)
        _next(hand)
        clear()


def _next(hand: str) -> None:
    st.session_state[ASKED].pop(hand, None)
