"""Numbers as people write them, and as they are read aloud."""

import pytest

from mnist_core.numerals import an, decimal, whole


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
