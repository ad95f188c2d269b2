"""The rooms in a database: each visit to one is a transaction, in which it is nobody else's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa

from mnist_core.errors import RoomNotFound
from mnist_core.store.database.database import Part
from mnist_core.store.database.revisions import seen
from mnist_core.store.database.schema import rooms as table
from mnist_core.store.lessons import forget
from mnist_core.store.rooms.records import Room
from mnist_core.store.rooms.visits import Visit, room_of


class Counts(NamedTuple):
    """How often a room has changed: for phones, and for the teacher too.

    Attributes:
        revision: `Room.revision`.
        activity: `Room.activity`.
    """

    revision: int
    activity: int


class Rooms(Part):
    """The part of the store that keeps classes.

    Every method that names a room raises `RoomNotFound` where there is none of that code.
    """

    def create(self, room: Room) -> bool:
        """Keep a new room; returns whether its code was free."""
        values = {name: getattr(room, name) for name in ("code", "created", "revision", "activity", "state")}
        with self._database.write(adds=True) as connection:
            if connection.execute(sa.select(table.c.code).where(table.c.code == room.code)).first() is not None:
                return False
            connection.execute(sa.insert(table).values(values))
        return True

    def all(self) -> list[Room]:
        """Every room, the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(table).order_by(table.c.created.desc(), table.c.code))
            return [room_of(row) for row in rows]

    def counts(self) -> dict[str, Counts]:
        """What tells whether a room has changed, of every room by its code: one look serves all phones of a server."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(table.c.code, table.c.revision, table.c.activity))
            return {row.code: Counts(row.revision, row.activity) for row in rows}

    @contextmanager
    def read(self, code: str) -> Iterator[Visit]:
        """Look into a room."""
        with self._database.read() as connection:
            yield _visit(connection, sa.select(table).where(table.c.code == code), code)

    @contextmanager
    def write(self, code: str, *, adds: bool = False) -> Iterator[Visit]:
        """Change a room, or something in it: all that the body does, or nothing where it raises.

        Whoever else would change it meanwhile waits, so that what the body finds stays true until it ends.

        Args:
            code: of the room.
            adds: as for `Database.write`.
        """
        query = sa.select(table).where(table.c.code == code).with_for_update()  # SQLite has its lock already.
        with self._database.write(adds=adds) as connection:
            visit = _visit(connection, query, code)
            yield visit
            visit.count()

    def delete(self, code: str, *, revision: int | None = None) -> list[str] | None:
        """Delete the room and all that belongs to it, and the drawings in lessons that were made of it.

        Args:
            code: of the room.
            revision: of the room as it was seen.

        Returns:
            Ids of the runs of these lessons; `None` where it is not there, or not as it was seen.
        """
        where = table.c.code == code, *seen(table, revision)
        with self._database.write() as connection:
            state = connection.execute(sa.select(table.c.state).where(*where).with_for_update()).scalar_one_or_none()
            if state is None:
                return None
            runs = [run for round in state.get("rounds", ()) for run in round.get("runs", ())]
            forget(connection, runs)
            connection.execute(sa.delete(table).where(*where))
        self._database.give_back()
        return runs

    def begun_before(self, seconds: float) -> list[str]:
        """Codes of the rooms that were begun so many seconds ago, or earlier."""
        query = sa.select(table.c.code).where(table.c.created <= time.time() - seconds).order_by(table.c.created)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())


def _visit(connection: sa.Connection, query: sa.Select[Any], code: str) -> Visit:
    row = connection.execute(query).first()
    if row is None:
        raise RoomNotFound(code)
    return Visit(connection, room_of(row))
