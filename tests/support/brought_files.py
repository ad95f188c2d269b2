"""Files of data sets as people bring them, made here: of the published ones stand-ins with their names and shapes."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from dataclasses import replace

import numpy as np
from PIL import Image

from mnist_core.data import brought, catalogue
from mnist_core.data.catalogue import KNOWN, PARTS

Files = list[tuple[str, bytes]]


def idx(array: np.ndarray) -> bytes:
    """The content of an IDX file."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def npz(**arrays: np.ndarray) -> bytes:
    """The content of an npz."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def zipped(*files: tuple[str, bytes]) -> bytes:
    """The content of a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def csv(images: np.ndarray, labels: list[object]) -> bytes:
    """The content of a table: a label and pixels a line."""
    rows = [f"{label}," + ",".join(map(str, image.ravel())) for image, label in zip(images, labels, strict=True)]
    return "\n".join(rows).encode()


def png(image: np.ndarray) -> bytes:
    """The content of a picture."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def shapes(count: int, classes: int, side: int = 28, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """(count, side, side) uint8 images with a bright square each, where it is tells their (count,) uint8 label."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(count) % classes).astype(np.uint8)
    images = rng.integers(0, 60, (count, side, side), np.uint8)
    unit = side // 7
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 7)
        image[unit * row : unit * (row + 1), unit * column : unit * (column + 1)] = 255
    return images, labels


def stand_in(key: str, monkeypatch) -> Files:
    """The four files of a known data set as they are published, of made images, which its digests now are of."""
    known, names = KNOWN[key], ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    files: Files = []
    rng = np.random.default_rng(0)
    few = shapes(len(known.classes), len(known.classes))[0]
    for part, name in zip(PARTS, names, strict=True):
        count = known.counts[part.endswith("test")]
        labels = rng.permutation(np.arange(count) % len(known.classes)).astype(np.uint8)
        if part.startswith("x"):
            kept, array = labels, few[labels]
            array = array.transpose(0, 2, 1) if known.across else array
        else:
            array = kept + np.uint8(known.first)
        prefix = f"emnist-{key.split('-')[1]}-" if known.across else ""
        name = name.replace("t10k", "test") if known.across else name
        files.append((f"{prefix}{name}-ubyte.gz", gzip.compress(idx(array), 1, mtime=0)))
    digests = tuple(catalogue.digest(content) for _, content in files)
    changed = {**KNOWN, key: replace(known, digests=digests)}
    monkeypatch.setattr(catalogue, "_BY_DIGEST", {each: (key, part) for part, each in zip(PARTS, digests, strict=True)})
    monkeypatch.setattr(catalogue, "KNOWN", changed)
    monkeypatch.setattr(brought, "KNOWN", changed)
    return files
