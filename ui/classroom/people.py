"""Who is in the class, and who has answered."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from mnist_core.classroom.desk import Attendance
from mnist_core.store.rooms.records import Person, Room
from ui.classroom.controls import button, the_desk
from ui.classroom.words import _, name_of, ngettext

FEW_NAMES, MOST_NAMES = 18, 45  # that are written large on the projector, and that are written at all


def progress_words(there: Attendance) -> str:
    """How many have answered."""
    return _("{done} of {people} are done", done=len(there.done), people=len(there.people))


def chips_html(there: Attendance, *, names: bool = True) -> str:
    """HTML of everybody's nickname, with a mark on those who are done; dots without names, and of too many to read."""
    if not names or len(there.people) > MOST_NAMES:
        marks = "".join(f"<i{' class=done' if each.id in there.done else ''}></i>" for each in there.people)
        return f"<div class='dl-class-dots' aria-hidden='true'>{marks}</div>"
    items = "".join(_chip(name, done) for name, done in sorted((name_of(p), p.id in there.done) for p in there.people))
    many = " many" if len(there.people) > FEW_NAMES else ""
    return f"<ul class='dl-class-people{many}'>{items}</ul>"


def _chip(name: str, done: bool) -> str:
    return f"<li{' class=done' if done else ''}>{escape(name)}</li>"


def people(room: Room, there: Attendance) -> None:
    """Draw who is there, and the way to send one out."""
    said = [ngettext("{number} phone is in", "{number} phones are in", len(there.people))]
    if there.asked:
        said.append(progress_words(there))
    st.html(f"<p class='dl-class-count'>{escape(' · '.join(said))}</p>{chips_html(there)}")
    if not there.people:
        st.caption(_("Nobody has joined yet."))
        return
    with st.popover(_("Remove a phone"), icon=":material/person_remove:", key="class_remove"):
        st.caption(_("It is out of the class, what it sent is deleted, and it cannot come back with this code."))
        for person in sorted(there.people, key=name_of):
            _remove(room, person)


def _remove(room: Room, person: Person) -> None:
    send_out = partial(the_desk().send_out, room.code, person.id)
    label = _("Remove {name}", name=name_of(person))
    button(f"send_out_{person.id}", label, lambda: bool(send_out()) or None, room, width="stretch")
