"""Who is in the class, and who has answered."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from mnist_core.classroom import rounds
from mnist_core.classroom.desk import Attendance
from mnist_core.store.rooms.records import Person, Room, Round
from ui.classroom.controls import button, the_desk
from ui.classroom.words import name_of
from ui.words.language import _, ngettext

SIZES = ((9, "few"), (18, "some"))  # up to so many names, how large the projector writes them
MOST_NAMES = 45  # that are written at all
ORDER, ASKED = "class_remove_order", "class_remove_asked"  # in session state: ids as they stand; the one to be sure of


def progress_words(round: Round, there: Attendance) -> str:
    """How many have answered."""
    if rounds.asks(round) == rounds.VOTE and round.step:
        number, people = len(there.done), len(there.expected)
        return _("{number} of {people} have voted again; other first choices stay", number=number, people=people)
    return _("{done} of {people} are done", done=len(there.done), people=len(there.expected))


def chips_html(room: Room, there: Attendance, *, names: bool = True) -> str:
    """HTML of everybody's nickname, with a mark on those who are done; dots without names, and of too many to read.

    Phones that are gone are grey; of several drawings it says how many there are.
    """
    if not names or len(there.people) > MOST_NAMES:
        marks = "".join(f"<i class='{_mark(each, there)}'></i>" for each in there.people)
        return f"<div class='dl-class-dots' aria-hidden='true'>{marks}</div>"
    items = "".join(_chip(name_of(each, room), each, there) for each in by_name(room, there))
    size = next((size for most, size in SIZES if len(there.people) <= most), "many")
    return f"<ul class='dl-class-people {size}'>{items}</ul>"


def by_name(room: Room, there: Attendance) -> list[Person]:
    """Everybody, by nickname."""
    return sorted(there.people, key=lambda each: name_of(each, room))


def _mark(person: Person, there: Attendance) -> str:
    return "done" if person.id in there.done else "away" if person.id in there.away else ""


def _chip(name: str, person: Person, there: Attendance) -> str:
    sent = there.sent.get(person.id, 0)
    some = f" <small>{sent}/{there.asked}</small>" if there.asked > 1 and 0 < sent < there.asked else ""
    return f"<li class='{_mark(person, there)}'>{escape(name)}{some}</li>"


def people(room: Room, there: Attendance) -> None:
    """Draw who is there, and the way to send one out."""
    said = [ngettext("{number} phone is in", "{number} phones are in", there.here)]
    if there.away:
        said.append(ngettext("{number} is gone", "{number} are gone", len(there.away)))
    if room.round is not None and there.asked:
        said.append(progress_words(room.round, there))
    if room.is_shut:
        said.append(_("the door is closed"))
    st.html(f"<p class='dl-class-count'>{escape(' · '.join(said))}</p>{chips_html(room, there)}")
    if not there.people:
        st.caption(_("Nobody has joined yet."))
        return
    if there.away:
        st.caption(_("Grey: a phone that has not been heard of for two minutes. Nobody waits for it."))
    opened = st.popover(
        _("Remove a phone"), icon=":material/person_remove:", key="class_remove", on_change="rerun"
    )  # fmt: skip
    with opened:
        _removing(room, there, is_open=bool(opened.open))


def _removing(room: Room, there: Attendance, *, is_open: bool) -> None:
    """The list stays in its order while it is open, whoever joins meanwhile: else a finger hits another one."""
    known = {each.id: each for each in by_name(room, there)}
    kept = st.session_state.get(ORDER, ()) if is_open else ()
    order = [each for each in dict.fromkeys([*kept, *known]) if each in known]
    st.session_state[ORDER] = order
    if not is_open:
        st.session_state.pop(ASKED, None)
    person = known.get(st.session_state.get(ASKED, ""))
    if person is None:
        st.caption(_("It is out of the class, what it sent is deleted, and it cannot come back with this code."))
        for each in order:
            label = _("Remove {name}", name=name_of(known[each], room))
            st.button(label, key=f"class_out_{each}", on_click=_ask, args=(each,), width="stretch")
        return
    st.markdown(_("Remove {name}, and delete what it sent?", name=name_of(person, room)))
    with st.container(horizontal=True):
        send_out = partial(the_desk().send_out, room.code, person.id)
        button(
            f"send_out_{person.id}", _("Yes, remove it"), lambda: bool(send_out()) or None, room, type="primary",
            icon=":material/person_remove:",
        )  # fmt: skip
        st.button(_("No"), key="class_out_no", on_click=_ask, args=("",))


def _ask(person_id: str) -> None:
    st.session_state[ASKED] = person_id
