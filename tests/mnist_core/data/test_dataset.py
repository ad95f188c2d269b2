"""Which source wins, what is said about the others, and what a user can bring along."""

import io
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from formats import IDX_NAMES, gz, idx_bytes, npz_bytes, write_idx_folder

from mnist_core.data import dataset
from mnist_core.data.dataset import Dataset
from mnist_core.errors import DataError

KEYS = tuple(IDX_NAMES)


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def damaged(arrays) -> bytes:
    return npz_bytes(arrays)[:-100]


def keras_cache() -> Path:
    return Path(os.environ["KERAS_HOME"], "datasets", "mnist.npz")


def test_the_real_mnist_has_its_counts_and_its_digest(mnist):
    assert mnist.is_mnist and mnist.name == "MNIST"
    assert mnist.x_train.shape == (60_000, 28, 28) and mnist.x_test.shape == (10_000, 28, 28)
    assert np.bincount(mnist.y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert mnist.digest == dataset.MNIST_DIGEST


def test_arrays_are_read_only_and_the_callers_own_are_left_alone():
    images, labels = np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8)
    data = Dataset(images, labels, images, labels, name="a test", digest="0", location="here")
    with pytest.raises(ValueError, match="read-only"):
        data.x_train[0] = 1
    images[0] = 1
    assert np.shares_memory(data.x_train, images)
    assert not data.is_mnist


@pytest.mark.parametrize(
    ("images", "labels"),
    [((2, 784), (2,)), ((2, 28, 28), (3,)), ((2, 28, 28), (2, 1)), ((28, 28), (28,))],
)
def test_arrays_of_another_shape_are_refused_with_what_they_are(images, labels):
    good = np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8)
    bad = np.zeros(images, np.uint8), np.zeros(labels, np.uint8)
    with pytest.raises(DataError, match=r"expected x_test \(n, 28, 28\) uint8"):
        Dataset(*good, *bad, name="a test", digest="0", location="here")


def test_floats_are_refused():
    with pytest.raises(DataError, match="float64"):
        Dataset(*(np.zeros((2, 28, 28)), np.zeros(2)) * 2, name="a test", digest="0", location="here")


def test_the_named_file_comes_before_everything_else(small_mnist, settings, tmp_path):
    put(dataset.PROJECT_DATA / "mnist.npz", npz_bytes(small_mnist))
    named = put(tmp_path / "elsewhere" / "mine.npz", npz_bytes(small_mnist))
    found = dataset.load(replace(settings, mnist=named))
    assert found.location == str(named)
    assert found.is_mnist and found.notes == ()


def test_a_named_file_that_is_damaged_ends_the_search(small_mnist, settings, tmp_path):
    put(dataset.PROJECT_DATA / "mnist.npz", npz_bytes(small_mnist))
    named = put(tmp_path / "mine.npz", damaged(small_mnist))
    with pytest.raises(DataError, match=r"DIGITLAB_MNIST: .*mine.npz: is cut off.* or unset it"):
        dataset.load(replace(settings, mnist=named))


def test_sources_are_tried_in_order(small_mnist, settings):
    content = npz_bytes(small_mnist)
    places = [dataset.PROJECT_DATA / "mnist.npz", settings.home / "mnist.npz", keras_cache()]
    for place in reversed(places):
        put(place, content)
        assert dataset.load(settings).location == str(place)


def test_idx_files_in_the_projects_data_folder_are_found(small_mnist, settings):
    write_idx_folder(dataset.PROJECT_DATA, small_mnist)
    put(keras_cache(), npz_bytes(small_mnist))
    assert dataset.load(settings).location == str(dataset.PROJECT_DATA)


def test_a_damaged_file_is_noted_and_the_next_source_is_used(small_mnist, settings):
    bad = put(dataset.PROJECT_DATA / "mnist.npz", damaged(small_mnist))
    write_idx_folder(dataset.PROJECT_DATA, dict(list(small_mnist.items())[:3]))
    good = put(keras_cache(), npz_bytes(small_mnist))
    found = dataset.load(settings)
    assert found.location == str(good)
    assert np.array_equal(found.x_train, small_mnist["x_train"])
    cut_off, incomplete = found.notes
    assert cut_off.startswith(f"{bad}: is cut off")
    assert "t10k-labels-idx1-ubyte is missing" in incomplete


def test_without_mnist_the_synthetic_set_is_used_and_says_so(settings, drawn):
    found = dataset.load(settings)
    assert found.name == "Synthetic digits" and not found.is_mnist
    assert found.notes == (dataset.NO_DOWNLOAD,)
    assert np.array_equal(found.x_train, drawn[0])
    assert not found.x_train.flags.writeable


def test_the_synthetic_sets_digest_follows_its_content(settings, drawn):
    first = dataset.load(settings, download=False)
    assert first.notes == ()
    drawn[2][0, 0, 0] ^= 1
    assert dataset.load(settings, download=False).digest != first.digest


def test_a_damaged_file_never_becomes_part_of_the_synthetic_set(small_mnist, settings, drawn):
    changed = {**small_mnist, "y_test": small_mnist["y_test"] ^ 1}
    put(settings.home / "mnist.npz", npz_bytes(changed))
    found = dataset.load(settings)
    assert found.name == "Synthetic digits"
    assert "y_test has MNIST's shape but not its content" in found.notes[0]


def test_an_uploaded_npz_is_kept_and_found_again(small_mnist, settings):
    upload = io.BytesIO(npz_bytes(small_mnist))
    upload.name = "mnist (1).npz"
    installed = dataset.install(upload, settings)
    assert installed.is_mnist and installed.location == str(settings.home / "mnist.npz")
    again = dataset.load(settings)
    assert again.location == installed.location
    assert all(np.array_equal(getattr(again, key), small_mnist[key]) for key in KEYS)


def test_uploaded_idx_files_are_taken_in_any_order_under_any_name(small_mnist, settings):
    uploads = [io.BytesIO(gz(idx_bytes(small_mnist[key]))) for key in reversed(KEYS)]
    dataset.install(uploads, settings)
    assert np.array_equal(dataset.load(settings).y_test, small_mnist["y_test"])


def test_paths_and_folders_are_installed_too(small_mnist, settings, tmp_path):
    folder = write_idx_folder(tmp_path / "idx", small_mnist)
    paths = sorted(folder.iterdir())
    for content in (folder, paths, put(tmp_path / "some.npz", npz_bytes(small_mnist))):
        assert dataset.install(content, settings).is_mnist
    with pytest.raises(DataError, match="cannot be read"):
        dataset.install([*paths[:3], tmp_path / "nowhere"], settings)


def test_a_refused_upload_leaves_what_was_there(small_mnist, settings):
    kept = put(settings.home / "mnist.npz", npz_bytes(small_mnist))
    before = kept.read_bytes()
    idx_files = [io.BytesIO(idx_bytes(small_mnist[key])) for key in KEYS]
    for upload, words in [
        (io.BytesIO(damaged(small_mnist)), "The uploaded file: is cut off"),
        (io.BytesIO(b""), "is empty"),
        (io.BytesIO(b"<!doctype html>"), "is not an npz file"),
        (idx_files[0], "all four are needed, together"),
        ([idx_files[0]], "all four are needed, together"),
        (idx_files[:3], "missing: t10k-labels-idx1-ubyte"),
        ([*idx_files[:3], idx_files[0]], "second file with x_train"),
        ([], "missing: train-images"),
    ]:
        with pytest.raises(DataError, match=words):
            dataset.install(upload, settings)
    assert kept.read_bytes() == before
    assert list(settings.home.iterdir()) == [kept]


def test_an_upload_that_cannot_be_kept_is_a_sentence(small_mnist, settings):
    put(settings.home, b"a file where the folder should be")
    with pytest.raises(DataError, match="mnist.npz: cannot be written"):
        dataset.install(io.BytesIO(npz_bytes(small_mnist)), settings)


def test_a_home_folder_in_the_path_is_understood(small_mnist, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    put(tmp_path / "mine.npz", npz_bytes(small_mnist))
    assert dataset.read_mnist("~/mine.npz").location == str(tmp_path / "mine.npz")
