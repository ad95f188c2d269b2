"""The teacher's desk: the round that is on, the next one, who is there, what becomes of the class."""

from __future__ import annotations

from html import escape

import streamlit as st

from mnist_core.classroom import rounds
from mnist_core.classroom.rounds import MOST_NETWORKS, go_to
from mnist_core.store.rooms.records import Room, Round, State
from ui import networks
from ui.classroom import lesson, results
from ui.classroom.address import CLASS, PROJECTOR, VIEW
from ui.classroom.begin import begin, kind_name
from ui.classroom.controls import changed, class_buttons, key_for, press, problem, round_buttons, the_desk
from ui.classroom.drawings import drawings
from ui.classroom.ending import ending
from ui.classroom.joining import joining, spaced
from ui.classroom.people import people
from ui.classroom.words import arrow_words, headline_of, question_of, state_of
from ui.frame.address import link
from ui.frame.page import explained
from ui.words.language import _, ngettext, share
from web.languages import languages
from web.languages import name_of as language_name

LOOK_EVERY = 1.0  # seconds between two looks at who is there


def desk(room: Room) -> None:
    """Draw the desk of a class."""
    with st.container(horizontal=True, vertical_alignment="center", key="class_head"):
        st.html(f"<b class='dl-class-code'>{escape(spaced(room.code))}</b>", width="content")
        st.link_button(
            _("Open the projector"), link("Class", {CLASS.name: room.code, VIEW.name: PROJECTOR}),
            icon=":material/cast:", help=_("In a window of its own, to move to the projector's screen."),
        )  # fmt: skip
        class_buttons(room)
    problem()
    left, right = st.columns(2, gap="medium")
    with left:
        if room.round is None:
            joining(room, len(the_desk().attendance(room.code).people))
        else:
            _round(room, room.round)
        st.fragment(_live, run_every=LOOK_EVERY)(room.code, room.revision)
    with right, st.container(border=True, key="class_begin"):
        begin(room)
    if room.round is not None and room.round.state == State.REVEALED:
        with st.container(border=True, key="class_result"):
            st.subheader(_("What came of it"), anchor=False)
            results.show(room, room.round)
    if room.round is not None:
        with st.expander(_("How phones join"), icon=":material/qr_code:", key="class_how"):
            joining(room, len(the_desk().attendance(room.code).people))
    _settings(room)
    ending(room)


def _round(room: Room, round: Round) -> None:
    said = [_("Round {number}", number=round.number), kind_name(round.kind), state_of(round)]
    if room.paused:
        said.append(_("paused"))
    with st.container(border=True, key="class_round"):
        st.html(
            f"<p class='dl-class-kind'>{escape(' · '.join(said))}</p>"
            f"<h2 class='dl-class-task'>{escape(headline_of(round))}</h2>{_choices(room, round)}"
        )
        round_buttons(room, round)
        _earlier(room)
        lesson.lesson(room, round)
        if room.large:
            press("large_off", _("Back to the wall"), rounds.show_large(), room, icon=":material/grid_view:")


def _choices(room: Room, round: Round) -> str:
    """HTML of the choices, which is right, and, once nobody votes, how many have voted for each."""
    if round.question is None:
        return ""
    _text, choices = question_of(round.question)
    votes = [""] * len(choices)
    if round.state in (State.CLOSED, State.DISCUSSED):
        counts = the_desk().tally(room.code, round.number).counts[round.step]
        cast = max(1, int(counts.sum()))
        cast_each = [ngettext("{number} vote", "{number} votes", each) for each in counts.tolist()]
        votes = [
            f" {escape(words)}, {share(each / cast)}" for words, each in zip(cast_each, counts.tolist(), strict=True)
        ]
    right = _("right")
    mark = f" <mark>{escape(right)}</mark>"
    items = "".join(
        f"<li{' class=right' if place == round.question.answer else ''}>{escape(choice)}"
        f"{mark if place == round.question.answer else ''}<small>{votes[place]}</small></li>"
        for place, choice in enumerate(choices)
    )
    return (
        f"<ol class='dl-class-choices'>{items}</ol><p class='dl-class-kind'>{escape(arrow_words(round.question))}</p>"
    )


def _earlier(room: Room) -> None:
    if len(room.rounds) < 2:
        return
    key = key_for("go_to", room)
    st.selectbox(
        _("Go to a round"),
        range(1, len(room.rounds) + 1),
        index=room.current - 1,
        format_func=lambda number: (
            f"{number}. {kind_name(room.rounds[number - 1].kind)}: {headline_of(room.rounds[number - 1])}"
        ),
        key=key,
        on_change=lambda: changed(go_to(st.session_state[key]), room),
    )


def _settings(room: Room) -> None:
    with st.expander(_("Networks and language"), icon=":material/tune:", key="class_settings"):
        known = {each.key: each for each in networks.trained_networks()}
        chosen = [key for key in room.networks if key in known]
        answering, speaking = key_for("networks", room), key_for("language", room)
        st.multiselect(
            _("Networks that answer on phones"), list(known), default=chosen,
            format_func=lambda key: known[key].choice, key=answering, max_selections=MOST_NETWORKS,
            on_change=lambda: changed(rounds.answer_with(*st.session_state[answering]), room),
            help=_("The first of them also reads the class's drawings here. Choose none, and phones say nothing."),
        )  # fmt: skip
        st.selectbox(
            _("Language of the projector"), languages(), index=languages().index(room.languages[0]),
            format_func=language_name, key=speaking, width=220,
            on_change=lambda: changed(_speaking(st.session_state[speaking]), room),
        )  # fmt: skip


def _speaking(language: str) -> rounds.Move:
    return rounds.speak(language, *(each for each in languages() if each != language))


def _live(code: str, revision: int) -> None:
    """Who is there and what they drew, again and again; the rest of the page only where the class has moved on."""
    with explained():
        room = the_desk().room(code)
        if room.revision != revision:
            st.rerun()
        there = the_desk().attendance(code)
        people(room, there)
        drawings(room, there)
