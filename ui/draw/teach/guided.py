"""Guided drawing: asks for each digit in turn, so that ten digits take half a minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError
from mnist_core.numerals import an, ordinal
from ui.draw.sketch import Sketch
from ui.draw.teach.feedback import keep
from ui.frame import state
from ui.frame.into_view import come_into_view
from ui.parts.answers import Answer
from ui.words.plain import plain

GUIDED = "guided"  # key of the switch
IS_ON = "guided_is_on"  # as it was switched last
ASKED, SKIPPED, PROBLEM = "guided_asked", "guided_skipped", "guided_problem"
WHOLE = "guided_whole"  # how many drawings of each digit there were when a round was last whole, by hand
LOOK = "guided_look"  # whether the canvas is to be brought into view
ROUND = 10


def is_guided() -> bool:
    """Whether the page asks for digits."""
    return bool(st.session_state.get(IS_ON))


def switch(sketch: Sketch) -> None:
    """Draw the switch, beside the buttons of the canvas that holds `sketch`."""
    if not state.visitor().may_add:
        return
    # A browser that is overtaken by its own strokes may forget what it was switched to.
    st.session_state[GUIDED] = is_guided()
    st.toggle("Guide me", key=GUIDED, persist_state="session", on_change=_switched, args=(sketch,))


def _switched(sketch: Sketch) -> None:
    st.session_state[IS_ON] = st.session_state[GUIDED]
    if is_guided():
        sketch.put_aside()  # It was drawn before anybody asked for a digit.
        look_at_board()


def look_at_board() -> None:
    """Bring the canvas into view with the next run; a callback for what is pressed far below it."""
    st.session_state[LOOK] = True


def asked_digit(hand: str) -> int:
    """The digit that is asked for: the first of those of which fewest are kept, those skipped least before others.

    It stays until it is kept or skipped here: what others keep under this hand meanwhile does not
    change what somebody has begun to draw.
    """
    asked = st.session_state.setdefault(ASKED, {})
    if hand not in asked:
        asked[hand] = _choice(hand)
    return asked[hand]


def _choice(hand: str, *, but: int | None = None) -> int:
    """What to ask for next: anything but the digit that was skipped just now."""
    counts, skipped = state.store().drawings.digit_counts(hand), _skipped(hand)
    others = (digit for digit in range(ROUND) if digit != but)
    return min(others, key=lambda digit: (counts[digit], skipped.count(digit), digit))


def _skipped(hand: str) -> list[int]:
    """The digits that were skipped in this session, for this hand."""
    return st.session_state.setdefault(SKIPPED, {}).setdefault(hand, [])


def prompt(hand: str, counts: np.ndarray) -> int:
    """Draw what to draw, above the canvas; returns the digit.

    Args:
        hand: the handwriting.
        counts: (10,) integers, how many drawings it has of each digit.
    """
    digit, kept = asked_digit(hand), done(hand, counts)
    words = f"{ROUND} of {ROUND}: now teach, or go on" if kept == ROUND else f"{ordinal(kept + 1)} of {ROUND}"
    asked = f"<span>Draw {an(digit).split()[0]}</span><b>{digit}</b><small>{words}</small>"
    st.html(f'<div class="dl-asked" role="status">{asked}</div>')
    return digit


def done(hand: str, counts: np.ndarray) -> int:
    """How many digits of the round are kept: all ten from the last of them until one more is.

    Args:
        hand: the handwriting.
        counts: (10,) integers, how many drawings it has of each digit.
    """
    wholes = st.session_state.setdefault(WHOLE, {})
    if not counts.min():
        wholes.pop(hand, None)
        return int((counts > 0).sum())
    whole = wholes.setdefault(hand, counts)
    if (counts == whole).all():
        return ROUND
    kept = int((counts > min(whole.min(), counts.min())).sum())
    if kept == ROUND:
        wholes[hand] = counts
    return kept


def buttons(
    digit: int,
    image: np.ndarray | None,
    strokes: Sequence[np.ndarray],
    answered: Mapping[str, Answer],
    clear: Callable[[], None],
    *,
    hand: str,
) -> None:
    """Draw "Keep, next" and "Skip", under the canvas.

    Args:
        digit: what `prompt` asks for.
        image: (28, 28) uint8, `None` while nothing is drawn.
        strokes: of the drawing, in canvas pixels.
        answered: what the networks answered, by their keys.
        clear: clears the canvas.
        hand: the handwriting that `prompt` asked for.
    """
    said = {key: answer.digit for key, answer in answered.items()}
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
    if doubt := doubt_words(digit, list(answered.values())):
        st.caption(doubt)
    problem = st.session_state.pop(PROBLEM, None)
    if problem:
        st.error(plain(problem), icon=":material/error:")


def doubt_words(digit: int, answered: Sequence[Answer]) -> str:
    """Whether the drawing is what was asked for, where every network is sure that it is not; empty otherwise."""
    if not answered or not all(answer.sure and answer.digit != digit for answer in answered):
        return ""
    read = " or ".join(map(an, dict.fromkeys(answer.digit for answer in answered)))
    who = {1: "The network reads", 2: "Both read"}.get(len(answered), "All read")
    return f"Really {an(digit)}? {who} {read}. If it is, keep it: from such drawings they learn most."


def bring_into_view(place: str) -> None:
    """Scroll to the container with this key, unless all of it is seen; once after `look_at_board`."""
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
        st.session_state[ASKED][hand] = _choice(hand)
        clear()


def _skip(digit: int, clear: Callable[[], None], hand: str) -> None:
    if asked_digit(hand) == digit:
        _skipped(hand).append(digit)
        st.session_state[ASKED][hand] = _choice(hand, but=digit)
        clear()
