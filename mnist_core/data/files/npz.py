"""NumPy's npz archives: read from strangers with care, written in one step or not at all."""

from __future__ import annotations

import contextlib
import math
import os
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from mnist_core.data.files import archives, idx
from mnist_core.errors import DataError

Problem = Callable[["tuple[int, ...]", np.dtype], "str | None"]  # what is wrong with an array, before it is read
NUMBERS_AND_TEXTS = "biufU"  # kinds of dtypes
MAX_HEADER = 1_000  # characters that describe an array
STALE_AFTER = 24 * 3600  # seconds after which a temporary file belongs to nobody any more


def read(stream: BinaryIO, source: object, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """The uint8 arrays of these names and shapes in an npz; what else it holds is ignored.

    No pickle is ever loaded, and nothing is unpacked or allocated before its size is known.

    Args:
        stream: seekable and binary.
        source: what a message calls it, such as its path.
        shapes: what must be there.

    Returns:
        uint8 arrays, in the order of `shapes`.

    Raises:
        DataError: no npz, damaged, or other arrays in it.
    """
    with _opened(stream, source, shapes) as archive:
        return {key: _read_entry(archive, key, _exactly(shape), source) for key, shape in shapes.items()}


def read_rows(stream: BinaryIO, source: object, rows: Mapping[str, Rows]) -> dict[str, np.ndarray]:
    """The arrays of these names in an npz, however many rows they have within their bounds.

    Args, errors and care are those of `read`.

    Returns:
        Arrays of the dtypes that `rows` names, in its order.
    """
    with _opened(stream, source, rows) as archive:
        return {key: _read_entry(archive, key, each.problem, source) for key, each in rows.items()}


def read_all(stream: BinaryIO, source: object, most_bytes: int) -> dict[str, np.ndarray]:
    """Every array in an npz, of numbers or of short texts.

    Errors and care are those of `read`.

    Args:
        stream: seekable and binary.
        source: what a message calls it.
        most_bytes: that all of them may take together.

    Returns:
        Arrays by their names, of the shapes and dtypes that they have.
    """
    left = most_bytes

    def problem(shape: tuple[int, ...], dtype: np.dtype) -> str | None:
        nonlocal left
        left -= math.prod(shape) * dtype.itemsize
        if dtype.kind not in NUMBERS_AND_TEXTS:
            return f"is of type {dtype}; numbers or texts are needed."
        return f"is {shape} {dtype}: all arrays may take {most_bytes:,} bytes together." if left < 0 else None

    with _opened(stream, source, ()) as archive:
        keys = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
        return {key: _read_entry(archive, key, problem, source) for key in keys}


def names(stream: BinaryIO, source: object) -> set[str]:
    """Names of the arrays in an npz.  Raises `DataError` where it is none."""
    with _opened(stream, source, ()) as archive:
        return {name.removesuffix(".npy") for name in archive.namelist()}


@dataclass(frozen=True)
class Rows:
    """What an array may be: `least` to `most` rows of this shape and dtype."""

    dtype: type
    shape: tuple[int, ...]
    least: int
    most: int

    def problem(self, shape: tuple[int, ...], dtype: np.dtype) -> str | None:
        """What is wrong with such an array, to go on a sentence that begins with its name."""
        if shape[1:] != self.shape or not shape or dtype != self.dtype:
            wanted = ", ".join(["n", *map(str, self.shape)]) + ("" if self.shape else ",")
            return f"is {shape} {dtype}, not ({wanted}) {np.dtype(self.dtype)}."
        if not self.least <= shape[0] <= self.most:
            return f"has {shape[0]:,} rows; {self.least:,} to {self.most:,} can be read."
        return None


@contextlib.contextmanager
def _opened(stream: BinaryIO, source: object, keys: Iterable[str]) -> Iterator[zipfile.ZipFile]:
    """The archive, which has all `keys`."""
    with archives.opened(stream, source) as archive:
        there = archive.namelist()
        missing = [key for key in keys if f"{key}.npy" not in there]
        if missing:
            found = ", ".join(name.removesuffix(".npy") for name in there[:8]) or "nothing"
            raise DataError(source, f"lacks {', '.join(missing)}; it holds {found}.")
        yield archive


def write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Put `arrays` into an uncompressed npz at `path`, in one step or not at all.

    Written under a temporary name beside it, flushed to the disk, then renamed: a reader
    sees the old file or the new one, and of two writers the last wins.

    Raises:
        DataError: the folder cannot be written to, or the disk is full.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False
        ) as file:
            temporary = file.name
            np.savez(file, **arrays)  # type: ignore[arg-type]  # NumPy's types take every array for `allow_pickle`.
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as cause:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        if isinstance(cause, OSError):
            raise DataError(path, f"cannot be written ({cause.strerror or cause}).") from cause
        raise


def _sweep(path: Path) -> None:
    # What a process that was killed left behind; one that still writes is far younger.
    for leftover in path.parent.glob(f".{path.name}.*.part"):
        with contextlib.suppress(OSError):
            if time.time() - leftover.stat().st_mtime > STALE_AFTER:
                leftover.unlink()


def _exactly(expected: tuple[int, ...]) -> Problem:
    def problem(shape: tuple[int, ...], dtype: np.dtype) -> str | None:
        return None if shape == expected and dtype == np.uint8 else f"is {shape} {dtype}, not {expected} uint8."

    return problem


def _read_entry(archive: zipfile.ZipFile, key: str, problem: Problem, source: object) -> np.ndarray:
    with archive.open(f"{key}.npy") as stream:
        version = np.lib.format.read_magic(stream)
        if version not in {(1, 0), (2, 0)}:
            raise DataError(source, f"{key} is in version {version} of NumPy's format; 1 and 2 can be read.")
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        found, by_column, dtype = read_header(stream, max_header_size=MAX_HEADER)
        wrong = problem(found, dtype)
        if wrong is not None:
            raise DataError(source, f"{key} {wrong}")
        if by_column:
            raise DataError(source, f"{key} is stored column by column, not row by row.")
        array = np.empty(found, dtype)
        received = idx.fill(array.reshape(-1).view(np.uint8), stream) // dtype.itemsize
    if received < array.size:
        raise DataError(source, f"is cut off: {received:,} of {array.size:,} values of {key} are there.")
    return array
