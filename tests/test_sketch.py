"""What a canvas holds between the clicks of a hand and the reports of the component."""

import io

import numpy as np
import pytest
from PIL import Image

from ui.sketch import Sketch

ONE, TWO = ["stroke"], ["stroke", "stroke"]


def drawn(*reports: tuple[list, bytes]) -> Sketch:
    drawing = Sketch()
    for objects, png in reports:
        drawing.report(objects, png)
    return drawing


def test_a_new_canvas_is_blank_and_stays_so_until_something_is_drawn():
    drawing = drawn(([], b"black"))
    assert drawing.png is None
    drawing.report(ONE, b"1")
    assert drawing.png == b"1"


def test_until_the_component_has_reported_there_is_nothing_to_take():
    drawing = Sketch()
    drawing.report([], None)
    assert drawing.png is None and drawing.initial["revision"] == 0


def test_an_ordinary_run_never_changes_what_the_component_was_told_to_load():
    drawing = drawn((ONE, b"1"))
    before = dict(drawing.initial)
    drawing.report(ONE, b"1")
    drawing.report(TWO, b"2")
    assert drawing.initial == before


def test_clear_is_blank_at_once_although_the_old_report_still_stands():
    drawing = drawn((ONE, b"1"))
    revision = drawing.initial["revision"]
    drawing.clear()
    assert drawing.initial == {"objects": [], "revision": revision + 1}
    drawing.report(ONE, b"1")
    assert drawing.png is None
    drawing.report([], b"black")
    assert drawing.png is None
    drawing.report(ONE, b"another")
    assert drawing.png == b"another"


def test_clearing_twice_does_not_bring_the_old_drawing_back():
    drawing = drawn((ONE, b"1"))
    drawing.clear()
    drawing.clear()
    drawing.report(ONE, b"1")
    assert drawing.png is None


def test_the_same_digit_drawn_again_after_a_clear_counts():
    drawing = drawn((ONE, b"1"))
    drawing.clear()
    drawing.report([], b"black")
    drawing.report(ONE, b"1")
    assert drawing.png == b"1"


def test_a_stroke_that_was_on_its_way_when_it_was_cleared_does_not_come_back():
    drawing = Sketch()
    drawing.clear()
    drawing.report(ONE, b"1")
    assert drawing.png is None and drawing.objects == []
    drawing.report([], b"black")
    drawing.report(ONE, b"1")
    assert drawing.png == b"1"


def test_a_canvas_that_left_before_it_reported_is_listened_to_when_it_is_back():
    drawing = drawn((ONE, b"1"))
    drawing.appear((1, 0))
    drawing.clear()
    drawing.appear((2, 0))
    drawing.report(ONE, b"another")
    assert drawing.png == b"another"


def test_undo_takes_back_one_stroke_and_keeps_the_answer_until_the_new_one_is_there():
    drawing = drawn((ONE, b"1"), (TWO, b"2"))
    drawing.undo()
    assert drawing.initial["objects"] == ONE
    drawing.report(TWO, b"2")
    assert drawing.png == b"2" and drawing.objects == ONE
    drawing.report(ONE, b"1 again")
    assert drawing.png == b"1 again"


def test_undo_of_the_only_stroke_leaves_a_blank_canvas():
    drawing = drawn((ONE, b"1"))
    drawing.undo()
    drawing.report(ONE, b"1")
    assert drawing.png is None and drawing.objects == []


def test_undo_of_nothing_does_nothing():
    drawing = drawn(([], b"black"))
    drawing.undo()
    assert drawing.initial["revision"] == 0 and drawing.png is None


def path(*commands: list, **options: object) -> dict:
    """A stroke as the canvas reports it."""
    return {"type": "Path", "strokeWidth": 22, "path": list(commands), **options}


LINE = path(["M", 9.978, 20], ["Q", 10, 20, 55, 60], ["Q", 100, 100, 150, 150], ["L", 200.022, 200])


def holding(*objects: object) -> Sketch:
    return Sketch(objects=list(objects))


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
        None,
        "stroke",
    ],
    ids=str,
)
def test_anything_but_strokes_is_left_to_the_pixels(thing):
    assert holding(LINE, thing).strokes() is None


def an_image(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (28, 28), np.uint8)


def a_report(pixels: np.ndarray) -> bytes:
    """What the component reports of (320, 320) uint8 ink."""
    buffer = io.BytesIO()
    Image.fromarray(np.dstack([pixels] * 3 + [np.full_like(pixels, 255)])).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_picture_that_is_put_on_is_seen_as_it_is_and_every_cell_shows_its_pixel():
    drawing = Sketch()
    drawing.put_on(an_image())
    assert np.array_equal(drawing.digit(), an_image())
    shown = drawing.pixels()[..., 0]
    for row, column in np.ndindex(28, 28):
        cell = shown[6 + 11 * row : 17 + 11 * row, 6 + 11 * column : 17 + 11 * column]
        assert (cell == an_image()[row, column]).all()
    assert not shown[:6].any() and not shown[:, 314:].any()


def test_a_stroke_changes_the_pixels_it_covers_and_no_other():
    drawing = Sketch()
    drawing.put_on(an_image())
    picture = drawing.objects[0]
    pixels = drawing.pixels()[..., 0].copy()
    drawing.report([picture], a_report(pixels))
    pixels[6 + 11 * 3 : 17 + 11 * 3, 6 + 11 * 5 : 6 + 11 * 7] = 255  # Two cells of the fourth row.
    drawing.report([picture, {"type": "Path"}], a_report(pixels))
    expected = an_image()
    expected[3, 5:7] = 255
    assert np.array_equal(drawing.digit(), expected)
    assert drawing.strokes() is None
    drawing.undo()
    assert np.array_equal(drawing.digit(), an_image())


def test_a_picture_that_is_cleared_or_drawn_without_is_none():
    drawing = Sketch()
    assert drawing.digit() is None
    drawing.put_on(an_image())
    drawing.clear()
    assert drawing.digit() is None
    drawing.report([], a_report(np.zeros((320, 320), np.uint8)))
    drawing.report([{"type": "Path"}], b"stroke")
    assert drawing.digit() is None


def test_the_old_drawing_does_not_come_back_over_a_picture_that_was_put_on():
    drawing = drawn((TWO, b"old"))
    drawing.put_on(an_image())
    drawing.report(TWO, b"old")
    assert np.array_equal(drawing.digit(), an_image())
