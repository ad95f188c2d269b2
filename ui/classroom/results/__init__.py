"""What comes of a round, as the projector and the desk show it once it is revealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from mnist_core.errors import Refused
from mnist_core.store.rooms.records import Kind, Room, Round
from ui.classroom.results import fooling, hands, teaching, votes, wall
from ui.classroom.results.network import before_and_after
from ui.classroom.words import why_not
from ui.words.plain import plain

OF_KIND: Mapping[str, Callable[[Room, Round], None]] = {
    Kind.DRAW: wall.show_wall,
    Kind.TEACH: teaching.show_teaching,
    Kind.FOOL: fooling.show_fooling,
    Kind.GUESS: votes.show_votes,
    Kind.HAND: hands.show_hands,
}


def show(room: Room, round: Round) -> None:
    """Draw what came of the round; call it outside of fragments."""
    try:
        if round.kind in (Kind.DRAW, Kind.FOOL):
            before_and_after(room, round)
        OF_KIND[round.kind](room, round)
    except Refused as error:  # There is too little of something.
        st.info(plain(why_not(error)), icon=":material/info:")
