"""Buttons that act, once each, and from within a part of a page that polls.

A press is a value for one run of the fragment, and is lost where the next poll overtakes
that run.  A callback comes before anything is drawn, so that no press is lost.

Where reruns overlap, Streamlit may deliver one press twice, and by the second time the page
has been drawn anew.  So a button is for what its reader saw: its key names that, and no key
ever comes to mean something else; what it does names it too, so that the core can refuse what
has been done, or was overtaken (see `mnist_core.store.database.revisions`).  What the reader chose or typed in
widgets comes along with the press, and is read when it acts.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.errors import DigitLabError
from mnist_core.store.experiments import Experiment
from mnist_core.store.runs.records import Run
from ui.frame import state
from ui.words.plain import plain
from ui.words.settings import sentence

PROBLEM = "press_problem"  # where it happened, and the sentence
ACTED = "press_acted"  # the key of the button that acted last
OVERTAKEN = (
    "Nothing was done: somebody changed it in another window at the same time. Look at what it is now, and press again."
)


def acting_button(place: str, label: str, action: Callable[[], object], *, key: str, **options: Any) -> bool:
    """Draw a button that does something when it is pressed.

    Args:
        place: names the part of the page; `press_problem` of the same place says what went wrong.
        label: what is on it.
        action: what it does; an error of this project is kept for `press_problem`, and so is `False`,
            for a press that was overtaken.
        key: names what it does, and to what: see `key_for`.
        options: as for `st.button`.

    Returns:
        Whether it was pressed just now, so far as this run has heard of it.
    """
    return st.button(label, on_click=_act, args=(place, key, action), key=key, **options)


def key_for(name: str, seen: Run | Experiment) -> str:
    """The key of a button that changes what becomes of the run or the experiment, as it was seen."""
    return f"{name}_{seen.id}_{seen.revision}"


def making_button(place: DeltaGenerator, name: str, label: str, **options: Any) -> str | None:
    """Draw a button that makes something, to be read where it is drawn.

    Args:
        place: an empty one, where the button is drawn again once its press is spent: until then
            the browser has the old one.
        name: of the button; see `next_id`.
        label: what is on it.
        options: as for `st.button`.

    Returns:
        The id for what it makes; `None` where it was not pressed, or whoever sees it may only look.
    """
    if not state.visitor().may_add:
        return None
    new = next_id(name)
    return new if place.button(label, key=f"{name}_{new}", **options) else None


def next_id(name: str) -> str:
    """The id of what the next press on the button of this name makes: eight hexadecimal characters.

    It stays until `spend`, so that a press that is delivered twice makes one thing.
    """
    return st.session_state.setdefault(_id_of(name), secrets.token_hex(4))


def spend(name: str) -> None:
    """Note that what the press was to make is there: the next one makes another."""
    st.session_state.pop(_id_of(name), None)


def _id_of(name: str) -> str:
    return f"press_id_{name}"


def press_problem(place: str, said: Callable[[str], str] = str) -> None:
    """Draw why the last press at this place came to nothing, if it did; `said` may say it in another language."""
    where, problem = st.session_state.get(PROBLEM, ("", ""))
    if where == place and problem:
        st.error(plain(said(problem)), icon=":material/error:")


def _act(place: str, key: str, action: Callable[[], object]) -> None:
    problem = ""
    try:
        done = action()
        if done is False and st.session_state.get(ACTED) != key:  # Otherwise it is the same press once more.
            problem = OVERTAKEN
    except DigitLabError as error:
        problem = sentence(error)
    st.session_state[PROBLEM], st.session_state[ACTED] = (place, problem), key
