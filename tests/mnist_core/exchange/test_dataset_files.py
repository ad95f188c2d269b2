"""Files of data sets in a process of their own, and data sets that leave as a file."""

import numpy as np
import pytest
from brought_files import npz, shapes
from few_images import few_images

from mnist_core.data import brought
from mnist_core.errors import DataError
from mnist_core.exchange import apart, dataset_files

IMAGES, LABELS = shapes(120, 4)


def test_files_are_read_in_another_process_as_in_this_one():
    files = [("s.npz", npz(images=IMAGES, labels=LABELS))]
    there, here = dataset_files.read_apart(files, names=list("abcd")), brought.read(files, names=list("abcd"))
    assert (there.classes, there.known, there.notes) == (here.classes, here.known, here.notes)
    for part, array in here.arrays.items():
        assert np.array_equal(there.arrays[part], array)


def test_a_refusal_comes_back_in_words():
    with pytest.raises(DataError, match=r"^The data set: needs images and labels"):
        dataset_files.read_apart([("s.npz", npz(images=IMAGES))])


def test_too_many_files_too_large_ones_and_slow_ones_are_refused(monkeypatch):
    with pytest.raises(DataError, match="9 files; at most 8"):
        dataset_files.read_apart([("s.npz", b"x")] * 9)
    monkeypatch.setattr(dataset_files, "MOST_BYTES", 10)
    with pytest.raises(DataError, match="11 bytes; at most 10"):
        dataset_files.read_apart([("s.npz", b"x" * 11)])
    monkeypatch.setattr(dataset_files, "LIMITS", apart.Limits(memory_bytes=3 * 2**30, cpu_seconds=10, patience=0.0))
    with pytest.raises(DataError, match="takes longer"):
        dataset_files.read_apart([("s.npz", b"x")])


def test_a_data_set_that_left_as_a_file_comes_back_as_it_was():
    data = few_images(100, 30, classes=("Shirt", "Bag", "Ankle boot"))
    found = brought.read([("few.npz", dataset_files.npz_file(data))])
    assert found.classes == data.classes
    for part, array in found.arrays.items():
        assert np.array_equal(array, getattr(data, part))
