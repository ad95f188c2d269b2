"""Which network is offered to be taught: the one that misreads most of the drawings, unless somebody chose another."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from mnist_core.numerals import count, numeral
from ui import networks
from ui.draw.address import LESSON
from ui.draw.teach.result import is_of, lesson_of
from ui.frame import state
from ui.networks import Trained
from ui.words.plain import plain

PARENT, PICKED = "lesson_parent", "lesson_parent_picked"  # the network to teach; whether somebody chose it
TRIED = 500  # kept drawings, the newest, that tell which network needs a lesson


def network_to_teach(choices: Mapping[str, Trained], shown: list[str], hand: str) -> str:
    """Key of the network to teach: what somebody chose, else of those that answer the one that needs it most."""
    if st.session_state.get(PICKED) and st.session_state.get(PARENT) in choices:
        return st.session_state[PARENT]
    asked = [key for key in shown if key in choices] or list(choices)[:1]
    misread = _misread(choices, asked, hand)
    offered = st.session_state.get(PARENT)  # It stays as long as no other needs a lesson more.
    return max(asked, key=lambda key: (misread[key][0], key == offered, _accuracy(choices[key])))


def need_words(choices: Mapping[str, Trained], shown: list[str], parent: str, hand: str) -> str:
    """Sentences: which network is to be taught, how many of the kept drawings it misreads, and why it is offered."""
    asked = dict.fromkeys([*(key for key in shown if key in choices), parent])
    misread = _misread(choices, list(asked), hand)
    wrong, of = misread[parent]
    name, all_of = plain(choices[parent].title), "your drawing" if of == 1 else f"all {numeral(of)} of your drawings"
    if _was_taught(parent, hand, of):
        left = f"misreads {numeral(wrong)} of your {count(of, 'drawing')}" if wrong else f"reads {all_of}"
        return f"The lesson made a new network. {name} itself stays as it was and {left}."
    if not wrong:
        return f"Teaches {name}, which reads {all_of} already."
    others = [misread[key][0] for key in asked if key != parent]
    why = ", more than the others that answer do: so it is the one offered" if others and wrong > max(others) else ""
    return f"Teaches {name}, which misreads {numeral(wrong)} of your {count(of, 'drawing')}{why}."


def _was_taught(parent: str, hand: str, number: int) -> bool:
    """Whether the lesson that is shown taught this network all of the hand's drawings."""
    run = LESSON.now()
    lesson = lesson_of(run.id) if run is not None and is_of(run, hand, number) else None
    return lesson is not None and lesson.parent == parent


def _misread(choices: Mapping[str, Trained], keys: list[str], hand: str) -> dict[str, tuple[int, int]]:
    """How many of the hand's newest drawings each network reads wrong, and of how many, by its key."""
    kept = tuple(state.store().drawings.labels(hand, most=TRIED))
    return {key: (_wrong(choices[key].identity, hand, kept, choices[key]), len(kept)) for key in keys}


@st.cache_data(max_entries=256, show_spinner=False)
def _wrong(identity: str, hand: str, kept: tuple[tuple[str, int], ...], _trained: Trained) -> int:
    images, labels = state.store().drawings.newest(hand, most=len(kept))
    return int((networks.network(_trained).classify(images) != labels).sum()) if len(labels) else 0


def _accuracy(trained: Trained) -> float:
    return trained.score.accuracy if trained.score else 0.0
