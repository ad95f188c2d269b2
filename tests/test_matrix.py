import numpy as np
import pytest

from ui.matrix import MODES, cells


def matrix() -> np.ndarray:
    counts = np.diag(np.arange(990, 1_000)).astype(np.int64)
    counts[4, 9], counts[2, 7], counts[0, 1] = 22, 1, 3
    return counts


def test_a_cell_says_how_many_of_how_many_for_those_who_cannot_see_it():
    assert cells(matrix(), "counts")[4][9]["label"] == "4 read as 9: 22 of 1,016 (2.2 %)"


@pytest.mark.parametrize(("mode", "text"), [("counts", "22"), ("share", "2.2"), ("errors", "22")])
def test_each_mode_shows_its_numbers(mode, text):
    assert cells(matrix(), mode)[4][9]["text"] == text


def test_only_errors_leaves_the_diagonal_empty():
    shown = cells(matrix(), "errors")
    assert all(shown[digit][digit]["text"] == "" == shown[digit][digit]["colour"] for digit in range(10))
    assert shown[2][7]["text"] == "1"


@pytest.mark.parametrize("mode", MODES)
def test_a_single_error_has_a_colour_and_an_empty_cell_has_none(mode):
    shown = cells(matrix(), mode)
    assert shown[2][7]["colour"].startswith("#")
    assert shown[7][2] == {"text": "", "colour": "", "ink": "", "label": "7 read as 2: 0 of 997 (0.0 %)"}


@pytest.mark.parametrize("mode", MODES)
def test_larger_counts_of_a_row_get_other_colours(mode):
    shown = cells(matrix(), mode)
    assert len({shown[2][7]["colour"], shown[0][1]["colour"], shown[4][9]["colour"]}) == 3


@pytest.mark.parametrize("mode", MODES)
def test_a_matrix_without_images_is_ten_by_ten_empty_cells(mode):
    shown = cells(np.zeros((10, 10), np.int64), mode)
    assert [len(row) for row in shown] == [10] * 10
    assert not any(cell["text"] for row in shown for cell in row)


def test_a_matrix_of_single_errors_is_not_drawn_in_the_brightest_colour():
    counts = np.zeros((10, 10), np.int64)
    counts[1, 2] = 1
    assert cells(counts, "errors")[1][2]["colour"] != cells(matrix(), "counts")[9][9]["colour"]
