"""Of which kind a part of an address is: any text is read as what can be, or refused in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.errors import ConfigError, DigitLabError
from ui.frame.kinds import DIGIT, Checked, Listed, OneOf, Partly, Switch, UpTo, Whole

KINDS = {
    "one of": OneOf({"rows": 1, "columns": 2}, earlier={"lines": "rows"}),
    "digit": DIGIT,
    "switch": Switch(),
    "whole number": Whole(-3, 1_000),
    "whole number of now": UpTo(0, lambda: 7),
    "several": Listed(DIGIT, 3),
}
TEXTS = st.one_of(st.text(), st.from_regex(r"-?[0-9]{1,5}", fullmatch=True), st.sampled_from(["true", "rows", "1,2,x"]))


@pytest.mark.parametrize("name", KINDS)
@given(text=TEXTS)
def test_any_text_is_read_as_what_is_written_so_or_is_refused_in_a_sentence(name, text):
    kind = KINDS[name]
    try:
        value = kind.read("part", text)
    except DigitLabError as error:
        assert str(error).endswith(".") and len(str(error)) < 1_000
    else:
        assert kind.read("part", kind.write(value)) == value


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("one of", "rows", "rows"),
        ("one of", "lines", "rows"),
        ("digit", "7", 7),
        ("switch", "true", True),
        ("switch", "false", False),
        ("whole number", "-3", -3),
        ("whole number", "1000", 1_000),
        ("whole number of now", "7", 7),
        ("several", "3,1,3,,2,4", [3, 1, 2]),
        ("several", "", []),
    ],
)
def test_what_can_be_is_read(name, text, value):
    assert KINDS[name].read("part", text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("one of", "cells"),
        ("one of", ""),
        ("digit", "10"),
        ("digit", "-1"),
        ("digit", "\u0664"),
        ("digit", "7.0"),
        ("switch", "True"),
        ("switch", "1"),
        ("whole number", "-4"),
        ("whole number", "1001"),
        ("whole number", "1_0"),
        ("whole number", "1e2"),
        ("whole number", "9" * 5_000),
        ("whole number of now", "8"),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_that_people_know(name, text):
    with pytest.raises(ConfigError, match=r"^part must be .*, got '"):
        KINDS[name].read("part", text)


def test_of_several_those_that_can_be_are_left():
    with pytest.raises(Partly, match="got 'x'. Part must be .* got '10'.") as caught:
        KINDS["several"].read("part", "3,x,4,10")
    assert caught.value.value == [3, 4]


def test_what_a_function_refuses_is_refused_with_its_reason():
    def even(text: str) -> int:
        if len(text) % 2:
            raise ConfigError("text", text, "of even length")
        return len(text)

    kind = Checked(even, lambda value: "x" * value)
    assert kind.read("part", "abcd") == 4 and kind.write(4) == "xxxx"
    with pytest.raises(ConfigError, match="even length"):
        kind.read("part", "abc")
