"""Votes as bars: before a discussion, and after it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from mnist_core.classroom.questions import KIT
from mnist_core.store.rooms.records import Question, Room, Round
from ui.classroom.controls import the_desk
from ui.classroom.words import arrow_words, question_of
from ui.frame import state
from ui.parts import pictures
from ui.words.language import _, ngettext, share
from web.classes.words import WORDS

SHORT = 8  # characters of a choice
FEW = 5  # choices: they have room to be large


def show_votes(room: Room, round: Round) -> None:
    """Draw how many voted for what, which is right, and what there is to learn from it."""
    question = round.question
    if question is None:
        return
    counts = the_desk().tally(room.code, round.number).counts
    _question, choices = question_of(question)
    second = bool(counts[1].any())
    rows = "".join(
        f"<li{' class=right' if place == question.answer else ''}><span>{escape(choice)}</span>"
        "<div>"
        + _bars([int(each) for each in (counts[:, place] if second else counts[:1, place])], counts.sum(axis=1))
        + "</div></li>"
        for place, choice in enumerate(choices)
    )
    totals = [ngettext("{number} vote", "{number} votes", int(each)) for each in counts.sum(axis=1)]
    said = (
        [_("First: {votes}", votes=totals[0]), _("After discussing: {votes}", votes=totals[1])]
        if second
        else totals[:1]
    )
    key = "".join(f"<span{' class=second' if place else ''}>{escape(words)}</span>" for place, words in enumerate(said))
    lesson = _(KIT[question.kit].lesson) if question.kit in KIT else ""
    st.html(
        f"<div class='dl-class-votes'>{question_picture(question)}<div>"
        f"<ul class='{shape_of(choices)}'>{rows}</ul><p class='key'>{key}</p>"
        + (f"<p class='dl-class-note'>{escape(arrows)}</p>" if (arrows := arrow_words(question)) else "")
        + (f"<p class='lesson'>{escape(lesson)}</p>" if lesson else "")
        + "</div></div>"
    )


def shape_of(choices: Sequence[str]) -> str:
    """Class of the list of choices: short ones, such as digits, stand beside what is said of them."""
    length = "short" if max(map(len, choices)) <= SHORT else "long"
    return f"{length} few" if len(choices) <= FEW else length


def question_picture(question: Question | None) -> str:
    """HTML of the test image that a question shows, empty where there is none or it is not here."""
    place = None if question is None else question.place
    data = None if place is None else state.loaded_dataset()
    if data is None or place is None or place >= len(data.x_test):
        return ""
    return pictures.picture(data.x_test[place], _(WORDS["mystery"]), width=280)


def _bars(votes: list[int], totals: list[int]) -> str:
    parts = [number / max(1, int(total)) for number, total in zip(votes, totals, strict=False)]
    return "".join(
        f"<div class='bar{' second' if place else ''}'><i style='width:{100 * part:.1f}%'></i>"
        f"<b>{number}</b><small>{share(part)}</small></div>"
        for place, (number, part) in enumerate(zip(votes, parts, strict=True))
    )
