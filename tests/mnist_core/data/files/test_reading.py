"""Whatever arrays are in a file, told by its content; what holds none is refused in a sentence."""

import io
import pickle
import zipfile

import numpy as np
import pytest
from formats import gz, idx_bytes, npz_bytes

from mnist_core.data.files import reading
from mnist_core.errors import DataError

IMAGES = np.random.default_rng(1).integers(0, 256, (4, 28, 28), np.uint8)
LABELS = np.array([1, 2, 3, 4], np.uint8)
TABLE = "\n".join(
    ",".join(map(str, [label, *image.ravel()])) for label, image in zip(LABELS, IMAGES, strict=True)
).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(content: bytes, name: str = "some file"):
    return reading.read(io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("content", "name", "keys"),
    [
        (npz_bytes({"images": IMAGES, "labels": LABELS.astype(np.int64)}), "mine.npz", ("images", "labels")),
        (TABLE, "mine.csv", ("images", "labels")),
        (gz(TABLE), "mine.csv.gz", ("images", "labels")),
        (zipped({"train.csv": TABLE}), "mine.zip", ("train/images", "train/labels")),
        (
            zipped({
                "raw/": b"", "raw/train-images-idx3-ubyte.gz": gz(idx_bytes(IMAGES)),
                "raw/train-images-idx3-ubyte": idx_bytes(IMAGES), "raw/train-labels-idx1-ubyte": idx_bytes(LABELS),
                "__MACOSX/raw/._train-labels-idx1-ubyte": b"\0\5\26\7", "read me.txt": b"hello",
            }),
            "raw.zip",
            ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ),
    ],
    ids=["npz", "csv", "csv.gz", "zip of a csv", "zip of idx"],
)  # fmt: skip
def test_arrays_come_by_their_names(content, name, keys):
    found = read(content, name)
    assert tuple(found) == keys
    assert np.array_equal(found[keys[0]], IMAGES)
    assert [int(label) for label in found[keys[1]]] == LABELS.tolist()


def test_an_idx_file_is_called_as_the_file():
    (name,) = read(gz(idx_bytes(LABELS)), "folder/t10k-labels-idx1-ubyte.gz")
    assert name == "t10k-labels-idx1-ubyte"


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was loaded",))


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("packed", [gz, bytes])
def test_a_pickle_is_named_as_one_and_never_loaded(protocol, packed):
    content = packed(pickle.dumps(((LABELS, Bomb()), (LABELS,)), protocol))
    with pytest.raises(DataError, match="is a pickle, as older tutorials keep MNIST.* Bring mnist.npz"):
        read(content, "mnist.pkl.gz")


def test_objects_in_an_npz_are_refused():
    buffer = io.BytesIO()
    np.savez(buffer, images=np.array([Bomb()], object))
    with pytest.raises(DataError, match="images is of type object"):
        read(buffer.getvalue())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (zipped({"saved_model.pb": b"x", "notes.md": b"y"}), "zip archive with saved_model.pb, notes.md in it"),
        (zipped({"deep.npz": zipped({"deep.csv": TABLE})}), "is a zip archive with .* in it|lacks|holds no arrays"),
        (zipped({"train.csv": TABLE})[:-30], "is cut off"),
        (gz(TABLE)[:-30], "is damaged"),
        (b"\x89PNG\r\n\x1a\n....", "neither an npz file nor text"),
    ],
)
def test_what_holds_no_images_is_refused_in_words(content, words):
    with pytest.raises(DataError, match=words):
        read(content)


def test_what_unpacks_to_far_more_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 100_000)
    bomb = b"1,2\n" * 10**6
    with pytest.raises(DataError, match=r"big.csv unpacks to 4,000,000 bytes; at most 100,000"):
        read(zipped({"big.csv": bomb}))
    with pytest.raises(DataError, match="unpacks to more than 100,000 bytes"):
        read(gz(bomb))
    with pytest.raises(DataError, match="all arrays may take 100,000 bytes together"):
        read(npz_bytes({"a": np.zeros(60_000, np.uint8), "b": np.zeros(60_000, np.uint8)}))
