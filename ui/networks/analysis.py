"""Results that a worker has to work out first: waited for in the page, then taken from the store."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import streamlit as st

from mnist_core.data.dataset import Dataset
from mnist_core.numerals import about, count
from mnist_core.store.analyses import Analysis
from ui.frame import state
from ui.frame.page import explained
from ui.networks import Trained
from ui.words.plain import plain

POLL_EVERY = 0.5  # seconds


def analysis_of(
    kind: str, data: Dataset, trained: Trained | None = None, **options: str | int | float | bool
) -> Analysis:
    """The question of this kind about a network, or about the data set alone."""
    if trained is None:
        return Analysis(kind, data.digest, options=options)
    return Analysis(kind, data.digest, trained.key, trained.version, options)


def at_hand(analysis: Analysis) -> dict[str, np.ndarray] | None:
    """The result where the store has it; asks nobody for it."""
    return _kept(analysis.key) if state.store().analyses.has(analysis.key) else None


def needed(analysis: Analysis, *, words: str, seconds: float | Callable[[], float]) -> dict[str, np.ndarray] | None:
    """The result; where it is not there yet, have it worked out and show how long it takes.

    Call it outside of fragments: it draws one that reruns the page when the result is
    there.

    Args:
        analysis: the question.
        words: what is being done, for people, such as "Placing 10,000 images".
        seconds: that it takes, about; or what measures that, asked where there is no result yet.

    Returns:
        The arrays of the method; `None` until they are there.

    Raises:
        StoreError: the store refuses.
    """
    result, asked = at_hand(analysis), f"asked_{analysis.key}"
    if result is None:
        if asked not in st.session_state:
            st.session_state[asked] = time.monotonic(), seconds() if callable(seconds) else seconds
        since, takes = st.session_state[asked]
        st.fragment(_wait, run_every=POLL_EVERY)(analysis, words, takes, since)
    else:
        st.session_state.pop(asked, None)
    return result


def _wait(analysis: Analysis, words: str, seconds: float, since: float) -> None:
    with explained():
        jobs = state.jobs()
        if state.store().analyses.has(analysis.key):
            # A click may overtake it.  Nothing was changed before, so the next turn asks again.
            st.rerun()
        problem = jobs.analysis_problem(analysis.key) or (jobs.problem if jobs.state == "failed" else "")
        if problem:
            st.error(plain(problem), icon=":material/error:")
            st.button("Try again", icon=":material/refresh:", on_click=jobs.analyse, args=(analysis,), key="ask_again")
            return
        given_up = f"gave_up_{analysis.key}"
        if st.session_state.get(given_up):
            _offer(given_up, words)
            return
        jobs.analyse(analysis)
        passed = time.monotonic() - since
        before = jobs.analyses_before(analysis.key)
        if jobs.state != "ready":
            st.progress(0.0, text=plain(f"{words}: waiting for a worker to be ready"))
        elif before:
            st.progress(0.0, text=plain(f"{words}: {count(before, 'other question')} before it"))
        else:
            st.progress(min(0.97, passed / (passed + seconds / 2)), text=plain(f"{words}, {about(seconds)}, once"))
        st.button(
            "Give up",
            icon=":material/close:",
            key=f"give_up_{analysis.key}",
            on_click=_give_up,
            args=(analysis, given_up),
        )


def _offer(given_up: str, words: str) -> None:
    said = f"{words}: given up. Where a worker had begun already, the result still comes."
    st.info(plain(said), icon=":material/close:")
    st.button(
        "Do it now",
        icon=":material/refresh:",
        key=f"{given_up}_after_all",
        on_click=st.session_state.pop,
        args=(given_up, None),
    )


def _give_up(analysis: Analysis, given_up: str) -> None:
    st.session_state[given_up] = True
    state.jobs().give_up_analysis(analysis.key)


@st.cache_resource(max_entries=12, show_spinner=False)
def _kept(key: str) -> dict[str, np.ndarray]:
    found = state.store().analyses.get(key)
    assert found is not None  # Whoever asks has seen that it is done.
    return found
