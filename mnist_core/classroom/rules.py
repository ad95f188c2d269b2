"""Who may do what in a class, and what is said to whom it is refused.

A stranger has reached the server and may know a code; a member has joined the room that is meant; the
teacher is whom the server takes for one.  What a member may do goes for what is the member's own.
"""

from __future__ import annotations

from mnist_core.errors import Refused


class Role:
    """Whom somebody is taken for, in one room."""

    TEACHER = "teacher"
    MEMBER = "member"
    STRANGER = "stranger"


_ALL = frozenset({Role.TEACHER, Role.MEMBER, Role.STRANGER})
_IN = frozenset({Role.MEMBER})
_TEACHER = frozenset({Role.TEACHER})

MAY: dict[str, frozenset[str]] = {
    "join": _ALL,
    "look": _IN,
    "draw a nickname": _IN,
    "answer": _IN,
    "delete what is one's own": _IN,
    "lead a class": _TEACHER,
}

REASONS: dict[str, str] = {
    # Who and where.
    "teacher": "Only the teacher may do that.",
    "member": "This phone is not in the class. Join it with its code.",
    "removed": "The teacher has taken this phone out of the class.",
    "shut": "Nobody new can join: the teacher has closed the door of this class.",
    "full": "The class is full: {people} phones have joined.",
    "rooms": "As many classes are on as there may be: {rooms}. End one of them first.",
    # When.
    "over": "This round is over. The teacher has gone on to another.",
    "closed": "Too late: the teacher has closed this round.",
    "not yet": "There is nothing to answer yet.",
    "move": "That is not possible now: the round has moved on.",
    "round": "There is no round {number} in this class.",
    "rounds": "A class has {rounds} rounds at most. Begin another class.",
    # What.
    "message": "The phone sent something that cannot be read. Load the page again.",
    "strokes": "This drawing cannot be read. Clear it and draw again.",
    "much": "This drawing has too many lines. Clear it and draw the digit once.",
    "blank": "Nothing is drawn yet. Draw the digit first.",
    "slot": "That drawing is not asked for in this round.",
    "choice": "That is none of the choices.",
    "reading": "This drawing is not one that you were asked to read.",
    "own": "That is not there, or not yours.",
    "kind": "There is no such kind of round.",
    "digits": "A round asks for digits from 0 to 9, and for {drawings} drawings of each person at most.",
    "text": "A question or a prompt has up to {text} characters that can be printed.",
    "question": "A question needs a text and 2 to {choices} different choices of up to {choice} characters.",
    "about": "This round needs an earlier one in which the class has drawn.",
    "languages": "A class needs one language at least that pages are written in.",
    "networks": "A phone can take {networks} networks at most.",
    # What there is too little of.
    "no drawings": "There are no drawings yet.",
    "few people": "This needs drawings of {people} people at least.",
    "few drawings": "This needs {drawings} drawings at least that two classmates can be asked about.",
    "no errors": "The network reads all of them right, so there is no mistake to ask for.",
}


def refused(reason: str, **values: object) -> Refused:
    """The refusal for a reason, a key of `REASONS`, with what its sentence is filled with."""
    return Refused(reason, REASONS[reason], **values)


def check(role: str, action: str) -> None:
    """Raise `Refused` where whoever has this role may not do this; actions are the keys of `MAY`."""
    if role not in MAY[action]:
        raise refused("member" if Role.MEMBER in MAY[action] else "teacher")
