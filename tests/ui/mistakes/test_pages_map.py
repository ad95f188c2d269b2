"""The map and the figures of the Mistakes page, without a browser."""

import base64
import csv
import io
import json
import time

import numpy as np
import pytest
from app_without_browser import App, address, dead_links, html, opened_app, words
from streamlit.testing.v1 import AppTest
from waits import SECONDS

from mnist_core.insight.all_images.calibration import calibration
from mnist_core.insight.all_images.halves import halves
from mnist_core.insight.all_images.placement import inside
from mnist_core.insight.work import version_of
from mnist_core.network.evaluation import Evaluation
from mnist_core.network.network import pretrained
from mnist_core.network.operations import shares
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.analyses import Analysis
from ui import networks
from ui.mistakes.figures.charts import halves_csv, reliability_csv
from ui.mistakes.figures.view import error_words, halves_words, reliability_words

PAGE = "4_Mistakes.py"
PCA = {"view": "map", "network": "hidden", "method": "pca"}


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def placed(app: App, **query: object):
    """The map, once a worker has done its part."""
    app.visit(PAGE, **PCA)
    assert app.answer() == 1
    return app.visit(PAGE, **{**PCA, **query})


def points(app: App) -> np.ndarray:
    asked = Analysis("map", app.data.digest, "hidden", version_of(app.store, "hidden"), {"method": "pca"})
    return app.store.analyses.get(asked.key)["points"]


def sent(visit) -> dict:
    """What the scatter got to draw."""
    data = [json.loads(each.proto.json) for each in visit.get("bidi_component") if each.proto.json]
    return next(each for each in data if "points" in each)


def read(app: App, name: str = "hidden") -> np.ndarray:
    return pretrained(name).scores(app.data.x_test).argmax(axis=1)


def test_a_clock_that_is_set_back_while_one_waits_for_the_map_changes_nothing(app: App, monkeypatch):
    visit = app.visit(PAGE, **PCA)
    monkeypatch.setattr(time, "time", lambda now=time.time: now() - 3_600)
    app.again(visit)
    assert ", once" in visit.get("progress")[0].proto.text
    assert app.answer() == 1
    assert "Choose points on the map" in words(app.again(visit))


def test_a_map_that_one_waits_for_can_be_given_up_and_asked_for_again(app: App):
    visit = app.visit(PAGE, **PCA)
    (asked,) = {analysis.key for analysis in app.jobs.asked}
    visit.button(key=f"give_up_{asked}").click()
    app.again(visit)
    assert not app.jobs.asked and "given up" in words(visit) and not visit.get("progress")
    visit.button(key=f"gave_up_{asked}_after_all").click()
    app.again(visit)
    assert app.answer() == 1
    assert "Choose points on the map" in words(app.again(visit))


def test_the_map_asks_a_worker_once_and_then_shows_all_images(app: App):
    assert "Choose points on the map" in words(placed(app))
    visit = app.visit(PAGE, **PCA)
    assert not app.jobs.asked
    assert address(visit)["by"] == "activations" and address(visit)["method"] == "pca"
    assert f"500 of 500 shown, {int((read(app) != app.data.y_test).sum())} of them read wrong" in sent(visit)["alt"]


def test_a_result_that_is_ready_calls_for_the_page_again_where_a_click_overtook_the_first_call(app: App):
    app.visit(PAGE, **PCA)
    assert app.answer() == 1

    def waiting() -> None:
        """Streamlit as it loses the rerun that the waiting part asked for, twice."""
        import streamlit as st

        from mnist_core.store.analyses import Analysis
        from ui.networks import analysis

        st.session_state.calls = st.session_state.get("calls", 0) + 1
        asked = Analysis(*st.session_state.asked)
        if st.session_state.calls < 3:
            analysis._wait(asked, "Placing", 30, 0.0)
            st.write("still waiting")
        else:
            st.write(f"{sorted(analysis.needed(asked, words='Placing', seconds=30))}")

    page = AppTest.from_function(waiting, default_timeout=SECONDS)
    page.session_state.asked = "map", app.data.digest, "hidden", version_of(app.store, "hidden"), {"method": "pca"}
    page.run()
    assert not page.exception and page.session_state.calls == 3
    assert "points" in page.markdown[0].value and not app.jobs.asked


def test_a_lasso_in_a_link_chooses_the_images_inside(app: App):
    placed(app)
    corners = np.array([[-1, -1], [0.1, -1], [0.1, 1], [-1, 1]])
    link = "_".join(str(int(10_000 * number)) for number in corners.flatten())
    visit = app.visit(PAGE, **PCA, lasso=link, truth=3)
    expected = inside(points(app), corners) & (app.data.y_test == 3)
    wrong = int((expected & (read(app) != 3)).sum())
    assert f"Images of a 3 inside the line: {expected.sum()}, {wrong} of them read wrong" in words(visit)
    assert address(visit)["lasso"] == link and address(visit)["truth"] == "3"
    assert sent(visit)["lasso"] == corners.tolist() and sent(visit)["true_digit"] == 3


def test_an_image_of_a_link_is_shown_with_those_nearest_to_it_on_the_map(app: App):
    placed(app)
    visit = app.visit(PAGE, **PCA, at=17)
    places = points(app)
    near = sorted(range(500), key=lambda place: float(((places[place] - places[17]) ** 2).sum()))[:24]
    wrong = sum(read(app)[place] != app.data.y_test[place] for place in near)
    assert f"Images nearest to image 17 on the map: 24, {wrong} of them read wrong" in words(visit)
    assert address(visit)["at"] == address(visit)["image"] == "17"


def test_only_mistakes_of_two_digits_by_the_select_boxes(app: App):
    visit = placed(app, only="wrong")
    answers = read(app)
    wrong = np.flatnonzero(answers != app.data.y_test)
    digit = int(app.data.y_test[wrong[0]])
    visit.selectbox(key="map_truth").set_value(digit)
    visit.selectbox(key="map_answer").set_value(int(answers[wrong[0]]))
    app.again(visit)
    count = int(((app.data.y_test == digit) & (answers == answers[wrong[0]])).sum())
    assert f"Mistakes of a {digit} read as {answers[wrong[0]]}: {count}" in words(visit)
    assert {"only": "wrong", "truth": str(digit), "answer": str(answers[wrong[0]])}.items() <= address(visit).items()


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"colour": "pink"}, "Colour must be one of truth, "),
        ({"truth": "10"}, "got '10'"),
        ({"lasso": "1_2_3"}, "Lasso must be "),
        ({"lasso": "1_2_3_4_5_x"}, "Lasso must be "),
        ({"at": "500"}, "from 0 to 499, got '500'"),
        ({"at": "\u0664"}, "from 0 to 499, got "),
    ],
)
def test_nonsense_in_a_link_is_named_and_the_usual_map_shown(app: App, query, named):
    visit = placed(app, **query)
    assert named in dead_links(visit)
    assert "Choose points on the map" in words(visit)


def test_a_linear_network_is_placed_by_pixels_for_all_networks_alike(app: App):
    visit = app.visit(PAGE, view="map", network="linear", method="pca", by="activations")
    assert "has no hidden layer" in words(visit) and address(visit)["by"] == "pixels"
    assert not [each for each in visit.get("button_group") if each.label == "Place images by"]  # None to choose from.
    assert app.answer() == 1
    app.visit(PAGE, view="map", network="hidden", method="pca", by="pixels")
    assert not app.jobs.asked


def test_a_run_that_still_learns_has_no_map_of_its_hidden_layer_yet(app: App):
    run = app.begun(TrainingConfig(architecture="hidden", epochs=2))
    assert "still training, and its hidden layer changes" in words(app.visit(PAGE, view="map", network=run.id))
    assert not app.jobs.asked


def test_outputs_that_are_no_numbers_are_on_the_map_and_no_figure_is_made_of_them(app: App, monkeypatch):
    scores = pretrained("hidden").scores(app.data.x_test)
    scores[5] = np.nan
    placed(app)
    monkeypatch.setattr(networks, "test_scores", lambda trained: scores)
    visit = app.visit(PAGE, **PCA)
    assert base64.b64decode(sent(visit)["read"])[5] == 10  # The map says "no answer".
    visit.session_state["map_table"] = True
    assert app.again(visit).dataframe[0].value["read as"].isna().tolist() == [place == 5 for place in range(500)]
    assert "not numbers" in words(app.visit(PAGE, view="figures", network="hidden"))


def test_the_figures_lead_to_the_images_of_a_digit_and_close_the_others(app: App):
    visit = app.visit(PAGE, view="figures", network="linear", of="missed-3")
    answers = read(app, "linear")
    missed = int(((app.data.y_test == 3) & (answers != 3)).sum())
    assert f"{missed} of {int((app.data.y_test == 3).sum())} images of a 3 were not read as one" in words(visit)
    measured = calibration(pretrained("linear").probabilities(app.data.x_test), app.data.y_test)
    number = max(range(15), key=lambda i: measured.bins[i].count)
    visit.selectbox(key="figures_shares_of").set_value(f"bin-{number}")
    app.again(visit)
    assert f"{measured.bins[number].count} images of whose answer it was" in words(visit)
    assert "were not read as one" not in words(visit) and address(visit)["of"] == f"bin-{number}"
    assert f"Expected calibration error: {100 * measured.error:.1f} points" in words(visit)
    assert "sure" not in address(visit)
    visit.segmented_control(key="figures_sure").set_value("shares")
    app.again(visit)
    assert address(visit)["sure"] == "shares"
    of_shares = calibration(shares(pretrained("linear").scores(app.data.x_test)), app.data.y_test)
    assert f"Expected calibration error: {100 * of_shares.error:.1f} points" in words(visit)
    earlier = app.visit(PAGE, view="figures", network="linear", sure="softmax")
    assert f"Expected calibration error: {100 * measured.error:.1f} points" in words(earlier)
    assert not earlier.info or "softmax" not in words(earlier)


def test_halves_are_told_of_mnist_alone(app: App):
    assert "Only of MNIST's own test set" in words(app.visit(PAGE, view="figures"))


@pytest.mark.parametrize("of", ["missed-12", "bin-99", "students", "all"])
def test_a_link_to_images_that_no_figure_has_is_named(app: App, of):
    visit = app.visit(PAGE, view="figures", of=of)
    assert f"mages '{of}'" in dead_links(visit) or f"got '{of}'" in dead_links(visit)
    assert "Choose some under a figure." in dead_links(visit) and "of" not in address(visit)


def test_figures_in_words_and_as_files():
    rng = np.random.default_rng(0)
    scores, labels = (
        rng.dirichlet(np.full(10, 0.3), 10_000).astype(np.float32),
        rng.integers(0, 10, 10_000).astype(np.uint8),
    )
    measured = calibration(scores, labels)
    assert "too sure" in reliability_words(measured)
    told = reliability_words(measured) + error_words(measured, "probability")
    assert told.count("90") == 1  # The same example twice is none the clearer.
    rows = list(csv.DictReader(io.StringIO(reliability_csv(measured))))
    assert len(rows) == 15 and sum(int(row["images"]) for row in rows) == 10_000
    assert [row["accuracy"] == "" for row in rows] == [row["images"] == "0" for row in rows]
    found = halves(Evaluation.of(scores, labels).predicted == labels)
    assert "it may be chance" in halves_words(found)
    rows = list(csv.DictReader(io.StringIO(halves_csv(found))))
    assert [row["images"] for row in rows] == ["5001", "4999", ""]
    assert float(rows[2]["rate"]) == pytest.approx(float(rows[0]["rate"]) - float(rows[1]["rate"]), abs=2e-6)
    easy = halves(np.arange(10_000) >= 300)
    assert "the students' images are harder" in halves_words(easy)


def test_the_table_of_each_digit_is_still_there(app: App):
    assert "dl-table" in html(app.visit(PAGE, view="figures"))
