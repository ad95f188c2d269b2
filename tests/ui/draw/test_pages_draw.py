"""The Draw page without a browser: what a drawing or a picture leads to, and what the address carries."""

import base64
import io
import re

import numpy as np
import pytest
from app_without_browser import App, address, dead_links, html, opened_app, pressable, with_drawing, with_reasons, words
from photos import drawing, encoded, photo, strokes_of
from PIL import Image
from streamlit.testing.v1 import AppTest

from benchmarks import people
from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.pen import reink
from mnist_core.errors import StoreError
from mnist_core.network.network import pretrained
from mnist_core.store.runs.lists import RunLists
from ui import networks
from ui.draw.canvas_value import SIDE, path_object
from ui.frame import state

PAGE = "1_Draw.py"
USUAL = ("linear-draw-ready", "hidden-draw-ready")


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def digits(visit: AppTest) -> list[str]:
    """The digits that were answered, one a network."""
    return re.findall(r'class="dl-digit">(\d)<', html(visit))


def seen(visit: AppTest) -> np.ndarray:
    """The 28x28 image that the page shows as what the networks see."""
    content = re.search(r'dl-seen"><img src="data:image/png;base64,([^"]+)"', html(visit))[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))


def test_an_empty_canvas_says_draw_a_digit_and_never_a_digit(app: App):
    visit = app.visit(PAGE)
    assert html(visit).count("Draw a digit") == 2
    assert not digits(visit) and not visit.get("download_button")
    assert {each.key for each in visit.button} >= {"canvas_undo", "canvas_clear"}


def test_a_drawing_is_answered_by_both_networks_with_the_steps_that_led_there(app: App):
    visit = with_drawing(app.visit(PAGE), strokes_of(3, size=SIDE))
    image = to_mnist(reink(strokes_of(3)))
    expected = [str(pretrained(name).classify(image[None])[0]) for name in USUAL]
    assert digits(visit) == expected
    assert "Linear 784-10, draw-ready" in html(visit) and "Hidden layer 784-100-10, draw-ready" in html(visit)
    assert np.array_equal(seen(visit), image)
    for step in ("1. Drawing", "2. Pen", "3. Cropped", "4. Squared", "5. 20x20", "6. 28x28"):
        assert step in html(visit)
    assert len(visit.get("download_button")) == 1


def test_what_the_pen_drew_is_drawn_anew_however_broad_the_pen_was(app: App):
    visit = app.visit(PAGE)
    points = np.array([[60.0, 40], [240, 50], [120, 300]])
    images = []
    for pen in (8, 40):
        with_drawing(visit, [points], brush=pen)
        images.append(seen(visit))
        assert "2. Pen" in html(visit) and "6. 28x28" in html(visit)
    assert np.array_equal(images[0], to_mnist(reink([points])))
    assert np.array_equal(*images)


def test_a_canvas_that_sends_no_drawing_is_answered_in_a_sentence_and_can_be_cleared(app: App):
    visit = with_drawing(app.visit(PAGE), strokes_of(3, size=SIDE))
    sent = {"raw": {"version": "7.1.0", "objects": [{"type": "Circle"}]}, "data": "data:image/png;base64,JSFQUw=="}
    for value in (sent, sent | {"raw": []}, "nonsense"):
        visit.session_state["canvas"] = {"drawing": value, "backgroundFit": None}
        App.again(visit)
        (error,) = visit.error
        assert error.value.endswith("Clear it and draw the digit again.")
        assert visit.button(key="canvas_clear") and len(digits(visit)) == 2


def test_strokes_beside_the_canvas_are_no_drawing(app: App):
    visit = with_drawing(app.visit(PAGE), [np.array([[400.0, 400], [500, 500]])])
    assert not digits(visit) and "Draw a digit" in html(visit)


@pytest.mark.parametrize("key", ["canvas_clear", "canvas_undo"])
def test_clear_is_blank_and_undo_of_one_stroke_too(app: App, key):
    visit = with_drawing(app.visit(PAGE), strokes_of(3, size=SIDE))
    visit.button(key=key).click()
    App.again(visit)
    assert not digits(visit) and "Draw a digit" in html(visit)


def test_bars_can_show_the_raw_outputs(app: App):
    visit = with_drawing(app.visit(PAGE), strokes_of(3, size=SIDE))
    assert 'class="dl-bars dl-by-probability"' in html(visit)
    visit.segmented_control(key="bars").set_value("outputs")
    App.again(visit)
    assert 'class="dl-bars dl-by-outputs"' in html(visit) and 'class="dl-bars dl-by-probability"' not in html(visit)
    assert address(visit)["bars"] == "outputs"


def test_a_link_of_an_earlier_version_shows_shares(app: App):
    visit = with_drawing(app.visit(PAGE, bars="shares"), strokes_of(3, size=SIDE))
    assert 'class="dl-bars dl-by-shares"' in html(visit) and address(visit)["bars"] == "shares"


def test_the_address_carries_what_differs_from_the_usual_and_brings_it_back(app: App):
    visit = app.visit(PAGE)
    assert not address(visit)
    visit.slider(key="brush").set_value(30)
    App.again(visit)
    visit.multiselect(key="network").set_value(["hidden"])
    App.again(visit)
    assert visit.slider(key="brush").value == 30
    visit.segmented_control(key="way").set_value("upload")
    App.again(visit)
    assert address(visit) == {"brush": "30", "network": "hidden", "way": "upload"}
    again = app.visit(PAGE, **address(visit))
    assert again.slider(key="brush").value == 30
    assert again.multiselect(key="network").value == ["hidden"]
    assert again.file_uploader(key="picture")
    assert html(again).count("No picture yet") == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"network": "nonsense"}, "no run 'nonsense'"),
        ({"network": f"{USUAL[0]},{USUAL[1]},<script>"}, "no run '<script>'"),
        ({"bars": "7"}, "Bars must be one of probability, "),
        ({"brush": "9999999999999999"}, "from 8 to 40, got '9999"),
        ({"brush": "-3"}, "from 8 to 40, got '-3'"),
        ({"brush": "²²"}, "got '²²'"),
        ({"way": "telepathy"}, "Way must be one of draw, "),
    ],
    ids=str,
)
def test_nonsense_in_the_address_is_named_and_the_usual_is_shown(app: App, query, said):
    visit = app.visit(PAGE, **query)
    assert said in dead_links(visit)
    assert not visit.error and set(visit.multiselect(key="network").value) == set(USUAL)
    assert visit.slider(key="brush").value == 22
    assert not address(visit)


def test_a_run_can_be_chosen_by_its_link_and_answers(app: App):
    run = app.ended()
    visit = with_drawing(app.visit(PAGE, network=run.id), strokes_of(3, size=SIDE))
    assert visit.multiselect(key="network").value == [run.id]
    assert len(digits(visit)) == 1 and run.name in html(visit)


def test_runs_of_the_same_settings_are_told_apart_and_stay_what_the_link_says(app: App):
    older, newer = app.ended(), app.ended()
    assert older.name != newer.name
    visit = app.visit(PAGE, network=f"{older.id},{newer.id}")
    options = visit.multiselect(key="network").options
    assert len(set(options)) == len(options)
    visit.multiselect(key="network").set_value([older.id])
    App.again(visit)
    assert visit.multiselect(key="network").value == [older.id] and address(visit)["network"] == older.id
    visit = with_drawing(app.visit(PAGE, network=f"{older.id},{newer.id}"), strokes_of(3, size=SIDE))
    for run in (older, newer):  # The answer, and the answer at a step on the way.
        assert html(visit).count(f"{run.name}<") >= 2


def test_until_the_training_images_are_here_the_page_says_what_it_cannot_tell(app: App, monkeypatch):
    monkeypatch.setattr(state, "loaded_dataset", lambda: None)
    visit = with_drawing(app.visit(PAGE), strokes_of(3, size=SIDE))
    assert "Best guess" in html(visit) and "</strong> sure" not in html(visit) and "Not sure" not in html(visit)
    assert "until then nobody can tell how sure an answer is" in words(visit)


def test_a_run_without_weights_cannot_be_chosen(app: App):
    run = app.queued()
    visit = app.visit(PAGE, network=run.id)
    assert run.id not in visit.multiselect(key="network").options
    assert f"Run {run.id}, {run.name}, has no weights" in dead_links(visit)


def test_a_run_that_is_deleted_meanwhile_is_a_sentence(app: App):
    run = app.ended()
    visit = app.visit(PAGE, network=run.id)
    app.store.runs.delete(run.id)
    networks.network.__globals__["_snapshot"].clear()
    App.again(visit)
    assert not visit.exception and set(visit.multiselect(key="network").value) == set(USUAL)


def test_with_no_network_chosen_the_page_says_so(app: App):
    visit = app.visit(PAGE)
    visit.multiselect(key="network").set_value([])
    App.again(visit)
    assert "Choose at least one network" in words(visit)


def test_drawing_works_without_the_store(app: App, monkeypatch):
    def locked(*_, **__):
        raise StoreError("The database is locked.")

    monkeypatch.setattr(RunLists, "trained", locked)
    visit = with_drawing(app.visit(PAGE), strokes_of(3, size=SIDE))
    assert "The database is locked." in words(visit)
    assert len(digits(visit)) == 2


@pytest.mark.parametrize("scene", ["paper", "board"])
def test_a_photo_is_answered_and_what_was_understood_is_shown(app: App, scene):
    visit = app.visit(PAGE, way="upload")
    visit.file_uploader(key="picture").set_value(("three.jpg", photo(drawing(3, size=400), scene), "image/jpeg"))
    with_reasons(visit)
    assert digits(visit) == ["3", "3"]
    for step in ("1. Picture", "2. Ink", "3. Cropped", "6. 28x28"):
        assert step in html(visit)


def test_a_picture_stays_while_another_way_in_is_looked_at_until_it_is_removed(app: App):
    visit = app.visit(PAGE, way="upload")
    visit.file_uploader(key="picture").set_value(("three", photo(drawing(3, size=400), "paper"), ""))
    App.again(visit)
    for way in ("draw", "upload"):
        visit.segmented_control(key="way").set_value(way)
        App.again(visit)
    assert digits(visit) == ["3", "3"] and "Still here: three" in words(visit)
    visit.button(key="picture_remove").click()
    App.again(visit)
    assert not digits(visit) and "Still here" not in words(visit)


def test_several_digits_are_read_as_a_number_and_each_can_be_looked_at(app: App):
    ink = np.concatenate([np.pad(each[:, each.any(axis=0)], ((60, 60), (50, 50))) for each in map(drawing, (2, 7))], 1)
    visit = app.visit(PAGE, way="upload")
    visit.file_uploader(key="picture").set_value(("number.jpg", photo(ink, "paper"), "image/jpeg"))
    App.again(visit)
    assert "2 digits found" in words(visit) and words(visit).count("**27**") == 2
    assert digits(visit) == ["2", "2"]
    visit.segmented_control(key="picture_digit").set_value(1)
    App.again(visit)
    assert digits(visit) == ["7", "7"]


def test_a_part_of_a_picture_can_be_cut_out_and_the_whole_comes_back(app: App):
    page = np.full((400, 900), 230, np.uint8)
    page[60:340, 60:340] -= (drawing(2) * 0.8).astype(np.uint8)
    page[60:340, 560:840] -= (drawing(7) * 0.8).astype(np.uint8)
    visit = app.visit(PAGE, way="upload")
    visit.file_uploader(key="picture").set_value(("page.png", encoded(page), "image/png"))
    App.again(visit)
    assert "2 digits found" in words(visit)
    visit.session_state["pictures"]["upload"].cut([0.5, 0.0, 1.0, 1.0])
    App.again(visit)
    assert digits(visit) == ["7", "7"] and "digits found" not in words(visit)
    visit.button(key="picture_whole").click()
    App.again(visit)
    assert "2 digits found" in words(visit)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no picture", "not a picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "Save it as PNG"),
        (b"", "empty"),
        (encoded(np.full((300, 300), 255, np.uint8)), "stands out"),
        (encoded(drawing(3))[:300], "damaged"),
    ],
    ids=["text", "svg", "empty", "blank", "half"],
)
def test_a_picture_that_cannot_be_read_is_refused_on_the_page(app: App, content, said):
    visit = app.visit(PAGE, way="upload")
    visit.file_uploader(key="picture").set_value(("digit.png", content, "image/png"))
    App.again(visit)
    assert said in visit.error[0].value
    assert not digits(visit)


def test_a_link_puts_a_test_image_on_and_the_networks_see_its_very_pixels(app: App):
    visit = with_reasons(app.visit(PAGE, mnist=7, network="linear"))
    assert np.array_equal(seen(visit), app.data.x_test[7])
    part = pretrained("linear").probabilities(app.data.x_test[7][None])[0]
    assert digits(visit) == [str(part.argmax())]
    assert f"Test image 7, labelled {app.data.y_test[7]}" in words(visit)
    assert address(visit) == {"mnist": "7", "network": "linear"}
    # Networks are tested on it: it is not to be taught.
    assert pressable(visit, "right") is None


def test_a_changed_test_image_tells_what_the_change_did_and_can_be_put_back(app: App):
    visit = with_reasons(app.visit(PAGE, mnist=7, network="linear"))
    sketch = visit.session_state["canvas_sketch"]
    rubbed = path_object(np.array([[0.0, 0.0], [SIDE, 0.0]]), SIDE, rubs_out=True)
    sketch.report({"version": "7.1.0", "objects": [*sketch.initial["objects"], rubbed]})
    App.again(visit)
    changed = seen(visit)
    assert not changed[:13].any() and np.array_equal(changed[15:], app.data.x_test[7][15:])
    before, after = pretrained("linear").classify(np.stack([app.data.x_test[7], changed]))
    assert f"read as {before}, now as **{after}**" in words(visit)
    visit.button(key="test_image_restore").click()
    App.again(visit)
    assert np.array_equal(seen(visit), app.data.x_test[7])
    visit.button(key="canvas_clear").click()
    App.again(visit)
    assert "mnist" not in address(visit) and "Test image" not in words(visit)


@pytest.mark.parametrize("place", [500, "-1", "x", "\u0667", "", "9" * 5_000])
def test_a_link_to_no_test_image_gives_one_sentence_and_an_empty_canvas(app: App, place):
    visit = app.visit(PAGE, mnist=place)
    assert "Test image must be a whole number from 0 to 499, got " in dead_links(visit)
    assert not digits(visit) and "mnist" not in address(visit)


def test_a_browser_that_draws_nothing_before_the_next_run_hears_in_it_what_is_chosen(app):
    visit = App.again(app.visit(PAGE, network="hidden", bars="outputs"))
    chosen = visit.multiselect(key="network").proto
    assert chosen.set_value and list(chosen.raw_values) == ["Hidden layer 784-100-10, pretrained"]
    assert visit.get("button_group")[0].proto.set_value


def test_the_crowd_of_the_benchmark_finds_its_canvas_and_its_answers(app: App):
    ids = [each.proto.id for each in app.visit(PAGE).get("bidi_component")]
    for end in (people.CANVAS, people.ANSWERS):
        assert len([each for each in ids if each.endswith(end)]) == 1
