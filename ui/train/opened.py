"""Which run the Train page shows: its address says so.

A press on Open or Close comes from a part of the page that polls.  Polls that are on
their way then carry the address from before, so that the wish is kept in the session
until a run of the whole page has fulfilled it.
"""

from __future__ import annotations

import streamlit as st

from ui.train.address import RUN

WISH = "run_wished"  # a run's id, or "" for none


def show_run(run_id: str | None) -> None:
    """Have the page show this run, or none; for callbacks."""
    st.session_state[WISH] = run_id or ""


def follow_wish() -> bool:
    """Put what was wished for into the address; for the whole page, before it draws a run.

    Returns:
        Whether anything was.
    """
    if (wish := st.session_state.pop(WISH, None)) is None:
        return False
    RUN.say(wish)
    return True


def pass_wish_on() -> None:
    """Run the whole page where something is wished for; for parts that run without it."""
    if WISH in st.session_state:
        st.rerun()
