"""Units that never speak, units that say the same, and what excites each most."""

import numpy as np
import pytest

from mnist_core.insight.all_images.units import ALIKE, BEST, units
from mnist_core.network.layers import Dense, Flatten
from mnist_core.network.network import Network, pretrained


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (40, 28, 28)).astype(np.uint8) * (rng.random((40, 28, 28)) < 0.2)


def network(images: np.ndarray) -> Network:
    """Five hidden units: the second is dead, the fourth is the first twice as loud, the fifth speaks against it."""
    rng = np.random.default_rng(1)
    kernel = rng.normal(0, 0.05, (784, 5)).astype(np.float32)
    kernel[:, 1] = -1
    kernel[:, 3], kernel[:, 4] = 2 * kernel[:, 0], -kernel[:, 0]
    bias = np.array([3, 0, 0, 6, 3], np.float32)
    last = rng.normal(size=(5, 10)).astype(np.float32), np.zeros(10, np.float32)
    return Network((Flatten(), Dense(5, "relu"), Dense(10, "sigmoid")), ((), (kernel, bias), last))


def test_a_unit_that_is_never_active_is_dead_and_one_that_doubles_another_is_named(images):
    (layer,) = units(network(images), images)
    assert layer.layer == 1 and layer.dead == (1,)
    assert [(each.unit, each.like) for each in layer.doubled] == [(3, 0)]
    assert layer.doubled[0].correlation == pytest.approx(1, abs=1e-6) and ALIKE < 1


def test_a_unit_without_a_kink_is_dead_where_nothing_changes_it(images):
    still = Network(
        (Flatten(), Dense(2, "tanh"), Dense(10, "sigmoid")),
        (
            (),
            (np.stack([np.zeros(784), np.full(784, 0.01)], axis=1).astype(np.float32), np.array([0.5, 0], np.float32)),
            (np.ones((2, 10), np.float32), np.zeros(10, np.float32)),
        ),
    )
    (layer,) = units(still, images)
    assert layer.dead == (0,) and layer.doubled == ()


def test_the_images_that_excite_a_unit_most_come_first(images):
    (layer,) = units(network(images), images)
    activations = network(images).activations(images)[1]
    assert layer.best.shape == (5, BEST)
    for unit in range(5):
        most = activations[layer.best[unit], unit]
        assert (np.diff(most) <= 0).all() and most[-1] >= np.sort(activations[:, unit])[-BEST]
        assert layer.levels[unit, 0] == activations[:, unit].min()
        assert layer.levels[unit, -1] == activations[:, unit].max()
        assert (np.diff(layer.levels[unit]) >= 0).all()


def test_of_filters_the_strongest_pixel_counts(images):
    found = units(pretrained("convolutional"), images)
    assert [(each.layer, len(each.levels)) for each in found] == [(0, 8), (1, 8), (2, 16), (3, 16)]
    maps = pretrained("convolutional").activations(images)[2]
    assert found[2].levels[:, -1] == pytest.approx(maps.max(axis=(0, 1, 2)))


def test_a_linear_network_has_no_hidden_units(images):
    assert units(pretrained("linear"), images) == []
