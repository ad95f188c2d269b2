"""What a canvas holds between the clicks of a hand and the reports of the component."""

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
