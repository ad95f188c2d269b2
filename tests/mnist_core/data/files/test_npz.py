"""Archives from strangers, and writes that happen wholly or not at all."""

import io
import os
import pickle
import resource
import threading
import tracemalloc
import zipfile

import numpy as np
import pytest
from formats import npz_bytes
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.data.files import npz
from mnist_core.errors import DataError

ARRAYS = {"a": np.arange(24, dtype=np.uint8).reshape(4, 6), "b": np.array([7, 9], np.uint8)}
SHAPES = {key: array.shape for key, array in ARRAYS.items()}
CONTENT = npz_bytes(ARRAYS)


def read(content: bytes, shapes=SHAPES):
    return npz.read(io.BytesIO(content), "some.npz", shapes)


def same(found, expected=ARRAYS) -> bool:
    return list(found) == list(expected) and all(np.array_equal(found[key], expected[key]) for key in expected)


def zipped(entries: dict[str, bytes], *, compression=zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def npy(array: np.ndarray, **options) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("compressed", [True, False])
def test_arrays_come_back_in_the_order_asked_for(compressed):
    assert same(read(npz_bytes(dict(reversed(ARRAYS.items())), compressed=compressed)))


def test_what_else_an_archive_holds_is_ignored():
    assert same(read(npz_bytes({"other": np.zeros(3), **ARRAYS})))


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06"]))
def test_random_bytes_are_refused_and_nothing_else_happens(tail, start):
    with pytest.raises(DataError, match="some.npz"):
        read(start + tail)


@given(st.integers(0, len(CONTENT) - 1))
def test_every_truncation_is_refused(length):
    with pytest.raises(DataError, match="some.npz"):
        read(CONTENT[:length])


@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed_or_means_nothing(position, change):
    content = bytearray(CONTENT)
    content[position] ^= change
    try:
        assert same(read(bytes(content)))
    except DataError as error:
        assert error.source == "some.npz"


@given(st.binary(max_size=120))
def test_a_random_array_header_is_refused(header):
    start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little")
    with pytest.raises(DataError, match="some.npz"):
        read(zipped({"a.npy": start + header, "b.npy": npy(ARRAYS["b"])}))


def test_a_pickle_is_never_loaded(tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    objects = np.empty(2, object)
    objects[0] = Trap()
    with pytest.raises(DataError, match="b is .* object"):
        read(zipped({"a.npy": npy(ARRAYS["a"]), "b.npy": npy(objects, allow_pickle=True)}))
    with pytest.raises(DataError, match="some.npz"):
        read(zipped({"a.npy": pickle.dumps(Trap()), "b.npy": npy(ARRAYS["b"])}))
    assert not (tmp_path / "sprung").exists()


def test_a_missing_array_is_named_beside_what_is_there():
    with pytest.raises(DataError, match="lacks b; it holds a, images"):
        read(npz_bytes({"a": ARRAYS["a"], "images": ARRAYS["b"]}))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (ARRAYS["a"].astype(np.float32), r"a is \(4, 6\) float32, not \(4, 6\) uint8"),
        (ARRAYS["a"].reshape(24), r"a is \(24,\) uint8"),
        (np.asfortranarray(ARRAYS["a"]), "column by column"),
    ],
)
def test_an_array_of_another_kind_is_refused_by_name(array, words):
    with pytest.raises(DataError, match=words):
        read(npz_bytes({**ARRAYS, "a": array}))


def test_a_zip_bomb_is_not_unpacked():
    zeros = bytes(50 * 2**20)
    header = npy(np.zeros((0,), np.uint8)).replace(b"(0,), }", b"(10000000000000,), }")
    bombs = [zipped({"a.npy": start + rest, "b.npy": b"PK"}) for start, rest in ((b"", zeros), (header, b""))]
    long = zipped({"a.npy": npy(ARRAYS["a"]) + zeros, "b.npy": npy(ARRAYS["b"]) + zeros})
    tracemalloc.start()
    try:
        for content in bombs:
            with pytest.raises(DataError, match="some.npz"):
                read(content)
        assert same(read(long))
        assert tracemalloc.get_traced_memory()[1] < 5 * 2**20
    finally:
        tracemalloc.stop()


def test_a_table_of_contents_of_a_million_entries_is_refused_unread():
    content = bytearray(CONTENT)
    content[-14:-10] = (2_000_000).to_bytes(4, "little")[:2] * 2
    content[-10:-6] = (100 * 2**20).to_bytes(4, "little")
    with pytest.raises(DataError, match="more in it than any data set"):
        read(bytes(content))


def test_a_table_of_contents_hidden_in_a_zip64_record_is_refused():
    end = CONTENT[-22:]
    with pytest.raises(DataError, match="more in it than any data set"):
        read(CONTENT[:-22] + b"PK\x06\x07" + bytes(16) + end)


def test_an_unknown_or_slow_way_of_packing_is_a_data_error_at_worst():
    content = zipped({f"{key}.npy": npy(array) for key, array in ARRAYS.items()}, compression=zipfile.ZIP_LZMA)
    assert same(read(content))
    with pytest.raises(DataError, match="some.npz"):
        read(content.replace(b"\x0e\x00", b"\x63\x00"))


def test_what_was_written_is_read_again_and_nothing_else_is_left(tmp_path):
    npz.write(tmp_path / "new" / "set.npz", ARRAYS)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["set.npz"]
    assert same(read((tmp_path / "new" / "set.npz").read_bytes()))


def test_a_full_disk_leaves_the_old_file_and_no_half_of_the_new(tmp_path):
    path = tmp_path / "set.npz"
    path.write_bytes(b"the old one")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))  # The kernel refuses to write on.
    try:
        with pytest.raises(DataError, match=r"set.npz: cannot be written \(File too large\)"):
            npz.write(path, {"a": np.zeros(1_000_000, np.uint8)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="set.npz: cannot be written"):
        npz.write(tmp_path / "file" / "set.npz", ARRAYS)


def test_an_interrupted_write_leaves_nothing_behind(tmp_path):
    class Interrupting:
        def __array__(self, dtype=None, copy=None):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        npz.write(tmp_path / "set.npz", {"a": Interrupting()})
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_killed_processes_go_and_those_of_living_ones_stay(tmp_path):
    old, young = tmp_path / ".set.npz.aaa.part", tmp_path / ".set.npz.bbb.part"
    old.touch()
    young.touch()
    os.utime(old, (0, 0))
    npz.write(tmp_path / "set.npz", ARRAYS)
    assert {path.name for path in tmp_path.iterdir()} == {"set.npz", young.name}


def test_a_reader_beside_many_writers_only_ever_sees_whole_files(tmp_path):
    path = tmp_path / "set.npz"
    versions = [{"a": np.full((100, 100), value, np.uint8)} for value in range(3)]
    npz.write(path, versions[0])

    def write(version):
        for _ in range(20):
            npz.write(path, version)

    threads = [threading.Thread(target=write, args=(version,)) for version in versions]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        with open(path, "rb") as stream:
            array = npz.read(stream, path, {"a": (100, 100)})["a"]
        assert array.min() == array.max()
    assert [entry.name for entry in tmp_path.iterdir()] == ["set.npz"]
