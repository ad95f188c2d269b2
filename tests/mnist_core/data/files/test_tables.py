"""Tables of pixels as people's programs write them, and what only looks like one."""

import numpy as np
import pytest

from mnist_core.data.files import tables
from mnist_core.errors import DataError

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
LABELS = ["5", "0", "7"]
HEAD = ["label", *(f"pixel{place}" for place in range(784))]
ROWS = [[label, *map(str, image.ravel())] for label, image in zip(LABELS, IMAGES, strict=True)]


def text(rows, separator=",", end="\n") -> str:
    return "".join(separator.join(row) + end for row in rows)


@pytest.mark.parametrize(
    "content",
    [
        text(ROWS).encode(),
        text([HEAD, *ROWS]).encode("utf-8-sig"),
        text([HEAD, *ROWS], ";", "\r\n").encode("utf-8-sig"),
        text([HEAD, *ROWS], "\t", "\r\n").encode("utf-16"),
        text(ROWS, end="\r").encode(),
        text([[f'"{cell}"' for cell in row] for row in [HEAD, *ROWS]]).encode(),
        text([[f"{cell}.0" for cell in row] for row in ROWS]).replace("5.0,", "5,", 1).encode(),
        text([[f" {cell} " for cell in row] for row in ROWS]).encode(),
        text([[*row[1:], row[0]] for row in [["class", *HEAD[1:]], *ROWS]]).encode(),
        text([["", *HEAD], *([str(place), *row] for place, row in enumerate(ROWS))]).encode(),
        text([["label", *map(str, range(784))], *ROWS]).encode(),
        text([HEAD, [], *ROWS, [";"] * 0]).encode() + b"\n\n",
    ],
    ids=[
        "plain", "head and mark", "German spreadsheet", "unicode text", "old Mac", "quoted", "with decimals",
        "with spaces", "label last", "numbers of rows", "numbers as head", "empty lines",
    ],
)  # fmt: skip
def test_a_table_is_read_however_a_program_wrote_it(content):
    found = tables.read(content, "some.csv", most=10)
    assert [float(label) for label in found.labels] == [5, 0, 7]
    assert np.array_equal(found.images, IMAGES) and found.images.dtype == np.uint8


def test_labels_may_be_names_and_images_of_another_size():
    rows = [["cat", *["1"] * 64], ["dog", *["2"] * 64]]
    found = tables.read(text(rows).encode(), "pets.csv", most=10, sides=range(8, 65))
    assert found.labels == ["cat", "dog"] and found.images.shape == (2, 8, 8)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "has no images"),
        (text([HEAD]).encode(), "has no images"),
        (b"3,1,2,3\n", "line 1 has 4 columns; expected a label and 784 pixels"),
        (text([ROWS[0], [*ROWS[1], "1"]]).encode(), "line 2 has 786 columns; the first one has 785"),
        (b"Name;Age\nAda;36\n", "first column is 'Name'; expected a label and 784 pixels"),
        (text([[*ROWS[0][:-1], "256"]]).encode(), "'256' is no whole number from 0 to 255"),
        (text([[*ROWS[0][:-1], "1.5"]]).encode(), "line 1 cannot be read: '1.5'"),
        (text(ROWS * 4).encode(), "more than 10 images; 1 to 10 can be read"),
        (text(ROWS * 8).encode(), "24 lines; 1 to 10 images can be read"),
        (text([['"5', *ROWS[0][1:]], *([["1" * 200_000]] * 2)]).encode(), "line 1 cannot be read"),
        (b"\xff\xd8\xff\xe0 a picture", "neither an npz file nor text"),
        ("label,\ud800".encode("utf-16", "surrogatepass"), "neither an npz file nor text"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_images_is_refused_in_words(content, words):
    with pytest.raises(DataError, match=words):
        tables.read(content, "some.csv", most=10)


def test_a_table_of_many_sizes_says_which_it_may_have():
    with pytest.raises(DataError, match="pixels of a square image, 8x8 to 64x64"):
        tables.read(b"1,2,3\n", "some.csv", most=10, sides=range(8, 65))
