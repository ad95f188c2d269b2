"""How far a lesson is, while it goes on."""

from __future__ import annotations

from functools import partial

import streamlit as st

from mnist_core.errors import RunNotFound
from mnist_core.numerals import out_of
from mnist_core.store.runs.records import Run, Status
from ui.draw.address import LESSON
from ui.frame import state
from ui.frame.page import explained
from ui.frame.press import acting_button, key_for, press_problem
from ui.train.control import queue_words
from ui.words.plain import plain

WATCHED = "lesson_watched"  # id of the lesson that the page watches
POLL_EVERY = 0.25  # seconds


def lesson_to_watch() -> str | None:
    """The id of the lesson that the address names, while it goes on; call it before the page's fragments."""
    run = LESSON.now()
    st.session_state[WATCHED] = run.id if run is not None and run.is_live else None
    return st.session_state[WATCHED]


def lesson_watch(run_id: str) -> None:
    """Draw how far this lesson is; call it outside of fragments."""
    st.fragment(_watch, run_every=POLL_EVERY)(run_id)


def _watch(run_id: str) -> None:
    with explained():
        state.jobs().reconcile()
        try:
            run = state.store().runs.get(run_id)
        except RunNotFound:
            st.rerun()
        if not run.is_live:
            st.rerun()  # The whole page: it offers the taught network then.
        if state.jobs().state == "failed":
            st.error(plain(state.jobs().problem), icon=":material/error:")
            return
        if run.status == Status.QUEUED:
            words = queue_words(run.id)
        else:
            words = _doing(run)
        # At the foot of the window: Teach is pressed in two places.
        with st.container(key="lesson_progress"):
            st.progress(min(1.0, run.step / run.total_steps), text=words)
            if state.may_change(run.visitor):
                acting_button(
                    run.id,
                    "Give up this lesson",
                    partial(state.store().runs.command, run.id, "stop", revision=run.revision),
                    icon=":material/close:",
                    key=key_for("give_up_lesson", run),
                    disabled=run.command == "stop",
                )
            press_problem(run.id)


def _doing(run: Run) -> str:
    """What a lesson that has a worker, or is paused, is doing."""
    if run.status == Status.RUNNING and not run.step:
        return "Preparing: variations of your drawings, mixed with other digits"
    doing = "Paused" if run.status == Status.PAUSED else "Teaching"
    return f"{doing}, step {out_of(run.step, run.total_steps)}"
