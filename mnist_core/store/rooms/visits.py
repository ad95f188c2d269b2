"""What can be read and changed in a room within one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
import sqlalchemy as sa

from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.store.database.revisions import raised
from mnist_core.store.database.schema import answers, people, rooms
from mnist_core.store.rooms.records import Answer, Person, Room


class Visit:
    """One transaction in one room; see `Rooms.read` and `Rooms.write`.

    Attributes:
        room: as it is.
    """

    def __init__(self, connection: sa.Connection, room: Room):
        self._connection, self.room = connection, room
        self._people_acted = False

    def set_room(self, room: Room) -> None:
        """Put another in the room's place, as the teacher wants it, and count that."""
        own = rooms.c.code == room.code
        self._connection.execute(sa.update(rooms).where(own).values(state=room.state, **raised(rooms)))
        self.room = replace(room, revision=self.room.revision + 1)

    def count(self) -> None:
        """Count what people did; at the end of a visit that writes."""
        if self._people_acted:
            own = rooms.c.code == self.room.code
            self._connection.execute(sa.update(rooms).where(own).values(activity=rooms.c.activity + 1))

    def people(self) -> list[Person]:
        """Who is in the room, those included who were sent out, in no order that says anything."""
        query = sa.select(people).where(people.c.room == self.room.code).order_by(people.c.id)
        return [_person(row) for row in self._connection.execute(query)]

    def person(self, token: str) -> Person | None:
        """Whose token has this hash; `None` where it is nobody's here."""
        query = sa.select(people).where(people.c.room == self.room.code, people.c.token == token)
        row = self._connection.execute(query).first()
        return None if row is None else _person(row)

    def add_person(self, token: str, nickname: tuple[int, int]) -> Person:
        """A new person; the nickname is free."""
        person = Person(secrets.token_hex(4), nickname)
        values = {"first": nickname[0], "second": nickname[1], "removed": False}
        self._connection.execute(sa.insert(people).values(id=person.id, room=self.room.code, token=token, **values))
        self._people_acted = True
        return person

    def rename(self, person: Person, nickname: tuple[int, int]) -> Person:
        """The person with another nickname, which is free."""
        values = {"first": nickname[0], "second": nickname[1]}
        self._connection.execute(sa.update(people).where(*self._is(person.id)).values(values))
        self._people_acted = True
        return replace(person, nickname=nickname)

    def see(self, person: Person, minute: int) -> None:
        """Note the minute since 1970 in which somebody asked last; no activity."""
        self._connection.execute(sa.update(people).where(*self._is(person.id)).values(seen=minute))

    def remove(self, person_id: str) -> bool:
        """Send somebody out, with all that they sent; returns whether they were in."""
        here = *self._is(person_id), people.c.removed.is_(False)
        if not self._connection.execute(sa.update(people).where(*here).values(removed=True)).rowcount:
            return False
        self._connection.execute(sa.delete(answers).where(answers.c.person == person_id))
        self._people_acted = True
        return True

    def forget(self, person: Person) -> None:
        """Delete somebody who leaves, with all that they sent."""
        self._connection.execute(sa.delete(people).where(*self._is(person.id)))
        self._people_acted = True

    def answers(
        self,
        round: int | None = None,
        *,
        step: int | None = None,
        person: str | None = None,
        ids: Collection[str] | None = None,
        hidden: bool = True,
        paths: bool = False,
    ) -> list[Answer]:
        """What was sent, by person, step and slot.

        Args:
            round: number of the only round; `None` for all.
            step: the only step; `None` for all.
            person: id of the only person; `None` for all.
            ids: their own ids; `None` for all.
            hidden: whether those too that were taken off the wall.
            paths: whether with the pen's paths, which are most of what is kept.
        """
        columns = [column for column in answers.c if paths or column is not answers.c.strokes]
        query = sa.select(*columns).where(answers.c.person.in_(self._ids()))
        for column, value in ((answers.c.round, round), (answers.c.step, step), (answers.c.person, person)):
            query = query if value is None else query.where(column == value)
        query = query if ids is None else query.where(answers.c.id.in_(ids))
        query = query if hidden else query.where(answers.c.hidden.is_(False))
        order = answers.c.round, answers.c.person, answers.c.step, answers.c.slot
        return [_answer(row) for row in self._connection.execute(query.order_by(*order))]

    def put(self, answer: Answer) -> Answer:
        """The answer as it is kept, in place of an earlier one in its slot."""
        same = [answers.c[name] == getattr(answer, name) for name in ("person", "round", "step", "slot")]
        # Deleted, not changed: what others said of the drawing that was there is not said of this one.
        self._connection.execute(sa.delete(answers).where(*same))
        answer = replace(answer, id=secrets.token_hex(4))
        values = {column.name: getattr(answer, column.name) for column in answers.c}
        if answer.image is None:
            values |= {"image": None, "strokes": None}
        else:
            values["image"] = answer.image.tobytes()
            values["strokes"] = [stroke.tolist() for stroke in answer.strokes]
        self._connection.execute(sa.insert(answers).values(values))
        self._people_acted = True
        return answer

    def hide(self, answer_id: str, *, hidden: bool) -> bool:
        """Take a drawing off the wall, or put it back; returns whether that changed anything."""
        here = answers.c.id == answer_id, answers.c.person.in_(self._ids()), answers.c.hidden.is_not(hidden)
        return bool(self._connection.execute(sa.update(answers).where(*here).values(hidden=hidden)).rowcount)

    def delete_answers(self, person: Person, answer_id: str | None = None) -> int:
        """Delete what somebody sent, all of it or one answer; returns how many there were."""
        where = [answers.c.person == person.id]
        if answer_id is not None:
            where.append(answers.c.id == answer_id)
        deleted = self._connection.execute(sa.delete(answers).where(*where)).rowcount
        self._people_acted = self._people_acted or deleted > 0
        return deleted

    def _ids(self) -> sa.Select[tuple[str]]:
        return sa.select(people.c.id).where(people.c.room == self.room.code)

    def _is(self, person_id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return people.c.id == person_id, people.c.room == self.room.code


def room_of(row: sa.Row[Any]) -> Room:
    """The room that a row of the table holds."""
    columns = {name: getattr(row, name) for name in ("code", "created", "revision", "activity")}
    return Room.of(row.state, **columns)


def _person(row: sa.Row[Any]) -> Person:
    return Person(row.id, (row.first, row.second), row.removed, row.seen)


def _answer(row: sa.Row[Any]) -> Answer:
    values = dict(row._mapping)
    strokes = values.pop("strokes", None) or ()
    if values["image"] is not None:
        values["image"] = np.frombuffer(values["image"], np.uint8).reshape(IMAGE_SHAPE)
    return Answer(**values, strokes=tuple(np.array(stroke, np.int16).reshape(-1, 2) for stroke in strokes))
