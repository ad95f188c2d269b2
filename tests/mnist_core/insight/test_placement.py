"""Places on the map: against singular values, slow loops, and groups that must not mix."""

from dataclasses import replace

import numpy as np
import pytest
from few_images import few_images

from mnist_core.errors import DataError, ModelError
from mnist_core.insight.all_images import placement
from mnist_core.insight.work import Work
from mnist_core.network.network import Network, pretrained


class NoStore:
    """No analysis of a network that comes with the app asks the store."""


def work(key: str = "", method: str = "pca", images: int = 160) -> Work:
    return Work(few_images(train=10, test=images), {"method": method}, NoStore(), key)


def test_principal_components_are_those_of_the_singular_value_decomposition():
    features = np.random.default_rng(0).normal(size=(90, 7)).astype(np.float32) * np.arange(1, 8)
    points, explained = placement.principal_components(features, 2)
    centred = features - features.mean(axis=0)
    u, s, _ = np.linalg.svd(centred.astype(np.float64), full_matrices=False)
    np.testing.assert_allclose(np.abs(points), np.abs(u[:, :2] * s[:2]), rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(explained, (s**2 / (s**2).sum())[:2], rtol=1e-4)


def test_t_sne_keeps_neighbours_together_and_is_the_same_every_time():
    task = work(method="tsne")
    points = placement.compute(task)["points"]
    np.testing.assert_array_equal(points, placement.compute(task)["points"])
    assert points.shape == (160, 2) and points.dtype == np.float32
    labels = task.dataset.y_test
    for place, point in enumerate(points):
        near = np.argsort(((points - point) ** 2).sum(axis=1))[1:6]
        assert (labels[near] == labels[place]).sum() >= 3


def test_other_seeds_give_other_maps_of_the_same_groups():
    features = placement.pixels(few_images(train=10, test=60))
    first, second = (placement.neighbourhoods(features, seed=seed) for seed in (0, 1))
    assert first.shape == second.shape == (60, 2) and np.isfinite(second).all()


@pytest.mark.parametrize("key", ["hidden", "convolutional", "hidden-draw-ready"])
def test_a_network_places_images_by_what_its_last_layer_sees(key):
    network, images = pretrained(key), few_images(train=10, test=501).x_test
    seen = placement.hidden_activations(network, images)
    kernel, bias = network.weights[-1]
    np.testing.assert_allclose(1 / (1 + np.exp(-(seen @ kernel + bias))), network.scores(images), atol=1e-4)
    assert not np.allclose(placement.compute(work(key))["points"], placement.compute(work())["points"], atol=0.01)


def test_a_linear_network_has_nothing_but_pixels():
    assert not placement.has_hidden_layer(pretrained("linear")) and placement.has_hidden_layer(pretrained("hidden"))
    with pytest.raises(ModelError, match="by their pixels"):
        placement.compute(work("linear"))


def test_points_fill_the_frame_and_keep_their_shape():
    points = np.array([[10, 5], [30, 9], [20, 1]], np.float32)
    np.testing.assert_allclose(placement.framed(points), [[-1, 0], [1, 0.4], [0, -0.4]], atol=1e-6)


def test_too_few_images_and_equal_images_are_named():
    with pytest.raises(DataError, match="has 4 test images"):
        placement.compute(work(images=4))
    data = few_images(train=10, test=8)
    same = replace(data, x_test=np.full_like(data.x_test, 7))
    with pytest.raises(DataError, match="same test image"):
        placement.compute(Work(same, {"method": "tsne"}, NoStore()))


def test_a_dead_layer_is_named_rather_than_drawn_as_one_point(monkeypatch):
    hidden = pretrained("hidden")
    silent = [tuple(np.zeros_like(array) for array in arrays) for arrays in hidden.weights]
    monkeypatch.setattr(Work, "network", Network(hidden.layers, tuple(silent)))
    with pytest.raises(ModelError, match="same of every image"):
        placement.compute(work("hidden"))


@pytest.mark.parametrize("images", [5, 9, 40])
def test_few_images_are_placed_too(images):
    points = placement.compute(work(method="tsne", images=images))["points"]
    assert points.shape == (images, 2) and np.isfinite(points).all()


def test_a_polygon_holds_the_points_that_a_ray_leaves_by_an_odd_number_of_sides():
    rng = np.random.default_rng(1)
    points, polygon = rng.uniform(-1, 1, (300, 2)), rng.uniform(-1, 1, (7, 2))  # crosses itself

    def odd(x: float, y: float) -> bool:
        crossings = 0
        for i in range(len(polygon)):
            (x1, y1), (x2, y2) = polygon[i], polygon[(i + 1) % len(polygon)]
            if min(y1, y2) <= y < max(y1, y2) and x1 + (x2 - x1) * (y - y1) / (y2 - y1) > x:
                crossings += 1
        return crossings % 2 == 1

    expected = [odd(x, y) for x, y in points]
    np.testing.assert_array_equal(placement.inside(points, polygon), expected)
    assert 0 < sum(expected) < 300
    assert not placement.inside(points, polygon[:2]).any()
