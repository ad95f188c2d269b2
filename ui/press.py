"""Buttons that act from within a part of a page that polls.

A press is a value for one run of the fragment, and is lost where the next poll overtakes
that run.  A callback comes before anything is drawn, so that no press is lost.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mnist_core.errors import DigitLabError
from ui.training_form import sentence

PROBLEM = "press_problem"  # where it happened, and the sentence


def acting_button(place: str, label: str, action: Callable[[], object], **options: object) -> bool:
    """Draw a button that does something when it is pressed.

    Args:
        place: names the part of the page; `press_problem` of the same place says what went wrong.
        label: what is on it.
        action: what it does; an error of this project is kept for `press_problem`.
        options: as for `st.button`.

    Returns:
        Whether it was pressed just now, so far as this run has heard of it.
    """
    return st.button(label, on_click=_act, args=(place, action), **options)


def press_problem(place: str) -> None:
    """Draw why the last press at this place came to nothing, if it did."""
    where, problem = st.session_state.get(PROBLEM, ("", ""))
    if where == place and problem:
        st.error(problem, icon=":material/error:")


def _act(place: str, action: Callable[[], object]) -> None:
    st.session_state[PROBLEM] = (place, "")
    try:
        action()
    except DigitLabError as error:
        st.session_state[PROBLEM] = (place, sentence(error))
