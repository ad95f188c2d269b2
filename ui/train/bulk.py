"""Several runs of the list at once: tick them, then stop or delete what is ticked."""

from __future__ import annotations

from functools import partial

import streamlit as st

from mnist_core.numerals import count, numeral
from mnist_core.store.runs.many import MOST
from mnist_core.store.runs.records import Run
from ui.frame import state
from ui.frame.press import acting_button, press_problem
from ui.frame.state import visitor
from ui.train.address import RUN
from ui.train.opened import show_run
from ui.words.plain import plain

CHOOSING = "choose_runs"  # the switch
TICKED = "runs_ticked"  # runs as they were seen when they were ticked, by id
ASKED = "runs_asked"  # revisions of those that are about to be deleted, by id
DONE = "runs_done"  # what came of it, in words
PLACE = "many_runs"


def switch() -> None:
    """Draw the switch that lets runs be ticked."""
    st.toggle("Choose several", key=CHOOSING, help="Stop or delete many runs at once.", on_change=_start_over)


def choosing() -> bool:
    """Whether runs can be ticked."""
    return st.session_state.get(CHOOSING, False)


def tick(run: Run) -> None:
    """Draw the box that chooses the run."""
    key = f"tick_{run.id}_{run.revision}"
    st.session_state.setdefault(key, run.id in _ticked())
    st.checkbox(f"Choose {plain(run.name)}", key=key, label_visibility="collapsed", on_change=_on_tick, args=(run, key))


def many_runs(ended: int) -> None:
    """Draw what can be done with those that are ticked, and what came of it.

    Args:
        ended: how many of the visitor's own runs have ended.
    """
    if choosing():
        ticked = _ticked().values()
        live = {run.id: run.revision for run in ticked if run.is_live}
        over = {run.id: run.revision for run in ticked if not run.is_live}
        with st.container(horizontal=True, key="many_runs"):
            acting_button(
                PLACE,
                f"Stop {count(len(live), 'run')}" if live else "Stop",
                partial(_stop, live),
                icon=":material/stop:",
                key=f"stop_ticked_{hash(tuple(live.items()))}",
                disabled=not live,
            )
            st.button(
                f"Delete {count(len(over), 'run')}" if over else "Delete",
                icon=":material/delete:",
                key=f"delete_ticked_{hash(tuple(over.items()))}",
                disabled=not over,
                help="Those that have ended. It asks once more." if over else "Tick runs that have ended.",
                on_click=_ask,
                args=(over,),
            )
            if ended:
                acting_button(
                    PLACE,
                    f"Delete all {numeral(ended)} of mine that ended",
                    _ask_all,
                    icon=":material/delete_sweep:",
                    key="delete_mine",
                    help="It asks once more.",
                )
        if asked := st.session_state.get(ASKED):
            _deletion(asked)
    outcome()


def outcome() -> None:
    """Draw what came of the last press, also where it has left no run to choose."""
    press_problem(PLACE)
    if done := st.session_state.get(DONE):
        st.info(plain(done), icon=":material/info:")


def _deletion(asked: dict[str, int]) -> None:
    """The second step: nothing brings them back."""
    most = f" These are the newest {numeral(MOST)} of yours." if len(asked) == MOST else ""
    st.warning(
        f"Delete {count(len(asked), 'run')} with weights and curves? Nothing brings them back.{most}",
        icon=":material/delete:",
    )
    named = hash(tuple(asked.items()))
    with st.container(horizontal=True):
        label = f"Delete {count(len(asked), 'run')} for good"
        acting_button(PLACE, label, partial(_delete, asked), type="primary", key=f"delete_many_{named}")
        st.button("Keep them", key=f"keep_many_{named}", on_click=st.session_state.pop, args=(ASKED, None))


def _ticked() -> dict[str, Run]:
    return st.session_state.setdefault(TICKED, {})


def _on_tick(run: Run, key: str) -> None:
    ticked = {each: seen for each, seen in _ticked().items() if each != run.id}
    st.session_state[TICKED] = {**ticked, run.id: run} if st.session_state.get(key) else ticked
    st.session_state.pop(ASKED, None)


def _start_over() -> None:
    for key in (TICKED, ASKED, DONE):
        st.session_state.pop(key, None)
    for key in [key for key in st.session_state if str(key).startswith("tick_")]:
        del st.session_state[key]


def _ask(runs: dict[str, int]) -> None:
    st.session_state[ASKED] = runs
    st.session_state.pop(DONE, None)


def _ask_all() -> None:
    _ask(state.store().runs.many.ended_of(visitor().mark))


def _stop(runs: dict[str, int]) -> None:
    stopped = state.store().runs.many.stop(runs)
    if stopped or st.session_state.get(TICKED):  # Otherwise it is the same press once more.
        _start_over()
        st.session_state[DONE] = _words(len(stopped), len(runs), "stopped", "have ended by themselves")


def _delete(runs: dict[str, int]) -> None:
    if st.session_state.pop(ASKED, None) is None:
        return  # The same press once more.
    deleted = state.store().runs.many.delete(runs)
    if RUN.said() in deleted:
        show_run(None)
    _start_over()
    st.session_state[DONE] = _words(len(deleted), len(runs), "deleted", "go on, or were changed since")


def _words(done: int, asked: int, what: str, otherwise: str) -> str:
    if done == asked:
        return f"{count(done, 'run')} {'was' if done == 1 else 'were'} {what}."
    return f"{numeral(done)} of {count(asked, 'run')} {'was' if done == 1 else 'were'} {what}; the others {otherwise}."
