"""Under which handwriting drawings are kept: the browser's own, or one that is shared and that the address carries."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.errors import ConfigError
from mnist_core.numerals import numeral
from mnist_core.store.drawings import MAX_HAND, checked_hand
from ui.draw.address import HAND, HAND_KEY
from ui.frame import state
from ui.frame.state import visitor
from ui.words.plain import plain

OWN = "own_hand"  # in session state: the name of this browser's own
MOST_SHARED = 100  # that are listed; others are found by their names
HELP = (
    "Drawings are kept under this name, to teach networks with. The first is your browser's own. To draw together, "
    f"type another name, of up to {MAX_HAND} characters: it is shared with everybody who opens this page's address."
)

WHOSE = {
    "yours": "",
    "another browser's": "This is another browser's own handwriting: what you keep or delete here is kept or deleted "
    "there.",
    "somebody else's": "This is somebody else's handwriting: you may look at it and teach from it.",
    "shared": "Shared with everybody who opens this address: they see these drawings, and can add some.",
}


def hand_now() -> str:
    """The handwriting that the reader chose, or that the address names; this browser's own otherwise."""
    try:
        return checked_hand(st.session_state.get(HAND_KEY))
    except ConfigError:
        return own_hand()


def settled_hand() -> str:
    """`hand_now`, for a page that is drawn anew: call it before anything else there asks.

    Until this browser has kept something, somebody else may take the name that it was shown.
    """
    before = own_hand()
    st.session_state.pop(OWN)
    if st.session_state.get(HAND_KEY) == before != own_hand():
        st.session_state[HAND_KEY] = own_hand()
    HAND.fill(own_hand())
    return hand_now()


def own_hand() -> str:
    """The name of this browser's own handwriting."""
    if OWN not in st.session_state:
        st.session_state[OWN] = state.store().handwritings.own(visitor().mark)
    return st.session_state[OWN]


def owner_for(hand: str) -> str:
    """Who is to own what is kept under this name, see `Drawings.keep`: this browser where it is its own."""
    return visitor().mark if hand == own_hand() else ""


def may_keep(hand: str) -> bool:
    """Whether the visitor may keep drawings under this name: their own and shared ones, and the teacher any."""
    who = state.visitor()
    if hand == own_hand():
        return who.may_add  # Each stroke asks this, and most are of one's own hand: no need to look into the store.
    owner = state.store().handwritings.owner_of(hand)
    return who.may_change(owner) if owner else who.may_add


def hand_choice() -> tuple[str, str]:
    """Draw the choice; a shared one is made by typing its name.

    Returns:
        The one chosen, and a sentence: who else draws under this name; empty where it is this browser's own.
    """
    own, now = own_hand(), hand_now()
    known = list(dict.fromkeys([own, *state.store().handwritings.shared(most=MOST_SHARED), now]))
    if (typed := st.session_state.get(HAND_KEY)) not in known:
        _explain(typed)
        st.session_state[HAND_KEY] = now
    whose = _whose(now)

    def label(name: str) -> str:
        return f"{name} ({whose if name == now else 'yours' if name == own else 'shared'})"

    st.selectbox(
        "Whose handwriting is this?",
        known,
        format_func=label,
        key=HAND_KEY,
        accept_new_options=True,
        help=HELP,
        persist_state="session",
    )
    HAND.say(None if now == own else now)
    return now, WHOSE[whose]


def _whose(hand: str) -> str:
    """Whose it is, a key of `WHOSE`."""
    if hand == own_hand():
        return "yours"
    owner = state.store().handwritings.owner_of(hand)
    if not owner:
        return "shared"
    return "another browser's" if state.may_change(owner) else "somebody else's"


def counter(counts: np.ndarray) -> str:
    """HTML of how many drawings there are of each digit; those that would help most are marked.

    Args:
        counts: (10,) integers.
    """
    least = counts.min()
    cells = "".join(
        f"<li{_mark(number, least, counts)}><b>{digit}</b><span>{numeral(number)}</span></li>"
        for digit, number in enumerate(counts.tolist())
    )
    return f'<ul class="dl-counts" aria-label="Drawings kept of each digit">{cells}</ul>'


def helps_most(counts: np.ndarray) -> str:
    """A sentence: which digits would help most."""
    if not counts.any():
        return (
            "Nothing is kept yet. Press under the answers what a drawing is, or let **Guide me**, under the canvas, "
            "ask for the ten digits in turn. One drawing of each is a good start."
        )
    digits = [str(digit) for digit in np.flatnonzero(counts == counts.min())]
    if len(digits) == len(counts):
        return f"{numeral(counts.sum())} kept, of each digit the same number. Another of each would help."
    words = digits[0] if len(digits) == 1 else f"{', '.join(digits[:-1])} and {digits[-1]}"
    return f"{numeral(counts.sum())} kept. Most would help: {words}."


def _mark(number: int, least: int, counts: np.ndarray) -> str:
    return ' class="dl-wanted"' if number == least and counts.any() and (counts != least).any() else ""


def _explain(asked: str | None) -> None:
    if asked is None:
        return
    try:
        checked_hand(asked)
    except ConfigError as error:
        st.info(plain(f"{error} Drawings are kept under {own_hand()!r} instead."), icon=":material/info:")
