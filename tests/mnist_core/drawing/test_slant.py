"""Leaning digits, measured and set upright."""

import numpy as np
import pytest

from mnist_core.drawing import slant as slanted
from mnist_core.drawing.slant import slant, straighten
from mnist_core.errors import ImageError


def leaning(columns_a_row: float) -> np.ndarray:
    """(28, 28) uint8: a bar 3 columns wide and 20 rows tall that leans right by so much."""
    image = np.zeros((28, 28), np.uint8)
    for row in range(4, 24):
        first = 12.5 - columns_a_row * (row - 13.5)
        for column in range(28):
            image[row, column] = round(255 * max(0, min(column + 1, first + 3) - max(column, first)))
    return image


def slow_slant(image: np.ndarray) -> float:
    """Regression of columns on rows over every bit of ink."""
    rows, columns = np.nonzero(image)
    weights = image[rows, columns].astype(float)
    row, column = np.average(rows, weights=weights), np.average(columns, weights=weights)
    return -np.sum(weights * (rows - row) * (columns - column)) / np.sum(weights * (rows - row) ** 2)


def images(count: int) -> np.ndarray:
    return (np.random.default_rng(0).random((count, 28, 28)) ** 4 * 255).astype(np.uint8)


@pytest.mark.parametrize("lean", [-0.6, -0.1, 0.0, 0.3, 0.5])
def test_the_slant_of_a_bar_is_what_it_was_drawn_with(lean):
    assert slant(leaning(lean)[None])[0] == pytest.approx(lean, abs=0.01)


def test_the_slant_is_the_slope_of_a_regression_over_the_ink():
    some = images(20)
    assert slant(some) == pytest.approx([slow_slant(image) for image in some], abs=1e-9)


@pytest.mark.parametrize("lean", [-0.6, 0.3, 0.5])
def test_a_leaning_bar_is_set_upright(lean):
    upright = straighten(leaning(lean)[None])[0]
    assert abs(slow_slant(upright)) < 0.01
    assert np.abs(upright.astype(int) - leaning(0.0)).max() <= 64  # Edges that fell between columns are softer.
    assert upright.sum() == pytest.approx(leaning(lean).sum(), rel=0.01)


def test_upright_ink_stays_as_it_is():
    assert (straighten(leaning(0.0)[None]) == leaning(0.0)).all()


def test_rows_move_by_interpolation_between_columns():
    image = images(1)[0]
    lean = np.clip(slow_slant(image), -1, 1)
    middle = np.average(np.arange(28), weights=image.sum(axis=1))
    expected = np.stack(
        [np.interp(np.arange(28) - lean * (row - middle), np.arange(-1, 29), [0, *image[row], 0]) for row in range(28)]
    )
    assert np.abs(straighten(image[None])[0] - expected).max() <= 0.5 + 1e-6


def test_blank_images_and_single_rows_stay_as_they_are():
    blank, line = np.zeros((28, 28), np.uint8), np.zeros((28, 28), np.uint8)
    line[14, 4:24] = 255
    assert (slant(np.stack([blank, line])) == 0).all()
    assert (straighten(np.stack([blank, line])) == np.stack([blank, line])).all()


def test_an_image_is_straightened_alone_as_among_many_and_none_gives_none():
    many = images(5_000)
    assert (straighten(many)[4_321] == straighten(many[4_321:4_322])[0]).all()
    assert straighten(many[:0]).shape == (0, 28, 28)


def test_anything_but_images_is_refused():
    with pytest.raises(ImageError, match=r"got \(28, 28\) uint8"):
        straighten(images(1)[0])


def test_an_image_that_is_asked_about_again_is_not_straightened_again(monkeypatch):
    image = leaning(0.3)[None]
    upright = straighten(image)
    upright[:] = 7  # What was given away is the caller's.
    monkeypatch.setattr(slanted, "_upright", None)
    again = straighten(image.copy())
    assert again.max() == 255 and abs(slant(again)[0]) < 0.02
