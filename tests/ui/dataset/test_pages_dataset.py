"""The Dataset page without a browser: what is shown, the address, and how MNIST is brought."""

import json
from dataclasses import replace

import numpy as np
import pytest
from app_without_browser import App, address, dead_links, html, opened_app, words
from few_images import few_images

from mnist_core.data import dataset
from mnist_core.data.dataset import MNIST_DIGEST
from mnist_core.data.samples import shuffled
from mnist_core.errors import DataError
from ui.frame import state

PAGE = "3_Dataset.py"


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def component(visit, key: str) -> dict:
    """What the page handed to one of its components."""
    (found,) = (each for each in visit.get("bidi_component") if each.key == key)
    return json.loads(found.proto.json)


def test_the_page_shows_samples_one_image_balance_and_means(app: App):
    visit = app.visit(PAGE)
    order = shuffled(app.data.y_train, None, 0)[:60]
    labels = [f"Image {index:,}: labelled {app.data.y_train[index]}" for index in order]
    assert component(visit, "samples")["labels"] == labels
    assert component(visit, "pixels")["values"] == app.data.x_train[0].reshape(-1).tolist()
    assert html(visit).count("<td class='dl-length'>") == 20
    assert html(visit).count("Mean of the") == 10
    assert "1 to 60 of 2,000 training images" in words(visit)
    assert not address(visit)


def test_samples_are_filtered_by_digit_and_split(app: App):
    visit = app.visit(PAGE)
    visit.segmented_control(key="split").set_value("test")
    visit.pills(key="digit").set_value("7")
    App.again(visit)
    labels = component(visit, "samples")["labels"]
    assert len(labels) == (app.data.y_test == 7).sum() and all(each.endswith("labelled 7") for each in labels)
    assert address(visit) == {"split": "test", "digit": "7"}


def test_pages_go_through_all_images_once(app: App):
    visit = app.visit(PAGE, digit=3)
    count = int((app.data.y_train == 3).sum())
    labels = []
    for page in range(1, -(-count // 60) + 1):
        visit.number_input(key="page").set_value(page)
        App.again(visit)
        labels += component(visit, "samples")["labels"]
    assert len(labels) == len(set(labels)) == count


def test_another_digit_starts_at_the_first_page(app: App):
    visit = app.visit(PAGE, page=9)
    visit.pills(key="digit").set_value("3")
    App.again(visit)
    assert visit.number_input(key="page").value == 1


def test_a_link_shows_the_same_images(app: App):
    visit = app.visit(PAGE, split="test", digit=5, seed=7, image=12)
    assert component(visit, "pixels")["values"] == app.data.x_test[12].reshape(-1).tolist()
    order = shuffled(app.data.y_test, 5, 7)
    assert [int(each.split()[1].rstrip(":")) for each in component(visit, "samples")["labels"]] == list(order[:60])
    assert address(visit) == {"split": "test", "digit": "5", "seed": "7", "image": "12"}


def test_a_shorter_split_keeps_the_chosen_image_within_it(app: App):
    visit = app.visit(PAGE, image=1_999)
    visit.segmented_control(key="split").set_value("test")
    App.again(visit)
    assert visit.number_input(key="image").value == 499


@pytest.mark.parametrize(
    "query",
    [
        {"split": "dev"},
        {"digit": "10"},
        {"seed": "-1"},
        {"seed": "99999999999999999999"},
        {"page": "0"},
        {"page": "10000"},
        {"image": "2000"},
        {"image": "½"},
        {"image": "<script>"},
    ],
    ids=str,
)
def test_nonsense_in_the_address_is_named_and_the_usual_is_shown(app: App, query):
    visit = app.visit(PAGE, **query)
    ((name, value),) = query.items()
    assert f"{name.capitalize()} must be " in dead_links(visit) and f"got '{value}'" in dead_links(visit)
    assert not visit.error
    assert visit.number_input(key="image").value == 0
    assert not address(visit)


def test_a_digit_that_does_not_occur_is_said_so(app: App, monkeypatch):
    data = few_images()
    none = replace(data, y_train=np.where(data.y_train == 4, 5, data.y_train).astype(np.uint8))
    monkeypatch.setattr(dataset, "load", lambda settings, **_: none)
    state.reload_dataset()
    visit = app.visit(PAGE, digit=4)
    assert "no image of this digit" in words(visit)


def test_data_that_are_not_mnist_are_labelled_and_mnist_can_be_brought(app: App):
    visit = app.visit(PAGE)
    assert "not MNIST" in visit.warning[0].value
    assert visit.file_uploader(key="mnist_files") and visit.button(key="install").disabled


def test_mnist_is_said_to_be_mnist_and_nothing_more_is_asked(app: App, monkeypatch):
    monkeypatch.setattr(dataset, "load", lambda settings, **_: replace(few_images(), name="MNIST", digest=MNIST_DIGEST))
    state.reload_dataset()
    visit = app.visit(PAGE)
    assert "real **MNIST**" in visit.success[0].value and not visit.warning
    assert "mnist_files" not in [each.key for each in visit.file_uploader]


def test_what_was_found_and_refused_is_told(app: App, monkeypatch):
    noted = replace(few_images(), notes=("data/mnist.npz: it is cut short.",))
    monkeypatch.setattr(dataset, "load", lambda settings, **_: noted)
    state.reload_dataset()
    assert [each.value for each in app.visit(PAGE).text] == ["data/mnist.npz: it is cut short."]


def test_the_download_is_tried_again_on_demand(app: App, monkeypatch):
    visit = app.visit(PAGE)
    tries = []

    def load(settings, **_):
        tries.append(settings)
        return replace(few_images(), name="MNIST", digest=MNIST_DIGEST)

    monkeypatch.setattr(dataset, "load", load)
    App.again(visit)
    assert not tries
    visit.button(key="try_again").click()
    App.again(visit)
    assert len(tries) == 1 and visit.success


def test_an_upload_that_is_not_mnist_is_refused_and_named(app: App):
    visit = app.visit(PAGE)
    visit.file_uploader(key="mnist_files").set_value([("mnist.npz", b"not a zip", "application/zip")])
    App.again(visit)
    visit.button(key="install").click()
    App.again(visit)
    assert "mnist.npz" in visit.error[0].value
    titles = [each.value for each in visit.subheader]
    assert "Samples" in titles and "The mean of each digit" in titles, "the error takes the page along"
    assert not (state.settings().home / "mnist.npz").exists()


def test_an_upload_is_verified_installed_and_used(app: App, monkeypatch, small_mnist, tmp_path):
    np.savez(tmp_path / "small.npz", **small_mnist)
    visit = app.visit(PAGE)
    monkeypatch.setattr(dataset, "load", lambda settings, **_: dataset.read_mnist(settings.home / "mnist.npz"))
    content = (tmp_path / "small.npz").read_bytes()
    visit.file_uploader(key="mnist_files").set_value([("my copy.npz", content, "application/zip")])
    App.again(visit)
    visit.button(key="install").click()
    App.again(visit)
    assert (state.settings().home / "mnist.npz").exists()
    assert "6 training and 4 test images" in visit.success[0].value


def test_a_wrong_digitlab_mnist_is_a_sentence(app: App, monkeypatch):
    def refuse(settings, **_):
        raise DataError("DIGITLAB_MNIST", "there is no such file.")

    monkeypatch.setattr(dataset, "load", refuse)
    state.reload_dataset()
    visit = app.visit(PAGE)
    assert visit.error[0].value == "DIGITLAB_MNIST: there is no such file."


def test_visitors_are_not_told_where_on_the_server_the_images_lie(app: App, monkeypatch):
    mnist = replace(few_images(), name="MNIST", digest=MNIST_DIGEST, location="/home/ada/school/mnist.npz")
    monkeypatch.setattr(dataset, "load", lambda settings, **_: mnist)
    state.reload_dataset()
    said = words(app.visit(PAGE))
    assert "This is the real **MNIST**" in said and "ada" not in said
