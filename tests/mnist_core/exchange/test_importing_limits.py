"""Files that would take all of a machine: real ones, read by the process that reads them, with the sentence said."""

import io
import json
import struct
import zipfile
from dataclasses import replace

import numpy as np
import psutil
import pytest

from mnist_core.errors import ModelError
from mnist_core.exchange import model_files
from mnist_core.exchange.importing import reader
from mnist_core.network.network import MAX_FILE_BYTES, pretrained


def zipped(**entries) -> bytes:
    """An archive with these entries; a double underscore stands for a dot."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, parts in entries.items():
            with archive.open(name.replace("__", "."), "w", force_zip64=True) as file:
                for part in [parts] if isinstance(parts, bytes) else parts:
                    file.write(part)
    return buffer.getvalue()


def keras_with(**entries) -> bytes:
    """A `.keras` file of the linear network with other entries in place of its own."""
    with zipfile.ZipFile(io.BytesIO(model_files.keras_file(pretrained("linear")))) as archive:
        own = {name: archive.read(name) for name in archive.namelist()}
    return zipped(**{**own, **{name.replace("__", "."): entry for name, entry in entries.items()}})


def npy(shape, values=()) -> list[bytes]:
    """A `.npy` file that says it has this shape of float32, in parts."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": shape})
    return [header.getvalue(), *values]


def nested(deep: int) -> bytes:
    """A config within configs."""
    inner = json.dumps({"class_name": "Sequential", "config": {"layers": ["*"]}})
    before, after = (part.encode() for part in inner.split('"*"'))
    return before * deep + b"[]" + after * deep


def entries(count: int) -> bytes:
    """An archive whose table of contents has so many entries, and which holds nothing."""
    name = b"x.npy"
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[0] * 9, len(name), *[0] * 6) + name
    table = entry * count
    return table + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(table), 0, 0)


MEGABYTE = bytes(2**20)
LARGE = MAX_FILE_BYTES // 2**20 - 1  # megabytes of an array that is just not too large
ARRAY = npy((LARGE, 2**18), [MEGABYTE] * LARGE)
FILES = {
    "weights that unpack": (
        lambda: keras_with(model__weights__h5=[MEGABYTE] * 80),
        "Its model.weights.h5 unpacks to more than 67,108,864 bytes: no network here is as large.",
    ),
    "a config that unpacks": (
        lambda: keras_with(config__json=[b" " * 2**20] * 2),
        "Its config.json unpacks to more than 1,048,576 bytes: no network here is as large.",
    ),
    "a deep config": (
        lambda: keras_with(config__json=nested(5_000)),
        "Its config.json is nested more deeply than that of any network here.",
    ),
    "a large shape": (
        lambda: zipped(arr_0__npy=npy((2**31, 2**31))),
        "Its array arr_0 is (2147483648, 2147483648): no network here is as large.",
    ),
    "large arrays": (
        lambda: zipped(arr_0__npy=ARRAY, arr_1__npy=ARRAY),
        "Its arrays have 132,120,576 bytes together: no network here is as large.",
    ),
    "a large array of ours": (
        lambda: zipped(header__npy=npy(()), arr_0__npy=[*ARRAY, MEGABYTE, MEGABYTE]),
        "The file unpacks to 68,157,696 bytes; a network has at most 67,108,864.",
    ),
    "many arrays": (lambda: entries(51), "It holds 51 arrays; no network here has as many."),
}


@pytest.mark.parametrize("kind", FILES)
def test_what_unpacks_to_more_than_a_network_is_refused_in_words(kind):
    make, sentence = FILES[kind]
    content = make()
    assert len(content) < reader.MAX_BYTES
    with pytest.raises(ModelError) as refusal:
        reader.read(content, "mine.keras")
    assert str(refusal.value) == f"mine.keras cannot be imported. {sentence}"


def test_memory_is_bounded_whatever_the_file_is(monkeypatch):
    content = zipped(arr_0__npy=ARRAY)
    with pytest.raises(ModelError, match="Its arrays are .* Needed are those"):
        reader.read(content, "mine.npz")  # It can be read, and is none of our networks.
    monkeypatch.setattr(reader, "LIMITS", replace(reader.LIMITS, memory_bytes=180 * 2**20))
    with pytest.raises(ModelError, match="^mine.npz cannot be imported. It needs more memory to read than anything"):
        reader.read(content, "mine.npz")


def test_seconds_of_computing_are_bounded_whatever_the_file_is(monkeypatch):
    monkeypatch.setattr(reader, "LIMITS", replace(reader.LIMITS, cpu_seconds=1))
    with pytest.raises(ModelError, match="^mine.npz takes longer than 1 s to read; no network here does. Save it"):
        reader.read(entries(600_000), "mine.npz")


def test_a_reader_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(reader, "LIMITS", replace(reader.LIMITS, patience=0.01))
    with pytest.raises(ModelError, match="^mine.npz takes longer than 0.01 s to read"):
        reader.read(pretrained("linear").to_bytes(), "mine.npz")
    assert not [child for child in psutil.Process().children() if "mnist_core.exchange.importing" in child.cmdline()]
