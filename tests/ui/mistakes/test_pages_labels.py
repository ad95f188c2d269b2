"""The view of suspected labels: what it asks workers for, the list, one image, the published ones, downloads."""

import csv
import io
import json

import numpy as np
import pytest
from app_without_browser import App, address, dead_links, html, opened_app, words

from mnist_core.insight.all_images import label_errors
from mnist_core.insight.all_images.label_errors import SCORES, Suspects, predicted
from mnist_core.insight.all_images.votes import VOTES
from mnist_core.insight.work import Work
from mnist_core.network.network import pretrained
from mnist_core.numerals import probable
from mnist_core.store.analyses import Analysis
from ui.mistakes.labels import downloads

PAGE = "4_Mistakes.py"


@pytest.fixture
def app(monkeypatch, tmp_path):
    monkeypatch.setattr(label_errors, "COMPANY", ("hidden", "linear"))  # Convolutions take seconds.
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def worked_out(app: App, **query: object):
    """The view, once a worker has done what it asked for."""
    visit = app.visit(PAGE, view="labels", **query)
    asked = app.jobs.asked[-1]
    app.store.analyses.keep(asked, answer(app, asked))
    return app.again(visit)


def answer(app: App, asked: Analysis) -> dict[str, np.ndarray]:
    """What a worker answers, without its training: for the training images a pretrained network stands in."""
    if asked.options["split"] == "test":
        return label_errors.compute(Work(app.data, asked.options, app.store, asked.network))
    predictions = predicted(pretrained("hidden").logits(app.data.x_train))
    counted = label_errors.counted(predictions, app.data.y_train)
    return {**label_errors.scored(predictions, app.data.y_train), "counted": counted}


def suspects(app: App, key: str = "") -> Suspects:
    return Suspects.of(label_errors.compute(Work(app.data, {"split": "test"}, app.store, key)), app.data.y_test)


def listed(visit) -> list[int]:
    """The places in the gallery, in order."""
    sent = [json.loads(each.proto.json) for each in visit.get("bidi_component") if each.proto.json]
    labels = next(each["labels"] for each in sent if "labels" in each)
    return [int(label.split("image ")[1].split(":")[0].replace(",", "")) for label in labels]


def test_the_worker_is_asked_once_for_what_is_shown(app: App):
    visit = app.visit(PAGE, view="labels")
    asked = app.jobs.asked[-1]
    assert (asked.kind, asked.network, asked.options["split"]) == ("suspects", "", "test")
    assert "most suspected" not in words(visit)
    app.store.analyses.keep(asked, answer(app, asked))
    before = len(app.jobs.asked)
    assert "The 100 most suspected of 500 labels" in words(app.again(visit)) and len(app.jobs.asked) == before


def test_the_list_is_in_the_order_of_the_score_and_the_score_is_in_the_address(app: App):
    visit, expected = worked_out(app), suspects(app)
    assert listed(visit) == expected.order()[:100].tolist()
    assert f"{expected.correct} of 500 labels" in words(visit)
    assert f"A strict rule suspects {expected.counted.sum()}:" in words(visit)
    visit.selectbox(key="labels_score").set_value("confidence_weighted_entropy")
    app.again(visit)
    assert listed(visit) == expected.order("confidence_weighted_entropy")[:100].tolist()
    assert address(visit)["score"] == "confidence_weighted_entropy"
    again = app.visit(PAGE, view="labels", score="self_confidence")
    assert listed(again) == expected.order("self_confidence")[:100].tolist()


def test_one_network_can_judge_alone(app: App):
    visit = worked_out(app, judges="this", network="linear")
    assert app.jobs.asked[-1].network == "linear" and address(visit)["judges"] == "this"
    assert listed(visit) == suspects(app, "linear").order()[:100].tolist()


def test_a_run_that_still_learns_does_not_judge_yet_and_no_worker_is_asked(app: App):
    run = app.begun()
    visit = app.visit(PAGE, view="labels", judges="this", network=run.id)
    assert "This run is still training, and what it suspects changes" in words(visit) and not app.jobs.asked
    visit.segmented_control(key="labels_judges").set_value("company")
    app.again(visit)
    assert "still training, and what it suspects" not in words(visit) and app.jobs.asked


def test_a_link_opens_its_image_with_its_rank_and_next_walks_the_list(app: App):
    order = suspects(app).order()
    visit = worked_out(app, image=int(order[4]))
    assert "Rank 5 of 500" in [each.value for each in visit.text] and "Why it said that" in words(visit)
    visit.button(key="labels_next").click()
    app.again(visit)
    assert address(visit)["image"] == str(order[5])
    visit.button(key="labels_close").click()
    app.again(visit)
    assert "image" not in address(visit) and "Why it said that" not in words(visit)


def test_training_images_are_judged_by_cross_validation_and_shown_as_such(app: App):
    visit = worked_out(app, split="train", training_image=17)
    asked = app.jobs.asked[-1]
    assert (asked.network, dict(asked.options)) == ("", {"split": "train"})
    assert "most suspected of 2,000 labels" in words(visit) and "each answers for the fifth it never saw" in words(
        visit
    )
    assert f"Training image 17: labelled {app.data.y_train[17]}" in words(visit)
    assert "Training image 17, labelled" in html(visit)
    assert address(visit)["training_image"] == "17" and address(visit)["split"] == "train"
    visit.segmented_control(key="labels_split").set_value("test")
    app.again(visit)
    assert "training_image" not in address(visit) and "split" not in address(visit)


def test_images_nobody_voted_on_are_called_that(app: App):
    said = words(worked_out(app))
    assert "Nobody voted on labels of Few images" in said and "false alarm" in said and "72 kept" not in said


@pytest.mark.parametrize(
    "query",
    [{"split": "dev"}, {"score": "x"}, {"image": 500}, {"training_image": "-1"}],
)
def test_nonsense_in_the_address_gives_one_sentence(app: App, query):
    assert dead_links(app.visit(PAGE, view="labels", **query)).count(" must be ") == 1


def test_a_worker_that_fails_says_why_and_can_be_asked_again(app: App, monkeypatch):
    monkeypatch.setattr(app.jobs, "analysis_problem", lambda key: "The network's outputs are not numbers.")
    visit = app.visit(PAGE, view="labels")
    assert "outputs are not numbers" in words(visit)
    visit.button(key="ask_again").click()
    app.again(visit)
    assert app.jobs.asked


def test_a_run_that_was_deleted_meanwhile_gives_way(app: App):
    run = app.ended()
    visit = app.visit(PAGE, view="labels", judges="this", network=run.id)
    app.store.runs.delete(run.id)
    app.again(visit)
    assert visit.selectbox(key="judged_network").value == "linear"


def test_ranks_of_the_published_images_are_told_with_their_votes():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 10_000).astype(np.uint8)
    found = Suspects(labels, labels, {name: rng.random(10_000, np.float32) for name in SCORES}, labels > 20, 0)
    told = downloads.published_html(found)
    for place, votes in VOTES.items():
        row = told.split(f"<th scope='row'>{place:,}</th>")[1].split("</tr>")[0]
        assert votes.words in row
        for name in SCORES:
            rank = sum(found.scores[name] < found.scores[name][place]) + 1
            assert f"{rank:,} of 10,000" in row


def test_the_downloads_hold_what_is_listed(app: App):
    found = suspects(app)
    places = found.order()[:30]
    rows = list(csv.DictReader(io.StringIO(downloads.table(found, places))))
    predictions = np.mean(
        [predicted(pretrained(name).logits(app.data.x_test)) for name in label_errors.COMPANY], axis=0
    )
    for rank, (row, place) in enumerate(zip(rows, places, strict=True), start=1):
        label = app.data.y_test[place]
        assert (int(row["rank"]), int(row["place"]), int(row["label"])) == (rank, place, label)
        assert float(row["share_of_label"]) == pytest.approx(predictions[place, label], rel=1e-4, abs=1e-6)
        other = predictions[place, int(row["suggested"])]
        assert float(row["share_of_suggested"]) == pytest.approx(other, rel=1e-4, abs=1e-6)
        assert int(row["counted"]) == int(found.counted[place])
    with np.load(io.BytesIO(downloads.arrays(found, places, app.data.x_test))) as file:
        assert np.array_equal(file["images"], app.data.x_test[places]) and np.array_equal(file["places"], places)
        assert np.array_equal(file["normalized_margin"], found.scores["normalized_margin"][places])
    labels = [each.label for each in worked_out(app).get("download_button")]
    assert "All 500 labels as CSV" in labels and "The first 100 images as npz" in labels


def test_probabilities_near_the_ends_are_not_rounded_to_them():
    said = [probable(share) for share in (1e-9, 0.0006, 0.5, 0.9999)]
    assert said == [
        "under\xa00.1\xa0%",
        "0.1\xa0%",
        "50.0\xa0%",
        "over\xa099.9\xa0%",
    ]
