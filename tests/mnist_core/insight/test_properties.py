"""What images are sorted by, against slow loops."""

import math

import numpy as np
import pytest

from mnist_core.errors import ImageError
from mnist_core.insight.all_images.properties import margins, order, shapes


def strokes(seed: int = 0, count: int = 40) -> np.ndarray:
    """(n, 28, 28) uint8: thick lines at random, one image of them blank."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((28, 28))
    images = np.zeros((count, 28, 28), np.uint8)
    for image in images[1:]:
        lean, width = rng.uniform(-0.8, 0.8), rng.uniform(1, 4)
        distance = np.abs(columns - 14 - lean * (14 - rows)) / math.hypot(1, lean)
        image[4:24] = (255 * np.clip(width / 2 + 0.5 - distance, 0, 1))[4:24]
    return images


def slowly(image: np.ndarray) -> tuple[float, float, float]:
    """(ink, width, slant) pixel by pixel."""
    ink = area = sides = row = column = 0.0
    inside = [[min(int(value) / 110, 1.0) for value in line] for line in image]
    for y in range(28):
        for x in range(28):
            value = int(image[y, x])
            ink += value / 255
            row += value / 255 * y
            column += value / 255 * x
            area += inside[y][x]
            sides += abs(inside[y][x] - (inside[y][x - 1] if x else 0))
            sides += abs(inside[y][x] - (inside[y - 1][x] if y else 0))
            sides += inside[y][x] * ((x == 27) + (y == 27))
    row, column = row / ink, column / ink
    spread = together = 0.0
    for y in range(28):
        for x in range(28):
            spread += int(image[y, x]) / 255 * (y - row) ** 2
            together += int(image[y, x]) / 255 * (y - row) * (x - column)
    return ink, 2 * area / (math.pi / 4 * sides), math.degrees(math.atan(-together / spread))


def test_shapes_are_what_a_slow_loop_measures():
    images = strokes()
    found = shapes(images)
    for place in range(1, len(images)):
        ink, width, slant = slowly(images[place])
        assert found["ink"][place] == pytest.approx(ink)
        assert found["width"][place] == pytest.approx(width)
        assert found["slant"][place] == pytest.approx(slant, abs=1e-6)


def test_a_blank_image_has_no_ink_and_nothing_else_to_measure():
    found = shapes(strokes())
    assert found["ink"][0] == 0 and np.isnan(found["width"][0]) and np.isnan(found["slant"][0])
    assert np.isfinite(found["width"][1:]).all()


def test_shapes_take_images_and_nothing_else():
    with pytest.raises(ImageError):
        shapes(np.zeros((3, 28, 28)))
    assert all(len(values) == 0 for values in shapes(np.zeros((0, 28, 28), np.uint8)).values())


def test_a_margin_is_the_lead_of_the_strongest_other_digit():
    rng = np.random.default_rng(1)
    parts_of, labels = rng.random((50, 10), np.float32), rng.integers(0, 10, 50)
    for row, label, margin in zip(parts_of, labels, margins(parts_of, labels), strict=True):
        parts = [float(value) for value in row]
        read = max(range(10), key=parts.__getitem__)
        other = max(part for digit, part in enumerate(parts) if digit != label)
        assert margin == pytest.approx(other - parts[label], abs=1e-6)
        assert (margin > 0) == (read != label)


@pytest.mark.parametrize("falling", [True, False])
def test_order_leaves_equal_values_as_they_were_and_puts_unknown_ones_last(falling):
    values = np.array([2.0, np.nan, 1.0, 2.0, 1.0])
    assert order(values, falling=falling).tolist() == ([0, 3, 2, 4, 1] if falling else [2, 4, 0, 3, 1])
