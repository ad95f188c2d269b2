"""Data sets from files of any kind, and what is refused."""

import gzip

import numpy as np
import pytest
from brought_files import csv, idx, npz, png, shapes, stand_in, zipped

from mnist_core.data import brought
from mnist_core.data.catalogue import KNOWN
from mnist_core.drawing.images import DIGITS, MOST_CLASSES
from mnist_core.errors import DataError

IMAGES, LABELS = shapes(120, 4)
TEST_IMAGES, TEST_LABELS = shapes(40, 4, seed=1)
FOUR = {"x_train": IMAGES, "y_train": LABELS, "x_test": TEST_IMAGES, "y_test": TEST_LABELS}


@pytest.mark.parametrize("key", KNOWN)
def test_a_published_set_is_known_by_its_files_whatever_they_are_called(key, monkeypatch):
    files = stand_in(key, monkeypatch)
    found = brought.read([(f"file {number}", content) for number, (_, content) in enumerate(reversed(files))])
    known = KNOWN[key]
    assert found.known == key and found.classes == known.classes and not found.notes
    assert [len(found.arrays[part]) for part in ("y_train", "y_test")] == list(known.counts)
    assert set(np.unique(found.arrays["y_train"])) == set(range(len(known.classes)))
    # Upright, and each with its label: EMNIST's files hold images column by column, and letters begin with 1.
    upright, labels = shapes(len(known.classes), len(known.classes))
    for image, label in zip(found.arrays["x_test"][:50], found.arrays["y_test"][:50], strict=True):
        assert np.array_equal(image, upright[labels == label][0])


def test_a_published_set_may_come_in_one_zip_archive(monkeypatch):
    files = stand_in("kmnist", monkeypatch)
    archive = zipped(*((f"raw/{name}", content) for name, content in files))
    assert brought.read([("KMNIST.zip", archive)]).known == "kmnist"


def test_of_a_published_set_no_file_may_be_missing_or_damaged(monkeypatch):
    files = stand_in("fashion", monkeypatch)
    with pytest.raises(DataError, match="Fashion-MNIST.*missing or damaged: the test labels"):
        brought.read(files[:3])
    damaged = bytearray(files[0][1])
    damaged[len(damaged) // 2] ^= 1
    with pytest.raises(DataError, match="missing or damaged: the training images"):
        brought.read([(files[0][0], bytes(damaged)), *files[1:]])


def test_a_published_set_may_be_too_large_for_whoever_brings_it(monkeypatch):
    with pytest.raises(DataError, match="70,000 images; at most 60,000"):
        brought.read(stand_in("fashion", monkeypatch), most=60_000)


def test_the_classes_of_emnist_are_as_many_as_its_paper_says():
    assert [len(KNOWN[key].classes) for key in ("emnist-digits", "emnist-letters", "emnist-balanced")] == [10, 26, 47]
    assert all(len(set(known.classes)) == len(known.classes) <= MOST_CLASSES for known in KNOWN.values())


@pytest.mark.parametrize(
    "files",
    {
        "npz": [("shapes.npz", npz(**FOUR))],
        "npz as others name arrays": [
            ("s.npz", npz(train_images=IMAGES, train_labels=LABELS, test_images=TEST_IMAGES, test_labels=TEST_LABELS))
        ],
        "npz with a validation part": [("s.npz", npz(**FOUR, val_images=TEST_IMAGES, val_labels=TEST_LABELS))],
        "idx": [
            ("train-images-idx3-ubyte", idx(IMAGES)),
            ("train-labels-idx1-ubyte.gz", gzip.compress(idx(LABELS))),
            ("t10k-images-idx3-ubyte", idx(TEST_IMAGES)),
            ("t10k-labels-idx1-ubyte", idx(TEST_LABELS)),
        ],
        "tables": [("train.csv", csv(IMAGES, LABELS)), ("test.csv", csv(TEST_IMAGES, TEST_LABELS))],
        "flat": [("s.npz", npz(**{key: each.reshape(len(each), -1) for key, each in FOUR.items()}))],
        "fractions": [("s.npz", npz(**{**FOUR, "x_train": IMAGES / 255, "x_test": TEST_IMAGES / 255}))],
        "with a channel": [("s.npz", npz(**{**FOUR, "x_train": IMAGES[..., None], "x_test": TEST_IMAGES[..., None]}))],
        "labels as ones": [("s.npz", npz(**{**FOUR, "y_train": np.eye(4)[LABELS], "y_test": np.eye(4)[TEST_LABELS]}))],
    }.items(),
    ids=lambda each: each[0],
)
def test_any_files_of_images_and_labels_are_read_alike(files):
    found = brought.read(files[1])
    assert found.classes == ("0", "1", "2", "3") and found.known == ""
    for part, array in FOUR.items():
        assert np.array_equal(found.arrays[part], array), part


def test_classes_are_called_as_labels_say_or_as_the_person_does():
    named = {**FOUR, "y_train": np.array(["cat", "dog", "emu", "fox"])[LABELS]}
    named["y_test"] = np.array(["cat", "dog", "emu", "fox"])[TEST_LABELS]
    found = brought.read([("s.npz", npz(**named))])
    assert found.classes == ("cat", "dog", "emu", "fox") and np.array_equal(found.arrays["y_train"], LABELS)
    assert brought.read([("s.npz", npz(**FOUR))], names=["w", "x", "y", "z"]).classes == ("w", "x", "y", "z")
    own = npz(**FOUR, classes=np.array(["w", "x", "y", "z"]))
    assert brought.read([("s.npz", own)]).classes == ("w", "x", "y", "z")
    tens = {**FOUR, "y_train": LABELS * 10, "y_test": TEST_LABELS * 10}
    assert brought.read([("s.npz", npz(**tens))]).classes == ("0", "10", "20", "30")


def test_images_that_came_in_one_part_are_parted_by_lot_the_same_for_all_classes():
    found = brought.read([("s.npz", npz(images=IMAGES, labels=LABELS))])
    assert "one part" in found.notes[0]
    assert len(found.arrays["y_train"]) + len(found.arrays["y_test"]) == 120
    assert 3 <= np.bincount(found.arrays["y_test"]).min() <= np.bincount(found.arrays["y_test"]).max() <= 5
    again = brought.read([("s.npz", npz(images=IMAGES, labels=LABELS))])
    assert np.array_equal(found.arrays["x_test"], again.arrays["x_test"])


def test_images_of_another_size_are_brought_to_28x28_and_it_is_said():
    for side in (14, 56, 100):
        images, labels = shapes(120, 4, side)
        found = brought.read([("s.npz", npz(images=images, labels=labels))])
        assert found.arrays["x_train"].shape[1:] == (28, 28)
        assert any(f"{side}x{side}" in note for note in found.notes)
        alike = np.abs(found.arrays["x_train"][:4].astype(int).mean() - images.mean())
        assert alike < 6, side


def test_a_folder_of_pictures_a_class_is_read_light_on_dark():
    files = [(f"shapes/{'abcd'[label]}/{place}.png", png(255 - image)) for place, (image, label) in
             enumerate(zip(IMAGES, LABELS, strict=True))]  # fmt: skip
    found = brought.read([("shapes.zip", zipped(*files, ("__MACOSX/._x", b"")))])
    assert found.classes == ("a", "b", "c", "d")
    assert any("dark on light" in note for note in found.notes)
    there = {image.tobytes() for part in ("x_train", "x_test") for image in found.arrays[part]}
    assert there == {image.tobytes() for image in IMAGES}


def test_colours_are_left_out_and_it_is_said():
    images = np.repeat(IMAGES[..., None], 3, axis=3)
    found = brought.read([("s.npz", npz(images=images, labels=LABELS))])
    assert any("colours" in note for note in found.notes)
    assert np.abs(found.arrays["x_train"][0].astype(int) - IMAGES[0]).max() <= 255


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "no file"),
        ([("s.npz", b"")], "empty"),
        ([("s.npz", npz(**FOUR)[:-200])], "cut off"),
        ([("s.npz", npz(images=IMAGES))], "needs images and labels"),
        ([("s.npz", npz(images=IMAGES, labels=LABELS[:-1]))], "120 training images and 119 labels"),
        ([("s.npz", npz(images=IMAGES[:6], labels=LABELS[:6]))], "at least"),
        ([("s.npz", npz(images=IMAGES, labels=np.zeros(120, np.uint8)))], "1 classes"),
        ([("s.npz", npz(images=IMAGES, labels=np.arange(120)))], "120 classes"),
        ([("s.npz", npz(images=IMAGES, labels=LABELS + 0.5))], "label 0.5"),
        ([("s.npz", npz(images=IMAGES * -1.0, labels=LABELS))], "pixels from"),
        ([("s.npz", npz(images=np.full((120, 28, 28), np.nan), labels=LABELS))], "pixels from"),
        ([("s.npz", npz(images=IMAGES[:, :4, :4], labels=LABELS))], "4x4"),
        ([("s.npz", npz(images=IMAGES.reshape(120, -1)[:, :700], labels=LABELS))], "no square"),
        ([("s.npz", npz(**{**FOUR, "y_train": LABELS % 3}))], "no training image of 3"),
        ([("a.csv", csv(IMAGES, LABELS)), ("b.csv", csv(IMAGES, LABELS))], "second array"),
        ([("s.zip", zipped(("readme.txt", b"hello")))], "readme.txt"),
        ([("s.zip", zipped(("a.png", png(IMAGES[0]))))], "no folder"),
        ([("s.zip", zipped(("a/b.png", b"no picture")))], "cannot be read as a picture"),
        ([("s.zip", zipped(("a/b.png", png(np.zeros((600, 600), np.uint8)))))], "600x600"),
        ([("s.pkl", b"\x80\x04\x95")], "pickle"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)  # fmt: skip
def test_what_is_no_data_set_is_refused_with_the_reason(files, words):
    with pytest.raises(DataError, match=words):
        brought.read(files)


def test_names_must_fit_the_classes():
    for names, words in ((["a"], "4 classes, and 1 names"), (["a", "b", "c", "c"], "same name"),
                         (["a", "b", "c", ""], "cannot name"), (["a", "b", "c", "d" * 99], "cannot name")):  # fmt: skip
        with pytest.raises(DataError, match=words):
            brought.read([("s.npz", npz(**FOUR))], names=names)


def test_more_images_than_may_be_brought_are_refused():
    with pytest.raises(DataError, match="at most 100"):
        brought.read([("s.npz", npz(**FOUR))], most=100)


def test_ten_numbers_are_the_digits_only_where_they_were_drawn():
    images, labels = shapes(120, 10)
    assert brought.read([("s.npz", npz(images=images, labels=labels))]).classes == DIGITS
