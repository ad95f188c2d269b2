"""A database opened so that many threads and processes share it, and refusals become sentences.

SQLite is the default and gets what it needs for that: write-ahead log, a wait for
locks, foreign keys, and write transactions that take the lock when they begin.
Nothing else here is SQLite's own.
"""

from __future__ import annotations

import copy
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import exc

from mnist_core.errors import StoreError, StoreReplaced
from mnist_core.store.database.faults import explained, file_of, is_locked, place_of
from mnist_core.store.database.schema import VERSION, origin
from mnist_core.store.database.space import convert, give_back, make_room, prepare
from mnist_core.store.visitors import TEACHER, Visitor

# Seconds to wait for other writers. SQLite lets none go first that waits longest: of 30 who write as
# fast as they can on two busy cores, some wait 8 s.
BUSY_TIMEOUT = 30.0
CONNECT_TIMEOUT = 5  # seconds for a server to answer: a host that swallows what it is sent would be waited for minutes
RETRY_SECONDS = 0.02  # between two attempts to switch to the write-ahead log


class Database:
    """Connections to the database at `url`, its tables made, or brought to this version, where that is needed.

    Args:
        url: an address of SQLAlchemy, e.g. "sqlite:////folder/digitlab.sqlite"; folders are made.
        busy_timeout: seconds to wait for another writer.

    Attributes:
        identity: the same for all who use this database, different for any other.
        visitor: who asks, and may not do everything: the teacher unless `on_behalf_of` says otherwise.

    Raises:
        StoreError: here and in every transaction: the database is locked, read-only, on
            a full disk, damaged, from a newer version, or out of reach.
    """

    def __init__(self, url: str, *, busy_timeout: float = BUSY_TIMEOUT):
        self.visitor = TEACHER
        self.engine = _open(url, busy_timeout)
        self._writing = self.engine.execution_options(write=True)
        try:
            self.identity = _prepare(self.engine)
            convert(self.engine.url)
            self._file = _file(self.engine.url)
        except BaseException:
            self.engine.dispose()  # Whoever tries again, and a page does, makes another.
            raise

    @property
    def url(self) -> str:
        """The address, its password included, for another process to open."""
        return self.engine.url.render_as_string(hide_password=False)

    def on_behalf_of(self, visitor: Visitor) -> Database:
        """The same connections, for what this visitor asks: what they may not do is refused."""
        theirs = copy.copy(self)
        theirs.visitor = visitor
        return theirs

    def require_own(self, connection: sa.Connection, table: sa.Table, row_id: str, what: str) -> None:
        """Refuse to change what belongs to somebody else; a row that is not there belongs to nobody.

        Args:
            connection: the transaction in which it will be changed.
            table: one with a column "visitor".
            row_id: its "id".
            what: it in words, such as "this run".

        Raises:
            NotAllowed: it is not the visitor's.
        """
        if not self.visitor.is_teacher:
            owner = connection.execute(sa.select(table.c.visitor).where(table.c.id == row_id)).scalar_one_or_none()
            if owner is not None:
                self.visitor.require_change(owner, what)

    def close(self) -> None:
        """Close the connections; they open again when needed."""
        self.engine.dispose()

    def check(self) -> None:
        """Raise `StoreReplaced` where the file that is open is not the one that lies there any more.

        Microseconds; every transaction begins with it.  SQLite itself notices nothing: it
        goes on with the file that it has opened, and all of it would be gone at the end.
        """
        if self._file != _file(self.engine.url):
            raise StoreReplaced(
                f"The store {place_of(self.engine.url)} was deleted or replaced while it was in use, and nothing more "
                "is kept. Where it was moved, move it back; otherwise start Digit Lab again, with what lies there now."
            )

    def give_back(self) -> None:
        """Give the room of what was deleted back to the disk."""
        give_back(self.engine.url)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that only reads."""
        self.check()
        with explained(self.engine.url), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, adds: bool = False) -> Iterator[sa.Connection]:
        """A transaction that is written when the body ends, or not at all when it raises.

        Args:
            adds: whether the store grows by it: refused where the disk is nearly full, so
                that runs can be stopped and deleted to the last.

        It takes SQLite's write lock when it begins: one that reads first and writes
        later would be refused at once, not after a wait, when another writer came in
        between.

        Raises:
            NotAllowed: whoever asks may only look.
        """
        self.visitor.require_adding()
        self.check()
        make_room(self.engine.url, adds=adds)
        with explained(self.engine.url), self._writing.begin() as connection:
            yield connection


class Part:
    """A part of the store: what is asked of some of the tables, each method in a transaction of its own."""

    def __init__(self, database: Database):
        self._database = database


def _open(url: str, busy_timeout: float) -> sa.Engine:
    """An engine for the address; folders above a SQLite file are made, nothing else is written."""
    try:
        address = sa.make_url(url)
        sqlite = address.get_backend_name() == "sqlite"
        if sqlite and (address.database or ":memory:") == ":memory:":
            raise StoreError(f"The store {url!r} names no file, and workers could not see it. Name a file.")
        engine = sa.create_engine(address, **_options(address, busy_timeout))
    except exc.ArgumentError as cause:
        # What was received is not quoted: it may hold a password.
        raise StoreError(
            "DIGITLAB_DATABASE_URL is not the address of a database. Expected something like "
            "sqlite:////folder/digitlab.sqlite or postgresql+psycopg://user@host/digitlab."
        ) from cause
    except ImportError as cause:
        raise StoreError(
            f"The database driver for {address.drivername!r} is missing ({cause}). Install it with pip."
        ) from cause
    if sqlite:
        _prepare_sqlite(engine, busy_timeout)
        file = file_of(engine.url)
        if file is not None:
            with explained(engine.url):
                file.parent.mkdir(parents=True, exist_ok=True)
    return engine


def _file(url: sa.URL) -> tuple[int, int] | None:
    """What tells the file from any other at its place; `None` where there is none."""
    path = file_of(url)
    try:
        found = path and os.stat(path)
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None


def _options(address: sa.URL, busy_timeout: float) -> dict[str, object]:
    backend = address.get_backend_name()
    if backend == "sqlite":
        return {"connect_args": {"timeout": busy_timeout}}
    # Connections that a server's restart has broken are noticed, and made anew, before they are used.
    options: dict[str, object] = {"pool_pre_ping": True}
    if backend == "postgresql":
        ours = {"connect_timeout": CONNECT_TIMEOUT, "options": f"-c lock_timeout={round(busy_timeout * 1000)}"}
        options["connect_args"] = {name: value for name, value in ours.items() if name not in address.query}
    return options


def _prepare_sqlite(engine: sa.Engine, busy_timeout: float) -> None:
    @sa.event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # Transactions begin below, not when Python's driver sees fit.
        prepare(connection)
        _use_write_ahead_log(connection, time.monotonic() + busy_timeout)
        connection.execute("PRAGMA synchronous=NORMAL")  # With the log, only a power cut can lose the last moments.
        connection.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _use_write_ahead_log(connection: sqlite3.Connection, deadline: float) -> None:
    # SQLite does not wait for its lock here when another process makes the same switch.
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_locked(error) or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)


def _prepare(engine: sa.Engine) -> str:
    """Bring the tables to this version where they are of an earlier one, or missing; returns the store's identity."""
    with explained(engine.url):
        found = _version(engine)
        if found is None or found[0] < VERSION:
            # Here, since it takes Alembic along: 11 MB and half a second, for what happens once to a store.
            from mnist_core.store.database.migrations import migrate

            with engine.execution_options(write=True).begin() as connection:
                migrate(connection)
            found = _version(engine)
    if found is None:
        raise StoreError(f"The store {place_of(engine.url)} has no tables, though they were made just now.")
    version, identity = found
    if version != VERSION:
        raise StoreError(
            f"The store {place_of(engine.url)} was written by a newer version of Digit Lab (its format is {version}, "
            f"this version knows {VERSION}). Update Digit Lab, or set DIGITLAB_HOME to another folder."
        )
    return identity


def _version(engine: sa.Engine) -> tuple[int, str] | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(origin.name):
            return None
        return connection.execute(sa.select(origin.c.version, origin.c.identity)).tuples().first()
