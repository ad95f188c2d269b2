"""A comparison in words, and the small pictures of it that are HTML."""

import csv
import io
import re

import numpy as np
import pytest

from mnist_core.insight.all_images.comparison import Comparison
from mnist_core.insight.all_images.seeds import Spread
from ui.compare.both import probabilities_html, question
from ui.compare.explorer import parsed
from ui.compare.several_seeds import spread_words
from ui.compare.words import chance_words, fixes, verdict
from ui.parts.tables import csv_file, csv_text, table_html


def comparison(both: int, only_a: int, only_b: int, neither: int) -> Comparison:
    labels = np.zeros(both + only_a + only_b + neither, np.uint8)
    a = np.repeat([0, 0, 1, 1], [both, only_a, only_b, neither])
    b = np.repeat([0, 1, 0, 1], [both, only_a, only_b, neither])
    return Comparison(labels, a, b)


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        (1.0, "nearly every time"),
        (0.94, "9 times in 10"),
        (0.31, "3 times in 10"),
        (0.1, "once in 10"),
        (0.043, "4 times in 100"),
        (0.0099, "less than once in 100"),
        (1 / 3_456, "less than once in 3,400"),
        (1e-6, "less than once in a million"),
        (1 / 12.9e6, "less than once in 12 million"),
        (1 / 2.55e9, "less than once in 2.5 thousand million"),
        (1e-13, "less than once in a million million"),
        (0.0, "less than once in a million million"),
    ],
)
def test_chance_is_said_as_people_say_it(p, expected):
    assert chance_words(p) == expected


@pytest.mark.parametrize("p", [10.0**-power * part for power in range(2, 12) for part in (1.0, 1.9, 3.3, 7.0)])
def test_less_than_once_in_so_many_is_never_too_much(p):
    found = re.fullmatch(r"less than once in (?:a|([\d,.]+))( thousand)?( million)?", chance_words(p))
    if found:
        number = float((found[1] or "1").replace(",", "")) * (1e3 if found[2] else 1) * (1e6 if found[3] else 1)
        assert p <= 1 / number * (1 + 1e-9)
        assert p > 1 / number / 1.15


def test_a_clear_difference_names_the_better_one_with_its_interval_and_the_test():
    clear = comparison(9_211, 38, 541, 210)
    assert verdict(clear) == (
        "**B reads 5.03 points more right than A**, 95\xa0% interval +4.58 to +5.50: 97.52\xa0% with B, "
        "92.49\xa0% with A "
        "(9,752 and 9,249 of 10,000)."
    )
    assert fixes(clear) == (
        "B fixes **541** of 10,000 images that A misreads and breaks **38** that A reads right; chance alone would do "
        "that less than once in a million million."
    )


def test_where_a_is_better_the_interval_is_of_its_lead():
    assert verdict(comparison(9_211, 541, 38, 210)).startswith(
        "**A reads 5.03 points more right than B**, 95\xa0% interval +4.58 to +5.50"
    )


def test_a_difference_that_chance_explains_is_called_no_evidence():
    said = fixes(comparison(9_000, 95, 105, 800))
    assert "chance alone does that 5 times in 10, so these images do not show that either is better" in said


def test_equal_networks_are_called_equal():
    assert verdict(comparison(80, 7, 7, 6)).startswith("**A and B read equally many right: 87 of 100 right, 87.00\xa0%")
    assert "the same images are right with both" in fixes(comparison(80, 0, 0, 20))


def test_both_are_asked_about_the_truth_and_what_spoke_loudest_against_it_in_either():
    parts = np.full((2, 10), 0.01)
    parts[0, 4], parts[0, 9], parts[1, 4], parts[1, 7] = 0.7, 0.2, 0.4, 0.5
    assert question(parts, 4) == (4, 7)
    assert parts[1, 4] == 0.4
    assert question(parts, 7) == (7, 4)


def test_the_probabilities_of_both_stand_in_a_row_of_each_digit():
    parts = np.full((2, 10), 0.05)
    parts[0, 3], parts[1, 8] = 0.55, 0.55
    body = probabilities_html(parts, 3)
    rows = re.findall(r"<tr.*?</tr>", body.split("<tbody>")[1])
    assert len(rows) == 10 and "true" in rows[3] and "true" not in rows[8]
    assert re.findall(r"width:([\d.]+)%", rows[3]) == ["55.0", "5.0"]
    assert re.findall(r"<td><b>([\d.]+)", body) == ["55.0", "55.0"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a-4-9", ("a", 4, 9)),
        ("b-0-0", ("b", 0, 0)),
        ("c-4-9", None),
        ("a-4", None),
        ("a-4-10", None),
        ("a--4", None),
        ("a-\u0664-9", None),
        ("only_b", None),
    ],
)
def test_a_pair_in_the_address_is_read_or_refused(text, expected):
    assert parsed(text) == expected


def test_the_spread_of_seeds_is_said_with_its_interval():
    assert spread_words(Spread.of([0.97, 0.972, 0.974]), 3) == (
        "Mean **97.20\xa0%** ± 0.20 points (standard deviation of 3 seeds); 95\xa0% interval of the mean 96.70 "
        "to 97.70\xa0% "
        "(Student's t)."
    )


def test_names_cannot_break_out_of_a_table():
    body = table_html(("Setting",), [("<script>", "a & b")])
    assert "<script>" not in body and "a &amp; b" in body
    rows = list(csv.reader(io.StringIO(csv_text(("a", "b"), [("x,y", 'say "no"')]))))
    assert rows == [["a", "b"], ["x,y", 'say "no"']]


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://127.0.0.1:9/","Zoë")', "+1+cmd", "-2+3", "@SUM(A1)", " =1", "\t=1"]
)
def test_a_name_that_is_a_formula_is_text_in_a_spreadsheet(text):
    rows = list(csv.reader(io.StringIO(csv_text(("name",), [(text,)]))))
    assert rows[1] == [f"'{text}"]


def test_numbers_and_other_names_stay_as_they_are():
    values = [-0.5, "-0.5", "+3", "Zoë = mine", "", None, 7]
    rows = list(csv.reader(io.StringIO(csv_text(("a",) * 7, [values]))))
    assert rows[1] == ["-0.5", "-0.5", "+3", "Zoë = mine", "", "", "7"]


def test_a_spreadsheet_is_told_that_a_file_is_utf_8():
    assert csv_file("Zoë\n") == b"\xef\xbb\xbfZo\xc3\xab\n"
