"""Whose drawings are kept: a hand, chosen on the page and carried in its address."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.drawings import GUEST, MAX_HAND, checked_hand
from mnist_core.errors import ConfigError
from ui import state
from ui.address import carry

HAND = "hand"  # in the address, and the widget's key


def hand_now() -> str:
    """The hand that the reader chose, or that the address names; "guest" otherwise."""
    chosen = st.session_state.get(HAND)
    if chosen is None:
        chosen = st.query_params.get(HAND, GUEST)
    try:
        return checked_hand(chosen)
    except ConfigError:
        return GUEST


def hand_choice() -> str:
    """Draw the choice; a new hand is made by typing its name.  Returns the hand chosen."""
    now = hand_now()
    known = list(dict.fromkeys([GUEST, *state.store().hands(), now]))
    if st.session_state.get(HAND) not in known:
        _explain(st.session_state.get(HAND, st.query_params.get(HAND)))
        st.session_state[HAND] = now
    st.selectbox(
        "Whose hand is this?",
        known,
        key=HAND,
        accept_new_options=True,
        help=f"Drawings are kept under this name. Type a new one, up to {MAX_HAND} characters, to begin anew.",
        persist_state="session",
    )
    carry(HAND, now, GUEST)
    return now


def counter(counts: np.ndarray) -> str:
    """HTML of how many drawings there are of each digit; those that would help most are marked.

    Args:
        counts: (10,) integers.
    """
    least = counts.min()
    cells = "".join(
        f"<li{_mark(number, least, counts)}><b>{digit}</b><span>{number:,}</span></li>"
        for digit, number in enumerate(counts.tolist())
    )
    return f'{STYLE}<ul class="dl-counts" aria-label="Drawings kept of each digit">{cells}</ul>'


def helps_most(counts: np.ndarray) -> str:
    """A sentence: which digits would help most."""
    if not counts.any():
        return "Nothing is kept yet. One drawing of each digit is a good start."
    digits = [str(digit) for digit in np.flatnonzero(counts == counts.min())]
    if len(digits) == len(counts):
        return f"{counts.sum():,} kept, of each digit the same number. Another of each would help."
    words = digits[0] if len(digits) == 1 else f"{', '.join(digits[:-1])} and {digits[-1]}"
    return f"{counts.sum():,} kept. Most would help: {words}."


def _mark(number: int, least: int, counts: np.ndarray) -> str:
    return ' class="dl-wanted"' if number == least and counts.any() and (counts != least).any() else ""


def _explain(asked: str | None) -> None:
    if asked is None:
        return
    try:
        checked_hand(asked)
    except ConfigError as error:
        st.info(f"{error} Drawings are kept under {GUEST!r} instead.", icon=":material/info:")


STYLE = """<style>
ul.dl-counts.dl-counts {display:grid; grid-template-columns:repeat(10, minmax(0, 3.4rem)); gap:0.3rem; list-style:none;
  margin:0; padding:0; font-variant-numeric:tabular-nums}
.dl-counts li {margin:0; padding:0.25rem 0; text-align:center; border-radius:0.4rem; line-height:1.25;
  border:1px solid color-mix(in srgb, currentColor 20%, transparent)}
.dl-counts b, .dl-counts span {display:block}
.dl-counts span {font-size:0.8rem; opacity:0.8}
.dl-counts .dl-wanted {border:2px dashed currentColor; padding:calc(0.25rem - 1px) 0}
@media (max-width:640px) {
  ul.dl-counts.dl-counts {grid-template-columns:repeat(5, minmax(0, 1fr))}
  /* Ten digits to choose from: two rows of five that a finger hits. */
  .st-key-feedback [role=radiogroup], .st-key-kept_one [role=radiogroup] {flex-wrap:wrap; max-width:100%}
  .st-key-feedback [role=radio], .st-key-kept_one [role=radio] {flex:1 0 19%; min-height:2.75rem}
}
</style>"""
