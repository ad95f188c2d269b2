"""Other data than MNIST on the pages: chosen, brought, made of drawings, and followed by every page."""

import json

import numpy as np
import pytest
from app_without_browser import VISITOR, App, address, dead_links, html, opened_app, pressable, words
from brought_files import npz, shapes

from mnist_core.data.brought import Brought
from mnist_core.data.catalogue import PARTS
from mnist_core.data.dataset import Dataset
from mnist_core.network.network import Network
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings
from mnist_core.store.datasets import SYNTHETIC, USUAL, Kept
from mnist_core.store.drawings import Drawing
from mnist_core.store.runs.records import Status
from mnist_core.store.visitors import Rights, Visitor

PAGE = "3_Dataset.py"
CLASSES = ("cat", "dog", "emu", "fox")


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


@pytest.fixture
def kept(app: App) -> Kept:
    train, test = shapes(120, 4), shapes(40, 4, seed=1)
    return app.store.datasets.keep(Brought(dict(zip(PARTS, (*train, *test), strict=True)), CLASSES), name="Animals")


def chosen(app: App, source: str) -> None:
    app.store.on_behalf_of(Visitor(VISITOR)).datasets.choose(source)


def data_of(app: App, kept: Kept) -> Dataset:
    return app.store.datasets.load(kept.digest, Settings.from_environment({}))


def trained(app: App, kept: Kept, name: str = "On animals") -> str:
    """A finished run on the data set, whose network reads every image as the class after its own."""
    data, config = data_of(app, kept), TrainingConfig("linear", epochs=1, classes=4)
    run = app.store.runs.create(
        config, data_name=kept.name, data_digest=kept.digest, total_steps=4, name=name, visitor=VISITOR
    )
    weights = np.random.default_rng(0).normal(size=(784, 4)).astype(np.float32)
    network = Network(config.layers, ((), (weights, np.zeros(4, np.float32))), {"classes": list(CLASSES)})
    app.store.runs.progress.claim(run.id)
    app.store.runs.progress.add_snapshot(run.id, step=4, epoch=1, network=network.to_bytes())
    scores = network.scores(data.x_test)
    correct = int((scores.argmax(axis=1) == data.y_test).sum())
    app.store.runs.progress.finish(run.id, Status.FINISHED, step=4, correct=correct, tested=40, scores=scores)
    return run.id


def component(visit, key: str) -> dict:
    (found,) = (each for each in visit.get("bidi_component") if each.key == key)
    return json.loads(found.proto.json)


def test_a_data_set_is_chosen_for_oneself_and_its_images_are_shown(app: App, kept: Kept):
    visit = app.visit(PAGE)
    visit.selectbox(key="data_source").set_value(kept.digest)
    App.again(visit)
    assert "Animals: 120 training and 40 test images of 4 classes: cat, dog, emu, fox." in visit.info[0].value
    labels = component(visit, "samples")["labels"]
    assert labels and all(each.split("labelled ")[1] in CLASSES for each in labels)
    assert html(visit).count("Mean of the 30 training images of") == 4
    assert app.store.datasets.chosen() == USUAL  # Nobody else's choice.
    visit.selectbox(key="data_source").set_value(USUAL)
    App.again(visit)
    assert html(visit).count("Mean of the") == 10


def test_a_class_is_filtered_by_and_a_link_names_it(app: App, kept: Kept):
    chosen(app, kept.digest)
    visit = app.visit(PAGE, digit=2)
    assert all(each.endswith("labelled emu") for each in component(visit, "samples")["labels"])
    assert not dead_links(visit)
    assert "0 to 3" in dead_links(app.visit(PAGE, digit=7))


def test_the_teacher_chooses_for_everybody(app: App, kept: Kept):
    visit = app.visit(PAGE)
    visit.selectbox(key="data_source").set_value(kept.digest)
    App.again(visit)
    visit.button(key="data_for_everybody").click()
    App.again(visit)
    assert app.store.datasets.chosen() == kept.digest


def test_a_new_run_learns_from_what_is_in_use(app: App, kept: Kept):
    chosen(app, kept.digest)
    visit = app.visit("2_Train.py", architecture="linear")
    pressable(visit, "start").click()
    App.again(visit)
    run = app.store.runs.get(app.jobs.submitted[0])
    assert (run.data_name, run.data_digest, run.config.classes) == ("Animals", kept.digest, 4)
    assert run.config.layers[-1].units == 4 and "784-4" in run.name


def test_pen_styles_are_refused_for_other_things_than_digits(app: App, kept: Kept):
    chosen(app, kept.digest)
    visit = app.visit("2_Train.py", pen_styles="true")
    pressable(visit, "start").click()
    App.again(visit)
    assert not app.jobs.submitted and any("digits" in each.value for each in visit.error)


def test_mistakes_follow_the_network_of_a_link(app: App, kept: Kept):
    run = trained(app, kept)
    visit = app.visit("4_Mistakes.py", network=run)
    matrix = component(visit, "matrix")
    assert matrix["classes"] == list(CLASSES) and len(matrix["frames"][0]["counts"]) == 16
    assert sum(matrix["frames"][0]["counts"]) == 40
    assert "Animals" in words(visit) and not dead_links(visit)
    assert [each.label for each in visit.selectbox if each.key == "cell_true"] == ["True class"]


def test_figures_and_an_image_are_of_the_classes(app: App, kept: Kept):
    run = trained(app, kept)
    visit = app.visit("4_Mistakes.py", network=run, view="figures")
    assert all(f"<th scope='row'>{name}" in html(visit) or name in html(visit) for name in CLASSES)
    visit = app.visit("4_Mistakes.py", network=run, true=0, read=1, image=0)
    assert any("cat" in each.value for each in visit.subheader)
    assert "alone" in words(visit)


def test_views_that_are_about_digits_are_not_offered(app: App, kept: Kept):
    run = trained(app, kept)
    visit = app.visit("4_Mistakes.py", network=run, view="map")
    assert visit.segmented_control(key="mistakes_view").options and "map" not in str(
        visit.segmented_control(key="mistakes_view").options
    )


def test_mistakes_begin_with_a_network_of_the_data_in_use(app: App, kept: Kept):
    run = trained(app, kept)
    chosen(app, kept.digest)
    assert address(app.visit("4_Mistakes.py"))["network"] == run
    visit = app.visit("4_Mistakes.py", network="linear")  # A link that people kept.
    assert component(visit, "matrix")["classes"] == [str(digit) for digit in range(10)]


def test_compare_refuses_networks_of_other_data_with_the_reason(app: App, kept: Kept):
    one, two = trained(app, kept), trained(app, kept, "On animals, too")
    visit = app.visit("5_Compare.py", a=one, b=two)
    assert not visit.error
    visit = app.visit("5_Compare.py", a=one, b="linear")
    assert visit.error or dead_links(visit)


@pytest.mark.parametrize("page", ["1_Draw.py", "7_Class.py"])
def test_drawing_is_of_digits_whatever_is_in_use(app: App, kept: Kept, page):
    trained(app, kept)
    chosen(app, kept.digest)
    visit = app.visit(page)
    assert not visit.error
    if page == "1_Draw.py":
        assert not any("On animals" in str(each.options) for each in visit.multiselect)


@pytest.mark.parametrize("page", ["2_Train.py", "6_Experiments.py", "4_Mistakes.py", "5_Compare.py"])
def test_no_page_falls_over_data_of_which_no_network_is_trained_yet(app: App, kept: Kept, page):
    chosen(app, kept.digest)
    app.visit(page)
    app.visit_home()


def test_drawings_that_were_kept_make_a_data_set(app: App):
    images, labels = shapes(60, 10)
    for hand in ("Ann", "Ben", "Cy"):
        app.store.drawings.keep(*(Drawing(int(label), image, hand=hand) for image, label in
                                  zip(images, labels, strict=True)))  # fmt: skip
    visit = app.visit(PAGE)
    visit.multiselect(key="data_hands").set_value(["Ann", "Ben"])
    App.again(visit)
    visit.button(key="bring_drawings").click()
    App.again(visit)
    (made,) = app.store.datasets.all()
    assert (made.name, made.training, made.test, made.drawn) == ("Drawings of Ann and 1 more", 60, 60, True)
    assert data_of(app, made).is_of_digits
    assert app.store.on_behalf_of(Visitor(VISITOR)).datasets.chosen() == made.digest


def test_drawings_of_one_person_are_parted_and_of_none_refused(app: App):
    images, labels = shapes(60, 10)
    app.store.drawings.keep(*(Drawing(int(label), image, hand="Ann") for image, label in
                              zip(images, labels, strict=True)))  # fmt: skip
    made = app.store.datasets.drawn_by(["Ann"])
    assert [len(made.arrays[part]) for part in ("y_train", "y_test")] == [50, 10]
    assert app.store.datasets.hands(most=5) == {"Ann": 60}


def test_own_drawings_are_nobody_elses_to_take(app: App):
    from mnist_core.errors import NotAllowed

    guest = app.store.on_behalf_of(Visitor("a" * 32, Rights.GUEST))
    own = guest.handwritings.own("a" * 32)
    images, labels = shapes(30, 10)
    guest.drawings.keep(*(Drawing(int(label), image, hand=own) for image, label in
                          zip(images, labels, strict=True)), owner="a" * 32)  # fmt: skip
    other = app.store.on_behalf_of(Visitor("b" * 32, Rights.GUEST))
    assert own not in other.datasets.hands(most=5) and own in guest.datasets.hands(most=5)
    with pytest.raises(NotAllowed):
        other.datasets.drawn_by([own])


def test_files_are_brought_on_the_page(app: App):
    images, labels = shapes(120, 4)
    visit = app.visit(PAGE)
    visit.file_uploader(key="data_files").upload("animals.npz", npz(images=images, labels=labels), "application/zip")
    visit.text_input(key="data_names").set_value(", ".join(CLASSES))
    App.again(visit)
    visit.button(key="bring_files").click()
    App.again(visit)
    (made,) = app.store.datasets.all()
    assert (made.name, made.classes, made.drawn) == ("animals", CLASSES, False)
    assert "4 classes" in visit.info[0].value


def test_what_is_no_data_set_gets_a_sentence_and_the_page_stays(app: App):
    visit = app.visit(PAGE)
    visit.file_uploader(key="data_files").upload("notes.npz", b"hello", "application/zip")
    App.again(visit)
    visit.button(key="bring_files").click()
    App.again(visit)
    assert visit.error and html(visit).count("Mean of the") == 10


def test_a_data_set_is_deleted_by_whose_it_is(app: App, kept: Kept):
    chosen(app, kept.digest)
    visit = app.visit(PAGE)
    visit.button(key="data_delete").click()
    App.again(visit)
    assert app.store.datasets.all() == [] and html(visit).count("Mean of the") == 10


def test_the_synthetic_digits_can_be_chosen_where_mnist_is(app: App, monkeypatch):
    monkeypatch.setattr("mnist_core.data.dataset.synthetic_digits", lambda settings, **_: app.data)
    chosen(app, SYNTHETIC)
    visit = app.visit(PAGE)
    assert "synthetic digits" in visit.warning[0].value and "could not be had" not in visit.warning[0].value
