"""What the class sees on the wall: where to join, what is asked, who is done; what came of it once it is revealed."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from mnist_core.classroom import rounds
from mnist_core.classroom.desk import Attendance
from mnist_core.classroom.results.wall import Drawings
from mnist_core.errors import RunNotFound
from mnist_core.store.rooms.records import Room, Round, State
from ui import networks
from ui.classroom import lesson, results
from ui.classroom.address import CLASS
from ui.classroom.controls import class_buttons, press, problem, round_buttons, the_desk
from ui.classroom.joining import qr_html, short, spaced, where_phones_join
from ui.classroom.people import chips_html
from ui.classroom.results.network import asked
from ui.classroom.results.teaching import runs_of
from ui.classroom.results.votes import question_picture, shape_of
from ui.classroom.words import arrow_words, headline_of, name_of, network_name, question_of
from ui.explain import why
from ui.frame import state
from ui.frame.page import explained
from ui.parts import pictures
from ui.words.language import _, ngettext, share

LOOK_EVERY = 1.0  # seconds
LARGE = 380  # CSS pixels
LONG = 50  # characters of a question that is written smaller


def projector(room: Room) -> None:
    """Draw the view; it is drawn again when the class changes."""
    with st.container(key="projector"):
        there = the_desk().attendance(room.code)
        _head(room, there)
        with st.container(key="projector_body"):
            _body(room, there)
        with st.container(horizontal=True, key="projector_foot", vertical_alignment="center"):
            problem()
            st.page_link(
                "pages/7_Class.py", label=_("Desk"), icon=":material/arrow_back:", query_params={CLASS.name: room.code}
            )
            if room.large:
                press("large_off", _("Back to the wall"), rounds.show_large(), room, icon=":material/grid_view:")
            elif room.round is not None:
                round_buttons(room, room.round)
            class_buttons(room)
    # A look costs one question to the store; the page is drawn anew only where there is something new.
    live = () if room.round is None else tuple(run.id for run in runs_of(room.round) if run.is_live)
    st.fragment(_watch, run_every=LOOK_EVERY)(room.code, (room.revision, room.activity), there.away, live)


def closing() -> None:
    """Draw what stays on the wall when the class is over."""
    with st.container(key="projector"):
        thanks = _("Thank you.")
        over = _(
            "The class is over. Names and votes are deleted, and so are drawings that were not kept without names."
        )
        st.html(f"<div class='dl-projector-closing' role='status'><h1>{escape(thanks)}</h1><p>{escape(over)}</p></div>")
        st.page_link("pages/7_Class.py", label=_("Desk"), icon=":material/arrow_back:")


def _watch(code: str, seen: tuple[int, int], away: frozenset[str], live: tuple[str, ...]) -> None:
    with explained():
        same = state.store().rooms.counts().get(code) == seen and the_desk().away(code) == away
        if not same or not all(map(_is_live, live)):
            st.rerun()


def _is_live(run_id: str) -> bool:
    try:
        return state.store().runs.get(run_id).is_live
    except RunNotFound:
        return False


def _head(room: Room, there: Attendance) -> None:
    round = room.round
    if round is None:
        title, count = _("Draw with your phone"), ""
    else:
        title, count = headline_of(round), _count(round, there)
    if room.paused:
        count = " · ".join(filter(None, (_("Paused"), count)))
    where = where_phones_join()
    if round is None:
        small = ""
    elif room.is_shut:
        closed = _("The door is closed")
        small = f"<div class='join'><span>{escape(closed)}</span></div>"
    else:
        address = f"<span>{escape(short(where.join()))}</span>" if where.roots else ""
        qr = qr_html(where.join(room.code)) if where.roots else ""
        small = f"<div class='join'>{qr}<div><b>{escape(spaced(room.code))}</b>{address}</div></div>"
    paused = " paused" if room.paused else ""
    size = " class=long" if len(title) > LONG else ""
    said = f"<h1{size}>{escape(title)}</h1><p role='status'>{escape(count)}</p>"
    st.html(f"<div class='dl-projector-head{paused}'>{said}{small}</div>")


def _count(round: Round, there: Attendance) -> str:
    number, people = len(there.done), len(there.expected)
    if round.state == State.CLOSED:
        return _("Closed")
    if round.state in (State.DISCUSSED, State.REVEALED):
        return ""
    if rounds.asks(round) == rounds.DRAW and there.asked > 1:
        return _("{number} of {people} have finished", number=number, people=people)
    if rounds.asks(round) == rounds.DRAW:
        return _("{number} of {people} have drawn", number=number, people=people)
    if rounds.asks(round) == rounds.READ:
        return _("{number} of {people} have read", number=number, people=people)
    if round.step:
        return _("{number} of {people} have voted again", number=number, people=people)
    return _("{number} of {people} have voted", number=number, people=people)


def _body(room: Room, there: Attendance) -> None:
    round = room.round
    if round is not None:
        lesson.learning(round)
    if round is None:
        _lobby(room, there)
    elif room.large and (drawn := _large(room, round)) is not None:
        with st.container(key="projector_large"):
            st.fragment(_one)(room, round, *drawn)
    elif round.state == State.REVEALED:
        with st.container(key="projector_result"):
            results.show(room, round)
    else:
        st.html(f"<div class='dl-projector-wait'>{_asked(round)}{_chips(room, there)}</div>")


def _lobby(room: Room, there: Attendance) -> None:
    where = where_phones_join()
    if room.is_shut:
        closed = _("The door is closed: nobody new can join.")
        door = f"<p>{escape(closed)}</p>"
    elif not where.roots:
        words = _("No phone can come in yet: only this computer reaches the server. The desk says what to do.")
        door = f"<p class='barred'>{escape(words)}</p><b class='code'>{escape(spaced(room.code))}</b>"
    else:
        first, second = _("On your phone, open"), _("and type the code")
        door = (
            f"<p>{escape(first)}</p><b class='address'>{escape(short(where.join()))}</b>"
            f"<p>{escape(second)}</p><b class='code'>{escape(spaced(room.code))}</b>"
        )
    words = ngettext("{number} phone is in", "{number} phones are in", there.here)
    st.html(
        f"<div class='dl-projector-lobby'>{qr_html(where.join(room.code)) if where.roots and not room.is_shut else ''}"
        f"<div>{door}<p class='count' role='status'>{escape(words)}</p></div></div>{_chips(room, there)}"
    )


def _chips(room: Room, there: Attendance) -> str:
    return chips_html(room, there, names=not room.hides_names)


def _asked(round: Round) -> str:
    """HTML of the choices, or of what else the phones are asked for."""
    if rounds.asks(round) == rounds.READ:
        words = _("Say what you read.") if round.state == State.OPEN else ""
        return f"<p class='ask'>{escape(words)}</p>"
    if round.question is None:
        return ""
    _text, choices = question_of(round.question)
    if round.state == State.DISCUSSED:
        words = _("Talk to your neighbour: why did you choose what you chose?")
    elif round.state == State.CLOSED:
        words = ""
    else:
        words = _("Vote again: you have talked about it.") if round.step else _("Vote: think by yourself first.")
    items = "".join(f"<li>{escape(choice)}</li>" for choice in choices)
    note = escape(arrow_words(round.question))
    return (
        f"<div class='question'>{question_picture(round.question)}<div><p class='ask'>{escape(words)}</p>"
        f"<ol class='{shape_of(choices)}'>{items}</ol><p class='dl-class-note'>{note}</p>"
        "</div></div>"
    )


def _large(room: Room, round: Round) -> tuple[Drawings, int] | None:
    """The drawings of the round, and the place of the one to show large; `None` where it is not among them."""
    number = round.about or round.number
    drawn = the_desk().drawings(room.code, number, paths=True)
    return (drawn, drawn.ids.index(room.large)) if room.large in drawn.ids else None


def _one(room: Room, round: Round, drawn: Drawings, place: int) -> None:
    with explained():
        image, label = drawn.images[place], int(drawn.labels[place])
        owner = {each.id: name_of(each, room) for each in the_desk().attendance(room.code).people}.get(
            drawn.owners[place], ""
        )
        words = _("Drawn as {digit}", digit=label)
        caption = words if room.hides_names or not owner else f"{owner}: {words}"
        if round.state != State.REVEALED:
            _picture(image, caption, 480)
            return
        trained = asked(room, round)
        network = networks.network(trained)
        with st.container(horizontal=True, gap="large"):
            with st.container(width=LARGE + 20):
                _picture(image, caption, LARGE)
                read = int(network.classify(image[None])[0])
                sure = share(float(network.probabilities(image[None])[0, read]))
                said = _("{network} reads {read}, {sure} sure", network=network_name(trained), read=read, sure=sure)
                st.html(f"<p class='dl-projector-said{'' if read == label else ' wrong'}'>{escape(said)}</p>")
            with st.container(width="stretch", key=why.DECIDED):
                why.decided(image, {trained.key: trained}, against=None if read == label else label)


def _picture(image: np.ndarray, caption: str, width: int) -> None:
    st.html(f"<div class='dl-projector-one'>{pictures.picture(image, caption, width=width, caption=caption)}</div>")
