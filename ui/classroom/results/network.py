"""The network that is asked about the class's drawings."""

from __future__ import annotations

import streamlit as st

from mnist_core.classroom import rounds
from mnist_core.errors import DigitLabError
from mnist_core.store.rooms.records import Kind, Room, Round
from ui import networks
from ui.classroom.controls import changed, key_for
from ui.classroom.words import network_name
from ui.networks import USUAL_FOR_DRAWINGS, Trained
from ui.words.language import _


def asked(room: Room, round: Round | None = None, *, untaught: bool = False) -> Trained:
    """The first of those that answer on phones; where there is none, the usual one for drawings.

    Args:
        room: the class.
        round: one that is revealed keeps the network that has read it then; whose drawings are whose is asked of
            one that has learned none of them.
        untaught: whether none that this class has taught will do.
    """
    keys = room.networks
    if round is not None:
        untaught = untaught or round.kind == Kind.HAND or not round.network
        keys = (round.network, *keys)
    taught = _taught(room) if untaught else ()
    for key in keys:
        if key and key not in taught and (found := _found(key)) is not None:
            return found
    return networks.find(USUAL_FOR_DRAWINGS[-1])


def before_and_after(room: Room, round: Round) -> None:
    """Draw the choice between the network before the class's lesson and after it, once there is one."""
    after = next((found for key in room.networks if key in _taught(room) and (found := _found(key))), None)
    if after is None:
        return
    before = asked(room, untaught=True)
    said = {
        before.key: _("Before the lesson: {network}", network=network_name(before)),
        after.key: _("After the lesson: {network}", network=network_name(after)),
    }
    now = asked(room, round).key
    key = key_for("read_by", room)

    def choose() -> None:
        if chosen := st.session_state[key]:
            changed(rounds.read_by(chosen), room)

    st.segmented_control(
        _("Read by"), list(said), default=now if now in said else None, format_func=said.__getitem__, key=key,
        on_change=choose, label_visibility="collapsed",
    )  # fmt: skip


def _taught(room: Room) -> set[str]:
    return {run for round in room.rounds for run in round.runs}


def _found(key: str) -> Trained | None:
    try:
        return networks.find(key)
    except DigitLabError:  # Deleted since, or it has learned nothing yet.
        return None
