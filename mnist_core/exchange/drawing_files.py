"""Drawings as files: in MNIST's own form for whatever reads that, and back.

`npz` has MNIST's keys for the training images, `x_train` and `y_train`, and the pen's
path beside them: `points` (m, 2), of which stroke i is `stroke_offsets[i]` to
`stroke_offsets[i + 1]`; and drawing j is the strokes `digit_offsets[j]` to
`digit_offsets[j + 1]`.  CSV has a label and 784 pixels a line, as MNIST's CSV files do;
the pen's path does not fit in.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from mnist_core.data.files import archives, npz, tables
from mnist_core.data.files.npz import Rows
from mnist_core.drawing.images import CLASSES, IMAGE_SHAPE
from mnist_core.errors import DataError
from mnist_core.numerals import decimal
from mnist_core.store.drawings import GUEST, MAX_DRAWINGS, Drawing, checked_hand, stacked

MAX_STROKES = 200_000  # in a file: 40 for each of 5,000 drawings; each becomes an array of its own
MAX_POINTS = 10_000_000  # in a file; those of a drawing are thinned out where it is kept
MAX_BYTES = 64 * 2**20  # of a file; 5,000 drawings in CSV have less
IMAGES, LABELS = "x_train", "y_train"
POINTS, STROKES, DIGITS = "points", "stroke_offsets", "digit_offsets"
PIXELS = IMAGE_SHAPE[0] * IMAGE_SHAPE[1]

_IMAGE_ROWS = {IMAGES: Rows(np.uint8, IMAGE_SHAPE, 1, MAX_DRAWINGS), LABELS: Rows(np.uint8, (), 1, MAX_DRAWINGS)}
_STROKE_ROWS = {
    POINTS: Rows(np.int16, (2,), 0, MAX_POINTS),
    STROKES: Rows(np.int32, (), 1, MAX_STROKES + 1),
    DIGITS: Rows(np.int32, (), 2, MAX_DRAWINGS + 1),
}


def to_npz(drawings: Sequence[Drawing]) -> bytes:
    """The drawings, one or more, as an npz file."""
    images, labels = stacked(drawings)
    strokes = [stroke for drawing in drawings for stroke in drawing.strokes]
    buffer = io.BytesIO()
    arrays = {
        IMAGES: images,
        LABELS: labels,
        POINTS: np.concatenate([np.zeros((0, 2), np.int16), *strokes]),
        STROKES: _offsets([len(stroke) for stroke in strokes]),
        DIGITS: _offsets([len(drawing.strokes) for drawing in drawings]),
    }
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]  # NumPy's types take every array for `allow_pickle`.
    return buffer.getvalue()


def to_csv(drawings: Sequence[Drawing]) -> bytes:
    """The drawings as CSV with a head: label, then the pixels row by row, 0 to 255."""
    images, labels = stacked(drawings)
    head = ",".join(["label", *(f"pixel{place}" for place in range(PIXELS))])
    rows = np.column_stack([labels, images.reshape(-1, PIXELS)])
    lines = [",".join(map(str, row)) for row in rows.tolist()]
    return ("\n".join([head, *lines]) + "\n").encode("ascii")


def read(content: bytes, *, name: str, hand: str = GUEST) -> list[Drawing]:
    """The drawings in an npz or CSV file, not kept yet.

    Args:
        content: of the file; which kind it is shows by its first bytes.
        name: what messages call it.
        hand: whose they will be.

    Raises:
        DataError: no such file, damaged, too large, or other things in it.
        ConfigError: the hand's name.
    """
    hand = checked_hand(hand)
    if len(content) > MAX_BYTES:
        raise DataError(name, f"has {len(content):,} bytes; a file of drawings has at most {MAX_BYTES:,}.")
    images, labels, strokes = (
        _from_npz(content, name) if content.startswith(archives.START) else _from_csv(content, name)
    )
    wrong = np.flatnonzero(labels >= CLASSES)
    if wrong.size:
        raise DataError(name, f"label {wrong[0] + 1:,} is {labels[wrong[0]]}; labels are digits from 0 to 9.")
    blank = np.flatnonzero(~images.any(axis=(1, 2)))
    if blank.size:
        raise DataError(name, f"image {blank[0] + 1:,} is blank. Remove it from the file.")
    return [
        Drawing(label=int(label), image=image, strokes=path, hand=hand)
        for image, label, path in zip(images, labels, strokes, strict=True)
    ]


def unseen(new: Sequence[Drawing], kept: Sequence[Drawing]) -> list[Drawing]:
    """Those of `new` that are not among `kept` already, nor twice among themselves: same image, same label."""
    seen = {(drawing.label, drawing.image.tobytes()) for drawing in kept}
    found = []
    for drawing in new:
        key = (drawing.label, drawing.image.tobytes())
        if key not in seen:
            seen.add(key)
            found.append(drawing)
    return found


def _from_npz(content: bytes, name: str) -> tuple[np.ndarray, np.ndarray, list[tuple[np.ndarray, ...]]]:
    stream = io.BytesIO(content)
    images, labels = npz.read_rows(stream, name, _IMAGE_ROWS).values()
    if len(images) != len(labels):
        raise DataError(name, f"has {len(images):,} images and {len(labels):,} labels; each image needs one.")
    there = npz.names(stream, name) & set(_STROKE_ROWS)
    if not there:  # MNIST's own form: images alone.
        return images, labels, [()] * len(images)
    points, stroke_ends, digit_ends = npz.read_rows(stream, name, _STROKE_ROWS).values()
    # A drawing may have come as a picture, without strokes; a stroke has a point at least.
    for ends, total, what, least in (
        (stroke_ends, len(points), STROKES, 1),
        (digit_ends, len(stroke_ends) - 1, DIGITS, 0),
    ):
        if ends[0] != 0 or ends[-1] != total or (np.diff(ends) < least).any():
            raise DataError(name, f"{what} does not rise from 0 to {total:,}: the strokes cannot be told apart.")
    if len(digit_ends) != len(images) + 1:
        raise DataError(name, f"has strokes of {len(digit_ends) - 1:,} drawings and {len(images):,} images.")
    strokes = [points[a:b] for a, b in pairwise(stroke_ends)]
    return images, labels, [tuple(strokes[a:b]) for a, b in pairwise(digit_ends)]


def _from_csv(content: bytes, name: str) -> tuple[np.ndarray, np.ndarray, list[tuple[np.ndarray, ...]]]:
    texts, images = tables.read(content, name, most=MAX_DRAWINGS)
    labels = [decimal(text) for text in texts]
    for place, (text, label) in enumerate(zip(texts, labels, strict=True), 1):
        if label not in range(CLASSES):
            raise DataError(name, f"label {place:,} is {text[:40]!r}; labels are digits from 0 to 9.")
    return images, np.array(labels, np.uint8), [()] * len(images)


def _offsets(lengths: Sequence[int]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int32)
