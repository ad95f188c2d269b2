"""What phones send, and what is no phone's."""

import json

import numpy as np
import pytest
from class_of import SEVEN, drawn, said
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.classroom import from_phones
from mnist_core.classroom.limits import MOST_BYTES, Limits
from mnist_core.drawing import reink, to_mnist
from mnist_core.errors import Refused
from mnist_core.store.drawings import MAX_POINTS
from mnist_core.store.rooms.records import Answer

NUMBERS = {"round": 1, "step": 0, "slot": 0, "take": 1, "sent": "0123abcd"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def reason_of(value, **options) -> str:
    with pytest.raises(Refused) as refusal:
        from_phones.read(value, **options)
    return refusal.value.reason


def test_a_drawing_is_read_as_its_path_and_the_picture_is_made_here():
    message = from_phones.read(NUMBERS | {"strokes": SEVEN, "image": [255] * 784, "label": 3, "value": 3})
    assert np.array_equal(message.image, to_mnist(reink([np.array(SEVEN[0], float)])))
    assert [stroke.tolist() for stroke in message.strokes] == SEVEN and message.strokes[0].dtype == np.int16
    assert (message.round, message.value, message.about) == (1, None, None)


def test_a_dot_is_a_drawing_and_many_points_are_thinned_out():
    assert drawn(strokes=[[[5, 5]]]).image.any()
    long = [[[x % 300, x // 20] for x in range(4_000)]]
    message = drawn(strokes=long)
    assert len(message.strokes[0]) == MAX_POINTS and message.strokes[0][-1].tolist() == long[0][-1]
    assert len(json.dumps(NUMBERS | {"strokes": long})) < MOST_BYTES


def test_what_lies_beside_the_canvas_lies_on_its_edge():
    assert drawn(strokes=[[[-50, 10], [900, 330]]]).strokes[0].tolist() == [[0, 10], [320, 320]]


@pytest.mark.parametrize(
    ("strokes", "reason"),
    [
        ([], "blank"),
        ([[]], "strokes"),
        ("M 0 0", "strokes"),
        (None, "strokes"),
        ([[1, 2]], "strokes"),
        ([[[1, 2, 3]]], "strokes"),
        ([[[1]]], "strokes"),
        ([[["1", "2"]]], "strokes"),
        ([[[True, False]]], "strokes"),
        ([[[float("nan"), 1]]], "strokes"),
        ([[[float("inf"), 1]]], "strokes"),
        ([[[10**400, 1]]], "strokes"),
        ([[[None, 1]]], "strokes"),
        ([{"x": 1}], "strokes"),
        ([[[1, 2]]] * 101, "much"),
        ([[[1, 2]] * 4_001], "much"),
        ([[[1, 2]] * 1_000_000], "much"),
    ],
)
def test_what_no_pen_draws_is_refused(strokes, reason):
    assert reason_of(NUMBERS | {"strokes": strokes}) == reason


@pytest.mark.parametrize(
    "change",
    [
        {"round": "1"},
        {"round": True},
        {"round": 1.0},
        {"round": -1},
        {"round": 10**9},
        {"step": None},
        {"slot": [0]},
        {"take": 10**30},
        {"sent": "short"},
        {"sent": "<b>0123abcd</b>"},
        {"sent": "0" * 33},
        {"sent": 12345678},
        {"sent": "0123abcé"},
        {"value": "1"},
        {"value": True},
        {"value": -2},
        {"value": 101},
        {"value": None},
        {"about": "../../etc"},
        {"about": 5},
    ],
)
def test_what_is_no_message_is_refused(change):
    assert reason_of(NUMBERS | {"value": 1} | change) == "message"


@given(JSON)
def test_whatever_comes_is_a_message_or_refused(value):
    for each in (
        value,
        NUMBERS | {"strokes": value},
        NUMBERS | {"value": value},
        NUMBERS | {"value": 1, "about": value},
    ):
        try:
            message = from_phones.read(each)
        except Refused:
            continue
        assert message.image is None or message.image.any()


def test_limits_are_those_that_are_given():
    assert reason_of(NUMBERS | {"strokes": SEVEN}, limits=Limits(points=4)) == "much"


def test_the_later_of_two_messages_is_the_answer():
    kept = Answer("p", 1, 0, 0, 2, take=2, sent="0123abcd")
    assert from_phones.is_newer(said(1, take=1), None) and from_phones.is_newer(said(1, take=3), kept)
    assert from_phones.is_newer(said(1, take=2), kept)  # Another window of the same phone.
    assert not from_phones.is_newer(said(1, take=1), kept)
    assert not from_phones.is_newer(from_phones.read(NUMBERS | {"take": 2, "value": 1}), kept)
