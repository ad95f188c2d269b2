"""What a run is doing, in words, and the buttons that change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from html import escape

import streamlit as st

from mnist_core.network.run_settings import TrainingConfig
from mnist_core.numerals import about, brief, count, ordinal, out_of
from mnist_core.store.runs.records import CONTINUABLE, Cause, Metric, Run, Status
from ui.frame import state
from ui.frame.press import acting_button, key_for, next_id, press_problem, spend
from ui.networks import show_data_of
from ui.train.form import start
from ui.train.opened import show_run
from ui.words.plain import plain
from ui.words.run_words import STATUS_WORDS, batch_words, epochs_done, progress_words
from ui.words.what_happened import what_happened

MORE_EPOCHS = 5
AMOUNTS = {
    "step": ("One step", ":material/skip_next:", "Learns from one batch more, then waits."),
    "epoch": ("One epoch", ":material/fast_forward:", "Goes on by as many steps as an epoch has, then waits."),
}


def run_status(run: Run, metrics: Sequence[Metric]) -> None:
    """Draw what the run is doing, or why it ended, and what can be done about it.

    Args:
        run: the run.
        metrics: its curves.
    """
    if run.is_live:
        _live(run, metrics)
    else:
        _verdict(run)
    press_problem(run.id)


def _live(run: Run, metrics: Sequence[Metric]) -> None:
    """The buttons first: what stands above them must not grow by a line under a finger."""
    if state.may_change(run.visitor):
        _commands(run)
    if run.status == Status.QUEUED:
        _queued(run)
    else:
        _progress(run, metrics)
    if run.lost_step is not None:
        st.caption(plain(what_happened(run)))


def _commands(run: Run) -> None:
    waits = run.command == "pause"
    with st.container(horizontal=True, key="run_status"):
        if waits:
            _command(run, "run", "Resume", ":material/play_arrow:", key="resume_run")
        else:
            idle = run.command == "stop" or run.status == Status.QUEUED
            _command(run, "pause", "Pause", ":material/pause:", key="pause_run", disabled=idle)
        for command, (label, icon, words) in AMOUNTS.items():
            rests = waits and run.status == Status.PAUSED
            _command(run, command, label, icon, key=f"{command}_run", help=words, disabled=not rests)
        _command(
            run,
            "stop",
            "Stop",
            ":material/stop:",
            key="stop_run",
            help="Ends the run and keeps what it has learned; one that waits is given up.",
            disabled=run.command == "stop",
        )


def _command(run: Run, command: str, label: str, icon: str, *, key: str, **options: object) -> None:
    """A button that asks it of the run as it is shown, and for a worker: a paused run waits in the store."""

    def ask() -> bool:
        done = state.store().runs.command(run.id, command, revision=run.revision)
        state.jobs().submit(run.id)
        return done

    acting_button(run.id, label, ask, icon=icon, key=key_for(key, run), **options)


def _progress(run: Run, metrics: Sequence[Metric]) -> None:
    done = f"epoch {out_of(min(int(epochs_done(run)) + 1, run.config.epochs), run.config.epochs)}"
    paused = "Paused" if run.status == Status.PAUSED else "Pausing"
    words = {"stop": "Stopping", "pause": paused, "step": "One step", "epoch": "Training for one epoch"}
    doing = words.get(run.command, "Training" if run.step else "Preparing")
    st.progress(
        min(1.0, run.step / run.total_steps),
        text=f"{doing}, {done}, step {out_of(run.step, run.total_steps)}",
    )
    sentences = [progress_words(run, metrics)]
    if run.status == Status.PAUSED:
        sentences.append(_last_batch(run.id, run.step))
    for sentence in filter(None, sentences):
        st.html(f'<p class="dl-now">{escape(sentence)}</p>')


@st.cache_data(max_entries=16, show_spinner=False)
def _last_batch(run_id: str, step: int) -> str:
    network = state.store().runs.results.snapshot(run_id)
    batch = network.about.get("batch") if network is not None else None
    return batch_words(batch) if isinstance(batch, dict) and batch.get("step") == step else ""


def _queued(run: Run) -> None:
    jobs = state.jobs()
    if jobs.state == "failed":
        st.error(plain(jobs.problem), icon=":material/error:")
        st.button("Try again", icon=":material/refresh:", key="retry_worker", on_click=jobs.warm_up)
        return
    words = "Stopping: a worker reads the test images with it first. " if run.command == "stop" else ""
    st.info(plain(words + queue_words(run.id)), icon=":material/hourglass_top:")


def queue_words(run_id: str) -> str:
    """What a queued run waits for, in sentences."""
    jobs = state.jobs()
    if jobs.problem:  # A cluster that has no workers yet.
        return jobs.problem
    if jobs.state != "ready":
        return "Waiting for the worker, which is starting TensorFlow. The first start takes some seconds."
    wait = state.store().runs.waits.of(run_id, workers=jobs.workers)
    words = "Next in line"
    if wait.before:
        words = f"{ordinal(wait.before + 1)} in line, {count(wait.before, 'run')} before this one"
    if wait.seconds is None:
        return f"{words}. How long that takes nobody can say: such a network was not trained here before."
    return f"{words}: it starts in {about(wait.seconds)}."


def _verdict(run: Run) -> None:
    """Why the run ended as it did, and the ways to go on."""
    resumable = run.status in CONTINUABLE and state.store().runs.results.resumable(run.id)
    words = what_happened(run, resumable=resumable)
    if run.status in (Status.INTERRUPTED, Status.FAILED):
        st.warning(plain(f"This run was {STATUS_WORDS[run.status]}. {words}"), icon=":material/warning:")
    elif run.status == Status.STOPPED:
        kept = "What it had learned is kept." if run.step else "It had not begun."
        done = f"{brief(epochs_done(run))} of {count(run.config.epochs, 'epoch')}"
        st.info(plain(f"Stopped after {done}. {kept} {words}".strip()))
    elif run.status == Status.PRUNED:
        st.info(
            plain(
                f"This run was {STATUS_WORDS[run.status]}. {words} "
                "A run that is started with its settings goes on to the end."
            ),
            icon=":material/flag:",
        )
    elif words and not run.imported:  # Where an import comes from stands in its header.
        st.info(plain(words), icon=":material/flag:")
    if run.cause == Cause.DIVERGED and state.visitor().may_add:
        _smaller_rate(run)
    elif run.status in CONTINUABLE and state.may_change(run.visitor):
        _go_on(run, resumable)


def _go_on(run: Run, resumable: bool) -> None:
    label = "Go on from the last snapshot" if resumable else "Start it again"
    with st.container(horizontal=True, key="run_continue"):
        acting_button(
            run.id,
            label,
            partial(requeue, run, "run"),
            icon=":material/resume:",
            type="primary",
            key=key_for("go_on", run),
        )
        for command, (words, icon, explained) in AMOUNTS.items():
            key = key_for(f"{command}_ended_run", run)  # Another press than that of a run which waits.
            acting_button(run.id, words, partial(requeue, run, command), icon=icon, key=key, help=explained)


def requeue(run: Run, command: str = "run") -> bool:
    """Have the run go on as it is shown: see `Runs.requeue`."""
    done = state.store().runs.requeue(run.id, command, revision=run.revision)
    state.jobs().submit(run.id)
    return done


def _smaller_rate(run: Run) -> None:
    """The way on from a loss that ceased to be a number: it would do so again."""
    config = replace(run.config, learning_rate=run.config.learning_rate / 10)
    new = next_id(f"smaller_rate_{run.id}")
    acting_button(
        run.id,
        f"Start again with a learning rate of {config.learning_rate:g}",
        partial(_start_again, config, run.id, new),
        icon=":material/restart_alt:",
        type="primary",
        key=f"smaller_rate_{new}",
        help="A new run with the same settings otherwise. This one keeps the weights from before.",
    )


def _start_again(config: TrainingConfig, parent: str, new: str) -> None:
    show_data_of(parent)  # Whatever is in use now.
    show_run(start(config, parent=parent, run_id=new).id)
    spend(f"smaller_rate_{parent}")


def more_epochs(run: Run) -> None:
    """Draw the way to train a run on that has ended as it should; nothing for others."""
    ended = run.status in (Status.FINISHED, Status.STOPPED)
    # A trial with more epochs would no longer be what its experiment compares.
    if not ended or not run.step or run.imported or run.experiment is not None:
        return
    if not state.may_change(run.visitor):
        return
    key = f"more_epochs_{run.id}"
    with st.container(horizontal=True, vertical_alignment="bottom", key="more_epochs"):
        st.number_input(
            "More epochs",
            value=MORE_EPOCHS,
            step=1,
            key=key,
            width=140,
            help="The same run goes on, as if it had been given them from the start.",
        )
        extend = partial(_extend, run, key)
        acting_button(key, "Train on", extend, icon=":material/forward:", key=key_for("train_on", run))
    press_problem(key)


def _extend(run: Run, key: str) -> bool:
    if key not in st.session_state:  # The number has left the page: this press has acted before.
        return False
    done = state.store().runs.extend(run.id, st.session_state[key], revision=run.revision)
    state.jobs().submit(run.id)
    return done
