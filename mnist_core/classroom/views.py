"""What a phone shows, as plain values: `dataclasses.asdict` makes JSON of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mnist_core.classroom import rounds
from mnist_core.classroom.nicknames import Nickname
from mnist_core.store.rooms.records import Answer, Person, Round, State
from mnist_core.store.rooms.visits import Visit

Path = list[list[list[int]]]  # strokes, each a list of [x, y] in canvas pixels


@dataclass(frozen=True)
class Own:
    """One answer of the phone that asks.

    Attributes, where they are not those of `Answer`:
        id: to delete it by.
        strokes: empty where it is no drawing.
    """

    id: str
    step: int
    slot: int
    value: int
    take: int
    sent: str
    about: str | None
    hidden: bool
    strokes: Path


@dataclass(frozen=True)
class ToRead:
    """A classmate's drawing that this phone is asked to read: not what it was to be, nor whose it is.

    Attributes:
        id: to answer about.
        strokes: the pen's path.
    """

    id: str
    strokes: Path


@dataclass(frozen=True)
class View:
    """What one phone shows.

    Attributes:
        revision: of the room, for the next look.
        nickname: places of its two words.
        paused: whether to wait.
        languages, networks: of the room.
        round: what is on, without what only the teacher may know; `None` before the first.
        asks: what it asks for just now; empty where nothing is open.
        drawings: how many drawings it asks everybody for.
        own: what this phone has answered to it.
        to_read: drawings that it is asked to read.
        votes: how many have voted for each choice, a row for each vote; empty until that is revealed.
    """

    revision: int
    nickname: Nickname
    paused: bool
    languages: tuple[str, ...]
    networks: tuple[str, ...]
    round: Round | None
    asks: str
    drawings: int
    own: tuple[Own, ...]
    to_read: tuple[ToRead, ...]
    votes: tuple[tuple[int, ...], ...]


def view(visit: Visit, person: Person) -> View:
    """What the phone of a person in the room shows."""
    room, round = visit.room, visit.room.round
    own = visit.answers(round.number, person=person.id, paths=True) if round else []
    return View(
        revision=room.revision,
        nickname=person.nickname,
        paused=room.paused,
        languages=room.languages,
        networks=room.networks,
        round=_told(round),
        asks=rounds.asks(round) if round and round.state == State.OPEN else "",
        drawings=rounds.drawings_asked(round) if round else 0,
        own=tuple(map(_own, own)),
        to_read=_to_read(visit, round, person),
        votes=_votes(visit, round),
    )


def _told(round: Round | None) -> Round | None:
    """The round without what phones are not told, or not yet."""
    if round is None:
        return None
    question = round.question
    if question is not None and round.state != State.REVEALED:
        question = replace(question, answer=None)
    return replace(round, question=question, shown={}, seed=0)


def _to_read(visit: Visit, round: Round | None, person: Person) -> tuple[ToRead, ...]:
    if round is None or round.state != State.OPEN or rounds.asks(round) != rounds.READ:
        return ()
    mine = round.shown.get(person.id, ())
    found = visit.answers(round.number, step=0, ids=mine, hidden=False, paths=True)
    there = {each.id: each for each in found}
    return tuple(ToRead(each, _path(there[each])) for each in mine if each in there)


def _votes(visit: Visit, round: Round | None) -> tuple[tuple[int, ...], ...]:
    if round is None or round.state != State.REVEALED or round.question is None:
        return ()
    counts = np.zeros((len(rounds.STEPS[round.kind]), len(round.question.choices)), np.int64)
    for answer in visit.answers(round.number):
        counts[answer.step, answer.value] += 1
    return tuple(map(tuple, counts.tolist()))


def _own(answer: Answer) -> Own:
    named = {name: getattr(answer, name) for name in ("id", "step", "slot", "value", "take", "sent", "about", "hidden")}
    return Own(**named, strokes=_path(answer))


def _path(answer: Answer) -> Path:
    return [stroke.tolist() for stroke in answer.strokes]
