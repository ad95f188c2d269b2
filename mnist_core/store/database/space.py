"""Room on the disk of a store that is a SQLite file: some is left to the last, and what is deleted gives its back.

By itself SQLite keeps the file as large as it ever was, writes as much as it deletes where
deleted pages are wiped (Debian's does), and lets the log grow with the largest transaction.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import sqlalchemy as sa

from mnist_core.errors import StoreError
from mnist_core.store.database.faults import file_of, place_of

HEADROOM = 16 << 20  # bytes that nothing is added to: runs can be stopped and deleted with them
SHARE = 0.05  # of a disk so small that this is less
MOST_LOG = 4 << 20  # bytes of the log that stay
RESERVE = 8 << 20  # bytes of a file that is given up where others have filled the disk: the log once, and a deletion
WORTH_RESERVING = 32 << 20  # bytes of a store that has such a file
WORTH_IT = 256  # free pages, 1 MB, below which they wait for what is written next
PATIENCE = 1.0  # seconds for others: room is given back with the next deletion, too
_INCREMENTAL = 2  # as `PRAGMA auto_vacuum` tells it


def prepare(connection: sqlite3.Connection) -> None:
    """Tell a new connection how the file is to be kept; before anything else is done with it."""
    if connection.execute("PRAGMA page_count").fetchone() == (0,):  # It would take the lock of a file that is there.
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    connection.execute("PRAGMA secure_delete=FAST")  # Wiped where that writes no more than is written anyway.
    connection.execute(f"PRAGMA journal_size_limit={MOST_LOG}")


def make_room(url: sa.URL, *, adds: bool) -> None:
    """Before something is written: see that there is room for it where the disk is full but for the last.

    Args:
        url: of the store; nothing is done where a server has it.
        adds: whether the store grows by what is written.

    Raises:
        StoreError: it does, and the rest of the room is not for that.
    """
    path = file_of(url)
    if path is None:
        return
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return  # What is wrong there will be told by the database.
    left = min(HEADROOM, SHARE * disk.f_blocks * disk.f_frsize)
    free = disk.f_bavail * disk.f_frsize
    if free >= left:
        if adds and free >= left + RESERVE and left > RESERVE:
            _lay_by(path)
        return
    if adds:
        raise StoreError(
            f"The store {place_of(url)} takes nothing more: its disk is full but for the last {left / 2**20:.1f} MB, "
            "with which runs can still be stopped and deleted. Free some space, or delete runs, and try again; what "
            "was stored before is kept.",
            may_pass=True,
        )
    # Others may have taken all that was left: what stands in the log goes into the file, and the log begins anew.
    if free < left - RESERVE:
        with suppress(OSError):
            _reserve(path).unlink(missing_ok=True)
    with suppress(sqlite3.Error), closing(_connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()


def give_back(url: sa.URL) -> None:
    """Make the file smaller by what was deleted, as far as others let it just now; nothing where a server has it.

    By one transaction that ends with the file vacuumed "in full".  `PRAGMA incremental_vacuum`
    looks through all free pages for each that it moves: 5 minutes for 130 MB, against 0.1 s.
    """
    path = file_of(url)
    if path is None:
        return
    with suppress(sqlite3.Error), closing(_connect(path)) as connection:
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        (mode,) = connection.execute("PRAGMA auto_vacuum").fetchone()
        if mode != _INCREMENTAL or free < WORTH_IT:
            return
        (mark,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute("PRAGMA auto_vacuum=FULL")
        try:
            connection.execute(f"PRAGMA user_version={mark}")  # Any transaction that writes.
        finally:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()


def convert(url: sa.URL) -> None:
    """Let a file of an earlier version give room back, too; once, where there is room to write it anew."""
    path = file_of(url)
    if path is None:
        return
    with suppress(sqlite3.Error, OSError), closing(_connect(path)) as connection:
        (mode,) = connection.execute("PRAGMA auto_vacuum").fetchone()
        disk = os.statvfs(path.parent)
        # Once in a file beside it, once in the log.
        if mode != _INCREMENTAL and 3 * path.stat().st_size + HEADROOM < disk.f_bavail * disk.f_frsize:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _reserve(path: Path) -> Path:
    return path.with_name(f"{path.name}-reserve")


def _lay_by(path: Path) -> None:
    """Make the reserve where it is missing, and the store large enough for one."""
    reserve = _reserve(path)
    try:
        if not reserve.exists() and path.stat().st_size >= WORTH_RESERVING:
            reserve.write_bytes(os.urandom(RESERVE))  # Zeros might take no room.
    except OSError:
        with suppress(OSError):
            reserve.unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    prepare(connection)
    return connection
