"""Whatever arrays are in a file: npz, IDX, CSV, gzipped or not, or a zip archive of those."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import re
import zlib
from pathlib import PurePosixPath
from typing import BinaryIO

import numpy as np

from mnist_core.data.files import archives, idx, npz, tables
from mnist_core.errors import DataError

MAX_BYTES = 64 * 2**20  # of a file, and of all arrays in it: an uncompressed mnist.npz has 54,950,000
MAX_IMAGES = 100_000  # in a table
SIDES = range(8, 65)  # pixels that images in a table may be wide and high
IMAGES, LABELS = "images", "labels"  # what the arrays of a table are called
ENDINGS = (".npz", ".csv", ".tsv", "ubyte")  # of files in an archive that are looked at
NEEDED = "Needed are an npz file, IDX files or a CSV with a label and pixels a line."
LOOKED_AT = 512  # bytes
# As Python writes pickles since protocol 2, and as the oldest tutorials' begin.
_PICKLE = re.compile(rb"\x80[\x02-\x05]|\(*c[A-Za-z_][\w.]*\n[A-Za-z_]\w*\n", re.DOTALL)


def read(stream: BinaryIO, source: str) -> dict[str, np.ndarray]:
    """Every array in a file; of which kind it is shows by its content.

    Args:
        stream: seekable and binary.
        source: the file's name, as messages have it.

    Returns:
        An npz' arrays by their names, of the dtypes that they have; an IDX file's, uint8, by the file's name without
        endings; a table's `images`, (n, side, side) uint8, and `labels`, (n,) texts.  Those of the files in a zip
        archive by the file's name, a slash, and the same.

    Raises:
        DataError: nothing of that kind, damaged, or too large; says what was found and what can be read.
    """
    check_size(stream, source)
    if not beginning(stream).startswith(archives.START) or is_npz(stream, source):
        return _arrays(stream, source)
    return _archived(stream, source)


def _arrays(stream: BinaryIO, source: str) -> dict[str, np.ndarray]:
    """Those of a file that is no archive of others."""
    start = beginning(stream)
    refuse_pickle(start, source)
    if start.startswith(archives.START):
        return npz.read_all(stream, source, MAX_BYTES)
    if start.startswith(idx.START):
        return {_stem(source): idx.read(stream, source)}
    labels, images = tables.read(_content(stream, source), source, most=MAX_IMAGES, sides=SIDES)
    return {IMAGES: images, LABELS: np.array(labels)}


def check_size(stream: BinaryIO, source: object) -> None:
    """Leave `stream` at its start, if it has anything and not too much.

    Raises:
        DataError: it is empty, or larger than `MAX_BYTES`.
    """
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if not size:
        raise DataError(source, "is empty.")
    if size > MAX_BYTES:
        raise DataError(source, f"has {size:,} bytes; no file of a data set may have more than {MAX_BYTES:,}.")


def beginning(stream: BinaryIO) -> bytes:
    """The first bytes of a file, of its content where it is gzipped; leaves `stream` at its start."""
    stream.seek(0)
    start = stream.read(LOOKED_AT)
    if start.startswith(idx.GZIP_START):
        with contextlib.suppress(zlib.error):
            start = zlib.decompressobj(wbits=31).decompress(start, LOOKED_AT) or start
    stream.seek(0)
    return start


def refuse_pickle(start: bytes, source: object) -> None:
    """Raise `DataError` where a file with this `beginning` is a pickle."""
    if _PICKLE.match(start):
        raise DataError(
            source,
            "is a pickle, as older tutorials keep MNIST. A pickle is code, and no file may run code here. Bring "
            "mnist.npz or the four IDX files; or open it where it came from, and save its arrays with numpy.savez.",
        )


def is_npz(stream: BinaryIO, source: object) -> bool:
    """Whether a zip archive holds arrays as NumPy writes them.  Raises `DataError` where it is damaged."""
    with archives.opened(stream, source) as archive:
        return any(name.endswith(".npy") for name in archives.names(archive))


def _archived(stream: BinaryIO, source: str) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    with archives.opened(stream, source) as archive:
        there = archives.names(archive)
        for name in (name for name in there if name.lower().removesuffix(".gz").endswith(ENDINGS)):
            with archives.entry(archive, name, source, MAX_BYTES) as member:
                arrays = _arrays(io.BytesIO(member.read()), name)
            one = len(arrays) == 1
            found |= {_stem(name) if one else f"{_stem(name)}/{key}": array for key, array in arrays.items()}
            if sum(array.nbytes for array in found.values()) > MAX_BYTES:
                raise DataError(source, f"unpacks to more than {MAX_BYTES:,} bytes of images: no data set may.")
    if not found:
        raise DataError(source, f"is a zip archive with {archives.listed(there)} in it. {NEEDED}")
    return found


def _content(stream: BinaryIO, source: object) -> bytes:
    start = stream.read(2)
    stream.seek(0)
    if start != idx.GZIP_START:
        return stream.read()
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            content = unpacked.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as cause:
        raise DataError(source, f"is damaged ({cause}). Fetch it again.") from cause
    if len(content) > MAX_BYTES:
        raise DataError(source, f"unpacks to more than {MAX_BYTES:,} bytes; no file of a data set may.")
    return content


def _stem(source: str) -> str:
    name = PurePosixPath(source.replace("\\", "/")).name
    return re.sub(r"(\.gz|\.npz|\.csv|\.tsv|\.txt)+$", "", name, flags=re.IGNORECASE) or name
