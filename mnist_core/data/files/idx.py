"""IDX, the format in which MNIST was published: a header of big-endian numbers, then bytes.

The header is two zero bytes, the type of the values (8 for unsigned bytes, the only
one MNIST uses and the only one read here), the number of dimensions, and the size of
each as 32 bits.  Source: http://yann.lecun.com/exdb/mnist, "the IDX file format".
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from typing import BinaryIO, Protocol

import numpy as np

from mnist_core.errors import DataError

MAX_BYTES = 64 * 2**20  # MNIST's largest file has 47,040,016
GZIP_START = b"\x1f\x8b"
START = b"\x00\x00"
UNSIGNED_BYTE = 8
BLOCK = 2**20


def read(stream: BinaryIO, source: object, *, most: int = MAX_BYTES) -> np.ndarray:
    """The array in an IDX file, gzipped or not.

    Args:
        stream: a seekable binary stream; read from its start, never beyond `most`
            unpacked, whatever the header or the compression promise.
        source: what a message calls the stream, such as its path.
        most: values that it may hold.

    Returns:
        uint8, of the shape that the header gives.

    Raises:
        DataError: not an IDX file of unsigned bytes, damaged, too short, too long, or unreadable.
    """
    try:
        stream.seek(0)
        start = stream.read(2)
        stream.seek(0)
        if start == GZIP_START:
            with gzip.GzipFile(fileobj=stream) as unpacked:
                return _read(unpacked, source, most)
        return _read(stream, source, most)
    except (gzip.BadGzipFile, EOFError, zlib.error) as cause:
        raise DataError(source, f"is damaged, its compressed content ends or changes too early ({cause}).") from cause
    except OSError as cause:
        raise DataError(source, f"cannot be read ({cause.strerror or cause}).") from cause


class Stream(Protocol):
    """What bytes come from, unpacked or as they are."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


def _read(stream: Stream, source: object, most: int) -> np.ndarray:
    header = stream.read(4)
    if len(header) < 4 or header[:2] != START:
        raise DataError(source, "is not an IDX file: it does not start with two zero bytes.")
    kind, dimensions = header[2], header[3]
    if kind != UNSIGNED_BYTE or not 1 <= dimensions <= 3:
        raise DataError(source, f"holds values of type {kind} in {dimensions} dimensions; MNIST has bytes in 1 or 3.")
    sizes = stream.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise DataError(source, "is cut off in its header.")
    shape = struct.unpack(f">{dimensions}I", sizes)
    if math.prod(shape) > most:
        raise DataError(source, f"claims to hold {shape} values, more than MNIST has.")
    array = np.empty(shape, np.uint8)
    received = fill(array, stream)
    if received < array.size:
        raise DataError(source, f"is cut off: {received:,} of {array.size:,} values are there.")
    if stream.read(1):
        raise DataError(source, f"goes on after the {array.size:,} values that its header announces.")
    return array


def fill(array: np.ndarray, stream: Stream) -> int:
    """Bytes read from `stream` into a C-contiguous uint8 `array`, without a second copy of it.

    Returns:
        How many bytes came; fewer than `array.size` where the stream ended early.
    """
    target, position = array.reshape(-1), 0
    while position < target.size:
        block = stream.read(min(BLOCK, target.size - position))
        if not block:
            break
        target[position : position + len(block)] = np.frombuffer(block, np.uint8)
        position += len(block)
    return position
