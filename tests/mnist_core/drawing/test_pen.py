"""Strokes drawn anew, as large and as broad as MNIST's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.pen import CANVAS, DIGIT, PEN, reink, render
from mnist_core.errors import ImageError

SEVEN = [np.array([[60.0, 40], [240, 50], [120, 300]])]
FOUR = [np.array([[180.0, 20], [60, 180], [260, 180]]), np.array([[200.0, 120], [190, 300]])]


def test_the_ink_is_sixty_pixels_long_and_lies_in_the_middle():
    ink = reink(SEVEN)
    assert ink.shape == (CANVAS, CANVAS) and ink.dtype == np.uint8 and ink.max() == 255
    rows = np.flatnonzero((ink > 127).any(axis=1))
    assert abs(rows[-1] + 1 - rows[0] - DIGIT) <= 1
    assert abs((rows[0] + rows[-1] + 1) / 2 - CANVAS / 2) <= 1


def test_the_ink_is_what_a_slow_rendering_of_the_same_lines_gives():
    low, high = np.concatenate(FOUR).min(axis=0), np.concatenate(FOUR).max(axis=0)
    scale = (DIGIT - PEN) / (high - low).max()
    placed = [(stroke - (low + high) / 2) * scale + CANVAS / 2 for stroke in FOUR]
    centres = np.stack(np.meshgrid(*[np.arange(CANVAS) + 0.5] * 2), axis=-1).reshape(-1, 1, 2)
    nearest = np.full(CANVAS * CANVAS, np.inf)
    for stroke in placed:
        start, along = stroke[:-1], np.diff(stroke, axis=0)
        at = np.clip(((centres - start) * along).sum(axis=2) / (along**2).sum(axis=1), 0, 1)
        nearest = np.minimum(
            nearest, np.hypot(*(centres - start - at[..., None] * along).transpose(2, 0, 1)).min(axis=1)
        )
    expected = 255 * np.clip(PEN / 2 + 0.5 - nearest, 0, 1).reshape(CANVAS, CANVAS)
    difference = np.abs(reink(FOUR) - expected)
    assert np.quantile(difference, 0.999) < 10 and difference.max() < 64  # Stamps a pixel apart cut sharp corners.


@given(st.floats(0.01, 50), st.floats(-500, 500), st.floats(-500, 500))
@settings(deadline=None)
def test_where_and_how_large_it_was_written_changes_nothing(scale, right, down):
    moved = [stroke * scale + (right, down) for stroke in FOUR]
    assert np.abs(reink(moved).astype(int) - reink(FOUR)).max() <= 2


def test_a_dot_beside_a_digit_is_left_out_and_a_short_stroke_is_not():
    dot, bar = np.array([[10.0, 310], [12, 312]]), np.array([[100.0, 180], [140, 180]])
    assert (reink([*SEVEN, dot]) == reink(SEVEN)).all()
    assert (reink([*SEVEN, bar]) != reink(SEVEN)).any()


def test_a_single_dot_is_a_dot():
    image = to_mnist(reink([np.array([[5.0, 5]])]))
    assert image.max() == 255 and image[14, 14] == 255


def test_nothing_drawn_is_blank():
    assert not reink([]).any()


def test_ten_thousand_points_are_as_good_as_few():
    few = np.array([[0.0, 0], [100, 0], [100, 100]])
    along = np.linspace(0, 2, 10_001)
    many = np.column_stack([np.interp(along, [0, 1, 2], few[:, axis]) for axis in (0, 1)])
    assert np.abs(reink([many]).astype(int) - reink([few])).max() <= 2


@pytest.mark.parametrize("stroke", [np.zeros((0, 2)), np.zeros((3, 3)), np.array([[0.0, np.nan]]), np.zeros(4)])
def test_anything_but_points_is_refused(stroke):
    with pytest.raises(ImageError, match="finite points"):
        reink([stroke])


def test_a_picture_of_the_same_lines_comes_to_the_same_image():
    fraction = [(stroke - np.concatenate(FOUR).min(axis=0)) / 400 + 0.15 for stroke in FOUR]
    longest = np.ptp(np.concatenate(fraction), axis=0).max()
    drawn = render(fraction, size=320, pen=longest * PEN / (DIGIT - PEN))
    difference = np.abs(to_mnist(drawn).astype(int) - to_mnist(reink(FOUR)))
    assert difference.mean() < 3
