"""One network taught from what everybody drew: begun by a press, trained by a worker, then on every phone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape

import streamlit as st

from mnist_core.classroom import lessons, rounds
from mnist_core.network.network import DRAW_READY
from mnist_core.store.rooms.records import Kind, Room, Round
from mnist_core.store.runs.records import Run, Status
from ui import networks
from ui.classroom.controls import act, button, press, the_desk
from ui.classroom.results.network import asked
from ui.classroom.results.teaching import runs_of, taught_run
from ui.classroom.words import network_name
from ui.frame import state
from ui.frame.page import explained
from ui.networks import Trained
from ui.words.language import _
from ui.words.plain import plain
from ui.words.what_happened import what_happened

POLL_EVERY = 0.5  # seconds
UNTOUCHED = "hidden"  # key of the network of the tutorial
START = "class_start_from"  # key of the widget
AWAITED = "class_awaited"  # in session state: ids of the runs that this page has seen while they trained


def lesson(room: Room, round: Round) -> None:
    """Draw the press that teaches, and how far it is; call it outside of fragments."""
    if round.kind != Kind.TEACH or round.state == "open":
        return
    state.warm_dataset()
    state.jobs().warm_up()
    live = [run for run in runs_of(round) if run.is_live]
    if live:
        st.fragment(_watch, run_every=POLL_EVERY)(tuple(run.id for run in live))
        return
    run = taught_run(round)
    _send_once(room, run)
    trained = _start(room)
    with st.container(horizontal=True, vertical_alignment="center", key="class_lesson"):
        primary = "secondary" if run is not None else "primary"
        label = _("Teach {network}", network=network_name(trained))
        go = partial(_teach, room, round, trained.key, lessons.teach)
        button("teach", label, go, room, icon=":material/school:", type=primary)
        go = partial(_teach, room, round, trained.key, lessons.teach_few_and_many)
        button(
            "compare", _("Few people or many?"), go, room, icon=":material/balance:",
            help=_(
                "Teaches two networks as many drawings: one those of few people, one those of many. From eight people "
                "on."
            ),
        )  # fmt: skip
        if run is not None and run.status == Status.FINISHED and run.id not in room.networks:
            move = rounds.answer_with(run.id, *room.networks[: rounds.MOST_NETWORKS - 1])
            press("send_taught", _("Send it to the phones"), move, room, icon=":material/send:", type="primary")
    if run is not None and run.status == Status.FINISHED:
        st.page_link(
            "pages/2_Train.py", label=_("The taught network as a run"), icon=":material/model_training:",
            query_params={"run": run.id},
        )  # fmt: skip
    for failed in runs_of(round):
        if failed.status not in (Status.FINISHED, Status.STOPPED) and not failed.is_live:
            st.warning(plain(what_happened(failed, resumable=False)), icon=":material/warning:")


def _start(room: Room) -> Trained:
    """Draw the choice of the network that is taught; returns it.  The one that has most to learn comes first."""
    found = {each.key: each for each in (networks.find(UNTOUCHED), asked(room, untaught=True))}
    if st.session_state.get(START) not in found:
        st.session_state[START] = UNTOUCHED
    st.selectbox(_("Which network is taught"), list(found), format_func=lambda key: _offered(found[key]), key=START)
    return found[st.session_state[START]]


def _offered(trained: Trained) -> str:
    name = network_name(trained)
    if trained.key == UNTOUCHED:
        return _("{network}, which knows MNIST alone: it has much to learn from you", network=name)
    if trained.run is None and trained.key.endswith(DRAW_READY):
        return _("{network}, as it is on the phones: made for drawings, it has little left to learn", network=name)
    return _("{network}, as it is on the phones", network=name)


def _teach(room: Room, round: Round, parent: str, how: Callable[..., Run | tuple[Run, Run]]) -> None:
    def teach() -> None:
        now = the_desk().room(room.code)
        if now.revision != room.revision:  # The same press once more, or another window was faster.
            return
        data = state.dataset()
        trained = networks.find(parent)
        made = how(
            the_desk(), room.code, round.number, parent=parent, network=networks.network(trained),
            data_name=data.name, data_digest=data.digest,
        )  # fmt: skip
        for run in made if isinstance(made, tuple) else (made,):
            state.jobs().submit(run.id)

    act(teach)


def _watch(live: tuple[str, ...]) -> None:
    with explained():
        state.jobs().reconcile()
        seen = st.session_state.setdefault(AWAITED, set())
        seen.update(live)
        runs = [state.store().runs.get(key) for key in live]
        if not all(run.is_live for run in runs):
            st.rerun()
        if state.jobs().state == "failed":
            st.error(plain(state.jobs().problem), icon=":material/error:")
            return
        for run in runs:
            words = _("Waiting for a worker") if run.status == Status.QUEUED else _("Teaching")
            st.progress(min(1.0, run.step / run.total_steps), text=words)


def learning(round: Round) -> None:
    """Draw for everybody that a network learns, and how far it is, while one does; call it outside of fragments."""
    live = tuple(run.id for run in runs_of(round) if run.is_live)
    if live:
        st.fragment(_progress, run_every=POLL_EVERY)(live)


def _progress(live: tuple[str, ...]) -> None:
    with explained():
        runs = [state.store().runs.get(key) for key in live]
        words = _("The network is learning from your drawings")
        st.html(f"<p class='dl-projector-learns' role='status'>{escape(words)}</p>")
        st.progress(min(1.0, sum(run.step for run in runs) / sum(run.total_steps for run in runs)))


def _send_once(room: Room, run: Run | None) -> None:
    """Have phones answer with the network that this page has waited for."""
    if run is None or run.id not in st.session_state.get(AWAITED, ()) or run.status != Status.FINISHED:
        return
    st.session_state[AWAITED].discard(run.id)
    if run.id not in room.networks:
        move = rounds.answer_with(run.id, *room.networks[: rounds.MOST_NETWORKS - 1])
        the_desk().press(room.code, move, revision=room.revision)
        st.rerun()
