"""The network that is asked about the class's drawings."""

from __future__ import annotations

from mnist_core.errors import DigitLabError
from mnist_core.store.rooms.records import Room
from ui import networks
from ui.networks import USUAL_FOR_DRAWINGS, Trained


def asked(room: Room, *, untaught: bool = False) -> Trained:
    """The first of those that answer on phones; where there is none, the usual one for drawings.

    Args:
        room: the class.
        untaught: whether none that this class has taught will do.
    """
    taught = {run for round in room.rounds for run in round.runs} if untaught else ()
    for key in room.networks:
        if key in taught:
            continue
        try:
            return networks.find(key)
        except DigitLabError:  # Deleted since, or it has learned nothing yet.
            continue
    return networks.find(USUAL_FOR_DRAWINGS[-1])
