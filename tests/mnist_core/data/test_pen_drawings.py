"""People's drawings from a file, and what varying them makes of them."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core.data import pen_drawings
from mnist_core.data.pen_drawings import PenDrawings
from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.pen import reink
from mnist_core.errors import DataError, DigitLabError

SEVEN = [np.array([[5.0, 5], [60, 5], [30, 90]])]
FOUR = [np.array([[40.0, 0], [5, 50], [70, 50]]), np.array([[45.0, 30], [45, 90]])]
DRAWINGS = PenDrawings([SEVEN, FOUR, SEVEN], np.array([7, 4, 7], np.uint8), np.array([1, 1, 2]))


def written(path: Path, drawings: PenDrawings = DRAWINGS, **changes: object) -> Path:
    strokes = [stroke for each in drawings.strokes for stroke in each]
    arrays = {
        "points": np.concatenate(strokes).astype(np.int16),
        "stroke_offsets": np.cumsum([0, *map(len, strokes)]),
        "digit_offsets": np.cumsum([0, *map(len, drawings.strokes)]),
        "labels": drawings.labels,
        "writers": drawings.writers,
    }
    np.savez(path, **{**arrays, **changes})
    return path


def test_drawings_come_out_of_a_file_as_they_went_in(tmp_path):
    found = pen_drawings.read(written(tmp_path / "pen.npz"))
    assert [len(each) for each in found.strokes] == [1, 2, 1]
    assert np.array_equal(found.strokes[1][1], FOUR[1])
    assert list(found.labels) == [7, 4, 7] and list(found.writers) == [1, 1, 2]


def test_some_of_the_drawings_can_be_chosen():
    second = DRAWINGS.chosen(DRAWINGS.writers == 2)
    assert list(second.labels) == [7] and second.strokes[0] is SEVEN


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": np.array([7, 4], np.uint8)},
        {"labels": np.array([7, 4, 12], np.uint8)},
        {"points": np.zeros((8, 3))},
        {"points": np.full((8, 2), np.nan)},
        {"stroke_offsets": np.array([0, 0, 3, 6, 8])},
        {"digit_offsets": np.array([0, 0, 3, 4])},
        {"writers": np.array([print] * 3, dtype=object)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_file_with_something_else_in_it_is_named(tmp_path, changes):
    path = written(tmp_path / "pen.npz", **changes)
    with pytest.raises(DataError, match="pen.npz"):
        pen_drawings.read(path)


def test_the_file_is_the_one_that_is_named_or_lies_beside_mnist(tmp_path):
    assert pen_drawings.find({"DIGITLAB_PEN_DRAWINGS": "a.npz", "DIGITLAB_MNIST": "/b/mnist.npz"}) == Path("a.npz")
    assert pen_drawings.find({"DIGITLAB_MNIST": "/b/mnist.npz"}) == Path("/b") / pen_drawings.FILE
    assert pen_drawings.find({"DIGITLAB_MNIST": str(tmp_path)}) == tmp_path / pen_drawings.FILE
    with pytest.raises(DataError, match="DIGITLAB_PEN_DRAWINGS"):
        pen_drawings.find({})


def test_variations_use_every_drawing_equally_often_and_the_seed_fixes_them():
    images, labels = pen_drawings.varied(DRAWINGS, 30, seed=1)
    assert images.shape == (30, 28, 28) and images.dtype == labels.dtype == np.uint8
    assert list(np.bincount(labels)[[4, 7]]) == [10, 20]
    again = pen_drawings.varied(DRAWINGS, 30, seed=1)
    assert np.array_equal(images, again[0]) and np.array_equal(labels, again[1])
    assert not np.array_equal(images, pen_drawings.varied(DRAWINGS, 30, seed=2)[0])
    assert len(np.unique(images.reshape(30, -1), axis=0)) == 30


def test_a_variation_is_still_the_drawing_that_it_was_made_from():
    images, labels = pen_drawings.varied(DRAWINGS, 200, seed=0)
    seven, four = (to_mnist(reink(each)).astype(float).ravel() for each in (SEVEN, FOUR))
    near = [np.abs(images.reshape(200, -1) - each).sum(axis=1) for each in (seven, four)]
    assert (np.where(near[0] < near[1], 7, 4) == labels).mean() > 0.9
    ink = images.sum((1, 2)) / 255
    assert np.percentile(ink, 95) > 2 * np.percentile(ink, 5)  # with pens from thin to thick


def test_none_cannot_be_varied():
    with pytest.raises(DigitLabError, match="no pen drawings"):
        pen_drawings.varied(DRAWINGS.chosen(DRAWINGS.writers == 9), 3, seed=0)
