"""A database opened so that many threads and processes share it, and refusals become sentences.

SQLite is the default and gets what it needs for that: write-ahead log, a wait for
locks, foreign keys, and write transactions that take the lock when they begin.
Nothing else here is SQLite's own.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from mnist_core.errors import StoreError
from mnist_core.schema import VERSION, metadata, origin, runs

BUSY_TIMEOUT = 5.0  # seconds to wait for another writer
RETRY_SECONDS = 0.02  # between two attempts to switch to the write-ahead log


class Database:
    """Connections to the database at `url`, its tables made where they were missing.

    Args:
        url: an address of SQLAlchemy, e.g. "sqlite:////folder/digitlab.sqlite"; folders are made.
        busy_timeout: seconds to wait for another writer.

    Attributes:
        identity: the same for all who use this database, different for any other.

    Raises:
        StoreError: here and in every transaction: the database is locked, read-only, on
            a full disk, damaged, from a newer version, or out of reach.
    """

    def __init__(self, url: str, *, busy_timeout: float = BUSY_TIMEOUT):
        self.engine = _open(url, busy_timeout)
        self._writing = self.engine.execution_options(write=True)
        self.identity = _prepare(self.engine)

    @property
    def url(self) -> str:
        """The address, its password included, for another process to open."""
        return self.engine.url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Close the connections; they open again when needed."""
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that only reads."""
        with _refusals(self.engine), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that is written when the body ends, or not at all when it raises.

        It takes SQLite's write lock when it begins: one that reads first and writes
        later would be refused at once, not after a wait, when another writer came in
        between.
        """
        with _refusals(self.engine), self._writing.begin() as connection:
            yield connection


@contextmanager
def _refusals(engine: sa.Engine) -> Iterator[None]:
    """Turn what the database or the file system refuses in the body into a `StoreError`."""
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error, OSError) as cause:
        raise StoreError(_sentence(_place(engine), cause)) from cause


# Signs in the database's own message, and what to say. By words, since SQLite's error
# codes reach Python from 3.11 on only.
_SENTENCES = (
    (("locked",), "The store {place} is locked by another program. Close that program, or try again in a moment."),
    (
        ("readonly", "read-only", "permission denied"),
        "The store {place} cannot be written to. Make the file and its folder writable, or set DIGITLAB_HOME to a "
        "folder that is.",
    ),
    (
        ("disk is full", "no space", "quota", "disk i/o error"),
        "The store {place} could not be written: the disk is full or failing. Free some space and try again; what was "
        "stored before is kept.",
    ),
    (
        ("not a database", "malformed", "another program"),
        "The store {place} is damaged, or not a database of Digit Lab. Move the file away, or set DIGITLAB_HOME to "
        "another folder.",
    ),
    (
        ("unable to open", "file exists", "not a directory", "is a directory"),
        "The store {place} cannot be opened. Check that its folder exists and is writable, or set DIGITLAB_HOME to "
        "another one.",
    ),
    (
        ("no such table", "does not exist"),
        "The store {place} was emptied or replaced while it was in use. Start Digit Lab again.",
    ),
)


def _sentence(place: str, cause: Exception) -> str:
    reason = str(getattr(cause, "orig", None) or cause).strip() or type(cause).__name__
    for signs, sentence in _SENTENCES:
        if any(sign in reason.lower() for sign in signs):
            return sentence.format(place=place)
    return f"The store {place} cannot be used: {reason.splitlines()[0]}."


def _place(engine: sa.Engine) -> str:
    """The database as a person would name it: a path, or an address without its password."""
    if engine.dialect.name == "sqlite":
        return engine.url.database
    return engine.url.render_as_string(hide_password=True)


def _open(url: str, busy_timeout: float) -> sa.Engine:
    """An engine for the address; folders above a SQLite file are made, nothing else is written."""
    try:
        address = sa.make_url(url)
        sqlite = address.get_backend_name() == "sqlite"
        if sqlite and (address.database or ":memory:") == ":memory:":
            raise StoreError(f"The store {url!r} names no file, and workers could not see it. Name a file.")
        options = {"connect_args": {"timeout": busy_timeout}} if sqlite else {"pool_pre_ping": True}
        engine = sa.create_engine(address, **options)
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
        if not address.database.startswith("file:"):
            with _refusals(engine):
                Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    return engine


def _prepare_sqlite(engine: sa.Engine, busy_timeout: float) -> None:
    @sa.event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # Transactions begin below, not when Python's driver sees fit.
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
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)


def _prepare(engine: sa.Engine) -> str:
    """Make the tables that are missing; returns the store's identity.

    Several processes may do so at once: one of them makes the tables, all succeed.
    """
    with _refusals(engine):
        found = _version(engine)
        if found is None:
            _create(engine, _create_all)
            found = _version(engine)
        elif found[0] == VERSION and _missing(engine):
            _create(engine, metadata.create_all)  # Written before these tables existed.
    place = _place(engine)
    if found is None:
        raise StoreError(f"The tables of the store {place} could not be made.")
    version, identity = found
    if version != VERSION:
        raise StoreError(
            f"The store {place} was written by a newer version of Digit Lab (its format is {version}, this version "
            f"knows {VERSION}). Update Digit Lab, or set DIGITLAB_HOME to another folder."
        )
    return identity


def _version(engine: sa.Engine) -> tuple[int, str] | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(origin.name):
            return None
        return connection.execute(sa.select(origin.c.version, origin.c.identity)).tuples().first()


def _missing(engine: sa.Engine) -> bool:
    with engine.connect() as connection:
        return not set(metadata.tables) <= set(sa.inspect(connection).get_table_names())


def _create(engine: sa.Engine, create: Callable[[sa.Connection], None]) -> None:
    try:
        with engine.execution_options(write=True).begin() as connection:
            create(connection)
    except (exc.IntegrityError, exc.ProgrammingError):
        pass  # A database that does not lock as SQLite does, and another process was faster.


def _create_all(connection: sa.Connection) -> None:
    tables = sa.inspect(connection).get_table_names()
    if origin.name in tables:
        return
    if runs.name in tables:
        raise sqlite3.DatabaseError("the tables belong to another program")
    metadata.create_all(connection)
    connection.execute(sa.insert(origin).values(version=VERSION, identity=secrets.token_hex(8)))
