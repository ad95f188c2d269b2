"""A lesson: which images it is made of, and that a network learns a hand from it and forgets little."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from few_images import few_images

from mnist_core.data.synthetic import draw_images
from mnist_core.data.variations import Spread, vary_image, vary_strokes
from mnist_core.errors import ConfigError, ModelError
from mnist_core.network.network import Network, pretrained, pretrained_names
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.drawings import Drawing
from mnist_core.store.lessons import Lesson, Result, lesson, lesson_warnings
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.training import loop, teaching
from mnist_core.workers import worker

SEVEN = (np.array([(60, 40), (250, 40), (140, 280)]), np.array([(100, 160), (230, 160)]))
ONE = (np.array([(160, 30), (150, 290)]),)


def drawn(label: int, strokes, rng=None) -> Drawing:
    rng = rng or np.random.default_rng(label)
    return Drawing(label, vary_strokes(strokes, 1, rng)[0], strokes)


@pytest.fixture(scope="module")
def parent() -> Network:
    """A network that knows the few images, and has never seen a drawing."""
    config = TrainingConfig("hidden", epochs=2, hidden_units=32)
    return loop.train(config, few_images()).network


@pytest.fixture
def short(monkeypatch):
    """Lessons of 60 steps on few drawn digits."""
    monkeypatch.setattr(teaching, "STEPS", 60)
    monkeypatch.setattr(teaching, "VARIATIONS", (60, 60))
    monkeypatch.setattr(teaching, "STYLES", 100)


def styles() -> tuple[np.ndarray, np.ndarray]:
    labels = np.tile(np.arange(10, dtype=np.uint8), 10)
    return draw_images(labels, seed=(7,)), labels


def weights(network: Network) -> np.ndarray:
    return np.concatenate([array.ravel() for arrays in network.weights for array in arrays])


# ------------------------------------------------------------------------ variations


def test_variations_are_mnist_images_of_the_same_digit_and_differ():
    images = vary_strokes(SEVEN, 20, np.random.default_rng(0))
    assert images.shape == (20, 28, 28) and images.dtype == np.uint8
    assert len({image.tobytes() for image in images}) == 20
    assert (images.max(axis=(1, 2)) == 255).all()
    boxes = [np.ptp(np.argwhere(image), axis=0).max() + 1 for image in images]
    assert set(boxes) <= {19, 20, 21}


def test_no_spread_gives_the_drawing_itself_at_any_size():
    still = Spread(rotation=0, slant=0, stretch=0, bend=0, part=0, pens=(2, 2))
    rng = np.random.default_rng(0)
    large = vary_strokes(SEVEN, 1, rng, spread=still)
    small = vary_strokes([stroke / 10 for stroke in SEVEN], 1, rng, spread=still)
    assert np.array_equal(large, small)
    image = large[0]
    warped = vary_image(image, 1, rng, spread=still)[0]
    assert np.abs(warped.astype(int) - image).mean() < 12


@pytest.mark.parametrize("strokes", [(np.array([(5, 5)]),), (np.array([(0, 0), (0, 0)]),), ONE])
def test_a_dot_and_a_straight_line_can_be_varied(strokes):
    assert vary_strokes(strokes, 5, np.random.default_rng(0)).any(axis=(1, 2)).all()


def test_pictures_are_varied_without_strokes():
    image = vary_strokes(SEVEN, 1, np.random.default_rng(1))[0]
    images = vary_image(image, 10, np.random.default_rng(2))
    assert images.shape == (10, 28, 28) and len({each.tobytes() for each in images}) == 10
    # As a whole they are still where the drawing is.
    mean, blurred = images.mean(axis=0), image.astype(float)
    assert np.corrcoef(mean.ravel(), blurred.ravel())[0, 1] > 0.6


# --------------------------------------------------------------------------- lessons


def test_a_lesson_comes_back_from_its_bytes(parent):
    made = lesson([drawn(7, SEVEN), replace(drawn(1, ONE), strokes=())], hand="Ada", parent="hidden", network=parent)
    found = Lesson.from_bytes(made.to_bytes(), hand="Ada", parent="hidden")
    assert np.array_equal(found.images, made.images) and found.labels.tolist() == [7, 1]
    assert [[stroke.tolist() for stroke in each] for each in found.strokes] == [
        [stroke.tolist() for stroke in SEVEN],
        [],
    ]
    assert np.array_equal(weights(found.network), weights(parent)) and not found.held_back.any()
    with pytest.raises(ModelError, match="damaged"):
        Lesson.from_bytes(b"PK", hand="Ada", parent="hidden")


def test_a_fifth_is_held_back_of_many_and_no_digit_loses_its_only_drawing(parent):
    labels = [0, 1, 2] + [3] * 7 + [4] * 10
    drawings = [Drawing(label, drawn(7, SEVEN).image) for label in labels]
    made = lesson(drawings, hand="guest", parent="hidden", network=parent)
    assert made.held_back.sum() == 4
    assert set(np.array(labels)[made.taught]) == {0, 1, 2, 3, 4}
    assert not lesson(drawings[:14], hand="guest", parent="hidden", network=parent).held_back.any()
    assert not lesson(drawings, hand="guest", parent="hidden", network=parent, hold_back=False).held_back.any()


def test_no_drawing_is_no_lesson_and_few_are_warned_about(parent):
    with pytest.raises(ConfigError, match="one at least"):
        lesson([], hand="guest", parent="hidden", network=parent)
    counts = np.zeros(10, int)
    counts[3] = 1
    assert "One drawing is little" in lesson_warnings(counts)[0]
    counts[3] = 4
    assert "All 4 drawings are a 3" in lesson_warnings(counts)[0]
    assert "no drawing of 7 or 9 yet" in lesson_warnings(np.array([1, 1, 1, 1, 1, 1, 1, 0, 1, 0]))[0]
    assert lesson_warnings(np.ones(10, int)) == []
    assert lesson_warnings(np.full(10, 201)) == ["A lesson takes the newest 2,000 of these 2,010 drawings."]


def test_a_network_that_does_not_say_how_it_was_made_cannot_be_taught(parent):
    with pytest.raises(ModelError, match="cannot be taught"):
        teaching.teaching_config(replace(parent, about={}))
    with pytest.raises(ModelError, match="cannot be taught"):
        teaching.teaching_config(replace(parent, about={"config": {"hidden_units": 33}}))


# --------------------------------------------------------------------------- mixture


def test_a_mixture_has_its_shares_and_the_held_back_are_not_in_it(parent, short, monkeypatch):
    mark, left_out = np.full((28, 28), 200, np.uint8), np.full((28, 28), 100, np.uint8)
    monkeypatch.setattr(teaching, "vary_image", lambda image, count, rng: np.stack([image] * count))
    data, (drawn_images, drawn_labels) = few_images(), styles()
    base = lesson([Drawing(d % 10, mark) for d in range(10)], hand="g", parent="hidden", network=parent)
    made = replace(
        base, images=np.concatenate([base.images, left_out[None]]), labels=np.append(base.labels, np.uint8(0))
    )
    made = replace(made, strokes=((),) * 11, held_back=np.arange(11) == 10)
    mixed = teaching.mixture(made, data, teaching.teaching_config(parent), styles=(drawn_images, drawn_labels))
    seen = {image.tobytes() for image in mixed.x_train}
    own = (mixed.x_train == mark).all(axis=(1, 2)).sum()
    assert len(mixed.x_train) == 60 * teaching.BATCH
    assert own == round(len(mixed.x_train) * teaching.OWN)
    assert left_out.tobytes() not in seen and seen & {image.tobytes() for image in drawn_images}
    assert seen & {image.tobytes() for image in data.x_train}
    assert mixed.x_test is not None and np.array_equal(mixed.x_test, data.x_test) and mixed.digest == data.digest
    again = teaching.mixture(made, data, teaching.teaching_config(parent), styles=(drawn_images, drawn_labels))
    assert np.array_equal(again.x_train, mixed.x_train)
    other = teaching.mixture(made, data, teaching.teaching_config(parent, seed=1), styles=(drawn_images, drawn_labels))
    assert not np.array_equal(other.x_train, mixed.x_train)


def test_only_threes_do_not_fill_a_fourth_of_the_lesson(parent, short):
    made = lesson([Drawing(3, drawn(7, SEVEN).image)], hand="g", parent="hidden", network=parent)
    mixed = teaching.mixture(made, few_images(), teaching.teaching_config(parent), styles=styles())
    assert (mixed.y_train == 3).mean() < 0.2


# -------------------------------------------------------------------- in the worker


@pytest.fixture
def store(tmp_path, monkeypatch):
    store = Store(f"sqlite:///{tmp_path / 'digitlab.sqlite'}")
    monkeypatch.setattr(worker, "_load", lambda *_: few_images())
    monkeypatch.setattr(worker, "_styles", lambda *_, **__: styles())
    yield store
    store.close()


def queued(store: Store, parent: Network, drawings, **options):
    data = few_images()
    values = {
        "hand": "Ada",
        "parent": "0badcafe",
        "network": parent,
        "data_name": data.name,
        "data_digest": data.digest,
    }
    return teaching.teach(store, drawings, **{**values, **options})


def hand(count: int, seed: int) -> list[Drawing]:
    rng = np.random.default_rng(seed)
    return [drawn(7, SEVEN, rng) if place % 2 else drawn(1, ONE, rng) for place in range(count)]


def test_a_lesson_teaches_the_hand_forgets_little_and_stores_before_and_after(store, parent, short):
    run = queued(store, parent, hand(20, 0))
    assert (run.parent, run.total_steps) == ("0badcafe", 60)
    assert run.name == "Hidden layer 784-32-10, taught by Ada, lesson 1"
    assert worker.train_run(store, run.id)
    ended, network, result = store.runs.get(run.id), store.runs.results.snapshot(run.id), store.lessons.result(run.id)
    assert (ended.status, ended.step) == (Status.FINISHED, 60)
    rest = hand(60, 99)
    images, labels = np.stack([each.image for each in rest]), np.array([each.label for each in rest])
    before, after = ((each.classify(images) == labels).mean() for each in (parent, network))
    assert after > 0.9 > before + 0.2
    data = few_images()
    made = store.lessons.get(run.id)
    knew = int((parent.classify(made.images[made.taught]) == made.labels[made.taught]).sum())
    assert result.held_back[0] == 4 and result.taught[:2] == (16, knew) and result.taught[2] >= 15
    assert result.tested == (500, int((parent.classify(data.x_test) == data.y_test).sum()), ended.correct)
    assert ended.correct >= result.tested[1] - 25
    assert np.array_equal(store.runs.results.outputs(run.id).argmax(axis=1), network.classify(data.x_test))


def test_one_drawing_is_enough_and_the_same_seed_gives_the_same_network(store, parent, short):
    networks = []
    for seed in (0, 0, 1):
        run = queued(store, parent, hand(1, 0), seed=seed)
        worker.train_run(store, run.id)
        assert store.runs.get(run.id).status == Status.FINISHED
        networks.append(weights(store.runs.results.snapshot(run.id)))
    assert np.array_equal(networks[0], networks[1]) and not np.array_equal(networks[0], networks[2])


@pytest.mark.parametrize(("command", "status"), [("stop", Status.STOPPED), ("pause", Status.PAUSED)])
def test_a_lesson_hears_of_a_stop_and_a_pause_while_its_images_are_mixed(store, parent, monkeypatch, command, status):
    monkeypatch.setattr(teaching, "VARIATIONS", (2_000_000, 2_000_000))  # As good as without an end.
    run = queued(store, parent, hand(2, 0))
    training_thread = threading.Thread(target=worker.train_run, args=(store, run.id))
    training_thread.start()
    while store.runs.get(run.id).status != Status.RUNNING:
        time.sleep(0.01)
    store.runs.command(run.id, command)
    training_thread.join(60)
    assert not training_thread.is_alive()
    found = store.runs.get(run.id)
    assert (found.status, found.step, found.correct, found.attempts) == (status, 0, None, 0)


def test_a_lesson_that_was_stopped_goes_on_to_the_same_end(parent, short):
    data, config = few_images(), teaching.teaching_config(parent)
    made = lesson(hand(4, 0), hand="g", parent="hidden", network=parent)
    mixed = teaching.mixture(made, data, config, styles=styles())
    options = {"initial": parent, "falling": True}
    whole = loop.train(config, mixed, **options)
    asked = iter(["run"] * 7)
    half = loop.train(config, mixed, control=lambda: next(asked, "stop"), **options)
    assert half.stopped and 0 < half.step < whole.step
    resumed = loop.train(config, mixed, resume=half.history[-1].state(), **options)
    assert np.array_equal(weights(resumed.network), weights(whole.network))


def test_a_network_of_other_layers_is_no_start(parent):
    with pytest.raises(ModelError, match="other layers"):
        loop.train(TrainingConfig("linear", epochs=1), few_images(), initial=parent)


def test_a_falling_rate_moves_the_last_weights_least(parent):
    data, config = few_images(), TrainingConfig("hidden", epochs=1, hidden_units=32, batch_size=40)
    moves = []
    for falling in (True, False):
        reports = []
        loop.train(
            config,
            data,
            initial=parent,
            falling=falling,
            on_progress=lambda progress, reports=reports: reports.append(weights(progress.network())),
        )
        moves.append(np.abs(reports[-1] - reports[-2]).mean() / np.abs(reports[1] - reports[0]).mean())
    assert moves[0] < 0.5 * moves[1]


def test_a_lesson_is_deleted_with_its_run_and_does_not_need_its_drawings(store, parent, short):
    kept = store.drawings.keep(*hand(3, 0))
    run = queued(store, parent, kept)
    store.drawings.delete_all("guest")
    assert store.lessons.get(run.id).labels.tolist() == [1, 7, 1] and store.lessons.parents("Ada") == {
        run.id: "0badcafe"
    }
    store.lessons.set_result(run.id, Result((0, 0, 0), (3, 1, 3), (5, 4, 4)))
    assert store.lessons.result(run.id) == Result((0, 0, 0), (3, 1, 3), (5, 4, 4))
    store.runs.delete(run.id)
    assert store.lessons.get(run.id) is None and store.lessons.result(run.id) is None and store.lessons.parents() == {}


def test_a_run_that_is_trained_the_usual_way_has_no_lesson(store):
    run = store.runs.create(TrainingConfig(), data_name="MNIST", data_digest="d", total_steps=1)
    assert store.lessons.get(run.id) is None and store.lessons.result(run.id) is None


def test_preparing_leaves_no_trace_in_the_next_run(parent):
    data, config = few_images(), TrainingConfig("hidden", epochs=1, hidden_units=32)
    first = loop.train(config, data)
    thread = threading.Thread(target=loop.prepare, args=(config, data), kwargs={"images": 960})
    thread.start()
    thread.join()
    assert np.array_equal(weights(loop.train(config, data).network), weights(first.network))


def test_lessons_of_a_hand_have_names_of_their_own_however_long_its_name_is(store, parent):
    hand = "A hand with a name of forty characters.."
    drawn = [Drawing(3, np.full((28, 28), 9, np.uint8), hand=hand)]

    def named() -> tuple[str, str]:
        run = teaching.teach(
            store, drawn, hand=hand, parent="hidden", network=parent, data_name="Blobs", data_digest="blobs"
        )
        return run.id, run.name

    (first, one), (_, two) = named(), named()
    assert (one[-8:], two[-8:]) == ("lesson 1", "lesson 2") and len(one) <= 80
    store.runs.command(first, "stop")
    store.runs.delete(first)
    assert named()[1].endswith("lesson 3")


def test_every_network_that_the_app_brings_along_can_be_taught_in_each_database(database_url):
    store = Store(database_url)
    for name in pretrained_names():
        options = {"hand": "Ada", "parent": name, "network": pretrained(name)}
        run = teaching.teach(store, hand(1, 0), **options, data_name="Blobs", data_digest="blobs")
        assert run.parent is None and store.lessons.parents()[run.id] == name  # It is the network of no run.
    store.close()
