"""What a canvas holds between the clicks of a hand and the reports of the component."""

import numpy as np
import pytest

from mnist_core.errors import ImageError
from ui.draw.canvas_value import path_object
from ui.draw.sketch import Sketch


def path(*commands: list, **options: object) -> dict:
    """A stroke as the canvas reports it."""
    return {"type": "Path", "strokeWidth": 22, "stroke": "#FFFFFF", "path": list(commands), **options}


def said(*objects: object) -> dict:
    """What the component gives as the canvas' JSON."""
    return {"version": "7.1.0", "objects": list(objects), "background": "#000000"}


FIRST, SECOND = path(["M", 10, 20], ["L", 90, 80]), path(["M", 50, 20], ["L", 50, 90])
THIRD = path(["M", 20, 30], ["L", 80, 30])
ONE, OTHER, TWO, NONE = said(FIRST), said(SECOND), said(FIRST, SECOND), said()


def drawn(*reports: dict) -> Sketch:
    drawing = Sketch()
    for each in reports:
        drawing.report(each)
    return drawing


def ends(drawing: Sketch) -> list[list[list[float]]]:
    """What is drawn."""
    return [stroke.tolist() for stroke in drawing.strokes()]


AS_FIRST, AS_SECOND, AS_THIRD = [[10, 20], [90, 80]], [[50, 20], [50, 90]], [[20, 30], [80, 30]]


def test_a_new_canvas_is_blank_and_stays_so_until_something_is_drawn():
    drawing = drawn(NONE)
    assert not drawing.ink().any()
    drawing.report(ONE)
    assert ends(drawing) == [AS_FIRST] and drawing.ink().any()


def test_until_the_component_has_reported_there_is_nothing_to_take():
    drawing = drawn(ONE)
    drawing.undo()
    drawing.report(None)
    drawing.report(drawing.initial | {"background": "#000000"})
    assert drawing.objects == []
    drawing.report(OTHER)
    assert ends(drawing) == [AS_SECOND]


def test_an_ordinary_run_never_changes_what_the_component_was_told_to_load():
    drawing = drawn(ONE)
    before = dict(drawing.initial)
    drawing.report(ONE)
    drawing.report(TWO)
    assert drawing.initial == before


def test_clear_is_blank_at_once_although_the_old_report_still_stands():
    drawing = drawn(ONE)
    revision = drawing.initial["revision"]
    drawing.clear()
    assert drawing.initial == {"objects": [], "revision": revision + 1}
    drawing.report(ONE)
    assert not drawing.ink().any()
    drawing.report(NONE)
    assert not drawing.ink().any()
    drawing.report(OTHER)
    assert ends(drawing) == [AS_SECOND]


def test_clearing_twice_does_not_bring_the_old_drawing_back():
    drawing = drawn(ONE)
    drawing.clear()
    drawing.clear()
    drawing.report(ONE)
    assert not drawing.ink().any()


def test_the_same_digit_drawn_again_after_a_clear_counts():
    drawing = drawn(ONE)
    drawing.clear()
    drawing.report(NONE)
    drawing.report(ONE)
    assert ends(drawing) == [AS_FIRST]


def test_a_stroke_that_was_on_its_way_when_it_was_cleared_does_not_come_back():
    drawing = Sketch()
    drawing.clear()
    drawing.report(ONE)
    assert not drawing.ink().any() and drawing.objects == []
    drawing.report(NONE)
    drawing.report(ONE)
    assert ends(drawing) == [AS_FIRST]


def test_a_stroke_after_a_clear_counts_where_the_blank_canvas_was_never_seen():
    drawing = drawn(ONE)
    drawing.clear()
    drawing.report(ONE)
    drawing.report(OTHER)  # A busy server looks at the last of two reports.
    assert ends(drawing) == [AS_SECOND]
    drawing.report(said(SECOND, FIRST))
    assert ends(drawing) == [AS_SECOND, AS_FIRST]


def test_a_stroke_after_an_undo_counts_where_what_was_left_was_never_seen():
    drawing = drawn(TWO)
    drawing.undo()
    drawing.report(TWO)
    drawing.report(said(FIRST, THIRD))
    assert ends(drawing) == [AS_FIRST, AS_THIRD]


def test_strokes_that_are_added_before_the_canvas_is_cleared_do_not_come_back():
    drawing = drawn(ONE)
    drawing.clear()
    for each in (ONE, TWO, TWO):
        drawing.report(each)
    assert not drawing.ink().any()
    drawing.report(OTHER)
    assert ends(drawing) == [AS_SECOND]


def test_a_canvas_that_left_before_it_reported_is_listened_to_when_it_is_back():
    drawing = drawn(ONE)
    drawing.appear((1, 0))
    drawing.clear()
    drawing.appear((2, 0))
    drawing.report(OTHER)
    assert ends(drawing) == [AS_SECOND]


def test_undo_takes_back_one_stroke_at_once():
    drawing = drawn(ONE, TWO)
    drawing.undo()
    assert ends(drawing) == [AS_FIRST] and drawing.initial["objects"] == drawing.objects
    drawing.report(TWO)
    assert ends(drawing) == [AS_FIRST]
    drawing.report(ONE)
    drawing.report(TWO)
    assert ends(drawing) == [AS_FIRST, AS_SECOND]


def test_what_the_first_of_two_undos_left_does_not_come_back():
    three = said(FIRST, SECOND, THIRD)
    drawing = drawn(three)
    for _ in range(2):
        drawing.undo()
        drawing.report(three)
    drawing.report(TWO)
    assert ends(drawing) == [AS_FIRST]


def test_undo_of_the_only_stroke_leaves_a_blank_canvas():
    drawing = drawn(ONE)
    drawing.undo()
    drawing.report(ONE)
    assert not drawing.ink().any() and drawing.objects == []


def test_undo_of_nothing_does_nothing():
    drawing = drawn(NONE)
    drawing.undo()
    assert drawing.initial["revision"] == 0 and not drawing.ink().any()


LINE = path(["M", 9.978, 20], ["Q", 10, 20, 55, 60], ["Q", 100, 100, 150, 150], ["L", 200.022, 200])


def holding(*objects: object) -> Sketch:
    return drawn(said(*objects))


def test_the_points_of_a_stroke_are_those_of_the_pen():
    [stroke] = holding(LINE).strokes()
    assert stroke.dtype == np.float64
    assert stroke.tolist() == [[10, 20], [100, 100], [200.022, 200]]


def test_a_line_without_curves_has_its_two_ends():
    [stroke] = holding(path(["M", 10, 20], ["L", 90, 80])).strokes()
    assert stroke.tolist() == [[10, 20], [90, 80]]


def test_a_dot_is_one_point_although_its_path_has_a_length():
    [stroke] = holding(path(["M", 9.978, 20], ["L", 10.022, 20])).strokes()
    assert stroke == pytest.approx(np.array([[10, 20]]))


def test_a_hand_that_trembles_makes_a_dot():
    [stroke] = holding(path(["M", 10, 20], ["Q", 10, 20, 11, 21], ["L", 14, 22])).strokes()
    assert stroke.tolist() == [[12, 21]]


def test_what_lies_outside_of_the_canvas_is_left_out_and_cuts_the_stroke():
    commands = [["M", 300, 50], ["Q", 300, 50, 0, 0], ["Q", 330, 60, 0, 0], ["Q", 340, 70, 0, 0], ["Q", 320, 90, 0, 0]]
    first, second = holding(path(*commands, ["L", 250, 100])).strokes()
    assert first.tolist() == [[300, 50], [330, 60]]
    assert second.tolist() == [[320, 90], [250, 100]]
    assert holding(path(["M", 400, 400], ["L", 500, 500])).strokes() == []


def test_an_empty_canvas_has_no_strokes():
    assert Sketch().strokes() == []


@pytest.mark.parametrize(
    "thing",
    [
        {"type": "Path"},
        {"type": "Circle", "radius": 9, "strokeWidth": 22},
        path(["M", 1, 2], ["C", 1, 2, 3, 4, 5, 6]),
        path(["M", 1, 2], ["Q", 1, 2]),
        path(["M", 1, 2], ["L", float("nan"), 2]),
        path(["M", 1, 2], ["L", "5; drop", 2]),
        path(["M", [1], 2], ["L", 5, 2]),
        path(),
        path(["M", 1, 2], ["L", 50, 2], scaleX=2),
        path(["M", 1, 2], ["L", 50, 2], angle=30),
        path(["M", 1, 2], ["L", 50, 2], strokeWidth="wide"),
        path(["M", 1, 2], ["L", 50, 2], stroke="url(http://elsewhere/)"),
        {"type": "Image", "src": "data:image/eps;base64,JSFQUw=="},
        None,
        "stroke",
    ],
    ids=str,
)
def test_anything_but_strokes_is_refused_in_a_sentence_and_what_was_drawn_stays(thing):
    drawing = holding(LINE)
    with pytest.raises(ImageError, match="Stroke 2 on the canvas is none that the pen can have drawn. Clear it"):
        drawing.report(said(LINE, thing))
    assert len(drawing.strokes()) == 1
    drawing.clear()
    drawing.report(said(LINE, thing))  # Until the canvas has heard of it.
    assert not drawing.ink().any()


def test_the_canvas_shows_a_curve_where_the_pen_was_bent_and_rubs_out_what_lay_there_before():
    ink = holding(path(["M", 40, 40], ["Q", 40, 40, 40, 160], ["Q", 40, 280, 160, 280], ["L", 280, 280])).ink()
    assert ink[40, 40] == ink[280, 280] == ink[130, 40] == 255
    assert ink[280, 40] == 0  # The corner itself, which the curve does not reach.
    rubbed = holding(path(["M", 0, 160], ["L", 320, 160]), path(["M", 160, 0], ["L", 160, 320], stroke="#000000")).ink()
    assert rubbed[160, 60] == 255 and rubbed[160, 160] == rubbed[20, 160] == 0


def an_image(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (28, 28), np.uint8)


def test_a_picture_that_is_put_on_is_seen_as_it_is_and_every_cell_shows_its_pixel():
    drawing = Sketch()
    drawing.put_on(an_image())
    assert np.array_equal(drawing.digit(), an_image())
    shown = drawing.ink()
    for row, column in np.ndindex(28, 28):
        cell = shown[6 + 11 * row : 17 + 11 * row, 6 + 11 * column : 17 + 11 * column]
        assert (cell == an_image()[row, column]).all()
    assert not shown[:6].any() and not shown[:, 314:].any()


ACROSS = path(["M", 66.5, 44.5], ["L", 77.5, 44.5], strokeWidth=11)  # Round about the cells 5 and 6 of the fourth row.


def test_a_stroke_changes_the_pixels_it_covers_and_no_other():
    drawing = Sketch()
    drawing.put_on(an_image())
    (picture,) = drawing.initial["objects"]
    drawing.report(said(picture))
    drawing.report(said(picture, ACROSS))
    now, before = drawing.digit().astype(int), an_image().astype(int)
    changed = np.zeros((28, 28), bool)
    changed[3, 5:7] = True
    assert (now[changed] > 230).all() and np.array_equal(now[~changed], before[~changed])
    assert drawing.strokes() is None
    drawing.undo()
    assert np.array_equal(drawing.digit(), an_image())


def test_a_picture_that_is_cleared_or_drawn_without_is_none():
    drawing = Sketch()
    assert drawing.digit() is None
    drawing.put_on(an_image())
    drawing.clear()
    assert drawing.digit() is None
    drawing.report(NONE)
    drawing.report(ONE)
    assert drawing.digit() is None and ends(drawing) == [AS_FIRST]


def test_the_old_drawing_does_not_come_back_over_a_picture_that_was_put_on():
    drawing = drawn(TWO)
    drawing.put_on(an_image())
    for each in (TWO, said(FIRST, SECOND, THIRD), NONE):
        drawing.report(each)
    assert np.array_equal(drawing.digit(), an_image())


def test_a_picture_that_is_put_on_twice_at_once_takes_strokes():
    drawing = Sketch()
    for _ in range(2):
        drawing.put_on(an_image())
        (picture,) = drawing.initial["objects"]
        drawing.report(said(picture))
    drawing.report(said(picture, ACROSS))
    assert len(drawing.objects) == 2


def test_what_was_put_aside_comes_back_once_nothing_newer_is_left_to_undo():
    one, other = (path_object(np.array([[x, 10.0], [x, 90.0]]), 22) for x in (10.0, 60.0))
    sketch = Sketch(objects=[one])
    sketch.put_aside()
    assert sketch.objects == []
    sketch.objects = [other]
    for left in ([], [one], [], []):
        sketch.undo()
        assert sketch.objects == left
    sketch.load([one])
    sketch.put_aside()
    sketch.clear()  # As the guide does for its next digit.
    sketch.undo()
    assert sketch.objects == []
