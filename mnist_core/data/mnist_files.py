"""The files in which MNIST travels: `mnist.npz` or four IDX files, read, verified, written.

What counts is the content.  Each of the four arrays has a SHA-256, so that a copy that
was zipped again is as good as the original, and a damaged file or another data set of
the same shape is refused by name.  Nothing here asks the network.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from mnist_core.data.files import archives, idx, npz, reading
from mnist_core.errors import DataError

NPZ_NAME = "mnist.npz"
MAX_FILE_BYTES = reading.MAX_BYTES

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Part:
    """One of MNIST's four arrays, all of them uint8.

    Attributes:
        key: its name in `mnist.npz`.
        idx_name: its IDX file as published; `_idx_names` knows the other spellings.
        shape: of the array.
        sha256: of its bytes in C order, in hexadecimal.
    """

    key: str
    idx_name: str
    shape: tuple[int, ...]
    sha256: str


PARTS = (
    Part(
        "x_train",
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    ),
    Part(
        "y_train",
        "train-labels-idx1-ubyte",
        (60_000,),
        "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    ),
    Part(
        "x_test",
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    ),
    Part(
        "y_test",
        "t10k-labels-idx1-ubyte",
        (10_000,),
        "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    ),
)


def digest(hashes: Iterable[str]) -> str:
    """One SHA-256 for a data set, from those of its arrays in the order of `PARTS`; hexadecimal."""
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def array_digest(array: np.ndarray) -> str:
    """SHA-256 of the bytes of a C-contiguous array, in hexadecimal; nothing is copied."""
    return hashlib.sha256(memoryview(array.data).cast("B") if array.size else b"").hexdigest()


def read(path: Path) -> Arrays:
    """MNIST's four arrays from an npz, or from a folder with the IDX files or with `mnist.npz`.

    A folder may also be one in which PyTorch keeps its copy (`MNIST/raw` below it).

    Returns:
        By the keys of `PARTS`, verified.

    Raises:
        DataError: missing, damaged, or not MNIST; names the file.
    """
    if os.path.isdir(path):
        return _read_folder(path)
    if not os.path.exists(path):
        raise DataError(path, "there is no such file or folder.")
    if not os.path.isfile(path):
        raise DataError(path, "is neither a file nor a folder.")
    with _opened(path) as stream:
        return read_stream(stream, path)


def read_stream(stream: BinaryIO, source: object) -> Arrays:
    """The four arrays in an npz, verified.

    Args:
        stream: seekable and binary.
        source: what a message calls it.

    Raises:
        DataError: no npz, damaged, or not MNIST.
    """
    reading.check_size(stream, source)
    start = reading.beginning(stream)
    reading.refuse_pickle(start, source)
    if start.startswith(idx.START):
        raise DataError(source, "looks like one of the four IDX files; all four are needed, together.")
    if start.startswith(archives.START) and not reading.is_npz(stream, source):
        return _read_archive(stream, source)
    return _read_npz(stream, source)


def _read_npz(stream: BinaryIO, source: object) -> Arrays:
    arrays = npz.read(stream, source, {part.key: part.shape for part in PARTS})
    return {part.key: verified(part, arrays[part.key], source) for part in PARTS}


def _read_archive(stream: BinaryIO, source: object) -> Arrays:
    """MNIST from a zip archive of the four IDX files, or of `mnist.npz`."""
    with archives.opened(stream, source) as archive:
        there = archives.names(archive)

        def members(names: Iterable[str]) -> Iterator[tuple[BinaryIO, str]]:
            for name in names:
                with archives.entry(archive, name, source, MAX_FILE_BYTES) as member:
                    yield member, f"{name[-60:]} in {source}"

        packed = [name for name in there if name.lower().endswith(".npz")]
        if len(packed) == 1:
            return next(_read_npz(io.BytesIO(member.read()), words) for member, words in members(packed))
        starts = [(name, reading.beginning(member)) for name, (member, _) in zip(there, members(there), strict=True)]
        parts = [name for name, start in starts if start.startswith(idx.START)]
        if parts:
            return read_idx_files(members(parts))
        found = archives.listed(there)
        raise DataError(source, f"is a zip archive with {found} in it; needed are the four IDX files or {NPZ_NAME}.")


def has_idx(folder: Path) -> bool:
    """Whether at least one of the IDX files is in `folder`, or where PyTorch would put it."""
    return _idx_folder(folder) is not None


def read_idx_files(streams: Iterable[tuple[BinaryIO, object]]) -> Arrays:
    """The four arrays from IDX files in any order, verified; shapes tell which is which.

    Args:
        streams: seekable binary streams, gzipped or not, each with what a message calls it.

    Raises:
        DataError: one is damaged or no part of MNIST, or one is missing or there twice.
    """
    arrays: Arrays = {}
    for stream, source in streams:
        reading.check_size(stream, source)
        array = idx.read(stream, source)
        part = next((part for part in PARTS if part.shape == array.shape), None)
        if part is None:
            raise DataError(source, f"holds an array of {array.shape}; none of MNIST's four has that shape.")
        if part.key in arrays:
            raise DataError(source, f"is a second file with {part.key}; each of the four is needed once.")
        arrays[part.key] = verified(part, array, source)
    missing = [part.idx_name for part in PARTS if part.key not in arrays]
    if missing:
        raise DataError("MNIST", f"has four IDX files, and these are missing: {', '.join(missing)}.")
    return {part.key: arrays[part.key] for part in PARTS}


def verified(part: Part, array: np.ndarray, source: object) -> np.ndarray:
    """`array`, now read-only, once its shape and its hash are those of `part`.

    Raises:
        DataError: they are not.
    """
    if array.shape != part.shape or array.dtype != np.uint8:
        raise DataError(source, f"{part.key} is {array.shape} {array.dtype}, but MNIST's is {part.shape} uint8.")
    found = array_digest(array)
    if found != part.sha256:
        raise DataError(
            source,
            f"{part.key} has MNIST's shape but not its content (SHA-256 {found[:12]}..., not {part.sha256[:12]}...): "
            "a damaged copy, or another set such as Fashion-MNIST.",
        )
    array.setflags(write=False)
    return array


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        stream = open(path, "rb")  # noqa: SIM115  # What goes wrong within the `with` is not its opening.
    except OSError as cause:
        raise DataError(path, f"cannot be read ({cause.strerror or cause}).") from cause
    with stream:
        yield stream


def _read_folder(folder: Path) -> Arrays:
    files = _idx_folder(folder)
    if files is None and os.path.exists(folder / NPZ_NAME):
        return read(folder / NPZ_NAME)
    if files is None:
        raise DataError(folder, f"holds neither {NPZ_NAME} nor the four IDX files ({PARTS[0].idx_name} ...).")
    arrays = {}
    for part in PARTS:
        path = _idx_path(files, part)
        if path is None:
            raise DataError(files, f"{part.idx_name} is missing, gzipped or not.")
        with _opened(path) as stream:
            reading.check_size(stream, path)
            arrays[part.key] = verified(part, idx.read(stream, path), path)
    return arrays


def _idx_folder(folder: Path) -> Path | None:
    candidates = (folder, folder / "MNIST" / "raw", folder / "raw")
    return next((at for at in candidates if any(_idx_path(at, part) for part in PARTS)), None)


def _idx_path(folder: Path, part: Part) -> Path | None:
    return next((folder / name for name in _idx_names(part) if os.path.isfile(folder / name)), None)


def _idx_names(part: Part) -> tuple[str, ...]:
    # Some unpacking tools turn the last hyphen but one into a dot.
    dotted = part.idx_name.replace("-idx", ".idx")
    return (part.idx_name, dotted, f"{part.idx_name}.gz", f"{dotted}.gz")
