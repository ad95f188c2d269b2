"""What databases and file systems refuse, as sentences: what is wrong with which store, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy import exc

from mnist_core.errors import StoreError, StoreUnavailable

# Signs in the database's own message, and what to say. By words, since SQLite's error
# codes reach Python from 3.11 on only, and a server that cannot be reached has none.
_FULL = (
    ("disk is full", "no space", "quota", "disk i/o error", "could not extend file"),
    "The store {place} could not be written: the disk is full or failing. Free some space and try again; what was "
    "stored before is kept.",
)
_REPLACED = (
    ("no such table", "does not exist"),
    "The store {place} was emptied or replaced while it was in use. Start Digit Lab again.",
)
_FILE = (
    (("locked",), "The store {place} is locked by another program. Close that program, or try again in a moment."),
    (
        ("readonly", "read-only", "permission denied"),
        "The store {place} cannot be written to. Make the file and its folder writable, or set DIGITLAB_HOME to a "
        "folder that is.",
    ),
    _FULL,
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
    _REPLACED,
)
_SERVER = (
    (
        ("lock timeout", "deadlock"),
        "The store {place} is locked by another program. End what it does there, or try again in a moment.",
    ),
    (
        ("password authentication failed", "no password supplied", "no pg_hba.conf entry", "access denied", 'role "'),
        "The database server refuses the user or the password of the store {place}. Check both in "
        "DIGITLAB_DATABASE_URL.",
    ),
    (
        ('database "', "unknown database"),
        "The database server has no database {database!r}, which the store {place} should be in. Make it there (with "
        "PostgreSQL: createdb {database}), or correct DIGITLAB_DATABASE_URL.",
    ),
    (
        ("failed to resolve", "could not translate host", "name or service not known"),
        "The host {host!r} of the store {place} is not known on this network. Correct DIGITLAB_DATABASE_URL.",
    ),
    (
        ("too many clients", "remaining connection slots", "too many connections"),
        "The database server of the store {place} has no connection left to give. Try again in a moment, or let it "
        "have more (with PostgreSQL: max_connections).",
    ),
    (
        ("permission denied", "read-only"),
        "The user in the address of the store {place} may not write there. Give that user the database (with "
        "PostgreSQL: ALTER DATABASE {database} OWNER TO ...), or name another user in DIGITLAB_DATABASE_URL.",
    ),
    (
        ("another program",),
        "The database of the store {place} has tables of another program. Make a database for Digit Lab alone, and "
        "name it in DIGITLAB_DATABASE_URL.",
    ),
    _FULL,
    _REPLACED,
)
# The last to be looked for: the server tells in these words of some that are above, too.
_AWAY = (
    "connection refused",
    "could not connect",
    "connection failed",
    "connection timeout",
    "timeout expired",
    "connection is lost",
    "connection is closed",
    "connection reset",
    "closed the connection",
    "terminating connection",
    "shutting down",
    "starting up",
    "is not yet accepting",
    "in recovery mode",
    "eof detected",
    "bad connection",
)


@contextmanager
def explained(url: sa.URL) -> Iterator[None]:
    """Turn what the database at this address, or the file system, refuses in the body into a `StoreError`."""
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error, OSError) as cause:
        raise _error(url, cause) from cause


def file_of(url: sa.URL) -> Path | None:
    """The database's file; `None` where a server has it."""
    if url.get_backend_name() != "sqlite":
        return None
    path = url.database or ""
    return Path(unquote(path.removeprefix("file:")) if path.startswith("file:") else path)


def place_of(url: sa.URL) -> str:
    """The database as a person would name it: a path, or an address without its password."""
    if (path := file_of(url)) is not None:
        return str(path)
    return url.set(query={}).render_as_string(hide_password=True)  # A query may hold a password, too.


def _error(url: sa.URL, cause: Exception) -> StoreError:
    reason = str(getattr(cause, "orig", None) or cause).strip() or type(cause).__name__
    file = url.get_backend_name() == "sqlite"
    named = {"place": place_of(url), "database": url.database or url.username, "host": url.host}
    for signs, sentence in _FILE if file else _SERVER:
        if any(sign in reason.lower() for sign in signs):
            return StoreError(sentence.format(**named))
    if not file and any(sign in reason.lower() for sign in _AWAY):
        return StoreUnavailable(
            f"The database server of the store {named['place']} does not answer. Once it does, everything goes on by "
            "itself; if it does not come back, start it, or check the address in DIGITLAB_DATABASE_URL."
        )
    return StoreError(f"The store {named['place']} cannot be used: {reason.splitlines()[0].rstrip('.')}.")
