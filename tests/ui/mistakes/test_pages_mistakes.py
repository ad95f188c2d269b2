"""The Mistakes page: the choice of a network, the cell, the images behind it, the figures."""

import csv
import io

import numpy as np
import pytest
from app_without_browser import App, address, dead_links, html, opened_app, words

from mnist_core.errors import StoreError
from mnist_core.network.evaluation import Evaluation, digit_figures, most_confused
from mnist_core.network.network import Network, pretrained, pretrained_names
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.lists import RunLists
from mnist_core.store.runs.records import Status
from ui import networks
from ui.parts.figures import figures_csv

PAGE = "4_Mistakes.py"


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def evaluation(app: App, name: str = "linear") -> Evaluation:
    return Evaluation.of(pretrained(name).scores(app.data.x_test), app.data.y_test)


def constant(digit: int) -> Network:
    """A network that answers every image with this digit."""
    linear = pretrained("linear")
    bias = np.zeros(10, np.float32)
    bias[digit] = 9
    return Network(linear.layers, ((), (np.zeros((784, 10), np.float32), bias)))


def choose(app: App, visit, true: int, read: int):
    visit.selectbox(key="cell_true").set_value(true)
    visit.selectbox(key="cell_read").set_value(read)
    return app.again(visit)


def test_a_first_visit_opens_the_most_frequent_mistake(app: App):
    visit = app.visit(PAGE)
    expected = evaluation(app)
    worst = most_confused(expected.confusion_matrix)[0]
    row = int((app.data.y_test == worst.true).sum())
    assert f"{worst.count} of {row} images of a {worst.true} were read as {worst.predicted}" in words(visit)
    assert address(visit) == {"network": "linear", "true": str(worst.true), "read": str(worst.predicted)}


def test_the_accuracy_comes_with_denominator_interval_and_data_set(app: App):
    said = words(app.visit(PAGE))
    assert f"{evaluation(app).correct} of 500 right, 95 % interval" in said
    assert "on the test images of Few images" in said


def test_a_link_opens_its_network_and_its_cell(app: App):
    visit = app.visit(PAGE, network="hidden", true=4, read=9)
    assert visit.selectbox(key="judged_network").value == "hidden"
    assert (visit.selectbox(key="cell_true").value, visit.selectbox(key="cell_read").value) == (4, 9)
    assert "images of a 4 were read as 9" in words(visit)


@pytest.mark.parametrize(
    "query",
    [
        {"true": "ten"},
        {"true": 4},
        {"true": 4, "read": 10},
        {"true": -1, "read": 9},
        {"true": "4.0", "read": "9" * 5_000},
        {"read": "\u0664"},
    ],
)
def test_nonsense_in_the_cell_of_a_link_gives_a_notice_and_the_worst_cell(app: App, query):
    visit = app.visit(PAGE, **query)
    worst = most_confused(evaluation(app).confusion_matrix)[0]
    assert "This is the most frequent error." in dead_links(visit)
    assert (visit.selectbox(key="cell_true").value, visit.selectbox(key="cell_read").value) == worst[:2]


@pytest.mark.parametrize("key", ["zzz", "", "../linear", "\U0001f600"])
def test_a_link_to_no_network_gives_a_notice_and_the_first_one(app: App, key):
    visit = app.visit(PAGE, network=key)
    assert "There is no run" in words(visit) and "is shown instead" in words(visit)
    assert visit.selectbox(key="judged_network").value == "linear" == address(visit)["network"]


def test_an_empty_cell_says_so(app: App):
    run = app.ended(network=constant(7))
    visit = choose(app, app.visit(PAGE, network=run.id), 2, 3)
    assert "0 of" in words(visit) and "images of a 2 were read as 3" in words(visit)


def test_a_frequent_mistake_opens_its_cell(app: App):
    visit = app.visit(PAGE)
    pair = most_confused(evaluation(app).confusion_matrix)[3]
    visit.button(key=f"pair_{pair.true}_{pair.predicted}").click()
    app.again(visit)
    assert (visit.selectbox(key="cell_true").value, visit.selectbox(key="cell_read").value) == pair[:2]
    assert address(visit)["true"] == str(pair.true) and address(visit)["read"] == str(pair.predicted)


def test_another_network_keeps_the_cell(app: App):
    visit = choose(app, app.visit(PAGE), 4, 9)
    visit.selectbox(key="judged_network").set_value("hidden")
    app.again(visit)
    assert address(visit) == {"network": "hidden", "true": "4", "read": "9"}
    assert f"{evaluation(app, 'hidden').correct} of 500 right" in words(visit)


def test_a_digit_that_was_never_read_has_no_precision(app: App):
    run = app.ended(network=constant(7))
    body = html(app.visit(PAGE, network=run.id, view="figures"))
    assert body.count("<td>none</td>") == 9
    assert f"0 of {int((app.data.y_test == 2).sum())}" in body


def test_a_network_that_reads_everything_right_has_no_mistakes_to_show(app: App, monkeypatch):
    perfect = np.eye(10, dtype=np.float32)[app.data.y_test]
    monkeypatch.setattr(networks, "test_scores", lambda trained: perfect)
    visit = app.visit(PAGE)
    assert "No mistakes at all" in words(visit)
    assert not [button for button in visit.button if (button.key or "").startswith("pair_")]


def test_a_run_in_training_is_judged_by_its_latest_weights(app: App):
    run = app.begun(TrainingConfig(architecture="linear", epochs=2), network=constant(1))
    visit = app.visit(PAGE, network=run.id)
    assert "still training: these are its answers after 1.0 of 2 epochs" in words(visit)
    app.store.runs.progress.add_snapshot(run.id, step=80, epoch=1.3, network=constant(2).to_bytes())
    visit.button(key="look_again").click()
    app.again(visit)
    assert f"{int((app.data.y_test == 2).sum())} of 500 right" in words(visit)
    assert "after 1.3 of 2 epochs" in words(visit)


def test_a_run_of_other_images_says_so(app: App):
    run = app.ended(data_name="Synthetic digits", data_digest="another")
    assert "trained on other images (Synthetic digits)" in words(app.visit(PAGE, network=run.id))
    same = app.ended()
    assert "trained on other images" not in words(app.visit(PAGE, network=same.id))


def test_a_deleted_run_in_a_link_is_a_notice(app: App):
    run = app.ended()
    app.store.runs.delete(run.id)
    assert f"There is no run '{run.id}'" in words(app.visit(PAGE, network=run.id))


def test_a_run_deleted_while_it_is_shown_gives_way_to_another_network(app: App):
    run = app.ended()
    visit = app.visit(PAGE, network=run.id)
    app.store.runs.delete(run.id)
    app.again(visit)
    assert visit.selectbox(key="judged_network").value == "linear"


def test_fifty_runs_can_all_be_chosen(app: App):
    runs = [app.ended(Status.STOPPED, name=f"Run number {number}") for number in range(50)]
    visit = app.visit(PAGE, network=runs[0].id)
    assert len(visit.selectbox(key="judged_network").options) == 50 + len(pretrained_names())
    assert visit.selectbox(key="judged_network").value == runs[0].id


def test_the_figures_can_be_taken_along(app: App):
    counts = evaluation(app).confusion_matrix
    rows = list(csv.DictReader(io.StringIO(figures_csv(digit_figures(counts), counts))))
    assert [int(row["digit"]) for row in rows] == list(range(10))
    assert sum(int(row["images"]) for row in rows) == 500
    for row in rows:
        assert float(row["recall"]) == pytest.approx(int(row["right"]) / int(row["images"]), abs=1e-6)
    assert "Download as CSV" in [each.label for each in app.visit(PAGE, view="figures").get("download_button")]


def test_a_store_that_refuses_leaves_the_networks_that_come_with_the_app(app: App, monkeypatch):
    def refuse(*_, **__):
        raise StoreError("The database is locked by another program.")

    monkeypatch.setattr(RunLists, "trained", refuse)
    visit = app.visit(PAGE)
    assert "locked by another program" in words(visit)
    assert len(visit.selectbox(key="judged_network").options) == len(pretrained_names())
    assert "images of a" in words(visit)


def test_synthetic_images_are_named_where_their_numbers_stand(app: App):
    assert "These numbers come from **synthetic digits**" in words(app.visit(PAGE))
