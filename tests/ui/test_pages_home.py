"""The home page without a browser: what is ready, and that nothing on it waits."""

import threading
from dataclasses import replace

import pytest
from app_without_browser import APP, App, html, opened_app, words
from few_images import few_images
from streamlit.testing.v1 import AppTest
from waits import SECONDS

from mnist_core.data import dataset
from mnist_core.data.dataset import MNIST_DIGEST
from mnist_core.errors import DataError, StoreError
from mnist_core.network.network import pretrained, pretrained_names
from mnist_core.store.runs.lists import RunLists
from ui.frame import state
from web.styles import PAGES


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def visited() -> AppTest:
    return App.again(AppTest.from_file(str(APP), default_timeout=SECONDS))


def loaded() -> None:
    """Wait until the images in use are here."""
    state._loading()._thread.join(SECONDS)


def test_cards_lead_through_a_first_lesson_in_its_order(app: App):
    visit = visited()
    cards = visit.get("page_link")[8:]
    assert len(visit.get("page_link")) == 8 + 9
    pages = [card.proto.page for card in cards]
    assert pages == ["Draw", "Draw", "Train", "Mistakes", "Compare", "Draw", "Dataset", "Experiments", "Class"]
    titles = [card.proto.label.strip("*") for card in cards[:6]]
    verbs = ["Draw", "See it fail", "Train", "Look at mistakes", "Compare", "Teach"]
    assert all(
        title.startswith(f"{place}. {verb}") for place, (title, verb) in enumerate(zip(titles, verbs, strict=True), 1)
    )


def test_it_says_where_drawings_go_in_words_that_are_true_on_a_phone_too(app: App):
    said = words(visited())
    assert "this computer" not in said and "goes to the computer that runs this page, and to nobody else" in said


def test_both_networks_are_listed_with_what_they_got_right_and_how_sure_that_is(app: App):
    shown = html(visited())
    for name in ("linear", "hidden"):
        about = pretrained(name).about
        assert f"{about['correct']:,} of 10,000 right on MNIST's test images, 95 % interval" in shown
    assert shown.count("Weights of the digit") == 10


def test_what_the_network_knows_comes_before_six_accuracies_of_which_three_stand_in_a_row(app: App):
    heads = [each.value for each in visited().subheader]
    assert heads == ["All that the linear network knows", "Networks that are ready", "The images in use"]
    assert ".dl-ready {display:grid; grid-template-columns:repeat(auto-fill" in PAGES


def test_ones_own_networks_are_listed_too_newest_first(app: App):
    runs = [app.ended(name=f"Own {number}") for number in range(5)]
    visit = visited()
    assert all(f"Own {number}" in html(visit) for number in (2, 3, 4))
    assert runs[0].name not in html(visit)
    assert any("2 more" in link.proto.label for link in visit.get("page_link"))


def test_a_network_that_was_not_tested_says_so(app: App):
    app.begun(name="Still at it")
    shown = html(visited())
    assert "Still at it" in shown and "not tested yet" in shown


def test_the_page_does_not_wait_for_the_images(app: App, monkeypatch):
    may_arrive = threading.Event()

    def slow(settings, *, on_progress=None, **_):
        on_progress("Fetching MNIST, 3 of 11 MB", 0.3)
        may_arrive.wait(SECONDS)
        return replace(few_images(), name="MNIST", digest=MNIST_DIGEST)

    monkeypatch.setattr(dataset, "load", slow)
    state.reload_dataset()
    try:
        assert "95 % interval" in html(visited())
        assert any("MNIST" in each.value for each in visited().info)
    finally:
        may_arrive.set()
    loaded()
    assert "The real **MNIST**" in words(visited())


def test_synthetic_digits_are_labelled(app: App):
    assert "**Synthetic digits**" in words(visited())


def test_images_that_will_not_arrive_are_a_sentence(app: App, monkeypatch):
    def refuse(settings, **_):
        raise DataError("DIGITLAB_MNIST", "there is no such file.")

    monkeypatch.setattr(dataset, "load", refuse)
    state.reload_dataset()
    visited()
    loaded()
    visit = visited()
    assert visit.error[0].value == "DIGITLAB_MNIST: there is no such file."
    assert "95 % interval" in html(visit)


def test_without_the_store_the_networks_that_came_along_are_still_there(app: App, monkeypatch):
    def locked(*_, **__):
        raise StoreError("The database is locked.")

    monkeypatch.setattr(RunLists, "trained", locked)
    visit = visited()
    assert visit.warning[0].value.startswith("The database is locked.")
    assert html(visit).count("95 % interval") == len(pretrained_names())
