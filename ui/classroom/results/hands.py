"""Whose digits are alike, and whether a few people's are misread or everybody's; nobody is named."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from mnist_core.classroom.results.hands import Errors, alike, errors
from mnist_core.classroom.results.wall import wall
from mnist_core.numerals import out_of
from mnist_core.store.rooms.records import Room, Round
from ui import networks
from ui.classroom.results.network import asked
from ui.classroom.results.votes import show_votes
from ui.classroom.results.wall import drawings_of
from ui.classroom.words import _, ngettext, share
from ui.parts import pictures

PAIRS = 6
MOST_PEOPLE = 30  # bars


def show_hands(room: Room, round: Round) -> None:
    """Draw the votes, the errors by person, and the pairs of drawings of two people that are most alike."""
    drawn = drawings_of(room, round.about)
    found = wall(drawn.images, drawn.labels, networks.network(asked(room)))
    left, right = st.columns(2, gap="medium")
    with left:
        show_votes(room, round)
        st.html(errors_html(errors(drawn.people, found.read != found.labels)))
    with right:
        pairs = alike(drawn.images, drawn.people, most=PAIRS)
        heading = _("Two people each, and hardly to tell apart")
        st.html(f"<h3 class='dl-heading'>{escape(heading)}</h3>")
        shown = []
        for pair in pairs:
            both = np.hstack([drawn.images[pair.first], drawn.images[pair.second]])
            words = _("{share} of the ink in common", share=share(pair.overlap))
            shown.append(pictures.picture(both, words, width=196, caption=words))
        pictures.show(*shown)


def errors_html(found: Errors) -> str:
    """HTML of a bar for each person, those with most errors first."""
    shares = found.wrong / found.drawings
    bars = "".join(
        f"<i style='height:{max(2.0, 100 * share):.0f}%' title='{escape(out_of(int(wrong), int(of)))}'></i>"
        for share, wrong, of in list(zip(shares, found.wrong, found.drawings, strict=True))[:MOST_PEOPLE]
    )
    few = (
        _("A few people's: by chance alone people would rarely differ so much.")
        if found.are_a_few_peoples
        else _("Everybody's, as far as one can tell: people differ no more than chance lets them.")
    )
    half = ngettext(
        "{number} of {people} people made half of all {errors} errors.",
        "{number} of {people} people made half of all {errors} errors.",
        found.half,
        people=len(found.wrong),
        errors=int(found.wrong.sum()),
    )
    head = _("Share of errors, one bar a person")
    return (
        f"<div class='dl-class-errors'><p>{escape(head)}</p>"
        f"<div class='bars' role='img' aria-label='{escape(half)}'>{bars}</div>"
        f"<p><b>{escape(few)}</b> {escape(half)}</p></div>"
    )
