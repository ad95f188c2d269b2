import csv
import io

import numpy as np
import pytest

from ui.colours import BETTER, WORSE
from ui.parts.matrix import MODES, SHADES, SIGNED, matrix_csv, palette, shades, texts, values

LIKE_COUNTS = ("counts", "row", "column", "errors")


def matrix() -> np.ndarray:
    counts = np.diag(np.arange(990, 1_000)).astype(np.int64)
    counts[4, 9], counts[2, 7], counts[0, 1] = 22, 1, 3
    return counts


def at(shown: list, true: int, read: int):
    return shown[10 * true + read]


@pytest.mark.parametrize(
    ("mode", "text"), [("counts", "22"), ("row", "2.2"), ("column", "2.2"), ("errors", "22"), ("difference", "+22")]
)
def test_each_mode_shows_its_numbers(mode, text):
    base = matrix()
    base[4, 9], base[4, 4] = 0, 1_016
    assert at(texts(values(matrix(), mode, base), mode), 4, 9) == text


def test_shares_are_what_a_slow_loop_divides():
    counts = np.random.default_rng(1).integers(0, 40, (10, 10))
    counts[3], counts[:, 6] = 0, 0
    rows, columns = values(counts, "row"), values(counts, "column")
    for true in range(10):
        for read in range(10):
            row = sum(int(counts[true, other]) for other in range(10))
            column = sum(int(counts[other, read]) for other in range(10))
            assert rows[true, read] == pytest.approx(100 * counts[true, read] / row if row else 0)
            assert columns[true, read] == pytest.approx(100 * counts[true, read] / column if column else 0)


def test_only_errors_leaves_the_diagonal_empty():
    numbers = values(matrix(), "errors")
    shown, colours = texts(numbers, "errors"), shades(numbers, "errors", numbers.max())
    assert all(at(shown, digit, digit) == "" and at(colours, digit, digit) == -1 for digit in range(10))
    assert at(shown, 2, 7) == "1"


def test_a_difference_is_signed_and_blue_where_it_is_better():
    base = matrix()
    base[4, 9] += 20
    base[4, 4] -= 5
    base[2, 2] += 1
    base[2, 7] -= 1
    numbers = values(matrix(), "difference", base)
    shown, colours = texts(numbers, "difference"), shades(numbers, "difference", 20)
    assert [at(shown, 4, 9), at(shown, 4, 4), at(shown, 2, 7), at(shown, 2, 2)] == ["\u221220", "+5", "+1", "\u22121"]
    better, worse = range(SHADES, SHADES + SIGNED), range(SHADES + SIGNED, SHADES + 2 * SIGNED)
    assert at(colours, 4, 9) in better and at(colours, 4, 4) in better
    assert at(colours, 2, 7) in worse and at(colours, 2, 2) in worse
    assert at(colours, 4, 9) == better[-1] and at(colours, 0, 1) == -1
    assert palette()[SHADES][0] == BETTER[0] and palette()[SHADES + 2 * SIGNED - 1][0] == WORSE[1]


@pytest.mark.parametrize("mode", LIKE_COUNTS)
def test_a_single_error_has_a_colour_and_an_empty_cell_has_none(mode):
    numbers = values(matrix(), mode)
    shown, colours = texts(numbers, mode), shades(numbers, mode, numbers.max())
    assert 0 <= at(colours, 2, 7) < SHADES
    assert at(shown, 7, 2) == "" and at(colours, 7, 2) == -1


@pytest.mark.parametrize("mode", LIKE_COUNTS)
def test_larger_counts_of_a_row_get_other_colours(mode):
    colours = shades(numbers := values(matrix(), mode), mode, numbers.max())
    assert len({at(colours, 2, 7), at(colours, 0, 1), at(colours, 4, 9)}) == 3


@pytest.mark.parametrize("mode", MODES)
def test_a_matrix_without_images_is_a_hundred_empty_cells(mode):
    numbers = values(np.zeros((10, 10), np.int64), mode)
    assert texts(numbers, mode) == [""] * 100 and shades(numbers, mode, 0.0) == [-1] * 100


def test_a_matrix_of_single_errors_is_not_drawn_in_the_brightest_colour():
    counts = np.zeros((10, 10), np.int64)
    counts[1, 2] = 1
    assert at(shades(values(counts, "errors"), "errors", 1.0), 1, 2) < SHADES - 1


def test_text_is_read_on_every_colour():
    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour, ink in palette():
        dark, light = sorted((luminance(colour), luminance(ink)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (colour, ink)


def test_the_file_holds_the_numbers_that_are_shown():
    rows = list(csv.reader(io.StringIO(matrix_csv(matrix(), "row"))))
    assert rows[0] == ["true", *(f"read_as_{digit}" for digit in range(10)), "images"] and len(rows) == 11
    assert rows[5][10] == "2.165" and rows[5][11] == "1016"
    assert list(csv.reader(io.StringIO(matrix_csv(matrix(), "counts"))))[5][10] == "22"
