"""How far an experiment is, while it goes on: asked gently, and the results redrawn only where one changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from mnist_core.errors import ExperimentNotFound
from mnist_core.numerals import about, count, numeral, percent
from mnist_core.store.experiments import Experiment
from mnist_core.store.runs.records import HOLD, LIVE, WORKING, Status
from mnist_core.store.trials import TrialState, is_over
from ui.experiments.found import Found
from ui.frame import state
from ui.frame.page import explained
from ui.frame.press import acting_button, key_for, press_problem
from ui.words.plain import plain
from ui.words.run_words import STATUS_WORDS

POLL_EVERY = 2.0  # seconds: a trial takes several, and the server has others to serve
MOST_ROWS = 8
PAUSED = "Paused"


def watch(found: Found) -> None:
    """Draw how far the experiment is, and keep it up to date while it is live."""
    live = found.is_live
    names = {run.id: run.name for run in found.trials}
    with st.container(key="experiment_watch"):
        st.fragment(_watch, run_every=POLL_EVERY if live else None)(found.experiment.id, found.signature, live, names)


def _watch(identity: str, drawn: tuple[tuple[str, int | None], ...], was_live: bool, names: dict[str, str]) -> None:
    with explained():
        store = state.store()
        if was_live:
            state.jobs().reconcile()
        try:  # Before its trials: a press is for what its reader saw of them, or for something earlier.
            experiment = store.experiments.get(identity)
        except ExperimentNotFound:  # Deleted in another window: the page says so.
            st.rerun()
        states = store.trials.states(identity)
        if was_live and (tuple((each.status, each.correct) for each in states) != drawn):
            st.rerun()  # A result is new, or it has ended: the page draws what follows from it.
        doing, live = _doing(states), sum(each.status in LIVE for each in states)
        st.progress(1 - live / max(1, len(states)), text=_words(doing, states, len(states) - live))
        if not was_live:
            _go_on(experiment, states)
            press_problem(identity)
            return
        working = [each for each in states if each.status in WORKING]
        if working:
            st.html(_rows(working[:MOST_ROWS], store.trials.latest_accuracies(each.id for each in working), names))
        elif doing == PAUSED:
            st.info(
                "No worker is kept busy by it: other runs go on meanwhile. Its trials go on where they were.",
                icon=":material/pause:",
            )
        else:
            _waiting(next((each.id for each in states if each.status == Status.QUEUED), ""))
        _buttons(experiment, doing)
        press_problem(identity)


def _doing(states: Sequence[TrialState]) -> str:
    """What was asked of the trials that are live: `PAUSED`, "Pausing" or "Stopping"; empty where they just go on."""
    live = [each for each in states if each.status in LIVE]
    if live and all(each.command == "stop" for each in live):
        return "Stopping"
    held = [each for each in live if each.command == HOLD]
    if any(each.status in WORKING for each in held):
        return "Pausing"
    return PAUSED if held else ""


def _words(doing: str, states: Sequence[TrialState], done: int) -> str:
    counts = Counter(each.status for each in states)
    rest = [
        f"{numeral(counts[status])} {STATUS_WORDS[status]}"
        for status in STATUS_WORDS
        if counts[status] and status != Status.FINISHED
    ]
    words = f"{numeral(done)} of {count(len(states), 'trial')} done" + (f"; {', '.join(rest)}" if rest else "")
    return f"{doing}, {words}" if doing else words


def _buttons(experiment: Experiment, doing: str) -> None:
    """What can be done with a live experiment."""
    store = state.store()
    if not state.may_change(experiment.visitor):
        return
    with st.container(horizontal=True, key="experiment_buttons"):
        if doing in (PAUSED, "Pausing"):
            _waking(experiment, "Resume", store.experiments.release, "resume_paused", ":material/play_arrow:")
        else:
            _button(
                experiment,
                "Pause",
                store.experiments.hold,
                "pause_experiment",
                icon=":material/pause:",
                help="The workers are free for other runs then. Trials that are being trained keep what they have "
                "learned, and go on from there.",
                disabled=doing == "Stopping",
            )
        _button(
            experiment,
            "Stop",
            store.experiments.stop,
            "stop_experiment",
            icon=":material/stop:",
            help="Ends the trials that are being trained, and begins no other; what was found is kept.",
            disabled=doing == "Stopping",
        )


def _button(experiment: Experiment, label: str, change: Callable[..., object], name: str, **options: object) -> None:
    """A button that changes what becomes of the experiment, as it is shown."""

    def act() -> bool:
        return bool(change(experiment.id, revision=experiment.revision))

    acting_button(experiment.id, label, act, key=key_for(name, experiment), **options)


def _waking(experiment: Experiment, label: str, change: Callable[..., object], name: str, icon: str) -> None:
    """One that sees to it, too, that the experiment's trials are trained."""

    def change_and_wake(identity: str, *, revision: int) -> object:
        done = change(identity, revision=revision)
        state.jobs().submit(identity)
        return done

    _button(experiment, label, change_and_wake, name, icon=icon)


def _rows(working: Sequence[TrialState], accuracies: dict[str, float], names: dict[str, str]) -> str:
    """HTML of the trials that are being trained."""
    rows = ""
    for each in working:
        share = each.step / each.total_steps if each.total_steps else 0.0
        reached = f"{percent(accuracies[each.id])} of the test images" if each.id in accuracies else "not tested yet"
        again = f", attempt {each.attempts}" if each.attempts > 1 else ""
        rows += (
            f"<div><span>{escape(names.get(each.id, f'Trial {each.trial + 1}'))}{again}</span>"
            f'<i style="--share:{share:.3f}"></i><small>{percent(share, 0)} of its steps, {reached}</small></div>'
        )
    return f'<div class="dl-trials" aria-label="Trials that are being trained">{rows}</div>'


def _waiting(next_id: str) -> None:
    jobs = state.jobs()
    if jobs.state == "failed":
        st.error(plain(jobs.problem), icon=":material/error:")
        st.button("Try again", icon=":material/refresh:", key="retry_experiment", on_click=jobs.warm_up)
        return
    wait = state.store().runs.waits.of(next_id, workers=jobs.workers)
    words = "The next trial begins after runs that come before it."
    if wait.seconds is not None:
        words = f"The next trial begins in {about(wait.seconds)}."
    if jobs.state != "ready":
        words = "Waiting for the workers, which are starting TensorFlow. The first start takes some seconds."
    st.info(plain(words), icon=":material/hourglass_top:")


def _go_on(experiment: Experiment, states: Sequence[TrialState]) -> None:
    """The way on for an experiment that was stopped."""
    left = sum(each.status in (Status.STOPPED, Status.INTERRUPTED) for each in states)
    if left and is_over(states) and state.may_change(experiment.visitor):
        label, change = f"Go on with {count(left, 'trial')}", state.store().experiments.resume
        _waking(experiment, label, change, "resume_experiment", ":material/resume:")
