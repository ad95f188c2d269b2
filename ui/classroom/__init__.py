"""The class's page: the teacher's desk, the projector's view; for everybody else where to join."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import RoomNotFound
from ui.classroom.address import CLASS, PROJECTOR, VIEW
from ui.classroom.controls import the_desk
from ui.classroom.desk import desk
from ui.classroom.projector import closing, projector
from ui.classroom.start import guest, start
from ui.frame import state
from ui.words.language import _, language, speak

CLOSING = "class_closing"  # in session state: language of the class that this window has shown on the wall


def classroom() -> None:
    """Draw what the address asks for, so far as whoever looks may see it."""
    if not state.visitor().is_teacher:
        guest()
        return
    state.show_digits()
    view, code = VIEW.now(), CLASS.now()
    room = None
    if code is not None:
        try:
            room = the_desk().room(code)
        except RoomNotFound:
            if view == PROJECTOR:
                speak(st.session_state.get(CLOSING, language()))
                closing()
                return
            CLASS.refuse(_("The class {code} is over: it was ended, and all of it deleted.", code=code), words="")
    if room is None:
        start()
    elif view == PROJECTOR:
        st.session_state[CLOSING] = room.languages[0]
        speak(room.languages[0])
        projector(room)
    else:
        desk(room)
