"""What a phone is sent, and so shows, as plain values; `web/classes/screen.py` makes JSON of them in its language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mnist_core.classroom import rounds
from mnist_core.classroom.nicknames import Nickname
from mnist_core.classroom.results import fooling, votes
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
        votes: how many have voted for each choice, a row for each vote that was; empty until that is revealed.
        read: how many classmates have read this phone's drawing as what it was to be, and how many were asked and
            said something; empty until that is revealed.
        is_readable: whether these are enough for the drawing to fool a network.
        taught: those of `networks` that this class has taught.
        kept: whether the teacher has kept drawings of the class.
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
    read: tuple[int, ...]
    is_readable: bool
    taught: tuple[str, ...]
    kept: bool


def view(visit: Visit, person: Person) -> View:
    """What the phone of a person in the room shows."""
    room, round = visit.room, visit.room.round
    own = visit.answers(round.number, person=person.id, paths=True) if round else []
    read = _read(visit, round, own)
    runs = {run for each in room.rounds for run in each.runs}
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
        read=read,
        is_readable=bool(read and fooling.is_readable(*read)),
        taught=tuple(each for each in room.networks if each in runs),
        kept=room.kept,
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
    cast = ((each.person, each.step, each.value) for each in visit.answers(round.number))
    counts = votes.tally(cast, choices=len(round.question.choices), again=round.step > 0).counts
    return tuple(map(tuple, counts[: round.step + 1].tolist()))


def _read(visit: Visit, round: Round | None, own: Sequence[Answer]) -> tuple[int, ...]:
    if round is None or round.state != State.REVEALED or rounds.asks(round) != rounds.READ:
        return ()
    drawn = {each.id: each.value for each in own if each.image is not None}
    said = [each.value == drawn[each.about] for each in visit.answers(round.number, step=1) if each.about in drawn]
    return (sum(said), len(said)) if drawn else ()


def _own(answer: Answer) -> Own:
    named = {name: getattr(answer, name) for name in ("id", "step", "slot", "value", "take", "sent", "about", "hidden")}
    return Own(**named, strokes=_path(answer))


def _path(answer: Answer) -> Path:
    return [stroke.tolist() for stroke in answer.strokes]
