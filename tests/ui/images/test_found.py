"""Galleries of test images: order, filters, pages, one image, downloads."""

import csv
import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st
from app_without_browser import App, address, dead_links, html, opened_app, words
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core.data.dataset import MNIST_DIGEST
from mnist_core.insight.all_images import history
from mnist_core.insight.work import Work
from mnist_core.network.evaluation import losses
from mnist_core.network.network import Answers, Network, pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.records import Metric, Run, Status
from ui import mistakes
from ui.frame.page import explained
from ui.images import downloads, one_image
from ui.images.explorer import found
from ui.images.filters import kept
from ui.images.opinions import opinions_html
from ui.networks import find
from ui.networks.analysis import analysis_of
from ui.networks.on_test_images import Judged

PAGE = "4_Mistakes.py"


class Gallery:
    """The Mistakes page with one view, which shows the images at some places."""

    def __init__(self, app: App):
        self.app, self.data, self.places = app, app.data, range(500)

    def view(self, judged: Judged) -> None:
        st.fragment(self._draw)(judged)

    def _draw(self, judged: Judged) -> None:
        with explained():
            found(judged, np.array(self.places, np.int64), key="test", title=f"{len(self.places)} of 500 images")

    def open(self, places: object = None, **query: object) -> AppTest:
        """A first visit."""
        if places is not None:
            self.places = places
        return self.app.visit(PAGE, **query)

    def run_with_snapshots(self, *networks: Network) -> Run:
        """A finished run that kept these networks, one a step, from the first to the last."""
        store = self.app.store
        run = self.app.queued(TrainingConfig(architecture="linear", epochs=2))
        store.runs.progress.claim(run.id)
        for step, network in enumerate(networks, 1):
            store.runs.progress.add(
                run.id, Metric(step, step / 10, 1.0, 0.5, None, None, 1.0), images_per_second=1.0, total_steps=9
            )
            store.runs.progress.add_snapshot(run.id, step=step, epoch=step / 10, network=network.to_bytes())
        scores = networks[-1].scores(self.data.x_test)
        right = int((scores.argmax(axis=1) == self.data.y_test).sum())
        store.runs.progress.finish(run.id, Status.FINISHED, correct=right, tested=len(scores), scores=scores)
        return store.runs.get(run.id)


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        gallery = Gallery(app)
        monkeypatch.setattr(mistakes, "VIEWS", {"matrix": mistakes.View("Test", ":material/image:", gallery.view)})
        yield gallery


def asked(visit: AppTest) -> dict[str, str]:
    """What the gallery wrote into the address."""
    return {name: value for name, value in address(visit).items() if name != "network"}


def shown(visit: AppTest) -> list[int]:
    """The places in the gallery, in order."""
    sent = [json.loads(each.proto.json) for each in visit.get("bidi_component") if each.proto.json]
    labels = next(each["labels"] for each in sent if "labels" in each)
    return [int(label.split(":")[0].removeprefix("Image ").replace(",", "")) for label in labels]


def scores(app: Gallery) -> np.ndarray:
    return pretrained("linear").scores(app.data.x_test)


def test_the_worst_come_first_and_a_page_holds_hundreds(app: Gallery):
    visit = app.open()
    loss = losses(pretrained("linear").probabilities(app.data.x_test), app.data.y_test)
    by_loss = sorted(range(500), key=lambda place: -loss[place])
    assert shown(visit) == by_loss[:240]
    visit.number_input(key="found_test_page").set_value(3)
    App.again(visit)
    assert shown(visit) == by_loss[480:] and asked(visit) == {"page": "3"}


def test_order_filter_and_page_are_in_the_address_and_come_back_from_it(app: Gallery):
    visit = app.open(range(300))
    visit.selectbox(key="found_test_sort").set_value("ink")
    visit.selectbox(key="found_test_rising").set_value(True)
    visit.selectbox(key="found_test_filter").set_value("wrong")
    App.again(visit)
    wrong = np.flatnonzero(scores(app)[:300].argmax(axis=1) != app.data.y_test[:300])
    ink = app.data.x_test[:300].sum(axis=(1, 2))
    assert shown(visit) == sorted(wrong, key=lambda place: ink[place])[:240]
    assert asked(visit) == {"sort": "ink-rising", "filter": "wrong"}
    assert shown(app.open(range(300), **asked(visit))) == shown(visit)


@pytest.mark.parametrize("query", [{"sort": "colour"}, {"filter": "some"}, {"page": 0}, {"page": "x"}, {"sort": ""}])
def test_nonsense_in_the_address_gives_a_notice_and_the_usual(app: Gallery, query):
    visit = app.open(range(30), **query)
    assert "The usual is shown instead." in dead_links(visit)
    assert len(shown(visit)) == 30 and asked(visit) == {}


@pytest.mark.parametrize("image", [500, -1, "7.0", "\u0667", "9" * 4_000])
def test_a_link_to_no_image_gives_one_sentence(app: Gallery, image):
    visit = app.open(range(30), image=image)
    assert dead_links(visit).count("Image must be a whole number from 0 to 499, got ") == 1
    assert "Why it said that" not in words(visit)


def test_a_link_opens_its_image(app: Gallery):
    visit = app.open(range(30), image=7)
    label = app.data.y_test[7]
    assert f"Image 7: a {label}, read" in words(visit) and "Why it said that" in words(visit)
    assert asked(visit)["image"] == "7"


def test_an_image_that_is_not_among_those_above_is_shown_and_said_to_be_so(app: Gallery):
    visit = app.open(range(30), image=400)
    assert "Image 400: a" in words(visit)
    assert "It is not among the images above." in [each.value for each in visit.text]
    assert visit.button(key="found_test_next").disabled and visit.button(key="found_test_previous").disabled


def test_next_walks_in_the_order_of_the_gallery_and_turns_its_pages(app: Gallery):
    visit = app.open()
    order = shown(visit)
    visit = app.open(image=order[239])
    visit.button(key="found_test_next").click()
    App.again(visit)
    assert asked(visit)["page"] == "2" and int(asked(visit)["image"]) == shown(visit)[0]
    visit.button(key="found_test_previous").click()
    App.again(visit)
    assert asked(visit) == {"image": str(order[239])}


def test_other_images_close_the_one_that_is_open(app: Gallery):
    visit = app.open(range(30), image=7)
    app.places = range(40, 60)
    App.again(visit)
    assert asked(visit) == {} and "Why it said that" not in words(visit)


def test_a_choice_without_images_keeps_how_they_are_sorted(app: Gallery):
    visit = app.open(range(30), sort="ink-rising")
    for places in ([], [], range(30)):
        app.places = places
        App.again(visit)
    assert asked(visit) == {"sort": "ink-rising"}
    ink = app.data.x_test[:30].sum(axis=(1, 2))
    assert shown(visit) == sorted(range(30), key=lambda place: ink[place])


def test_no_images_and_none_after_a_filter_say_so(app: Gallery):
    assert "No image is here" in words(app.open([]))
    right = np.flatnonzero(scores(app).argmax(axis=1) == app.data.y_test)[:3]
    assert "None of these 3 images" in words(app.open(right.tolist(), filter="wrong"))


def test_the_downloads_hold_every_image_of_the_choice(app: Gallery):
    judged = Judged.of(find("linear"), app.data)
    places = np.array([5, 400, 17])
    rows = list(csv.DictReader(io.StringIO(downloads.table(judged, places))))
    assert [int(row["place"]) for row in rows] == places.tolist()
    for row, place in zip(rows, places, strict=True):
        score = scores(app)[place].astype(float)
        label, read = app.data.y_test[place], int(score.argmax())
        assert (int(row["truth"]), int(row["read"])) == (label, read)
        part = pretrained("linear").probabilities(app.data.x_test[place][None])[0]
        assert float(row["probability"]) == pytest.approx(part[read], rel=1e-4)
        assert float(row["loss"]) == pytest.approx(-np.log(part[label]), rel=1e-4)
        assert float(row["ink"]) == pytest.approx(app.data.x_test[place].sum() / 255, rel=1e-4)
    with np.load(io.BytesIO(downloads.arrays(judged, places))) as file:
        assert np.array_equal(file["images"], app.data.x_test[places]) and file["places"].tolist() == [5, 400, 17]
        assert np.array_equal(file["scores"], scores(app)[places]) and file["labels"].dtype == np.uint8
        assert np.allclose(file["probabilities"].sum(axis=1), 1)
    sheet = np.asarray(Image.open(io.BytesIO(downloads.contact_sheet(judged, places))))
    assert np.array_equal(sheet[:56:2, :56:2], app.data.x_test[5]) and sheet.shape == (116, 116)


def noisy(seed: int, spread: float) -> Network:
    """The pretrained linear network with noise on its weights."""
    linear = pretrained("linear")
    rng = np.random.default_rng(seed)
    flatten, (kernel, bias) = linear.weights
    return Network(linear.layers, (flatten, (kernel + rng.normal(0, spread, kernel.shape).astype(np.float32), bias)))


def test_when_images_were_learned_sorts_and_filters_them(app: Gallery):
    networks = [noisy(seed, 0.3) for seed in range(4)]
    run = app.run_with_snapshots(*networks)
    work = Work(app.data, {}, app.app.store, run.id)
    app.app.store.analyses.keep(analysis_of("history", app.data, find(run.id)), history.compute(work))
    right = [network.scores(app.data.x_test).argmax(axis=1) == app.data.y_test for network in networks]
    moments = {}
    for place in range(240):
        answers = [bool(each[place]) for each in right]
        since = len(answers)
        while since and answers[since - 1]:
            since -= 1
        moments[place] = since if since < 4 else 4 if any(answers) else 5
    visit = app.open(range(240), network=run.id, sort="learned")
    assert shown(visit) == sorted(moments, key=lambda place: -moments[place])
    never, forgotten = ([place for place in moments if moments[place] == moment] for moment in (5, 4))
    assert never and forgotten
    assert sorted(shown(app.open(range(240), network=run.id, filter="never"))) == never
    assert sorted(shown(app.open(range(240), network=run.id, filter="forgotten"))) == forgotten
    visit = app.open(range(240), network=run.id, image=never[0])
    assert "Its fate over 4 snapshots" in html(visit) and "Never read right" in html(visit)


def test_without_a_history_it_says_why_and_offers_to_ask_the_snapshots(app: Gallery):
    assert "came with the app, without snapshots" in words(app.open(range(9), sort="learned"))
    run = app.run_with_snapshots(noisy(0, 0.1), noisy(1, 0.1))
    visit = app.open(range(9), network=run.id, filter="never")
    assert "Nobody has asked this run's snapshots" in words(visit)
    visit.button(key="ask_snapshots").click()
    App.again(visit)
    assert [asked.kind for asked in app.app.jobs.asked] == ["history"]


def test_outputs_that_are_no_numbers_give_a_sentence_instead_of_bars(app: Gallery, monkeypatch):
    spoilt = scores(app).copy()
    spoilt[7] = np.nan
    monkeypatch.setattr("ui.networks.test_scores", lambda trained: spoilt)
    visit = app.open(range(9), image=7)
    assert "gave outputs that are no numbers" in words(visit) and "not read" in words(visit)
    assert "dl-bars" not in html(visit) and "Why it said that" not in words(visit)
    assert shown(visit)[-1] == 7  # It has no loss: it comes last.
    judged = Judged(find("linear"), app.data, spoilt)
    assert downloads.table(judged, np.array([7])).splitlines()[1].split(",")[2:7] == [""] * 5
    judged.scores[7, :] = 0.1
    judged.scores[7, app.data.y_test[7]] = np.nan  # Where NumPy's argmax finds the highest.
    assert not len(kept(Judged(find("linear"), app.data, judged.scores), np.array([7]), "right"))


def test_a_network_without_an_answer_has_none_to_count():
    said = [(find("linear"), Answers(*np.full((2, 1, 10), np.nan, np.float32)))]
    table = opinions_html(said, 0, "", "MNIST")
    assert "<td>nothing</td>" in table and ">wrong<" in table


def test_other_networks_have_their_say(app: Gallery):
    run = app.app.ended(config=TrainingConfig(architecture="linear"), network=noisy(3, 0.5), name="My own")
    visit = app.open(range(9), image=7)
    assert "My own" not in html(visit)  # Nobody has looked yet.
    visit.session_state["one_image_opinions"] = True
    body = html(App.again(visit))
    for network in (pretrained("linear"), pretrained("hidden"), app.app.store.runs.results.snapshot(run.id)):
        part = network.probabilities(app.data.x_test[7][None])[0]
        assert f"<td>{part.argmax()}</td><td>{100 * part.max():.1f} %</td>" in body
    assert "My own" in body


def test_the_nearest_training_images_are_those_of_a_slow_search(app: Gallery):
    image = app.data.x_test[7].astype(int)
    distances = [((each.astype(int) - image) ** 2).sum() for each in app.data.x_train]
    nearest = sorted(range(len(distances)), key=distances.__getitem__)[:6]
    body = html(app.open(range(9), image=7))
    found = [int(each) for each in re.findall(r"Training image (\d+), a", body)]
    assert found == nearest


def test_votes_are_told_of_mnist_alone_and_as_a_suspicion(app: Gallery):
    scores = np.full((10_000, 10), 0.1, np.float32)
    images = np.ones((10_000, 28, 28), np.uint8)
    labels = np.full(10_000, 8, np.uint8)
    mnist = replace(app.data, x_test=images, y_test=labels, name="MNIST", digest=MNIST_DIGEST)
    told = dict(one_image.facts(Judged(find("linear"), mnist, scores), 947))
    assert told["Its label"].startswith("suspected to be wrong, perhaps a 9")
    assert told["Written by"].startswith("high-school students")
    assert dict(one_image.facts(Judged(find("linear"), mnist, scores), 9_000))["Written by"].startswith("Census")
    other = replace(mnist, name="Others", digest="others")
    assert not {"Its label", "Written by"} & set(dict(one_image.facts(Judged(find("linear"), other, scores), 947)))
