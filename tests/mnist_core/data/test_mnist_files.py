"""MNIST in all the files it comes in, and what only looks like it."""

import gzip
import hashlib
import io
import pickle
import zipfile

import numpy as np
import pytest
from formats import IDX_NAMES, gz, idx_bytes, npz_bytes, write_idx_folder

from mnist_core.data import mnist_files
from mnist_core.errors import DataError

# Field notes, 1: of the uncompressed files as LeCun published them.
PUBLISHED_MD5 = {
    "x_train": "6bbc9ace898e44ae57da46a324031adb",
    "y_train": "a25bea736e30d166cdddb491f175f624",
    "x_test": "2646ac647ad5339dbf082846283269ea",
    "y_test": "27ae3e4e09519cfbb04c329615203637",
}


def same(found, expected) -> bool:
    return list(found) == list(expected) and all(np.array_equal(found[key], expected[key]) for key in expected)


@pytest.mark.parametrize("compressed", [True, False])
def test_an_npz_is_the_same_however_it_was_packed(small_mnist, tmp_path, compressed):
    path = tmp_path / "any name.npz"
    path.write_bytes(npz_bytes(small_mnist, compressed=compressed))
    assert same(mnist_files.read(path), small_mnist)


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize(("old", "new"), [("", ""), ("-idx", ".idx")])
@pytest.mark.parametrize("below", ["", "raw", "MNIST/raw"])
def test_a_folder_with_the_four_idx_files_is_read(small_mnist, tmp_path, suffix, old, new, below):
    write_idx_folder(
        tmp_path / below,
        small_mnist,
        rename=lambda name: name.replace(old, new) + suffix,
        pack=gz if suffix else bytes,
    )
    assert mnist_files.has_idx(tmp_path)
    assert same(mnist_files.read(tmp_path), small_mnist)


def test_a_folder_with_the_npz_is_read(small_mnist, tmp_path):
    (tmp_path / "mnist.npz").write_bytes(npz_bytes(small_mnist))
    assert not mnist_files.has_idx(tmp_path)
    assert same(mnist_files.read(tmp_path), small_mnist)


def test_arrays_are_read_only(small_mnist, tmp_path):
    (tmp_path / "mnist.npz").write_bytes(npz_bytes(small_mnist))
    with pytest.raises(ValueError, match="read-only"):
        mnist_files.read(tmp_path)["x_train"][0] = 0


def test_idx_files_are_told_apart_by_their_shape_not_by_their_name(small_mnist):
    streams = [(io.BytesIO(idx_bytes(array)), f"file ({n})") for n, array in enumerate(small_mnist.values())]
    assert same(mnist_files.read_idx_files(reversed(streams)), small_mnist)


def test_a_set_with_one_file_twice_or_missing_is_refused_by_name(small_mnist):
    def streams(*keys):
        return [(io.BytesIO(idx_bytes(small_mnist[key])), key) for key in keys]

    with pytest.raises(DataError, match="missing: t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte"):
        mnist_files.read_idx_files(streams("x_train", "y_train"))
    with pytest.raises(DataError, match="second file with x_train"):
        mnist_files.read_idx_files(streams("x_train", "x_train"))


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("pack", [gz, bytes])
def test_a_zip_of_the_four_idx_files_is_read(small_mnist, tmp_path, pack):
    files = {f"MNIST/raw/{IDX_NAMES[key]}": pack(idx_bytes(array)) for key, array in small_mnist.items()}
    added = {"__MACOSX/MNIST/raw/._train-labels-idx1-ubyte": b"\0\5\26\7", "MNIST/read me.txt": b"of 1998"}
    assert same(mnist_files.read(zipped(tmp_path / "mnist.zip", files | added)), small_mnist)


def test_a_zip_that_holds_them_packed_and_unpacked_or_mnist_npz_is_read(small_mnist, tmp_path):
    both = {IDX_NAMES[key]: idx_bytes(array) for key, array in small_mnist.items()}
    both |= {f"{name}.gz": gz(content) for name, content in both.items()}
    assert same(mnist_files.read(zipped(tmp_path / "both.zip", both)), small_mnist)
    whole = {"data/mnist.npz": npz_bytes(small_mnist)}
    assert same(mnist_files.read(zipped(tmp_path / "whole.zip", whole)), small_mnist)


def test_a_zip_of_other_things_or_of_three_files_says_what_is_in_it(small_mnist, tmp_path):
    with pytest.raises(DataError, match=r"notes.zip: is a zip archive with a.txt, b.txt in it; needed are the four"):
        mnist_files.read(zipped(tmp_path / "notes.zip", {"a.txt": b"a", "b.txt": b"b"}))
    three = {IDX_NAMES[key]: idx_bytes(array) for key, array in small_mnist.items() if key != "y_test"}
    with pytest.raises(DataError, match="these are missing: t10k-labels-idx1-ubyte"):
        mnist_files.read(zipped(tmp_path / "three.zip", three))


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_mnist_as_a_pickle_of_older_tutorials_is_named_as_one(tmp_path, protocol):
    path = tmp_path / "mnist.pkl.gz"
    path.write_bytes(gz(pickle.dumps(((np.zeros((2, 784), np.float32), np.zeros(2)),), protocol)))
    with pytest.raises(DataError, match="is a pickle, as older tutorials keep MNIST"):
        mnist_files.read(path)


@pytest.mark.parametrize("key", IDX_NAMES)
def test_one_changed_pixel_or_label_is_refused_and_the_array_named(small_mnist, tmp_path, key):
    changed = {**small_mnist, key: small_mnist[key].copy()}
    changed[key].flat[3] ^= 1
    path = tmp_path / "mnist.npz"
    path.write_bytes(npz_bytes(changed))
    folder = write_idx_folder(tmp_path / "idx", changed)
    with pytest.raises(DataError, match=rf"mnist.npz: {key} has MNIST's shape but not its content"):
        mnist_files.read(path)
    with pytest.raises(DataError, match=rf"{IDX_NAMES[key]}: {key} has MNIST's shape"):
        mnist_files.read(folder)


def test_images_in_the_place_of_labels_are_refused(small_mnist, tmp_path):
    folder = write_idx_folder(tmp_path, small_mnist)
    (folder / IDX_NAMES["y_train"]).write_bytes(idx_bytes(small_mnist["x_train"]))
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte: y_train is \(6, 28, 28\) uint8"):
        mnist_files.read(folder)


def test_a_folder_that_lacks_a_file_says_which(small_mnist, tmp_path):
    folder = write_idx_folder(tmp_path, small_mnist)
    (folder / IDX_NAMES["x_test"]).unlink()
    with pytest.raises(DataError, match="t10k-images-idx3-ubyte is missing"):
        mnist_files.read(folder)


def test_what_is_not_there_or_nothing_of_the_kind_is_named(small_mnist, tmp_path):
    one_idx = write_idx_folder(tmp_path / "idx", small_mnist) / IDX_NAMES["x_train"]
    (tmp_path / "empty.npz").touch()
    (tmp_path / "text.npz").write_text("not an archive")
    (tmp_path / "bare").mkdir()
    for path, words in [
        (tmp_path / "nowhere.npz", "no such file or folder"),
        (tmp_path / "nul\0.npz", "no such file or folder"),
        (tmp_path / "empty.npz", "is empty"),
        (tmp_path / "text.npz", "is not an npz file"),
        (tmp_path / "bare", "neither mnist.npz nor the four IDX files"),
        (one_idx, "one of the four IDX files; all four are needed"),
    ]:
        with pytest.raises(DataError, match=words) as caught:
            mnist_files.read(path)
        assert caught.value.source == str(path)


def test_a_file_far_too_large_is_refused_unread(tmp_path):
    with open(tmp_path / "huge.npz", "wb") as file:
        file.truncate(10 * 2**30)  # Sparse: takes no room.
    with pytest.raises(DataError, match=r"huge.npz: has 10,737,418,240 bytes"):
        mnist_files.read(tmp_path / "huge.npz")


def test_a_device_is_not_read():
    with pytest.raises(DataError, match="/dev/zero: is neither a file nor a folder"):
        mnist_files.read("/dev/zero")


def test_the_published_files_and_the_npz_hold_the_same_mnist(mnist, tmp_path):
    arrays = {key: getattr(mnist, key) for key in IDX_NAMES}
    for key, array in arrays.items():
        assert hashlib.md5(idx_bytes(array)).hexdigest() == PUBLISHED_MD5[key]
    found = mnist_files.read(write_idx_folder(tmp_path, arrays, rename="{}.gz".format, pack=gz))
    assert same(found, arrays)


def test_one_pixel_of_the_real_mnist_cannot_change_unnoticed(mnist, tmp_path):
    folder = write_idx_folder(tmp_path, {key: getattr(mnist, key) for key in IDX_NAMES})
    path = folder / IDX_NAMES["x_train"]
    content = bytearray(path.read_bytes())
    content[30_000_000] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match="x_train has MNIST's shape but not its content"):
        mnist_files.read(folder)
    path.write_bytes(gzip.compress(content, compresslevel=1)[:5_000_000])
    with pytest.raises(DataError, match="train-images-idx3-ubyte: is damaged, its compressed content ends"):
        mnist_files.read(folder)
