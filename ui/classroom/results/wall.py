"""The wall: the class's drawings by what the network reads in them, the class's matrix, its accuracy."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from mnist_core.classroom import rounds
from mnist_core.classroom.results.wall import Drawings, Wall, wall
from mnist_core.drawing.images import CLASSES
from mnist_core.store.rooms.records import Room, Round
from ui import networks
from ui.classroom.controls import changed, the_desk
from ui.classroom.results.network import asked
from ui.classroom.words import ends, name_of, network_name
from ui.colours import SEQUENTIAL, between, ink_on
from ui.parts.gallery import gallery
from ui.words.language import _, ngettext, share

SIZES = (
    (3, 220),
    (8, 170),
    (12, 140),
    (18, 112),
    (32, 84),
    (55, 64),
    (84, 48),
)  # up to so many tiles, CSS pixels of one: what a projector has room for
MOST = SIZES[-1][0]  # tiles; of more, those that are misread come first


def drawings_of(room: Room, number: int) -> Drawings:
    """The drawings of a round that are on the wall."""
    return the_desk().drawings(room.code, number)


def show_wall(room: Room, round: Round) -> None:
    """Draw the wall, with the matrix and the accuracy beside it."""
    drawn, trained = drawings_of(room, round.number), asked(room, round)
    found = wall(drawn.images, drawn.labels, networks.network(trained))
    left, right = st.columns([5, 3], gap="medium")
    with left, st.container(key="class_wall"):
        tiles(room, drawn, found)
    with right:
        st.html(figures_html(found, network_name(trained)) + matrix_html(found))


def tiles(room: Room, drawn: Drawings, found: Wall) -> None:
    """Draw the drawings in the order of what is read in them; a press shows one large."""
    order = found.order
    if len(order) > MOST:
        misread = found.read[order] != found.labels[order]
        right = order[~misread]
        some = right[np.linspace(0, len(right) - 1, max(0, MOST - int(misread.sum()))).astype(int)]
        order = np.concatenate([order[misread], some])[:MOST]
        order = order[np.argsort(found.read[order], kind="stable")]
        st.caption(_("{shown} of {all} drawings, all that are misread among them", shown=MOST, all=len(found.read)))
    names = (
        {} if room.hides_names else {each.id: name_of(each, room) for each in the_desk().attendance(room.code).people}
    )
    one_digit = len(np.unique(found.labels)) == 1

    def told(place: int) -> str:
        words = _(
            "Drawn as {digit}, read as {read}, {sure} sure",
            digit=int(found.labels[place]),
            read=int(found.read[place]),
            sure=share(float(found.probabilities[place].max())),
        )
        owner = names.get(drawn.owners[place])
        return f"{owner}: {words}" if owner else words

    def caption(place: int) -> str:
        read, label = int(found.read[place]), int(found.labels[place])
        return str(read) if one_digit or read == label else f"{label} → {read}"

    gallery(
        drawn.images[order],
        [drawn.ids[place] for place in order],
        [told(place) for place in order],
        None,
        lambda name: changed(rounds.show_large(str(name)), room),
        key=f"class_wall_{room.code}_{room.current}",
        captions=[caption(place) for place in order],
        marked=(found.read[order] != found.labels[order]).tolist(),
        size=size_for(len(order)),
    )


def size_for(number: int) -> int:
    """CSS pixels of a tile, where so many are to be seen at once."""
    return next((size for most, size in SIZES if number <= most), SIZES[-1][1])


def figures_html(found: Wall, name: str) -> str:
    """HTML of how much the network reads right."""
    total, (low, high) = len(found.labels), found.interval
    return (
        f'<div class="dl-class-figure"><b>{share(found.correct / total)}</b><p>'
        + escape(_("{network} reads {right} of {all} right", network=name, right=found.correct, all=total))
        + "<br><small>"
        + escape(_("between {low} and {high} (95 % interval)", **ends(low, high)))
        + "</small></p></div>"
    )


def matrix_html(found: Wall) -> str:
    """HTML of the class's matrix: what was drawn, by what was read."""
    matrix = found.matrix
    rows = [digit for digit in range(CLASSES) if matrix[digit].any()]
    columns = [digit for digit in range(CLASSES) if matrix[:, digit].any() or digit in rows]
    most = max(1, int(matrix.max()))
    head = "".join(f"<th scope='col'>{digit}</th>" for digit in columns)
    body = "".join(
        f"<tr><th scope='row'>{digit}</th>"
        + "".join(_cell(int(matrix[digit, read]), most, digit == read) for read in columns)
        + "</tr>"
        for digit in rows
    )
    words = ngettext("{number} drawing", "{number} drawings", int(matrix.sum()))
    caption = _("Down: what was to be drawn. Across: what the network reads.")
    return (
        f"<table class='dl-class-matrix' style='--columns:{len(columns)}' aria-label='{escape(words)}'>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"
        f"<p class='dl-class-note'>{escape(caption)}</p>"
    )


def _cell(number: int, most: int, right: bool) -> str:
    if not number:
        return "<td></td>"
    colour = between(SEQUENTIAL, number / most)
    mark = " class='right'" if right else ""
    return f"<td{mark} style='background:{colour};color:{ink_on(colour)}'>{number}</td>"
