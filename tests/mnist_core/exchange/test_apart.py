"""Strangers' pictures that would take all of a machine: real ones, read by the process that reads them."""

import contextlib
import re
import struct
import threading
import zlib
from itertools import pairwise

import numpy as np
import psutil
import pytest
from photos import encoded

from mnist_core.errors import ImageError
from mnist_core.exchange import apart, uploads
from mnist_core.exchange.uploads import read_apart, read_grey

PAPER = np.full((60, 40), 200, np.uint8)


def scans_without_end(scans: int) -> bytes:
    """A progressive JPEG of 16 megapixels whose shortest scan comes again and again: 31 bytes and 10 ms each."""
    content = encoded(np.zeros((4_000, 4_000), np.uint8), "JPEG", progressive=True)
    starts = [found.start() for found in re.finditer(b"\xff\xda", content)] + [len(content) - 2]
    scan = min((content[start:end] for start, end in pairwise(starts)), key=len)
    at = content.index(scan)
    return content[:at] + scan * scans + content[at:]


def huge_tile() -> bytes:
    """A TIFF of 320 x 320 that says it lies in one tile of 46,000 x 46,000, two gigabytes of nothing."""
    data = zlib.compress(bytes(2**20))
    width, length, tile = (256, 4, 320), (257, 4, 320), [(322, 4, 46_000), (323, 4, 46_000)]
    tags = [width, length, (258, 3, 8), (259, 3, 8), (262, 3, 1), (277, 3, 1), *tile, (324, 4, 8), (325, 4, len(data))]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + struct.pack("<H", len(tags)) + entries + bytes(4)


def readers() -> list[psutil.Process]:
    """The processes that read pictures now."""
    found = []
    for each in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):  # Or a zombie: it has just ended.
            found += [each] if "mnist_core.exchange.uploads" in each.cmdline() else []
    return found


def test_a_picture_is_read_as_it_is_read_here():
    content = encoded(PAPER, "JPEG")
    assert np.array_equal(read_apart(content), read_grey(content))


@pytest.mark.parametrize("content", [b"", b"hello", bytes(uploads.MAX_BYTES + 1)], ids=len)
def test_a_reason_comes_back_word_for_word(content):
    with pytest.raises(ImageError) as here:
        read_grey(content)
    with pytest.raises(ImageError) as there:
        read_apart(content)
    assert str(there.value) == str(here.value)


def test_a_jpeg_with_scans_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(uploads, "LIMITS", apart.Limits(memory_bytes=2**30, cpu_seconds=1, patience=60.0))
    with pytest.raises(ImageError, match="The picture takes longer than 1 s to read. Save it again as a plain"):
        read_apart(scans_without_end(3_000))
    assert readers() == []


def test_a_tile_that_is_larger_than_its_picture_takes_no_memory_here():
    process = psutil.Process()
    before = process.memory_info().rss
    with pytest.raises(ImageError, match="The picture"):
        read_apart(huge_tile())
    assert process.memory_info().rss - before < 50 * 2**20


class Gone(BaseException):
    """What Streamlit raises where a page has left."""


def test_a_page_that_leaves_takes_the_process_along():
    def leave() -> None:
        if readers():
            raise Gone

    with pytest.raises(Gone):
        read_apart(scans_without_end(20_000), on_wait=leave)
    assert readers() == []


def test_the_process_knows_no_secret_of_the_environment(monkeypatch):
    monkeypatch.setenv("DIGITLAB_DATABASE", "postgresql://someone:secret@there/")
    seen = {}

    def look() -> None:
        for child in readers():
            with contextlib.suppress(psutil.NoSuchProcess):
                seen.update(child.environ())
        if "PYTHONPATH" in seen:
            raise Gone

    with pytest.raises(Gone):
        read_apart(scans_without_end(20_000), on_wait=look)
    assert not [name for name in seen if name.startswith("DIGITLAB")]


def test_two_are_read_at_once_and_others_wait_for_their_turn():
    most = []
    pictures = [encoded(PAPER + place) for place in range(5)]
    threads = [
        threading.Thread(target=read_apart, args=[each], kwargs={"on_wait": lambda: most.append(len(readers()))})
        for each in pictures
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert max(most) <= apart.AT_ONCE
