"""What a canvas may say: a pen's strokes within bounds, or nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.drawing.pen import reink
from mnist_core.errors import ImageError
from ui.draw.canvas_value import MAX_POINTS, MAX_SENT, MAX_STROKES, checked, path_object, points_of
from ui.draw.sketch import Sketch


def said(*objects: object) -> dict:
    return {"version": "7.1.0", "objects": list(objects)}


def scribble(points: int, seed: int = 0) -> dict:
    """A stroke of a hand that never rests."""
    return path_object(np.random.default_rng(seed).uniform(0, 320, (points, 2)), 22)


def test_a_path_comes_back_as_it_was_drawn():
    points = np.random.default_rng(1).uniform(0, 320, (30, 2))
    for drawn in (points, points[:2], points[:1]):
        (path,), _ = checked(said(path_object(drawn, 22.0)))
        assert path == path_object(drawn, 22.0)
        assert points_of(path["path"]) == pytest.approx(
            drawn if len(drawn) > 1 else np.repeat(drawn, 2, axis=0), abs=0.1
        )


def test_a_long_drawing_is_thinned_and_never_refused():
    sent = [scribble(30_000, seed) for seed in range(3)]
    objects, points = checked(said(*sent))
    assert points == 90_000 and len(objects) == 3
    kept = [points_of(each["path"]) for each in objects]
    assert MAX_POINTS // 2 < sum(map(len, kept)) <= MAX_POINTS
    for before, after in zip(sent, kept, strict=True):
        assert np.array_equal(points_of(before["path"])[[0, -1]], after[[0, -1]])


def test_half_an_hour_of_strokes_is_the_most_and_more_is_refused_with_a_number():
    with pytest.raises(ImageError, match=f"has {MAX_SENT + 1:,} points; at most {MAX_SENT:,} are read. Clear it"):
        checked(said(scribble(MAX_SENT)))  # And where it begins.
    dots = [path_object(np.array([[9.0, 9.0]]), 22)] * (MAX_STROKES + 1)
    assert len(checked(said(*dots[1:]))[0]) == MAX_STROKES
    with pytest.raises(ImageError, match=f"holds {MAX_STROKES + 1:,} strokes; at most {MAX_STROKES:,} are read"):
        checked(said(*dots))


def test_strokes_far_outside_leave_no_ink_and_take_no_time():
    sketch = Sketch()
    sketch.report(said(path_object(np.random.default_rng(2).choice([-9_999.0, 9_999.0], (MAX_POINTS, 2)), 320)))
    assert sketch.strokes() == [] and sketch.ink().shape == (320, 320)


def test_nothing_of_what_was_sent_is_kept_but_the_pens_path():
    path = path_object(np.array([[10.0, 20.0], [30.0, 40.0]]), 22.0)
    sent = path | {"shadow": {"color": "url(http://elsewhere/)"}, "clipPath": {"type": "Image"}, "left": 1e300}
    assert checked(said(sent))[0] == [path]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
NUMBER = st.integers(-400, 400) | st.floats(-400, 400) | JSON
COMMAND = st.tuples(st.sampled_from(["M", "L", "Q", "Z"]), st.lists(NUMBER, max_size=5)).map(
    lambda each: [each[0], *each[1]]
)
PATH = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Path", "path", "Image", "Circle"]) | JSON,
        "path": st.lists(COMMAND | JSON, max_size=4) | JSON,
    },
    optional={"strokeWidth": NUMBER, "stroke": st.sampled_from(["#FFFFFF", "#000000"]) | JSON, "angle": JSON},
)
VALUE = JSON | st.fixed_dictionaries({"objects": st.lists(PATH | JSON, max_size=3) | JSON})
GOOD = st.lists(
    st.lists(st.tuples(*[st.floats(-9_000, 9_000)] * 2), min_size=1, max_size=9).map(
        lambda points: path_object(np.array(points), 22)
    ),
    max_size=4,
).map(lambda paths: {"objects": paths})


@settings(max_examples=150, deadline=None)
@given(value=VALUE | GOOD, picture=st.booleans())
def test_any_value_is_a_drawing_or_is_refused_in_a_sentence(value, picture):
    sketch = Sketch(picture=np.full((28, 28), 99, np.uint8) if picture else None)
    try:
        sketch.report(value)
    except ImageError as error:
        assert str(error).endswith("Clear it and draw the digit again.")
        return
    ink, strokes = sketch.ink(), sketch.strokes()
    assert ink is None or (ink.shape, ink.dtype) == ((320, 320), np.uint8)
    if strokes:
        assert all(np.isfinite(stroke).all() and np.abs(stroke).max() <= 640 for stroke in strokes)
        assert reink(strokes).any()
