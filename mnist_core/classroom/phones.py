"""What a phone may ask of a class: join, look, answer, take back, leave.

A phone is known by a token that it keeps, random and its own (see `store.visitors`); the store has its
hash alone.  Every method is one transaction and gives what it gave before when it is called again, so
that a phone whose network fails simply tries once more.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress

from mnist_core.classroom import from_phones, nicknames, presence, rounds
from mnist_core.classroom.from_phones import Message
from mnist_core.classroom.limits import LIMITS, Limits
from mnist_core.classroom.rules import Role, check, refused
from mnist_core.classroom.to_phones import View, view
from mnist_core.errors import RoomNotFound, StoreError
from mnist_core.store.rooms.records import Answer, Person, Room, Round, State
from mnist_core.store.rooms.visits import Visit
from mnist_core.store.store import Store


class Phones:
    """What phones ask for.

    Every method raises `RoomNotFound` where there is no such class, or no longer, and `Refused` with
    a reason that the phone can show in its language.

    Args:
        store: where classes are.
        limits: how much they take.
    """

    def __init__(self, store: Store, limits: Limits = LIMITS):
        self._rooms, self._limits = store.rooms, limits

    def join(self, code: str, token: str) -> Person:
        """Whoever has this token, in the class from now on, with a nickname by lot.

        Who is in already stays who they are, also where the door has been closed meanwhile.
        """
        with self._rooms.write(code, adds=True) as visit:
            known = visit.person(hashed(token))
            if known is not None:
                return _not_removed(known)
            check(Role.STRANGER, "join")
            if visit.room.is_shut:
                raise refused("shut")
            there = visit.people()
            if len(there) >= self._limits.people:
                raise refused("full", people=len(there))
            return visit.add_person(hashed(token), nicknames.draw({each.nickname for each in there}))

    def rename(self, code: str, token: str) -> Person:
        """The same with another nickname, by lot again."""
        with self._rooms.write(code) as visit:
            person = _member(visit, token, "draw a nickname")
            return visit.rename(person, nicknames.draw({each.nickname for each in visit.people()}))

    def view(self, code: str, token: str) -> View:
        """What the phone shows; that it has asked is noted, once a minute."""
        with self._rooms.read(code) as visit:
            person = _member(visit, token, "look")
            shown = view(visit, person)
        minute = presence.this_minute()
        if person.seen is None or person.seen < minute:
            with suppress(StoreError), self._rooms.write(code) as visit:  # What it shows does not wait for that.
                visit.see(person, minute)
        return shown

    def answer(self, code: str, token: str, message: Message) -> Answer:
        """The answer as it is kept: this message, or a later one of the same phone that has overtaken it.

        Args:
            code: of the class.
            token: of the phone.
            message: what it sent; see `from_phones.read`.
        """
        with self._rooms.write(code, adds=True) as visit:
            person = _member(visit, token, "answer")
            there = visit.answers(message.round, step=message.step, person=person.id)
            kept = next((each for each in there if each.slot == message.slot), None)
            if kept is not None and kept.sent == message.sent:
                return kept  # It had arrived, in time, and the phone never heard so.
            round = _open_round(visit.room, message)
            value = _value(round, message, person, visit)
            if kept is not None and not from_phones.is_newer(message, kept):
                return kept
            return visit.put(
                Answer(
                    person=person.id,
                    round=message.round,
                    step=message.step,
                    slot=message.slot,
                    value=value,
                    take=message.take,
                    sent=message.sent,
                    about=message.about,
                    image=message.image,
                    strokes=message.strokes,
                )
            )

    def delete(self, code: str, token: str, answer_id: str | None = None) -> int:
        """Delete what the phone sent, one answer or all; returns how many there were.

        A network that was taught from it keeps what it has learned.
        """
        with self._rooms.write(code) as visit:
            return visit.delete_answers(_member(visit, token, "delete what is one's own"), answer_id)

    def leave(self, code: str, token: str) -> None:
        """Forget the phone, with all that it sent; nothing is left to forget where it is not there."""
        try:
            with self._rooms.write(code) as visit:
                person = visit.person(hashed(token))
                if person is not None:
                    visit.forget(_not_removed(person))
        except RoomNotFound:
            pass


def hashed(token: str) -> str:
    """The token's SHA-256 hash in 64 hexadecimal characters.

    A token has 128 random bits, so that nobody finds it from its hash, salted or not.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def _member(visit: Visit, token: str, action: str) -> Person:
    person = visit.person(hashed(token))
    check(Role.STRANGER if person is None else Role.MEMBER, action)
    assert person is not None  # No stranger may do what members are asked about.
    return _not_removed(person)


def _not_removed(person: Person) -> Person:
    if person.removed:
        raise refused("removed")
    return person


def _open_round(room: Room, message: Message) -> Round:
    """The round that the message is for, where it still takes answers."""
    round = room.round
    if round is None:
        raise refused("not yet")
    if message.round != round.number:
        raise refused("over")
    if message.step != round.step or round.state != State.OPEN:
        raise refused("closed")
    return round


def _value(round: Round, message: Message, person: Person, visit: Visit) -> int:
    """What the message says, where it may: to the round that is open."""
    asked = rounds.asks(round)
    if (message.image is not None) != (asked == rounds.DRAW) or (message.about is not None) != (asked == rounds.READ):
        raise refused("message")
    if asked == rounds.DRAW:
        if message.slot >= rounds.drawings_asked(round):
            raise refused("slot")
        return rounds.digit_of(round, message.slot)
    choices = range(-1, 10) if round.question is None else range(len(round.question.choices))
    if message.value is None or message.value not in choices or (asked == rounds.VOTE and message.slot):
        raise refused("choice")
    if message.about is not None:
        mine = round.shown.get(person.id, ())
        is_mine = message.slot < len(mine) and mine[message.slot] == message.about
        if not is_mine or not visit.answers(round.number, step=0, ids=[message.about]):
            raise refused("reading")
    return message.value
