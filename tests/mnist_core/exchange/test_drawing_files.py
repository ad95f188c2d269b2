"""Drawings as files: they come back as they were, and files from strangers are refused in a sentence."""

import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from formats import npz_bytes
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.errors import ConfigError, DataError
from mnist_core.exchange import drawing_files
from mnist_core.store.drawings import Drawing


def drawing(label: int, *strokes) -> Drawing:
    image = np.random.default_rng(label).integers(0, 256, (28, 28), np.uint8)
    return Drawing(label, image, tuple(np.array(stroke, np.int16) for stroke in strokes))


DRAWINGS = [drawing(3, [(1, 2), (3, 4)], [(5, 6)]), drawing(0), drawing(9, [(-7, 300)])]
IMAGES = np.stack([each.image for each in DRAWINGS])
LABELS = np.array([3, 0, 9], np.uint8)


def read(content: bytes, **options) -> list[Drawing]:
    return drawing_files.read(content, name="some file", **options)


def same(found: list[Drawing], *, strokes: bool) -> bool:
    return (
        [each.label for each in found] == [3, 0, 9]
        and np.array_equal(np.stack([each.image for each in found]), IMAGES)
        and [[stroke.tolist() for stroke in each.strokes] for each in found]
        == [[stroke.tolist() for stroke in each.strokes] if strokes else [] for each in DRAWINGS]
    )


def test_npz_brings_back_images_labels_and_strokes():
    found = read(drawing_files.to_npz(DRAWINGS), hand="Ada")
    assert same(found, strokes=True) and {each.hand for each in found} == {"Ada"}


def test_npz_is_laid_out_as_mnists_own_file():
    with np.load(io.BytesIO(drawing_files.to_npz(DRAWINGS)), allow_pickle=False) as file:
        assert np.array_equal(file["x_train"], IMAGES) and file["x_train"].dtype == np.uint8
        assert np.array_equal(file["y_train"], LABELS) and file["y_train"].dtype == np.uint8
        assert file["stroke_offsets"].tolist() == [0, 2, 3, 4] and file["digit_offsets"].tolist() == [0, 2, 2, 3]


def test_images_and_labels_alone_are_enough():
    assert same(read(npz_bytes({"x_train": IMAGES, "y_train": LABELS})), strokes=False)


def test_csv_brings_back_images_and_labels_with_and_without_its_head():
    content = drawing_files.to_csv(DRAWINGS)
    assert content.startswith(b"label,pixel0,pixel1,")
    assert same(read(content), strokes=False)
    assert same(read(content.split(b"\n", 1)[1]), strokes=False)
    assert same(read(content.replace(b"\n", b"\r\n")), strokes=False)


def test_csv_that_a_spreadsheet_saved_again_is_read():
    text = drawing_files.to_csv(DRAWINGS).decode()
    assert same(read(text.replace(",", ";").replace("\n", "\r\n").encode("utf-8-sig")), strokes=False)
    assert same(read(text.replace(",", "\t").encode("utf-16")), strokes=False)


OFFSETS = {
    "points": np.zeros((4, 2), np.int16),
    "stroke_offsets": np.array([0, 2, 3, 4], np.int32),
    "digit_offsets": np.array([0, 2, 2, 3], np.int32),
}


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"x_train": IMAGES}, "lacks y_train; it holds x_train"),
        ({"images": IMAGES, "labels": LABELS}, "lacks x_train, y_train; it holds images, labels"),
        ({"x_train": IMAGES, "y_train": LABELS[:2]}, "3 images and 2 labels"),
        ({"x_train": IMAGES[:, :27], "y_train": LABELS}, r"x_train is \(3, 27, 28\) uint8, not \(n, 28, 28\) uint8"),
        ({"x_train": IMAGES / 255, "y_train": LABELS}, r"x_train is \(3, 28, 28\) float64"),
        ({"x_train": IMAGES[0], "y_train": LABELS}, r"x_train is \(28, 28\)"),
        ({"x_train": IMAGES[:0], "y_train": LABELS[:0]}, "x_train has 0 rows"),
        (
            {"x_train": IMAGES, "y_train": np.array([3, 10, 2], np.uint8)},
            "label 2 is 10; labels are digits from 0 to 9",
        ),
        ({"x_train": IMAGES * np.uint8(0), "y_train": LABELS}, "image 1 is blank"),
        ({"x_train": IMAGES, "y_train": LABELS, "points": OFFSETS["points"]}, "lacks stroke_offsets, digit_offsets"),
        (
            {"x_train": IMAGES, "y_train": LABELS, **OFFSETS, "stroke_offsets": np.array([0, 3, 2, 4], np.int32)},
            "stroke_offsets does not rise from 0 to 4",
        ),
        (
            {"x_train": IMAGES, "y_train": LABELS, **OFFSETS, "stroke_offsets": np.array([0, 2, 2, 4], np.int32)},
            "stroke_offsets does not rise from 0 to 4",
        ),
        (
            {"x_train": IMAGES, "y_train": LABELS, **OFFSETS, "digit_offsets": np.array([0, 3], np.int32)},
            "strokes of 1 drawings and 3 images",
        ),
        ({"x_train": IMAGES, "y_train": LABELS, **OFFSETS, "points": np.zeros((4, 2))}, "points is .* float64"),
    ],
)
def test_an_npz_with_other_things_in_it_is_refused_in_words(arrays, words):
    with pytest.raises(DataError, match=words):
        read(npz_bytes(arrays))


def test_a_pickle_is_never_loaded():
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was loaded",))

    buffer = io.BytesIO()
    np.savez(buffer, x_train=IMAGES, y_train=np.array([Bomb()], object))
    with pytest.raises(DataError, match="y_train is .* object"):
        read(buffer.getvalue())


def claiming(rows: int) -> bytes:
    """An npz whose arrays say that they have so many rows."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for key, shape in (("x_train", (rows, 28, 28)), ("y_train", (rows,))):
            entry = io.BytesIO()
            head = {"descr": "|u1", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(entry, head)
            archive.writestr(f"{key}.npy", entry.getvalue())
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (claiming(1_000_000), "1,000,000 rows; 1 to 5,000 can be read"),
        (
            npz_bytes({"x_train": IMAGES, "y_train": LABELS, **OFFSETS, "stroke_offsets": np.zeros(10**6, np.int32)}),
            "1,000,000 rows; 1 to 200,001 can be read",
        ),
        (b"0,0\r" * 500_000, "500,000 lines; 1 to 5,000 images can be read"),
        (b"label\n" + b"1,2\n" * 1_000_000, "1,000,001 lines; 1 to 5,000 images can be read"),
    ],
    ids=["npz", "strokes", "csv by carriage returns", "csv"],
)
def test_a_million_rows_are_refused_before_they_take_memory(content, words):
    tracemalloc.start()
    with pytest.raises(DataError, match=words):
        read(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * 2**20


PIXELS = ",0" * 783 + ",9"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no images"),
        (f"label{PIXELS}\n".replace("label,0", "label,x"), "has no images"),
        ("3,1,2,3\n", "line 1 has 4 columns; expected a label and 784 pixels"),
        (f"3{PIXELS}\n3{PIXELS},1\n", "line 2 has 786 columns"),
        ("Name,Age\nAda,36\n", "first column is 'Name'"),
        (f"12{PIXELS}\n", "label 1 is '12'; labels are digits"),
        (f"-1{PIXELS}\n", "label 1 is '-1'; labels are digits"),
        (f"3{',0' * 783},256\n", "'256' is no whole number from 0 to 255"),
        (f"3{',0' * 783},1.5\n", "line 1 cannot be read"),
        (f"3{',0' * 783},{'9' * 5000}\n", "line 1 cannot be read"),
        (f"3{',0' * 784}\n", "image 1 is blank"),
    ],
)
def test_somebody_elses_csv_is_refused_in_words(text, words):
    with pytest.raises(DataError, match=words):
        read(text.encode())


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"label,"]))
def test_random_bytes_are_refused_and_nothing_else_happens(tail, start):
    with pytest.raises(DataError, match="some file"):
        read(start + tail)


def test_a_file_that_is_too_large_and_a_hand_without_a_name_are_refused(monkeypatch):
    with pytest.raises(ConfigError):
        read(drawing_files.to_csv(DRAWINGS), hand=" ")
    monkeypatch.setattr(drawing_files, "MAX_BYTES", 100)
    with pytest.raises(DataError, match="at most 100"):
        read(drawing_files.to_csv(DRAWINGS))


def test_what_is_kept_already_and_what_is_twice_in_the_file_is_not_kept_again():
    again = [*DRAWINGS, DRAWINGS[0], Drawing(8, DRAWINGS[0].image)]
    new = drawing_files.unseen(again, [DRAWINGS[1]])
    assert [each.label for each in new] == [3, 9, 8]
