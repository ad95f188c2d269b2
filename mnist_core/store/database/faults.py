"""What databases and file systems refuse, as sentences: what is wrong with which store, and what to do.

By codes, not by words: a server has its words in the language that it was set up with.
"""

from __future__ import annotations

import errno
import socket
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy import exc

from mnist_core.errors import StoreError, StoreUnavailable

PROBE_SECONDS = 5  # for a server that refused a connection to be asked why, by way of
MAINTENANCE = "postgres"  # the database that every server has

_FULL = (
    "The store {place} could not be written: the disk is full or failing. Free some space and try again; what was "
    "stored before is kept."
)
_REPLACED = "The store {place} was emptied or replaced while it was in use. Start Digit Lab again."
_FILE: Mapping[str, str] = {
    "locked": "The store {place} is locked by another program. Close that program, or try again in a moment.",
    "forbidden": "The store {place} cannot be written to. Make the file and its folder writable, or set DIGITLAB_HOME "
    "to a folder that is.",
    "full": _FULL,
    "foreign": "The store {place} is damaged, or not a database of Digit Lab. Move the file away, or set DIGITLAB_HOME "
    "to another folder.",
    "closed": "The store {place} cannot be opened. Check that its folder exists and is writable, or set DIGITLAB_HOME "
    "to another one.",
    "replaced": _REPLACED,
}
_SERVER: Mapping[str, str] = {
    "locked": "The store {place} is locked by another program. End what it does there, or try again in a moment.",
    "refused": "The database server refuses the user or the password of the store {place}, or has no connection left "
    "to give: {reason}. Check both in DIGITLAB_DATABASE_URL, or let it have more (with PostgreSQL: max_connections).",
    "missing": "The database server has no database {database!r}, which the store {place} should be in. Make it there "
    "(with PostgreSQL: createdb {database}), or correct DIGITLAB_DATABASE_URL.",
    "unknown": "The host {host!r} of the store {place} is not known on this network. Correct DIGITLAB_DATABASE_URL.",
    "forbidden": "The user in the address of the store {place} may not write there. Give that user the database (with "
    "PostgreSQL: ALTER DATABASE {database} OWNER TO ...), or name another user in DIGITLAB_DATABASE_URL.",
    "foreign": "The database of the store {place} has tables of another program. Make a database for Digit Lab alone, "
    "and name it in DIGITLAB_DATABASE_URL.",
    "full": _FULL,
    "replaced": _REPLACED,
    "away": "The database server of the store {place} does not answer. Once it does, everything goes on by itself; if "
    "it does not come back, start it, or check the address in DIGITLAB_DATABASE_URL.",
}
_OF_SQLITE: Mapping[str, str] = {  # by the beginning of a result code's name
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_READONLY": "forbidden",
    "SQLITE_PERM": "forbidden",
    "SQLITE_FULL": "full",
    "SQLITE_IOERR": "full",
    "SQLITE_CORRUPT": "foreign",
    "SQLITE_NOTADB": "foreign",
    "SQLITE_CANTOPEN": "closed",
}
# Python 3.10 passes no codes on, and of a table that is missing SQLite has none. It speaks English alone.
_SQLITE_SAYS: Mapping[str, str] = {
    "no such table": "replaced",
    "locked": "locked",
    "readonly": "forbidden",
    "disk is full": "full",
    "disk I/O error": "full",
    "malformed": "foreign",
    "not a database": "foreign",
    "unable to open": "closed",
}
_OF_SYSTEM: Mapping[int | None, str] = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "forbidden"),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EIO), "full"),
    **dict.fromkeys((errno.EEXIST, errno.ENOTDIR, errno.EISDIR), "closed"),
}
_OF_SERVER: Mapping[str, str] = {  # by SQLSTATE, or the class that it begins with (PostgreSQL's manual, appendix A)
    "08": "away",  # connection exception
    "28": "refused",  # invalid authorization
    "3D": "missing",  # invalid catalog name
    "3F": "replaced",  # invalid schema name
    "25006": "forbidden",  # read-only transaction
    "40P01": "locked",  # deadlock
    "42501": "forbidden",  # insufficient privilege
    "42P01": "replaced",  # undefined table
    "53100": "full",  # disk full
    "53300": "refused",  # too many connections
    "55P03": "locked",  # lock not available
    "57P": "away",  # shut down, crashed, starting
    "58030": "full",  # I/O error
}
_PASSING = {"locked", "full", "refused", "unknown"}  # away, too; a name may be unknown while its server starts


class ForeignTables(Exception):
    """The database has tables of another program."""


@contextmanager
def explained(url: sa.URL) -> Iterator[None]:
    """Turn what the database at this address, or the file system, refuses in the body into a `StoreError`."""
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error, OSError, ForeignTables) as cause:
        raise _error(url, getattr(cause, "orig", None) or cause) from cause


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


def is_locked(error: sqlite3.Error) -> bool:
    """Whether SQLite refuses since another program holds a lock."""
    return _of_sqlite(error) == "locked"


def _error(url: sa.URL, cause: Exception) -> StoreError:
    place, reason = place_of(url), (str(cause).strip() or type(cause).__name__).splitlines()[0].rstrip(".")
    fault = _fault(url, cause)
    sentence = (_FILE if file_of(url) else _SERVER).get(fault, "The store {place} cannot be used: {reason}.")
    words = sentence.format(place=place, database=url.database or url.username, host=url.host, reason=reason)
    return StoreUnavailable(words) if fault == "away" else StoreError(words, may_pass=fault in _PASSING)


def _fault(url: sa.URL, cause: Exception) -> str:
    """A key of `_FILE` or `_SERVER`; empty where it is none of these."""
    if isinstance(cause, ForeignTables):
        return "foreign"
    if isinstance(cause, OSError):
        return _OF_SYSTEM.get(cause.errno, "")
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    code = getattr(cause, "sqlstate", None)
    if code:
        return next((fault for beginning, fault in _OF_SERVER.items() if code.startswith(beginning)), "")
    return _of_connection(url, cause)


def _of_sqlite(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorname", "")
    found = next((fault for beginning, fault in _OF_SQLITE.items() if code.startswith(beginning)), "")
    return found or next((fault for words, fault in _SQLITE_SAYS.items() if words in str(error)), "")


def _of_connection(url: sa.URL, cause: Exception) -> str:
    """What is wrong with a connection that was lost or not made: PostgreSQL's library passes no code on of these."""
    import psycopg  # Only here, where one of its connections is the matter.

    if not isinstance(cause, (psycopg.OperationalError, psycopg.InterfaceError)):
        return ""
    if cause.pgconn is None:  # It was lost, or there was nobody to be asked.
        return "away" if _is_known(url.host) else "unknown"
    parts = {**url.get_dialect()().create_connect_args(url)[1], "connect_timeout": PROBE_SECONDS}
    if psycopg.pq.PGconn.ping(psycopg.conninfo.make_conninfo(**parts).encode()) != psycopg.pq.Ping.OK:
        return "away"
    may_connect = "SELECT has_database_privilege(oid, 'CONNECT') FROM pg_database WHERE datname = %s"
    try:
        with psycopg.connect(**(parts | {"dbname": MAINTENANCE})) as connection:
            found = connection.execute(may_connect, [url.database or url.username]).fetchone()
    except psycopg.Error:
        return "refused"
    if found is None:
        return "missing"
    return "away" if found[0] else "forbidden"  # It lets us in: what was wrong is over.


def _is_known(host: str | None) -> bool:
    try:
        socket.getaddrinfo(host, None)
    except socket.gaierror as error:
        return error.errno != socket.EAI_NONAME  # Another says that the network's names are away.
    return True
