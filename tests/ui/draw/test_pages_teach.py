"""Teaching on the Draw page without a browser: what is kept, and what a lesson leads to."""

import json
import re

import numpy as np
import pytest
from app_without_browser import VISITOR, App, address, html, opened_app, pressable, with_drawing, words
from photos import drawing, strokes_of
from stored import hands
from streamlit.testing.v1 import AppTest
from waits import SECONDS

from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.pen import reink
from mnist_core.errors import StoreError
from mnist_core.exchange import drawing_files
from mnist_core.insight.one_image.certainty import Likeness, Limits
from mnist_core.network.network import pretrained
from mnist_core.numerals import an
from mnist_core.store import handwritings, lessons
from mnist_core.store.drawings import Drawing, Drawings
from mnist_core.store.handwritings import names_of
from mnist_core.store.lessons import Result
from mnist_core.store.runs.records import Run, Status
from ui.draw.canvas_value import SIDE
from ui.draw.teach import feedback
from ui.draw.teach.guided import doubt_words
from ui.networks import USUAL_FOR_DRAWINGS
from ui.parts.answers import Answer

PAGE = "1_Draw.py"
OWN = next(names_of(VISITOR))
PATH = np.array([[100.0, 100.0], [120.0, 140.0]])


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def say(visit: AppTest, digit: int) -> AppTest:
    """Press this digit under the answers."""
    next(each for each in visit.segmented_control if each.key.startswith("label_")).set_value(digit)
    return App.again(visit)


def kept(app: App, hand: str = OWN) -> list[tuple[int, bool]]:
    return [(each.label, each.confirmed) for each in app.store.drawings.all(hand)]


def some(app: App, *labels: int, hand: str = OWN) -> list[Drawing]:
    """Drawings that are kept already."""
    return app.store.drawings.keep(
        *(Drawing(label, to_mnist(drawing(label, size=SIDE)), hand=hand, said={"hidden": label}) for label in labels),
        owner=VISITOR if hand == OWN else "",
    )


def test_a_press_on_the_digit_that_was_read_keeps_the_drawing_with_its_path_and_what_each_network_said(app: App):
    visit = with_drawing(app.visit(PAGE), [PATH])
    image = to_mnist(reink([PATH]))
    said = {name: int(pretrained(name).classify(image[None])[0]) for name in USUAL_FOR_DRAWINGS}
    keypad = next(each for each in visit.segmented_control if "ress what it is" in each.label)
    assert marks(keypad) == dict.fromkeys(sorted(set(said.values())), ":material/question_mark:")
    digit = said[USUAL_FOR_DRAWINGS[0]]
    say(visit, digit)
    (found,) = app.store.drawings.all(OWN)
    assert found.said == said and found.label == digit
    assert np.array_equal(found.image, image)
    assert [stroke.tolist() for stroke in found.strokes] == [PATH.tolist()]
    assert f"Kept in {OWN}." in words(visit)
    keypad = next(each for each in visit.segmented_control if each.key.startswith("label_"))
    assert keypad.label == f"Kept as {an(digit)}. Press another to correct it"
    assert marks(keypad) == {digit: ":material/check:"}  # What was guessed is not what it is.
    assert app.store.handwritings.owner_of(OWN) == VISITOR


def marks(keypad: object) -> dict[int, str]:
    """The signs that some of the ten digits have."""
    return {int(each.content): each.content_icon for each in keypad.proto.options if each.content_icon}


NAMES = {"weak": "Linear", "strong": "Hidden layer", "third": "Mine"}


@pytest.mark.parametrize(
    ("said", "asked", "told"),
    [
        ({"weak": 8}, "Right, an 8? Press what it is", "It was read right."),
        ({"weak": 8, "strong": 8}, "Right, an 8? Press what it is", "Both networks were right."),
        ({"weak": 3, "strong": 8}, "Read as a 3 and an 8. Press what it is", "Hidden layer was right."),
        ({"weak": 3, "strong": 3}, "Right, a 3? Press what it is", "Both networks were wrong."),
        ({"weak": 3, "strong": 8, "third": 8}, "Read as a 3 and an 8. Press what it is", "Hidden layer and Mine were"),
        ({}, "Press what it is", ""),
    ],
)
def test_the_page_asks_by_what_all_networks_read_and_tells_which_of_them_were_right(said, asked, told):
    assert feedback.question(said) == asked
    assert feedback.right_words(said, NAMES, 8).startswith(told)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"weak": 4, "strong": 4}, "Perhaps a 4? Press what it is"),
        ({"weak": 4, "strong": 8}, "Perhaps a 4 or an 8? Press what it is"),
        ({}, "Press what it is"),
    ],
)
def test_the_page_does_not_ask_whether_an_answer_is_right_that_nobody_was_sure_of(said, asked):
    assert feedback.question(said, doubted=True) == asked


def test_pressing_another_digit_corrects_the_drawing_and_keeps_no_second(app: App):
    visit = say(with_drawing(app.visit(PAGE), strokes_of(3, size=SIDE)), 5)
    assert kept(app) == [(5, False)]
    visit = say(visit, 3)
    assert [label for label, _ in kept(app)] == [3]
    assert any(each.label.startswith("Kept as a 3.") for each in visit.segmented_control)


def test_a_drawing_is_kept_for_the_hand_that_the_address_names(app: App):
    visit = say(with_drawing(app.visit(PAGE, hand="Ada"), strokes_of(4, size=SIDE)), 4)
    assert hands(app.store) == {"Ada": 1}
    assert address(visit)["hand"] == "Ada"
    assert 'class="dl-counts"' in html(visit) and "<b>4</b><span>1</span>" in html(visit)


def test_every_browser_has_a_handwriting_of_its_own_that_needs_no_address(app: App):
    some(app, 1, 2)
    visit = app.visit(PAGE)
    assert "hand" not in address(visit) and "2 kept. Most would help: 0, 3" in words(visit)
    assert choice(visit).value == OWN and "Shared" not in words(visit)
    visit = app.visit(PAGE, hand="Grace")  # The browser test types a name.
    assert address(visit)["hand"] == "Grace" and "Nothing is kept yet" in words(visit)
    app.token = "6" * 32
    other = app.visit(PAGE)
    assert "Nothing is kept yet" in words(other) and f"{OWN} (" not in str(choice(other).options)


def test_a_stroke_of_ones_own_hand_asks_the_store_nothing(app: App):
    def stroke() -> None:
        import sqlalchemy as sa
        import streamlit as st

        from ui.draw.teach.handwriting import hand_now, may_keep

        hand, asked = hand_now(), []  # As before the stroke.
        note = lambda *_: asked.append(1)  # noqa: E731
        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        st.text(f"{may_keep(hand)}, asked {len(asked)} times")
        sa.event.remove(sa.Engine, "before_cursor_execute", note)

    visit = AppTest.from_function(stroke, default_timeout=SECONDS)
    visit.session_state["visitor"] = app.token
    assert app.again(visit).text[0].value == "True, asked 0 times"


def test_handwritings_are_listed_own_first_and_shared_ones_are_named_as_such(app: App):
    some(app, 1, 2, 3, hand="guest")
    some(app, 1, hand="Class 7b")
    visit = app.visit(PAGE)
    assert choice(visit).options == [f"{OWN} (yours)", "guest (shared)", "Class 7b (shared)"]
    visit = app.visit(PAGE, hand="guest")
    assert choice(visit).value == "guest" and "3 kept" in words(visit)
    assert "Shared with everybody who opens this address" in words(visit)


def test_the_own_handwriting_of_another_is_opened_by_its_link_alone_and_named_as_such(app: App):
    theirs = app.store.handwritings.own("6" * 32)
    app.store.drawings.keep(Drawing(3, to_mnist(drawing(3, size=SIDE)), hand=theirs), owner="6" * 32)
    assert choice(app.visit(PAGE)).options == [f"{OWN} (yours)"]
    visit = app.visit(PAGE, hand=theirs)
    assert f"{theirs} (another browser's)" in choice(visit).options and "1 kept" in words(visit)
    assert "another browser's own handwriting" in words(visit)
    say(with_drawing(visit, strokes_of(4, size=SIDE)), 4)
    assert app.store.handwritings.owner_of(theirs) == "6" * 32 and len(kept(app, theirs)) == 2


def test_a_name_that_was_taken_between_two_looks_is_given_up_in_a_sentence(app: App, monkeypatch):
    monkeypatch.setattr(
        handwritings, "names_of", lambda visitor: iter(["Quiet lark 17", f"Next of {visitor == VISITOR}"])
    )
    visit = with_drawing(app.visit(PAGE), strokes_of(3, size=SIDE))
    app.store.drawings.keep(Drawing(3, to_mnist(drawing(3, size=SIDE)), hand="Quiet lark 17"), owner="6" * 32)
    say(visit, 3)
    assert "'Next of True', the name that this browser has" in words(visit) and choice(visit).value == "Next of True"
    say(visit, 3)
    assert hands(app.store) == {"Quiet lark 17": 1, "Next of True": 1}


def choice(visit: AppTest) -> object:
    """The choice of the handwriting."""
    return visit.selectbox(key="hand")


@pytest.mark.parametrize("characters", [41, 500])
def test_a_hand_with_an_endless_name_is_explained_and_is_not_used(app: App, characters):
    visit = app.visit(PAGE, hand="x" * characters)
    assert "name of 1 to 40 characters" in words(visit) and "x" * 120 not in words(visit)
    assert "Nothing is kept yet" in words(visit)


def test_the_same_drawing_called_two_digits_is_kept_twice_and_explained(app: App):
    app.store.drawings.keep(Drawing(3, to_mnist(reink([PATH])), hand=OWN, said={}), owner=VISITOR)
    visit = say(with_drawing(app.visit(PAGE), [PATH]), 8)
    assert [label for label, _ in kept(app)] == [3, 8]
    assert "looks just like it is kept as a 3" in words(visit)


def test_guided_mode_asks_for_each_digit_and_keeps_it_with_one_press(app: App):
    some(app, 0)
    visit = app.visit(PAGE)
    visit.toggle(key="guided").set_value(True)
    App.again(visit)
    assert "<span>Draw a</span><b>1</b>" in html(visit) and "<small>2nd of 10</small>" in html(visit)
    assert pressable(visit, "keep_next").disabled
    visit = with_drawing(visit, strokes_of(7, size=SIDE))
    pressable(visit, "keep_next").click()
    App.again(visit)
    assert [label for label, _ in kept(app)] == [0, 1]
    assert visit.session_state["canvas_sketch"].objects == []
    assert "<span>Draw a</span><b>2</b>" in html(visit)
    pressable(visit, "skip").click()
    App.again(visit)
    assert "<span>Draw a</span><b>3</b>" in html(visit)


def guided(app: App, **query: object) -> AppTest:
    """The page as it asks for digits."""
    visit = app.visit(PAGE, **query)
    visit.toggle(key="guided").set_value(True)
    return App.again(visit)


def test_what_was_skipped_is_asked_for_again_before_what_is_kept_and_the_round_becomes_whole(app: App):
    visit, asked = guided(app), []
    for _ in range(11):
        asked.append(int(re.search(r"<span>Draw an?</span><b>(\d)</b>", html(visit))[1]))
        button = pressable(with_drawing(visit, strokes_of(5, size=SIDE, seed=len(asked))), "keep_next")
        button = pressable(visit, "skip") if len(asked) == 2 else button
        button.click()
        App.again(visit)
    assert asked == [*range(10), 1]
    assert "10 of 10: now teach, or go on" in html(visit) and pressable(visit, "guided_teach") is not None


def test_a_digit_that_was_kept_twice_does_not_keep_a_round_from_being_whole(app: App):
    some(app, 0, 0, *range(1, 9))
    visit = guided(app)
    assert "<b>9</b><small>10th of 10</small>" in html(visit)
    some(app, 9)
    assert "10 of 10: now teach, or go on" in html(App.again(visit))
    some(app, 1)
    assert "<small>3rd of 10</small>" in html(App.again(visit))  # The second 0 counts in the next one.


def test_the_digit_that_alone_is_missing_can_be_skipped(app: App):
    some(app, *range(9))
    visit = guided(app)
    pressable(visit, "skip").click()
    assert "<span>Draw a</span><b>0</b>" in html(App.again(visit))


def test_the_guide_begins_with_an_empty_canvas_and_what_was_drawn_before_can_be_brought_back(app: App):
    visit = with_drawing(app.visit(PAGE), strokes_of(9, size=SIDE))
    drawn = visit.session_state["canvas_sketch"].objects
    visit.toggle(key="guided").set_value(True)
    App.again(visit)
    assert visit.session_state["canvas_sketch"].objects == [] and pressable(visit, "keep_next").disabled
    pressable(visit, "canvas_undo").click()
    App.again(visit)
    assert visit.session_state["canvas_sketch"].objects == drawn and kept(app) == []


def sure_of(digit: int, *, sure: bool = True) -> Answer:
    """A network's answer."""
    probabilities = np.eye(10, dtype=np.float32)[digit]
    return Answer(
        "a", probabilities, probabilities, Likeness(digit, 5.0 if sure else 9.0, 0.8, 3.0, Limits(6.75, 0.67))
    )


@pytest.mark.parametrize(
    ("answered", "words"),
    [
        ([sure_of(9)], "Really an 8? The network reads a 9."),
        ([sure_of(9), sure_of(9)], "Really an 8? Both read a 9."),
        ([sure_of(9), sure_of(4)], "Really an 8? Both read a 9 or a 4."),
        ([sure_of(9), sure_of(8)], ""),
        ([sure_of(9), sure_of(9, sure=False)], ""),
        ([], ""),
    ],
)
def test_the_guide_asks_back_where_every_network_is_sure_of_another_digit(answered, words):
    said = doubt_words(8, answered)
    assert said.startswith(words) and bool(said) == bool(words)


def test_two_who_draw_the_same_digit_for_one_hand_both_keep_what_they_were_asked_for(app: App):
    first, second = guided(app, hand="Class"), guided(app, hand="Class")
    with_drawing(first, strokes_of(0, size=SIDE)), with_drawing(second, strokes_of(0, 1, size=SIDE))
    pressable(first, "keep_next").click()
    App.again(first)
    pressable(second, "keep_next").click()
    App.again(second)
    assert [label for label, _ in kept(app, "Class")] == [0, 0]
    assert "<span>Draw a</span><b>1</b>" in html(second)


def test_what_is_asked_for_does_not_change_while_somebody_draws_it(app: App):
    visit = guided(app)
    some(app, 0)
    assert "<span>Draw a</span><b>0</b>" in html(with_drawing(visit, strokes_of(0, size=SIDE)))


def test_a_press_on_keep_or_skip_that_arrives_twice_acts_once(app: App):
    visit = guided(app)
    for press, asked in (("skip", 1), ("keep_next", 2)):
        button = pressable(with_drawing(visit, strokes_of(5, size=SIDE)), press)
        button.click()
        App.again(visit)
        App.deliver_again(visit, button)
        assert f"<span>Draw a</span><b>{asked}</b>" in html(visit)
    assert [label for label, _ in kept(app)] == [1]


def test_teaching_needs_a_drawing(app: App):
    visit = app.visit(PAGE)
    assert pressable(visit, "teach").disabled and app.jobs.lessons_prepared == []
    some(app, 3)
    visit = app.visit(PAGE)
    assert not pressable(visit, "teach").disabled and set(app.jobs.lessons_prepared) == {USUAL_FOR_DRAWINGS[1]}
    assert "One drawing is little to learn from" in words(visit)


def test_only_threes_are_taught_with_a_warning(app: App):
    some(app, 3, 3)
    assert "All 2 drawings are a 3" in words(app.visit(PAGE))


def test_teach_queues_a_run_that_carries_the_drawings_and_names_its_parent(app: App):
    some(app, 1, 2, 3)
    visit = app.visit(PAGE, network="hidden")
    pressable(visit, "teach").click()
    App.again(visit)
    (run,) = app.store.runs.lists.all()
    lesson = app.store.lessons.get(run.id)
    assert app.jobs.submitted == [run.id] and address(visit)["lesson"] == run.id
    assert (run.config.architecture, lesson.parent, lesson.hand) == ("hidden", "hidden", OWN)
    assert lesson.labels.tolist() == [1, 2, 3]
    assert run.name == f"Hidden layer 784-100-10, taught by {OWN}, lesson 1"
    assert pressable(visit, "teach").disabled


def test_a_press_on_teach_that_is_delivered_twice_teaches_one_lesson(app: App):
    some(app, 1)
    visit = app.visit(PAGE)
    press = pressable(visit, "teach").click()
    App.again(visit)
    App.deliver_again(visit, press)
    assert len(app.store.runs.lists.all()) == 1


def test_what_is_chosen_right_before_a_press_counts(app: App):
    some(app, 1)
    some(app, 2, hand="Ada")
    visit = with_drawing(app.visit(PAGE), strokes_of(3, size=SIDE))
    visit.selectbox(key="hand").set_value("Ada")
    say(visit, 3)
    assert len(kept(app, "Ada")) == 2
    visit.selectbox(key="lesson_parent").set_value("linear")
    pressable(visit, "teach").click()
    App.again(visit)
    (run,) = app.store.runs.lists.all()
    assert (app.store.lessons.get(run.id).parent, app.store.lessons.get(run.id).hand) == ("linear", "Ada")


def test_the_network_that_misread_the_drawings_is_offered_and_not_the_one_that_read_them_all(app: App):
    some(app, 1, 2)
    drawn = ((digit, to_mnist(drawing(digit, size=SIDE, seed=seed))) for digit in range(10) for seed in range(20))

    def reads(name: str, digit: int, image: np.ndarray) -> bool:
        return int(pretrained(name).classify(image[None])[0]) == digit

    digit, image = next(each for each in drawn if reads("hidden-draw-ready", *each) and not reads("linear", *each))
    app.store.drawings.keep(Drawing(digit, image, hand=OWN), owner=VISITOR)
    visit = app.visit(PAGE, network="hidden-draw-ready,linear")
    assert visit.selectbox(key="lesson_parent").value == "linear"
    assert "Teaches Linear 784-10, pretrained, which misreads 1 of your 3 drawings, more than the others" in words(
        visit
    )
    visit.selectbox(key="lesson_parent").set_value("hidden")
    assert App.again(visit).selectbox(key="lesson_parent").value == "hidden"  # What somebody chose stays.


def test_after_ten_of_ten_teach_is_where_one_draws_and_so_is_what_came_of_it(app: App):
    some(app, *range(9))
    visit = guided(app, network="hidden")
    assert pressable(visit, "guided_teach") is None
    some(app, 9)
    App.again(visit)
    assert "10 of 10: now teach, or go on" in html(visit)
    pressable(visit, "guided_teach").click()
    App.again(visit)
    assert pressable(visit, "guided_teach").disabled
    (run,) = app.store.runs.lists.all()
    end(app, run, Result((0, 0, 0), (10, 8, 10), (500, 480, 468)))
    App.again(visit)
    assert "It lost 12 of few's 500 test images." in words(visit).replace(app.data.name, "few")
    assert "Hidden layer 784-100-10, pretrained itself stays as it was" in words(visit)
    visit.button(key="guided_let_it_answer").click()
    assert App.again(visit).multiselect(key="network").value == [run.id, "hidden"]
    assert pressable(visit, "guided_let_it_answer") is None  # Its answer stands in that place.
    some(app, 0)
    App.again(visit)
    assert pressable(visit, "guided_teach") is None and pressable(visit, "guided_let_it_answer") is None


def taught(app: App) -> str:
    """A lesson that has ended."""
    some(app, 1, 2, 3)
    visit = app.visit(PAGE, network="hidden")
    pressable(visit, "teach").click()
    App.again(visit)
    run = app.store.runs.lists.all()[0]
    end(app, run, Result((0, 0, 0), (3, 2, 3), (500, 480, 475)))
    return run.id


def end(app: App, run: Run, result: Result) -> None:
    """Do a worker's part for a lesson, which leaves the network as it was."""
    app.store.runs.progress.claim(run.id)
    app.store.runs.progress.add_snapshot(
        run.id, step=run.total_steps, epoch=1.0, network=pretrained("hidden").to_bytes()
    )
    app.store.lessons.set_result(run.id, result)
    app.store.runs.progress.finish(run.id, Status.FINISHED, correct=result.tested[2], tested=result.tested[0])


def test_before_and_after_stand_side_by_side_and_the_taught_network_can_answer(app: App):
    run = taught(app)
    visit = with_drawing(app.visit(PAGE, network="hidden", lesson=run), strokes_of(3, size=SIDE))
    for figure in ("2 of 3", "3 of 3", "480 of 500", "475 of 500", "a fifth is held back"):
        assert figure in html(visit)
    assert "This drawing, before" in html(visit) and "This drawing, after" in html(visit)
    visit.button(key="let_it_answer").click()
    App.again(visit)
    assert visit.multiselect(key="network").value == [run, "hidden"]
    assert address(visit)["network"] == f"{run},hidden"


def test_what_was_drawn_since_the_lesson_shows_what_it_is_worth(app: App):
    run = taught(app)
    assert "Drawn since" not in html(app.visit(PAGE, lesson=run))
    since = some(app, 5, 6)
    right = sum(int(pretrained("hidden").classify(each.image[None])[0] == each.label) for each in since)
    visit = app.visit(PAGE, lesson=run)
    assert "Drawn since, not taught" in html(visit)
    assert html(visit).count(f"{right} of 2</small>") == 2  # What was "learned" here is the parent itself.


def test_what_did_not_fit_into_the_lesson_is_not_called_drawn_since(app: App, monkeypatch):
    monkeypatch.setattr(lessons, "MOST_TAUGHT", 2)
    run = taught(app)
    assert len(app.store.lessons.get(run).labels) == 2
    visit = app.visit(PAGE, lesson=run)
    assert "Drawn since" not in html(visit) and "the newest 2 of these 3 drawings" in words(visit)


def test_a_lesson_that_waits_says_for_what(app: App):
    ahead = app.queued()
    some(app, 1)
    visit = app.visit(PAGE)
    pressable(visit, "teach").click()
    App.again(visit)
    lesson = next(run for run in app.store.runs.lists.all() if run.id != ahead.id)
    assert progress(visit) == "Next in line: it starts in a moment."  # Before the run, which was first.
    app.store.runs.progress.claim(lesson.id)
    assert progress(App.again(visit)).startswith("Preparing: variations of your drawings")
    app.store.runs.progress.beat(lesson.id, paused=True)
    assert "Paused, step 0 of" in progress(App.again(visit))


def test_a_lesson_that_waits_can_be_given_up(app: App):
    some(app, 1)
    visit = app.visit(PAGE)
    pressable(visit, "teach").click()
    App.again(visit)
    pressable(visit, "give_up_lesson").click()
    App.again(visit)
    (lesson,) = app.store.runs.lists.all()
    assert lesson.status == Status.STOPPED and app.store.runs.queue.order() == []
    assert "The lesson did not end." in words(visit)


def progress(visit: AppTest) -> str:
    """What stands at the bar of how far the lesson is."""
    return visit.get("progress")[0].proto.text


def test_the_error_of_a_correction_is_shown_at_once_and_not_with_the_next_drawing(app: App, monkeypatch):
    visit = say(with_drawing(app.visit(PAGE), strokes_of(3, size=SIDE)), 3)
    with monkeypatch.context() as patch:
        patch.setattr(Drawings, "relabel", refused)
        say(visit, 5)
    assert "The disk is full." in words(visit)
    assert any(each.label.startswith("Kept as a 3.") for each in visit.segmented_control)
    App.again(visit)
    with_drawing(visit, strokes_of(4, size=SIDE))
    assert "The disk is full." not in words(visit)


def refused(*_: object) -> None:
    raise StoreError("The disk is full.")


def test_the_train_page_names_the_parent_of_a_taught_network(app: App):
    visit = app.visit("2_Train.py", run=taught(app))
    assert "Taught from Hidden layer 784-100-10, pretrained, which comes with the app" in html(visit)


def test_a_lesson_that_is_gone_is_left_out_of_the_address(app: App):
    visit = app.visit(PAGE, lesson="deadbeef")
    assert "lesson" not in address(visit)


def test_a_lesson_that_failed_says_why_and_can_go_on(app: App):
    some(app, 1)
    visit = app.visit(PAGE)
    pressable(visit, "teach").click()
    App.again(visit)
    run = app.store.runs.lists.all()[0]
    app.store.runs.progress.claim(run.id)
    app.store.runs.progress.finish(run.id, Status.FAILED, message="The disk is full.")
    visit = app.visit(PAGE, lesson=run.id)
    assert "The disk is full." in words(visit)
    pressable(visit, "lesson_go_on").click()
    App.again(visit)
    assert app.store.runs.get(run.id).status == Status.QUEUED


def opened(app: App, **query) -> AppTest:
    """The page with the list of drawings open."""
    visit = app.visit(PAGE, **query)
    visit.session_state["kept_list"] = True
    return App.again(visit)


def test_a_kept_drawing_is_relabelled_and_deleted(app: App):
    first, second = some(app, 1, 2)
    visit = opened(app)
    visit.session_state["kept_chosen"] = first.id
    App.again(visit)
    visit.segmented_control(key=f"relabel_{first.id}").set_value(7)
    App.again(visit)
    assert [label for label, _ in kept(app)] == [7, 2]
    pressable(visit, "delete_drawing").click()
    App.again(visit)
    assert app.store.drawings.all(OWN)[0].id == second.id and len(kept(app)) == 1


def test_all_drawings_of_a_hand_are_deleted_and_no_others(app: App):
    some(app, 1, 2)
    some(app, 3, hand="Ada")
    visit = opened(app)
    pressable(visit, "delete_drawings").click()
    App.again(visit)
    assert hands(app.store) == {"Ada": 1}


def test_a_press_on_delete_is_for_the_drawing_that_was_shown(app: App):
    first, second = some(app, 1, 2)
    visit = opened(app)
    visit.session_state["kept_chosen"] = first.id
    press = pressable(App.again(visit), "delete_drawing").click()
    App.again(visit)
    visit.session_state["kept_chosen"] = second.id
    App.again(visit)
    App.deliver_again(visit, press)
    assert [each.id for each in app.store.drawings.all(OWN)] == [second.id]


def test_all_drawings_that_were_shown_are_deleted_or_none(app: App):
    some(app, 1, 2)
    visit = opened(app)
    some(app, 3)  # In another window.
    pressable(visit, "delete_drawings").click()
    App.again(visit)
    assert len(kept(app)) == 3 and "there are 3 drawings now, not 2" in words(visit)


def test_a_press_on_a_kept_drawing_names_it(app: App):
    made = some(app, 1, 2)
    sent = [json.loads(each.proto.json) for each in opened(app).get("bidi_component") if "sheet" in each.proto.json]
    assert [each["names"] for each in sent] == [[each.id for each in reversed(made)]]


def test_a_file_of_drawings_is_loaded_once_and_what_is_here_already_is_left_out(app: App):
    kept_here = some(app, 1, 2)
    content = drawing_files.to_npz([*kept_here, Drawing(7, to_mnist(drawing(7, size=SIDE)))])
    visit = opened(app)
    visit.file_uploader[0].set_value([("mine.npz", content, "application/octet-stream")])
    App.again(visit)
    assert [label for label, _ in kept(app)] == [1, 2, 7]
    assert "1 drawing loaded from mine.npz. 2 were here already" in words(visit)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("mine.csv", b"Name,Age\nAda,36\n", "first column is 'Name'"),
        ("mine.npz", b"PK\x03\x04", "cut off"),
        ("mine.csv", b"label\n" + b"1,2\n" * 1_000_000, "1,000,001 lines"),
    ],
)
def test_somebody_elses_file_is_refused_in_a_sentence_and_nothing_changes(app: App, name, content, said):
    some(app, 1)
    visit = opened(app)
    visit.file_uploader[0].set_value([(name, content, "application/octet-stream")])
    App.again(visit)
    assert said in words(visit) and [label for label, _ in kept(app)] == [1]
