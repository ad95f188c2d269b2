"""The best foolings: what people read and the network does not, and the fewest pixels that undo it."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from mnist_core.classroom import rounds
from mnist_core.classroom.results.fooling import Fooling, fooling, undone
from mnist_core.insight.one_image.counterfactual import ChangeOfMind
from mnist_core.network.network import Network
from mnist_core.store.rooms.records import Room, Round
from ui import networks
from ui.classroom.controls import changed, the_desk
from ui.classroom.results.network import asked
from ui.classroom.results.wall import drawings_of, size_for
from ui.classroom.words import network_name
from ui.explain.change_of_mind import changed_picture
from ui.parts import pictures
from ui.parts.gallery import gallery
from ui.words.language import _, ngettext, share

BEST = 3


def show_fooling(room: Room, round: Round) -> None:
    """Draw how many fooled it, the best of them with what undoes them, and all others."""
    drawn, trained = drawings_of(room, round.number), asked(room, round)
    network = networks.network(trained)
    readings = the_desk().readings(room.code, round.number)
    found = fooling(drawn.images, drawn.labels, drawn.ids, network, readings)
    number = int(found.counts.sum())
    st.html(
        f"<p class='dl-class-sum'><b>{number}</b> "
        + escape(
            ngettext(
                "of {all} drawings fools {network}: classmates read it, the network does not.",
                "of {all} drawings fool {network}: classmates read them, the network does not.",
                number,
                all=len(drawn.labels),
                network=network_name(trained),
            )
        )
        + "</p>"
    )
    best = found.best[:BEST]
    if len(best):
        cards = "".join(_card(drawn.images[place], found, int(place), network, trained.identity) for place in best)
        st.html(f"<div class='dl-class-foolings'>{cards}</div>")
    order = np.lexsort((-found.confidence, ~found.counts))
    with st.container(key="class_foolings"):
        gallery(
            drawn.images[order],
            [drawn.ids[place] for place in order],
            [_words(found, int(place)) for place in order],
            None,
            lambda name: changed(rounds.show_large(str(name)), room),
            key=f"class_fooling_{room.code}_{room.current}",
            captions=[_caption(found, int(place)) for place in order],
            marked=found.counts[order].tolist(),
            size=min(72, size_for(len(order))) if len(best) else max(96, size_for(len(order))),
        )
    if not len(best):
        said = _("Under each: how many of the classmates who were asked read it, and what the network reads.")
        st.html(f"<p class='dl-class-note'>{escape(said)}</p>")


def _caption(found: Fooling, place: int) -> str:
    people = ngettext(
        "{right} of {number} person", "{right} of {number} people", int(found.readers[place]),
        right=int(found.right[place]),
    )  # fmt: skip
    return f"{people}\n" + _("network: {read}", read=int(found.read[place]))


def _card(image: np.ndarray, found: Fooling, place: int, network: Network, identity: str) -> str:
    change = _undone(network, identity, image, int(found.labels[place]))
    words = (
        ngettext(
            "{number} pixel changed, and it reads {digit}",
            "{number} pixels changed, and it reads {digit}",
            len(change.changes),
            digit=int(found.labels[place]),
        )
        if change.found
        else _("No few pixels undo it")
    )
    before = pictures.picture(image, _words(found, place), width=120, caption=_words(found, place))
    after = pictures.picture(changed_picture(change, len(change.changes)), words, width=120, caption=words)
    return f"<div>{before}{after}</div>"


def _words(found: Fooling, place: int) -> str:
    return _(
        "{right} of {readers} people read {digit}; the network reads {read}, {sure} sure",
        right=int(found.right[place]),
        readers=int(found.readers[place]),
        digit=int(found.labels[place]),
        read=int(found.read[place]),
        sure=share(float(found.confidence[place])),
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _undone(_network: Network, identity: str, image: np.ndarray, label: int) -> ChangeOfMind:
    return undone(image, label, _network)
