"""The part of the Draw page that says why, without a browser."""

import re

import numpy as np
import pytest
from app_without_browser import App, html, opened_app, with_drawing, with_reasons, words
from photos import strokes_of
from streamlit.testing.v1 import AppTest

from mnist_core.drawing.normalise import normalisation_steps, plain_resize, to_mnist
from mnist_core.drawing.pen import reink
from mnist_core.insight.one_image.certainty import Likeness, Limits
from mnist_core.network.network import pretrained
from ui.draw.canvas_value import SIDE, path_object
from ui.draw.sketch import Sketch
from ui.explain import change_of_mind, why
from ui.explain import how_sure as likeness
from ui.explain.verdict import measured_words, verdict_words
from ui.explain.why import AGAINST, DECIDED, DIGIT, FOLLOW, LOOK, NETWORK, VIEW, ask_about, compared
from ui.frame import state
from ui.networks import USUAL_FOR_DRAWINGS
from ui.parts.answers import Answer

PAGE = "1_Draw.py"
STROKES = strokes_of(3, size=SIDE)
IMAGE = to_mnist(reink(STROKES))


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


@pytest.fixture
def visit(app: App) -> AppTest:
    return with_drawing(app.visit(PAGE), STROKES)


def look_at(visit: AppTest, view: str) -> AppTest:
    visit.segmented_control(key=VIEW).set_value(view)
    return App.again(visit)


def test_an_empty_canvas_asks_nothing(app: App):
    visit = with_reasons(app.visit(PAGE))
    assert "The steps appear here" in words(visit)
    keys = {each.key for each in (*visit.toggle, *visit.selectbox)}
    assert not keys & {"why_resized", NETWORK}


def test_ink_that_is_none_within_the_canvas_asks_nothing_either(app: App):
    visit = with_drawing(app.visit(PAGE), [np.array([[400.0, 400.0], [500.0, 500.0]])])
    assert "The steps appear here" in words(visit) and "dl-on-the-way" not in html(visit)


def test_each_network_answers_at_each_step(visit: AppTest):
    shown = re.findall(r"<li><small>([^<]+)</small> <b>(\d)</b> <span>(\d+) %", html(visit))
    drawn = Sketch(objects=[path_object(stroke, 22) for stroke in STROKES])
    steps = [drawn.ink(), *(step.image for step in normalisation_steps(reink(STROKES)))]
    small = np.stack([plain_resize(step) for step in steps])
    expected = []
    parts = {name: pretrained(name).probabilities(small) for name in USUAL_FOR_DRAWINGS}
    for place in range(len(steps)):
        expected += [(str(part[place].argmax()), f"{100 * part[place].max():.0f}") for part in parts.values()]
    assert [(digit, share) for _, digit, share in shown] == expected
    assert len(shown) == 12
    assert len({name for name, *_ in shown}) == 2 and "are asked about picture 6 only" in words(visit)


def test_the_switch_shows_what_a_plain_resize_leaves(visit: AppTest):
    assert "as a plain resize to 28x28 leaves it" not in html(visit)
    visit.toggle(key="why_resized").set_value(True)
    App.again(visit)
    assert html(visit).count("as a plain resize to 28x28 leaves it") == 5


def test_gauges_place_the_drawing_in_words(visit: AppTest):
    for label in ("Pen", "Ink", "Slant", "Size", "Position"):
        assert f"<strong>{label}</strong>" in html(visit)
    assert re.search(r"Your pen is (thinner|thicker) than \d+ % of MNIST\.", html(visit))


def never(*_args, **_options):
    raise AssertionError("nobody looks at it")


def test_what_nobody_has_opened_is_not_worked_out(app: App, monkeypatch):
    for name in ("strip", "gauges", "to_mnist", "evidence_html", "verdicts"):
        monkeypatch.setattr(why, name, never)
    visit = app.visit(PAGE)
    visit.session_state["canvas_sketch"] = Sketch(objects=[path_object(stroke, 22) for stroke in STROKES])
    App.again(visit)
    assert "dl-digit" in html(visit) and "dl-seen" not in html(visit)


def test_a_reason_asked_for_at_a_bar_is_opened(app: App):
    visit = app.visit(PAGE)
    visit.session_state["canvas_sketch"] = Sketch(objects=[path_object(stroke, 22) for stroke in STROKES])
    visit.session_state[DECIDED] = True  # As `ask_about` leaves it.
    App.again(visit)
    assert "dl-evidence" in html(visit) and "dl-seen" not in html(visit)


def test_only_what_is_looked_at_is_computed(visit: AppTest, monkeypatch):
    monkeypatch.setattr(why, "mind", never)
    monkeypatch.setattr(why, "nearest", never)
    App.again(visit)
    assert "dl-evidence" in html(visit)
    monkeypatch.undo()
    monkeypatch.setattr(why, "evidence_html", never)
    look_at(visit, "neighbours")
    assert "dl-evidence" not in html(visit)


def test_a_digit_can_be_chosen_from_elsewhere_and_from_the_boxes(visit: AppTest):
    scores = pretrained(USUAL_FOR_DRAWINGS[0]).scores(IMAGE[None])[0]
    first, second = (int(each) for each in np.argsort(-scores, kind="stable")[:2])
    assert f"speaks for <b>{first}</b>" in html(visit) and f"for <b>{second}</b>" in html(visit)
    visit.session_state[DIGIT] = 7  # As a click on a bar does.
    App.again(visit)
    assert "speaks for <b>7</b>" in html(visit) and f"for <b>{first}</b>" in html(visit)
    assert f"{first}, the answer" in visit.selectbox(key=AGAINST).options
    visit.selectbox(key=AGAINST).set_value(4)
    App.again(visit)
    assert "speaks for <b>7</b>" in html(visit) and "for <b>4</b>" in html(visit)
    visit.selectbox(key=AGAINST).set_value(7)  # Against itself nothing can be compared.
    App.again(visit)
    assert f"for <b>{first}</b>" in html(visit)


def test_a_digit_that_was_asked_about_is_forgotten_with_the_drawing(visit: AppTest):
    visit.session_state[DIGIT], visit.session_state[AGAINST] = 7, 4
    assert "speaks for <b>7</b>" in html(App.again(visit)) and 'aria-pressed="true"' in html(visit)
    with_drawing(visit, [])  # As Clear leaves it, and the guide between two digits.
    with_drawing(visit, STROKES)
    assert visit.selectbox(key=DIGIT).value == visit.selectbox(key=AGAINST).value == FOLLOW
    assert 'aria-pressed="true"' not in html(visit)


def test_nonsense_in_the_session_falls_back_to_the_answer(app: App):
    visit = app.visit(PAGE)
    visit.session_state[DIGIT], visit.session_state[NETWORK] = "seven", "gone"
    with_drawing(visit, STROKES)
    assert visit.selectbox(key=DIGIT).value == FOLLOW and visit.selectbox(key=NETWORK).value == USUAL_FOR_DRAWINGS[0]


def test_hidden_units_belong_to_the_network_that_has_them(visit: AppTest):
    assert "spoke loudest" not in html(visit)
    visit.selectbox(key=NETWORK).set_value(USUAL_FOR_DRAWINGS[1])
    App.again(visit)
    assert "spoke loudest" in html(visit)


def test_the_nearest_examples_come_with_their_labels(app: App, visit: AppTest):
    look_at(visit, "neighbours")
    squared = ((app.data.x_train.astype(int) - IMAGE) ** 2).sum(axis=(1, 2))
    nearest = np.argsort(squared, kind="stable")[:12]
    shown = re.findall(r"Training image (\d+), a (\d), ([\d.]+) away", html(visit))
    assert [(int(place), int(label)) for place, label, _ in shown] == [
        (place, app.data.y_train[place]) for place in nearest
    ]
    assert "All 2,000 were compared" in words(visit)


def test_while_the_images_are_on_their_way_drawing_goes_on(app: App, monkeypatch):
    monkeypatch.setattr(state, "loaded_dataset", lambda: None)
    visit = with_drawing(app.visit(PAGE), STROKES)
    look_at(visit, "neighbours")
    assert "are not here yet" in words(visit) and visit.button(key="why_look_again")
    assert "Not sure" not in words(visit)


def test_changes_of_mind_are_applied_step_by_step(visit: AppTest):
    look_at(visit, "mind")
    said = pretrained(USUAL_FOR_DRAWINGS[0]).classify(IMAGE[None])[0]
    slider = next(each for each in visit.slider if each.key.startswith("why_step_"))
    total = int(slider.max)
    assert f"After 0 of {total} it says" in html(visit) and f'dl-mind-says">{said}<' in html(visit)
    visit.button(key="why_next").click()
    App.again(visit)
    assert f"After 1 of {total} it says" in html(visit)
    visit.slider(key=slider.key).set_value(total)
    App.again(visit)
    assert f'dl-mind-says">{said}<' not in html(visit)
    assert visit.button(key="why_next").disabled


def test_a_digit_that_is_chosen_is_the_one_to_be_said(visit: AppTest):
    look_at(visit, "mind")
    for key in (DIGIT, AGAINST):
        visit.selectbox(key=DIGIT).set_value(FOLLOW)
        visit.selectbox(key=AGAINST).set_value(FOLLOW)
        visit.selectbox(key=key).set_value(0)
        App.again(visit)
        assert "makes it say 0" in html(visit)


def test_another_drawing_begins_with_no_changes(visit: AppTest):
    look_at(visit, "mind")
    visit.button(key="why_next").click()
    App.again(visit)
    with_drawing(visit, strokes_of(5, size=SIDE))
    assert "After 0 of" in html(visit)


def test_a_search_in_vain_is_said(visit: AppTest, monkeypatch):
    found = change_of_mind.change_of_mind(pretrained(USUAL_FOR_DRAWINGS[0]), IMAGE, most=1)
    vain = type(found)(found.image, found.said, found.digit, found.changes[:1], found.probabilities[:2], False)
    monkeypatch.setattr(change_of_mind, "_found", lambda *_: vain)
    look_at(visit, "mind")
    assert "With 1 pixel changed, one after the other, it still says" in words(visit)


def test_what_looks_like_no_training_image_is_not_sure(visit: AppTest):
    """The training images here are noise, which a drawing is far from."""
    assert "**Not sure.**" in words(visit)


def test_what_looks_like_a_training_image_is_not_doubted(visit: AppTest, monkeypatch):
    near = {each: like(each) for each in range(10)}
    monkeypatch.setattr(likeness, "likeness_to", lambda image, digits: {each: near[each] for each in digits})
    monkeypatch.setattr("ui.parts.answers.is_sure", lambda probability, likeness: likeness.is_near)
    App.again(visit)
    assert "Not sure" not in words(visit) + html(visit) and "This is like the" in words(visit)


def like(digit: int, distance: float = 5.0, width: float = 3.0) -> Likeness:
    return Likeness(digit, distance, 0.8, width, Limits(6.75, 0.67))


def answer(name: str, likeness: Likeness, probability: float = 0.9) -> Answer:
    probabilities = np.zeros(10, np.float32)
    probabilities[[likeness.digit, 3]] = probability, min(probability - 0.01, 1 - probability)
    return Answer(name, probabilities, probabilities, likeness)


def test_words_name_the_networks_and_the_numbers_stand_behind_them():
    said = verdict_words(8, [answer("Linear", like(8, 7.44)), answer("Hidden", like(8, 7.44))])
    assert said.startswith("**Not sure.** Linear and Hidden say 8, but it is unusual for an 8")
    measured = measured_words(answer("Linear", like(8, 7.44)))
    assert "80\xa0% of the ink in common with it (usual: at least 67\xa0%)" in measured
    assert "7.4 away, counted in pixels of full ink (usual: at most 6.8)" in measured
    assert not re.search(r"\d\.\d|%", said)
    assert "Linear says 8" in verdict_words(8, [answer("Linear", like(8, 7.44))])
    assert "it is a blot" in verdict_words(0, [answer("Linear", like(0, width=9.7))])


def test_of_two_networks_only_the_one_in_doubt_is_named():
    said = verdict_words(8, [answer("Linear", like(8), 0.4), answer("Hidden", like(8))])
    assert said.startswith("**Not sure.** Linear says 8") and "perhaps it is 3" in said and "Hidden" not in said
    assert "Not sure" not in verdict_words(8, [answer("Hidden", like(8))])


@pytest.mark.parametrize(
    ("digit", "against", "expected"),
    [(None, None, (4, 9)), (9, None, (9, 4)), (4, None, (4, 9)), (None, 2, (4, 2)), (None, 4, (4, 9)), (7, 7, (7, 4))],
)
def test_what_is_compared_where_nothing_is_chosen(digit, against, expected):
    scores = np.zeros(10, np.float32)
    scores[[4, 9]] = 0.9, 0.5
    assert compared(scores, digit, against) == expected


def test_a_click_on_a_bar_sets_what_is_asked(monkeypatch):
    session = {AGAINST: 3}
    monkeypatch.setattr(why.st, "session_state", session)
    ask_about(5, "hidden")
    assert session == {DIGIT: 5, AGAINST: FOLLOW, NETWORK: "hidden", DECIDED: True, LOOK: True}


def test_with_no_network_the_steps_are_shown_all_the_same(visit: AppTest):
    visit.multiselect(key="network").set_value([])
    App.again(visit)
    assert "6. 28x28" in html(visit) and "dl-on-the-way" not in html(visit)
