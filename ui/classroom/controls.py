"""What the teacher presses: each press is for the class as it was seen, so that it is done once however often it comes.

`Desk` refuses whoever is not the teacher; no button here is all that stands between.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import streamlit as st

from mnist_core.classroom import rounds
from mnist_core.classroom.desk import Desk
from mnist_core.classroom.limits import Limits
from mnist_core.classroom.rounds import Move
from mnist_core.classroom.rules import Role
from mnist_core.errors import DigitLabError, Refused
from mnist_core.store.rooms.records import Room, Round, State
from ui.classroom.words import why_not
from ui.frame import state
from ui.frame.press import OVERTAKEN, acting_button, press_problem
from ui.words.language import _

T = TypeVar("T")

PLACE = "class"  # of presses


def the_desk() -> Desk:
    """The teacher's desk.  Raises `Refused` for everybody else."""
    role = Role.TEACHER if state.visitor().is_teacher else Role.STRANGER
    return Desk(state.store(), role, Limits.of(state.settings()))


def key_for(name: str, room: Room) -> str:
    """The key of a widget that changes the class as it was seen."""
    return f"class_{name}_{room.code}_{room.revision}"


def act(action: Callable[[], T]) -> T:
    """Do what was pressed; what is refused is refused in the language that is spoken."""
    try:
        return action()
    except Refused as error:
        raise DigitLabError(why_not(error)) from error


def button(name: str, label: str, action: Callable[[], object], room: Room, **options: object) -> None:
    """Draw a button that does something with the class as it was seen."""
    acting_button(PLACE, label, partial(act, action), key=key_for(name, room), **options)


def press(name: str, label: str, move: Move, room: Room, **options: object) -> None:
    """Draw a button that makes a move."""
    button(name, label, lambda: the_desk().press(room.code, move, revision=room.revision), room, **options)


def changed(move: Move, room: Room) -> None:
    """Make a move that a widget asks for; a callback."""
    st.session_state["class_change"] = ""
    try:
        act(lambda: the_desk().press(room.code, move, revision=room.revision))
    except DigitLabError as error:
        st.session_state["class_change"] = str(error)


def problem() -> None:
    """Say why the last press came to nothing, if it did."""
    press_problem(PLACE, said=_overtaken)
    if words := st.session_state.pop("class_change", ""):
        st.error(words, icon=":material/error:")


def _overtaken(problem: str) -> str:
    if problem != OVERTAKEN:
        return problem  # In the language already.
    return _(
        "Nothing was done: somebody changed it in another window at the same time. Look at what it is now, and press "
        "again."
    )


def round_buttons(room: Room, round: Round) -> None:
    """Draw what can be done with the round that is on, the likeliest first."""
    with st.container(horizontal=True, key="class_round_buttons", gap="small"):
        if round.state == State.OPEN:
            press("close", _("Close the round"), rounds.close, room, icon=":material/lock:", type="primary")
        elif round.state == State.CLOSED:
            more = rounds.next_asked(round)
            if more == rounds.READ:
                _advance(_("Have classmates read them"), room)
            elif more:
                press("discuss", _("Have them discuss"), rounds.discuss, room, icon=":material/forum:", type="primary")
            look = {"icon": ":material/visibility:", "type": "secondary" if more else "primary"}
            press("reveal", _("Reveal"), rounds.reveal, room, **look)
            press("reopen", _("Open again"), rounds.reopen, room, icon=":material/lock_open:")
        elif round.state == State.DISCUSSED:
            _advance(_("Vote again"), room)
            press("reveal", _("Reveal"), rounds.reveal, room, icon=":material/visibility:")
            press("reopen", _("Open again"), rounds.reopen, room, icon=":material/lock_open:")
        else:
            press("hide", _("Hide again"), rounds.hide, room, icon=":material/visibility_off:")


def _advance(label: str, room: Room) -> None:
    """Draw the button for what comes after the first thing that a round asks for."""
    go_on = partial(the_desk().advance, room.code, revision=room.revision)
    button("advance", label, go_on, room, icon=":material/skip_next:", type="primary")


def class_buttons(room: Room) -> None:
    """Draw what can be done with the class at any time."""
    with st.container(horizontal=True, key="class_buttons", gap="small"):
        if room.paused:
            press("go_on", _("Resume"), rounds.go_on, room, icon=":material/play_arrow:", type="primary")
        else:
            press("pause", _("Pause all phones"), rounds.pause, room, icon=":material/pause:")
        if room.is_shut:
            press("unshut", _("Open the door"), rounds.unshut, room, icon=":material/door_open:")
        else:
            press("shut", _("Close the door"), rounds.shut, room, icon=":material/door_front:")
        if room.hides_names:
            press("show_names", _("Show names"), rounds.show_names, room, icon=":material/badge:")
        else:
            press("hide_names", _("Hide names"), rounds.hide_names, room, icon=":material/visibility_off:")
