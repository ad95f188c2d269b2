"""The teacher's desk: what leads a class, and whoever is not the teacher may not do.

A press acts on what the person saw: with the revision that was shown, it does nothing where the class has
moved on, so that a press that arrives twice is done once.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mnist_core.classroom import presence, rounds
from mnist_core.classroom.codes import new_code
from mnist_core.classroom.limits import DAY, LIMITS, Limits
from mnist_core.classroom.nicknames import LANGUAGES
from mnist_core.classroom.results import fooling, votes
from mnist_core.classroom.results.wall import Drawings
from mnist_core.classroom.rounds import Move
from mnist_core.classroom.rules import check, refused
from mnist_core.errors import RunNotFound
from mnist_core.store.rooms.records import Kind, Person, Room, State
from mnist_core.store.rooms.visits import Visit
from mnist_core.store.store import Store


@dataclass(frozen=True)
class Attendance:
    """Who is there, and who has answered.

    Attributes:
        people: those in the room.
        done: ids of those who have answered all that is asked just now.
        answers: how many answers to it there are.
        asked: how many it asks everybody for.
        expected: ids of those of whom an answer is there or may still come.
        away: ids of those whose phones have not asked for two minutes.
        sent: how many answers there are of each, by id; of nobody who has sent none.
    """

    people: tuple[Person, ...]
    done: frozenset[str]
    answers: int
    asked: int
    expected: frozenset[str]
    away: frozenset[str]
    sent: Mapping[str, int]

    @property
    def here(self) -> int:
        """How many are not away."""
        return len(self.people) - len(self.away)


class Desk:
    """What the teacher asks for.

    Every method that names a class raises `RoomNotFound` where there is none of that code.

    Args:
        store: where classes are.
        role: of whoever asks: `Role.TEACHER`, or nothing works.
        limits: how much classes take.

    Raises:
        Refused: it is not the teacher who asks.
    """

    def __init__(self, store: Store, role: str, limits: Limits = LIMITS):
        check(role, "lead a class")
        self.store, self._rooms, self._limits = store, store.rooms, limits

    def begin_class(self, *languages: str, networks: tuple[str, ...] = ()) -> Room:
        """A new class, open to whoever has its code; those that are a day old are deleted.

        Args:
            languages: of pages, the projector's first; all where none is named.
            networks: keys of those that answer on phones.
        """
        self.sweep()
        there = len(self._rooms.counts())
        if there >= self._limits.rooms:
            raise refused("rooms", rooms=there)
        speak, answer = rounds.speak(*(languages or LANGUAGES)), rounds.answer_with(*networks)
        while True:
            room = answer(speak(Room(new_code(), time.time())))
            if self._rooms.create(room):
                return room

    def classes(self) -> list[Room]:
        """All classes, the newest first."""
        return self._rooms.all()

    def room(self, code: str) -> Room:
        """The class of this code."""
        with self._rooms.read(code) as visit:
            return visit.room

    def press(self, code: str, move: Move, *, revision: int | None = None) -> bool:
        """Do what was pressed.

        Args:
            code: of the class.
            move: of `rounds`, such as `rounds.close` or `rounds.begin(...)`.
            revision: of the class as it was seen; `None` for whatever it is.

        Returns:
            Whether it was done: not where the class is no longer as it was seen.

        Raises:
            Refused: the class cannot do that.
        """
        with self._rooms.write(code) as visit:  # Also where the disk is full: a round can be closed.
            if revision not in (None, visit.room.revision):
                return False
            moved = move(visit.room)
            if moved != visit.room:
                visit.set_room(moved)
            return True

    def begin(self, code: str, kind: str, *, revision: int | None = None, **options: Any) -> bool:
        """As `press` with `rounds.begin`, which takes the options: within this server's limits, and by lot."""
        lot: dict[str, Any] = {"seed": secrets.randbelow(2**31), "limits": self._limits}
        return self.press(code, rounds.begin(kind, **{**lot, **options}), revision=revision)

    def advance(self, code: str, *, revision: int | None = None) -> bool:
        """As `press` with `rounds.advance`; who reads which drawings is drawn by lot among those who are there."""
        with self._rooms.write(code) as visit:
            if revision not in (None, visit.room.revision):
                return False
            round = visit.room.round
            shown = None
            if round is not None and round.kind == Kind.FOOL and round.state == State.CLOSED and round.step == 0:
                drawn = visit.answers(round.number, step=0, hidden=False)
                people = [each for each in visit.people() if not each.removed]
                away = presence.away(people)
                there = [each.id for each in people if each.id not in away]
                shown = fooling.asked({each.person: each.id for each in drawn}, there, seed=round.seed)
            visit.set_room(rounds.advance(visit.room, shown=shown))
            return True

    def attendance(self, code: str) -> Attendance:
        """Who is there, and who has answered what is asked just now."""
        with self._rooms.read(code) as visit:
            people = tuple(each for each in visit.people() if not each.removed)
            round = visit.room.round
            sent = [] if round is None else visit.answers(round.number, step=round.step)
        away = presence.away(people)
        if round is None:
            return Attendance(people, frozenset(), 0, 0, frozenset(), away, {})
        counts = Counter(each.person for each in sent)
        asks = rounds.asks(round)
        usual = rounds.drawings_asked(round) if asks == rounds.DRAW else fooling.EACH if asks == rounds.READ else 1
        asked = {each.id: len(round.shown.get(each.id, ())) if asks == rounds.READ else usual for each in people}
        done = frozenset(person for person, number in asked.items() if counts[person] >= number > 0)
        expected = done | {person for person, number in asked.items() if number and person not in away}
        return Attendance(people, done, len(sent), usual, expected, away, counts)

    def away(self, code: str) -> frozenset[str]:
        """Ids of those in the class whose phones have not asked for two minutes."""
        with self._rooms.read(code) as visit:
            return presence.away(each for each in visit.people() if not each.removed)

    def drawings(self, code: str, number: int, *, hidden: bool = False, paths: bool = False) -> Drawings:
        """The drawings of a round; those too that were taken off the wall where `hidden`."""
        with self._rooms.read(code) as visit:
            return Drawings.of(visit.answers(_number(visit.room, number), step=0, hidden=hidden, paths=paths))

    def tally(self, code: str, number: int) -> votes.Tally:
        """The votes of a round."""
        with self._rooms.read(code) as visit:
            round = visit.room.rounds[_number(visit.room, number) - 1]
            question = round.question
            if question is None:
                raise refused("kind")
            sent = visit.answers(number)
        cast = ((each.person, each.step, each.value) for each in sent)
        return votes.tally(cast, choices=len(question.choices), answer=question.answer, again=round.step > 0)

    def readings(self, code: str, number: int) -> list[tuple[str, int]]:
        """(id of the drawing, what a classmate has read) of a round in which the network was to be fooled."""
        with self._rooms.read(code) as visit:
            sent = visit.answers(_number(visit.room, number))
        return [(each.about, each.value) for each in sent if each.about is not None]

    def hide(self, code: str, answer_id: str, *, hidden: bool = True) -> bool:
        """Take a drawing off the wall and out of all figures, or put it back; returns whether that changed anything."""
        return self._changed(code, lambda visit: visit.hide(answer_id, hidden=hidden))

    def send_out(self, code: str, person_id: str) -> bool:
        """Take a phone out of the class, with all that it sent; returns whether it was in."""
        return self._changed(code, lambda visit: visit.remove(person_id))

    def end(self, code: str, *, revision: int | None = None) -> bool:
        """End the class: all of it is deleted, what its lessons hold of drawings included.

        What is to stay is kept before; see `keeping`.  A network that was taught stays, and a lesson that
        is not finished is stopped.

        Returns:
            Whether it was ended: not where it is gone already, or no longer as it was seen.
        """
        runs = self._rooms.delete(code, revision=revision)
        for run in runs or ():
            with suppress(RunNotFound):
                self.store.runs.command(run, "stop")  # Nothing, where it has ended.
        return runs is not None

    def sweep(self) -> list[str]:
        """End classes that nobody has ended within a day; returns their codes.  Any server may do so at any time."""
        return [code for code in self._rooms.begun_before(DAY) if self.end(code)]

    def _changed(self, code: str, change: Callable[[Visit], bool]) -> bool:
        with self._rooms.write(code) as visit:
            done = change(visit)
            if done:
                visit.set_room(visit.room)  # Phones look again.
            return done


def _number(room: Room, number: int) -> int:
    if not 1 <= number <= len(room.rounds):
        raise refused("round", number=number)
    return number
