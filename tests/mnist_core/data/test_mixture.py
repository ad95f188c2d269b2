"""Which images a run sees: upright or not, with others beside them, the same for the same seed."""

import numpy as np
import pytest
from few_images import few_images

from mnist_core.data import mixture, synthetic
from mnist_core.data.mixture import DRAWINGS_SHARE, Mixture, people_and
from mnist_core.data.pen_drawings import PenDrawings
from mnist_core.drawing.slant import straighten
from mnist_core.network.run_settings import PEN_SHARE, TrainingConfig

DATA = few_images()
OWN = len(DATA.y_train)


def pool(count: int = 1_000) -> tuple[np.ndarray, np.ndarray]:
    """Bright images, which the data set has none of."""
    return np.full((count, 28, 28), 250, np.uint8), np.arange(count, dtype=np.int64).astype(np.uint8) % 10


def never() -> None:
    raise AssertionError("not wanted")


def test_without_a_wish_a_run_sees_the_data_set_in_the_order_of_the_seed():
    mixed = Mixture.of(TrainingConfig(), DATA, never)
    assert mixed.images is DATA.x_train and mixed.x_test is DATA.x_test and mixed.extra == 0
    assert np.array_equal(mixed.order(3, 2), np.random.default_rng([3, 2]).permutation(OWN))


def test_training_test_and_other_images_are_set_upright_once():
    mixed = Mixture.of(TrainingConfig(straighten=True, pen_styles=True), DATA, pool)
    assert np.array_equal(mixed.images[:OWN], straighten(DATA.x_train))
    assert np.array_equal(mixed.images[OWN:], straighten(pool()[0]))
    assert np.array_equal(mixed.x_test, straighten(DATA.x_test))


def test_an_epoch_sees_every_image_of_the_data_set_and_a_fifth_of_others():
    config = TrainingConfig(pen_styles=True)
    mixed = Mixture.of(config, DATA, pool)
    order = mixed.order(0, 0)
    assert sorted(order[order < OWN]) == list(range(OWN))
    assert len(order) == OWN + config.extra_images(OWN)
    assert (order >= OWN).mean() == pytest.approx(PEN_SHARE, abs=1e-3)
    assert len(np.unique(order)) == len(order)
    assert mixed.order(0, 0).tolist() == order.tolist()


def test_every_epoch_and_seed_takes_others_in_another_order():
    mixed = Mixture.of(TrainingConfig(pen_styles=True), DATA, pool)
    taken = [set(order[order >= OWN]) for order in (mixed.order(0, 0), mixed.order(0, 1), mixed.order(1, 0))]
    assert taken[0] != taken[1] and taken[0] != taken[2]


def test_a_pool_that_is_too_small_is_used_more_than_once():
    mixed = Mixture.of(TrainingConfig(pen_styles=True), DATA, lambda: pool(7))
    assert (mixed.order(0, 0) >= OWN).sum() == mixed.extra > 7


def test_real_drawings_have_their_share_of_what_comes_beside_the_data_set(monkeypatch):
    monkeypatch.setattr(synthetic, "load_people", lambda home, **_: pool(700))
    line = [np.array([[0.0, 0], [5, 90]])]
    images, labels = people_and(PenDrawings([line], np.array([1], np.uint8), np.array([0])), seed=0)
    real = images.min((1, 2)) == 0
    assert real.mean() == pytest.approx(DRAWINGS_SHARE, abs=1e-3)
    assert (labels[real] == 1).all() and len(labels) == len(images)


def test_fewer_images_are_chosen_by_the_seed_and_lie_within_more():
    def used(images: int, seed: int = 3) -> Mixture:
        return Mixture.of(TrainingConfig(training_images=images, seed=seed), DATA, never)

    few, more = used(100), used(500)
    assert few.own == len(few.labels) == 100 and more.own == 500
    assert np.array_equal(more.images[:100], few.images) and np.array_equal(more.labels[:100], few.labels)
    assert not np.array_equal(used(100, seed=4).images, few.images)
    assert few.x_test is DATA.x_test
    assert TrainingConfig(training_images=100, batch_size=30).steps_per_epoch(OWN) == 4


def test_who_prepares_images_looks_up_now_and_then_and_can_be_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(mixture, "AT_ONCE", 100)
    looks = []
    config = TrainingConfig(straighten=True, epochs=1)
    Mixture.of(config, few_images(), look=lambda: looks.append(1))
    assert len(looks) == 25  # 2,000 and 500 images.

    class Unwanted(Exception):
        pass

    def unwanted():
        raise Unwanted

    with pytest.raises(Unwanted):
        Mixture.of(config, few_images(), look=unwanted)
    with pytest.raises(Unwanted):  # A minute of drawing, of which nothing is kept.
        synthetic.load_people(tmp_path, look=unwanted)
    assert not list(tmp_path.iterdir())
