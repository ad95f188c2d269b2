"""Whose digits are alike, and whether a few people's are misread or everybody's; nobody is named."""

from __future__ import annotations

import math
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
from ui.classroom.words import network_name
from ui.parts import pictures
from ui.words.language import _, ngettext, share

PAIRS = 6
MOST_PEOPLE = 30  # bars
MOST_WRITTEN = 20  # bars below which there is room for what they are made of


def show_hands(room: Room, round: Round) -> None:
    """Draw the votes, the errors by person, and the pairs of drawings of two people that are most alike."""
    drawn, trained = drawings_of(room, round.about), asked(room, round)
    found = wall(drawn.images, drawn.labels, networks.network(trained))
    left, right = st.columns(2, gap="medium")
    with left:
        show_votes(room, round)
        st.html(errors_html(errors(drawn.people, found.read != found.labels), network_name(trained)))
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


def errors_html(found: Errors, network: str) -> str:
    """HTML of a bar for each person, those with most errors first; of which network they are."""
    people = list(zip(found.wrong.tolist(), found.drawings.tolist(), strict=True))[:MOST_PEOPLE]
    top = math.ceil(10 * max(wrong / of for wrong, of in people)) / 10  # Of the axis: whole tenths.
    bars = "".join(
        f"<div title='{escape(out_of(wrong, of))}'><i style='height:{100 * wrong / of / top:.0f}%'></i>"
        + (f"<small>{wrong}/{of}</small>" if len(people) <= MOST_WRITTEN else "")
        + "</div>"
        for wrong, of in people
    )
    if not found.are_enough:
        few = _("There are too few errors to tell whose they are.")
    elif found.are_a_few_peoples:
        few = _("A few people's: by chance alone people would rarely differ so much.")
    else:
        few = _("Everybody's, as far as one can tell: people differ no more than chance lets them.")
    half = ngettext(
        "{number} of {people} people made half of all {errors} errors.",
        "{number} of {people} people made half of all {errors} errors.",
        found.half,
        people=len(found.wrong),
        errors=int(found.wrong.sum()),
    )
    head = _("Share of drawings that {network} misreads, one bar a person", network=network)
    return (
        f"<div class='dl-class-errors'><p>{escape(head)}</p><div class='chart'>"
        f"<div class='axis' aria-hidden='true'><span>{share(top)}</span><span>{share(0)}</span></div>"
        f"<div class='bars' role='img' aria-label='{escape(half)}'>{bars}</div></div>"
        f"<p><b>{escape(few)}</b> {escape(half)}</p></div>"
    )
