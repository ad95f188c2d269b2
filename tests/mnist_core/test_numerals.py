"""Numbers as people write them, and as they are read aloud."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.numerals import (
    about,
    an,
    brief,
    decimal,
    duration,
    in_points,
    interval,
    numeral,
    ordinal,
    out_of,
    probable,
    probable_sign,
    signed,
    signed_points,
    whole,
)


@pytest.mark.parametrize(
    "words", ["a 0", "a 1", "a 7", "an 8", "a 10", "an 11", "an 18", "an 80", "an 800", "a 110", "a 1,800", "an 11,000"]
)
def test_a_number_has_the_article_that_is_spoken(words):
    assert an(int(words.split()[1].replace(",", ""))) == words


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("-3", -3), ("123456789012345", 123456789012345)])
def test_a_whole_number_is_its_digits(text, number):
    assert whole(text) == number


@pytest.mark.parametrize(
    "text", [None, "", "1_0", " 5", "5 ", "+5", "--5", "5.0", "1e3", "\u0665", "\u00b2", "1,000", "1" * 16, "9\n"]
)
def test_what_only_python_takes_for_a_whole_number_is_none(text):
    assert whole(text) is None


@pytest.mark.parametrize(("text", "number"), [("3", 3.0), ("-0.5", -0.5), (".5", 0.5), ("2.", 2.0), ("1e-3", 0.001)])
def test_a_decimal_number_may_have_a_point_and_an_exponent(text, number):
    assert decimal(text) == number


@pytest.mark.parametrize(
    "text", [None, "", "1_0", "1_0.5", " 1", "nan", "inf", "1e999", "0x10", "\u0665", "1,5", ".", "e3", "1" * 41, "1\n"]
)
def test_what_only_python_takes_for_a_decimal_number_is_none(text):
    assert decimal(text) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.0 s"),
        (8.24, "8.2 s"),
        (59.96, "1 min 00 s"),
        (185, "3 min 05 s"),
        (3_599.9, "1 h 00 min"),
        (7_800, "2 h 10 min"),
    ],
)
def test_times_read_as_people_say_them(seconds, words):
    assert duration(seconds) == words


@given(st.floats(0, 1e7))
def test_no_time_says_sixty_seconds_or_minutes(seconds):
    assert not re.search(r"\b60(\.0)? (s|min)\b", duration(seconds))


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (21, "21st"), (113, "113th")],
)
def test_places_in_a_row_are_spelled_as_in_a_text(number, words):
    assert ordinal(number) == words


@pytest.mark.parametrize("say", [probable, probable_sign])
def test_no_probability_is_rounded_to_nothing_or_to_certainty(say):
    low, high = ("under\xa00.1\xa0%", "over\xa099.9\xa0%") if say is probable else ("<\xa00.1\xa0%", ">\xa099.9\xa0%")
    assert [say(each) for each in (0.0, 0.0004, 0.0006, 0.5, 0.9994, 0.9996, 1.0)] == [
        low, low, "0.1\xa0%", "50.0\xa0%", "99.9\xa0%", high, high,
    ]  # fmt: skip


def test_an_estimate_is_said_as_roughly_as_it_is_known():
    assert [about(seconds) for seconds in (0.5, 4.4, 23, 57, 100, 3_500, 7_000)] == [
        "a moment",
        "about 4 s",
        "about 25 s",
        "about 55 s",
        "about 2 min",
        "about 58 min",
        "about 2 h",
    ]


def test_a_number_has_commas_between_thousands_and_a_real_minus():
    assert [numeral(10_000), numeral(-1_234.5, 1), numeral(0.97, 2)] == ["10,000", "\u22121,234.5", "0.97"]


def test_epochs_are_said_with_the_three_digits_that_count_and_never_with_an_exponent():
    assert [brief(each) for each in (1 / 3, 2.5, 12.34, 999.4, 999.6, 1_000)] == [
        "0.333", "2.5", "12.3", "999", "1,000", "1,000",
    ]  # fmt: skip


def test_a_difference_has_its_sign_but_for_what_is_rounded_to_nothing():
    assert [signed(1_200), signed(-0.52, 1), signed(0), signed(-0.01, 1)] == ["+1,200", "\u22120.5", "0", "0.0"]
    assert [signed_points(each) for each in (0.0517, -0.0517, 0.00001)] == ["+5.17", "\u22125.17", "0.00"]
    assert signed_points(-0.001, 0.0032) == "\u22120.10 to +0.32"


def test_a_fraction_comes_with_its_whole_and_its_interval():
    assert out_of(9_712, 10_000) == "9,712 of 10,000"
    assert interval(0.973, 0.9794) == "95\xa0% interval 97.3 to 97.9\xa0%"
    assert in_points(-0.0042) == "0.42 points"
