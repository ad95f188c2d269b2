"""The IDX format: what it gives back, and that no bytes at all make it fail otherwise than as agreed."""

import gzip
import io
from contextlib import suppress

import numpy as np
import pytest
from formats import gz, idx_bytes
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.data.files import idx
from mnist_core.errors import DataError

IMAGES = np.arange(3 * 28 * 28, dtype=np.uint64).astype(np.uint8).reshape(3, 28, 28)
CONTENT = idx_bytes(IMAGES)
shapes = st.lists(st.integers(0, 12), min_size=1, max_size=3).map(tuple)


def read(content: bytes) -> np.ndarray:
    return idx.read(io.BytesIO(content), "some.idx")


@given(shapes, st.booleans())
def test_what_was_written_is_read_again(shape, gzipped):
    array = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    content = idx_bytes(array)
    found = read(gz(content) if gzipped else content)
    assert found.dtype == np.uint8 and found.shape == shape
    assert np.array_equal(found, array)


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x00\x00\x08\x01", b"\x00\x00\x08\x03", b"\x1f\x8b\x08"]))
def test_random_bytes_give_an_array_or_a_data_error(tail, start):
    try:
        assert read(start + tail).nbytes == len(start + tail) - 4 - 4 * start[3]
    except DataError as error:
        assert error.source == "some.idx"


@given(st.integers(0, len(CONTENT) - 1))
def test_every_truncation_is_refused(length):
    with pytest.raises(DataError, match="some.idx"):
        read(CONTENT[:length])


@given(st.integers(0, len(gz(CONTENT)) - 1))
def test_every_truncation_of_a_gzipped_file_is_refused(length):
    with pytest.raises(DataError, match="some.idx"):
        read(gz(CONTENT)[:length])


@given(st.integers(0, len(gz(CONTENT)) - 1), st.integers(1, 255))
def test_a_changed_byte_in_a_gzipped_file_never_changes_the_values_unnoticed(position, change):
    content = bytearray(gz(CONTENT))
    content[position] ^= change
    with suppress(DataError):
        # A few bytes of gzip's header, such as the time stamp, mean nothing for the content.
        assert np.array_equal(read(bytes(content)), IMAGES)


def test_bytes_after_the_announced_end_are_refused():
    with pytest.raises(DataError, match="goes on after the 2,352 values"):
        read(CONTENT + b"\0")


def test_a_header_that_claims_terabytes_allocates_nothing():
    with pytest.raises(DataError, match="more than MNIST has"):
        read(b"\x00\x00\x08\x03" + b"\xff" * 12)


def test_a_gzip_bomb_is_not_unpacked_beyond_the_announced_size():
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size=-1):
            block = super().read(size)
            self.taken += len(block)
            return block

    bomb = Counting(gzip.compress(CONTENT + bytes(50 * 2**20), compresslevel=1, mtime=0))
    with pytest.raises(DataError, match="goes on after"):
        idx.read(bomb, "bomb.gz")
    assert bomb.taken < len(bomb.getvalue())


@pytest.mark.parametrize("kind", [0x09, 0x0B, 0x0C, 0x0D, 0x0E])
def test_other_types_of_values_are_refused_by_number(kind):
    with pytest.raises(DataError, match=f"values of type {kind}"):
        read(b"\x00\x00" + bytes([kind, 1]) + b"\x00\x00\x00\x01" + bytes(8))


def test_a_stream_that_cannot_be_read_is_named(tmp_path):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    with pytest.raises(DataError, match=r"some.idx: cannot be read \(Input/output error\)"):
        idx.read(Broken(CONTENT), "some.idx")
