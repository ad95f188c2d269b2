"""Codes that are read off a wall and typed on a phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.classroom import codes
from mnist_core.classroom.codes import ALPHABET, LENGTH, UNWANTED, new_code, read_code


def test_codes_are_of_letters_that_are_taken_for_no_other_and_spell_nothing():
    made = {new_code() for _ in range(3_000)}
    assert len(made) > 2_990
    for code in made:
        assert len(code) == LENGTH and set(code) <= set(ALPHABET)
        assert not any(group in code for group in UNWANTED)
    assert not set(ALPHABET) & set("AEIOUYLQVN0123456789") and len(set(ALPHABET)) == len(ALPHABET) == 16


def test_a_code_that_spells_something_is_not_given(monkeypatch):
    letters = iter("FCKFCK" + "BCDFGH")
    monkeypatch.setattr(codes.secrets, "choice", lambda _: next(letters))
    assert new_code() == "BCDFGH"


@pytest.mark.parametrize("typed", ["BCDFGH", "bcdfgh", " bcd fgh ", "BCD-FGH", "b c d f g h", "8CDF6H"])
def test_a_code_is_read_however_it_is_typed(typed):
    assert read_code(typed) == "BCDFGH"


@pytest.mark.parametrize(
    "typed", ["", "BCDFG", "BCDFGHJ", "BCDFGA", "BCDFGL", "BCDFG0", None, 5, "B" * 1_000, "ＢCDFGH"]
)
def test_what_can_be_no_code_is_none(typed):
    assert read_code(typed) is None


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_code_or_none(typed):
    code = read_code(typed)
    assert code is None or (len(code) == LENGTH and set(code) <= set(ALPHABET))
