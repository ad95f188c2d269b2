"""Zip archives of strangers: looked at before anything in them is unpacked."""

from __future__ import annotations

import contextlib
import os
import struct
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from mnist_core.errors import DataError

START = b"PK"
ENTRY_BYTES = 65  # of the table of contents for each file, about; that of mnist.npz has 220 for four
MAX_ENTRIES = 1_000
LISTED = 5  # entries that a message names


@contextlib.contextmanager
def opened(stream: BinaryIO, source: object, *, most: int = MAX_ENTRIES) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever its bytes make the body raise becomes a `DataError`.

    Args:
        stream: seekable and binary.
        source: what a message calls it, such as its path.
        most: files that it may have.

    Raises:
        DataError: no zip archive, damaged, locked, or with more in it than any data set here has.
    """
    try:
        _check(stream, source, most)
        with zipfile.ZipFile(stream) as archive:
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise DataError(source, "is locked with a password. Unpack it, and bring what is in it.")
            yield archive
    except DataError:
        raise
    except OSError as cause:
        raise DataError(source, f"cannot be read ({cause.strerror or cause}).") from cause
    except Exception as cause:  # zipfile, zlib and NumPy raise nearly everything over damaged bytes.
        raise DataError(source, f"is damaged ({cause or type(cause).__name__}). Fetch it again.") from cause


def names(archive: zipfile.ZipFile) -> list[str]:
    """Names of the files that somebody put into it: no folders, and not what systems add by themselves.

    Of a file that is there twice, packed by gzip and not, the unpacked one.
    """
    kept = [
        name
        for name in archive.namelist()
        if not name.endswith("/") and not any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
    ]
    return [name for name in kept if name.removesuffix(".gz") == name or name.removesuffix(".gz") not in kept]


def listed(there: list[str]) -> str:
    """What an archive holds, as a message says it."""
    more = ["..."] if len(there) > LISTED else []
    return ", ".join([*(name[-40:] for name in there[:LISTED]), *more]) or "nothing"


@contextlib.contextmanager
def entry(archive: zipfile.ZipFile, name: str, source: object, most: int) -> Iterator[BinaryIO]:
    """A file in an archive, as a stream that gives at most as many bytes as the table of contents says.

    Args:
        archive: see `opened`.
        name: one of `names`.
        source: what a message calls the archive.
        most: bytes that it may unpack to.

    Raises:
        DataError: it unpacks to more.
    """
    size = archive.getinfo(name).file_size
    if size > most:
        raise DataError(source, f"{name[-40:]} unpacks to {size:,} bytes; at most {most:,} are read.")
    with archive.open(name) as stream:
        yield stream  # type: ignore[misc]  # What zipfile gives reads and seeks as a binary file does.


def _check(stream: BinaryIO, source: object, most: int) -> None:
    stream.seek(0)
    if stream.read(len(START)) != START:
        raise DataError(source, "is not an npz file or another zip archive: it does not start as one does.")
    # zipfile reads the whole table of contents at once, and a bomb may hold a million entries,
    # so the record at the end is looked at first (APPNOTE 4.3.16).  Neither NumPy nor what
    # people pack with writes a comment after it, or a zip64 record before it for so little.
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - 42))
    tail = stream.read()
    stream.seek(0)
    if len(tail) < 42 or tail[20:24] != b"PK\x05\x06" or tail[-2:] != b"\0\0":
        raise DataError(source, "is cut off: the table of contents at its end is missing.")
    entries, directory = struct.unpack_from("<HL", tail, 20 + 10)
    if tail[:4] == b"PK\x06\x07" or entries > most or directory > most * ENTRY_BYTES:
        raise DataError(source, "is a zip archive with more in it than any data set here has.")
