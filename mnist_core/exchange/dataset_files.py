"""Files of a data set that somebody brings, read in a process of its own; a data set as a file to take along."""

from __future__ import annotations

import io
import json
import struct
import sys
from collections.abc import Callable, Sequence

import numpy as np

from mnist_core.data import brought
from mnist_core.data.brought import MOST_IMAGES, Brought
from mnist_core.data.catalogue import PARTS
from mnist_core.data.dataset import Dataset
from mnist_core.errors import DataError
from mnist_core.exchange import apart

MOST_FILES = 8
MOST_BYTES = 128 * 2**20  # of all files: EMNIST's digits have 60 million
# EMNIST's digits take 220 million bytes, a few times over while they are read and handed over.
LIMITS = apart.Limits(memory_bytes=3 * 2**30, cpu_seconds=90, patience=180.0)

_COUNT = struct.Struct("<Q")


def read_apart(
    files: Sequence[tuple[str, bytes]],
    *,
    names: Sequence[str] = (),
    most: int = MOST_IMAGES,
    on_wait: Callable[[], None] = lambda: None,
) -> Brought:
    """What `brought.read` gives, worked out in a process of its own: for files of people one does not know.

    Args:
        files: as for `brought.read`, as the next two.
        names: of the classes.
        most: images.
        on_wait: see `apart.run`.

    Raises:
        DataError: those of `brought.read`, and files that take too much time or memory.
    """
    check(files)
    try:
        answer = apart.run(__name__, _packed(files, names, most), LIMITS, on_wait=on_wait)
    except apart.Refused as cause:
        source, _, problem = str(cause).partition(": ")
        raise (DataError(source, problem) if problem else DataError("The data set", source)) from cause
    except apart.TookTooLong as cause:
        raise DataError(
            "The data set", f"takes longer than {cause.seconds:g} s to read. Bring fewer images."
        ) from cause
    except apart.Died as cause:
        raise DataError("The data set", "is damaged: reading it failed. Fetch it again.") from cause
    return _unpacked(answer)


def check(files: Sequence[tuple[str, bytes]]) -> None:
    """Raise `DataError` for too many files, or too large ones."""
    if len(files) > MOST_FILES:
        raise DataError(
            "The data set", f"came in {len(files)} files; at most {MOST_FILES} are read. Bring a zip archive."
        )
    size = sum(len(content) for _, content in files)
    if size > MOST_BYTES:
        raise DataError("The data set", f"has {size:,} bytes; at most {MOST_BYTES:,} are read.")


def npz_file(data: Dataset) -> bytes:
    """The data set as the content of an npz: the arrays as Keras names them, and `classes`, the names."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        **{part: getattr(data, part) for part in PARTS},
        classes=np.array(data.classes),
    )
    return buffer.getvalue()


def _packed(files: Sequence[tuple[str, bytes]], names: Sequence[str], most: int) -> bytes:
    head = json.dumps({"files": [(name, len(content)) for name, content in files], "names": list(names), "most": most})
    encoded = head.encode()
    return b"".join([_COUNT.pack(len(encoded)), encoded, *(content for _, content in files)])


def _read(content: bytes) -> bytes:
    """What the process does: `brought.read` from bytes to bytes."""
    (length,) = _COUNT.unpack_from(content)
    start = _COUNT.size + length
    asked = json.loads(content[_COUNT.size : start])
    files = []
    for name, size in asked["files"]:
        files.append((name, content[start : start + size]))
        start += size
    found = brought.read(files, names=asked["names"], most=asked["most"])
    counts = [len(found.arrays["y_train"]), len(found.arrays["y_test"])]
    told = {"classes": found.classes, "known": found.known, "notes": found.notes, "counts": counts}
    encoded = json.dumps(told).encode()
    return b"".join([_COUNT.pack(len(encoded)), encoded, *(found.arrays[part].tobytes() for part in PARTS)])


def _unpacked(answer: bytes) -> Brought:
    (length,) = _COUNT.unpack_from(answer)
    start = _COUNT.size + length
    told = json.loads(answer[_COUNT.size : start])
    train, test = told["counts"]
    arrays = {}
    for part, count in zip(PARTS, (train, train, test, test), strict=True):
        size = count * (784 if part.startswith("x") else 1)
        array = np.frombuffer(answer, np.uint8, size, start)
        arrays[part] = array.reshape(count, 28, 28) if part.startswith("x") else array
        start += size
    return Brought(arrays, tuple(told["classes"]), told["known"], tuple(told["notes"]))


if __name__ == "__main__":
    sys.exit(apart.serve(_read))
