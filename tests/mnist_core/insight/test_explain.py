from itertools import pairwise

import numpy as np
import pytest

from mnist_core.errors import ImageError, ModelError
from mnist_core.insight.one_image.evidence import as_seen, can_be_taken_apart, evidence, loudest_units, occlusion
from mnist_core.network.layers import Dense, Flatten
from mnist_core.network.network import Network, pretrained

ACTIVATIONS = ["relu", "linear", "elu", "tanh", "sigmoid"]


def network(*activations: str, units: int = 12, seed: int = 0, scale: float = 0.2) -> Network:
    """A network of random weights with one hidden layer for each activation."""
    rng = np.random.default_rng(seed)
    sizes = [784, *[units] * len(activations), 10]
    layers = (Flatten(), *(Dense(units, each) for each in activations), Dense(10, "sigmoid"))
    arrays = [
        (rng.normal(0, scale, (a, b)).astype(np.float32), rng.normal(0, 1, b).astype(np.float32))
        for a, b in pairwise(sizes)
    ]
    return Network(layers, ((), *arrays))


def images(count: int, seed: int = 1) -> np.ndarray:
    """Blurs with blank ground, as digits have."""
    rng = np.random.default_rng(seed)
    found = np.zeros((count, 28, 28), np.uint8)
    found[:, 5:23, 8:20] = rng.integers(0, 256, (count, 18, 12))
    return found


def difference(net: Network, image: np.ndarray, digit: int, against: int) -> float:
    """Of the logits, from the outputs: the inverse of the sigmoid, in float64, from loops over the layers."""
    x = image.reshape(-1).astype(np.float64) / 255
    functions = {
        "relu": lambda z: z * (z > 0),
        "linear": lambda z: z,
        "elu": lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1),
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    }
    dense = [(layer, arrays) for layer, arrays in zip(net.layers, net.weights, strict=True) if arrays]
    for layer, (kernel, bias) in dense[:-1]:
        x = functions[layer.activation](x @ kernel.astype(np.float64) + bias)
    kernel, bias = dense[-1][1]
    return float((x @ kernel.astype(np.float64) + bias)[[digit, against]] @ [1, -1])


@pytest.mark.parametrize("name", ["linear", "hidden"])
def test_the_maps_of_the_trained_networks_sum_to_the_difference_of_the_logits(name, mnist):
    net = pretrained(name)
    for place in range(0, 2_000, 97):
        image = mnist.x_test[place]
        logits = net.logits(image[None])[0]
        for digit, against in ((3, 5), (int(logits.argmax()), int(logits.argmin()))):
            found = evidence(net, image, digit, against)
            assert found.pixels.shape == (28, 28) and found.pixels.dtype == np.float32
            assert found.pixels.sum() + found.bias == pytest.approx(logits[digit] - logits[against], abs=1e-4)
            assert found.piecewise_linear


@pytest.mark.parametrize("activations", [(), *[(each,) for each in ACTIVATIONS], ("relu", "tanh"), ("elu", "relu")])
def test_whatever_the_activations_the_map_sums_to_the_difference(activations):
    net = network(*activations)
    for image in images(5):
        found = evidence(net, image, 7, 2)
        assert found.difference == pytest.approx(difference(net, image, 7, 2), abs=1e-4)
        assert found.piecewise_linear == (set(activations) <= {"relu", "linear"})


def test_the_map_is_pixel_times_slope_where_the_network_is_linear():
    """The slope is measured: one grey level more, which switches no unit of this network."""
    net, image = network("relu"), images(1)[0]
    found = evidence(net, image, 1, 4)
    for row, column in ((6, 9), (14, 12), (22, 19)):
        image[row, column] = 100
        before, contribution = difference(net, image, 1, 4), evidence(net, image, 1, 4).pixels[row, column]
        image[row, column] = 101
        slope = difference(net, image, 1, 4) - before
        assert contribution == pytest.approx(100 * slope, rel=1e-3, abs=1e-4)
    assert not found.pixels[:5].any()  # Where there is no ink nothing speaks.


def test_for_and_against_are_mirror_images():
    net, image = network("relu"), images(1)[0]
    one, other = evidence(net, image, 3, 8), evidence(net, image, 8, 3)
    assert one.pixels == pytest.approx(-other.pixels, abs=1e-6)
    assert one.bias == pytest.approx(-other.bias)


def test_a_blank_image_leaves_the_biases_alone():
    net = network()
    found = evidence(net, np.zeros((28, 28), np.uint8), 3, 8)
    assert not found.pixels.any()
    assert found.bias == pytest.approx(float(net.weights[-1][1][3] - net.weights[-1][1][8]), abs=1e-6)


def test_all_hidden_units_and_the_last_biases_sum_to_the_difference():
    net, image = network("relu", units=12), images(1)[0]
    units = loudest_units(net, image, 6, 0, 12)
    last = net.weights[-1][1]
    assert sum(unit.contribution for unit in units) + last[6] - last[0] == pytest.approx(
        difference(net, image, 6, 0), abs=1e-4
    )
    sizes = [abs(unit.contribution) for unit in units]
    assert sizes == sorted(sizes, reverse=True)
    hidden = net.activations(image[None])[1][0]
    for unit in units:
        assert unit.activation == pytest.approx(hidden[unit.index], rel=1e-4)
        assert np.array_equal(unit.weights, net.weights[1][0][:, unit.index].reshape(28, 28))


def test_a_network_without_a_hidden_layer_has_no_hidden_units():
    assert loudest_units(network(), images(1)[0], 6, 0) == []


def test_blanking_patches_one_by_one_gives_the_same_occlusion_map():
    net, image = network("tanh"), images(1)[0]
    whole = difference(net, image, 2, 9)
    slow = [[[] for _ in range(28)] for _ in range(28)]
    for row in range(0, 25, 2):
        for column in range(0, 25, 2):
            blanked = image.copy()
            blanked[row : row + 4, column : column + 4] = 0
            fall = whole - difference(net, blanked, 2, 9)
            for y in range(row, row + 4):
                for x in range(column, column + 4):
                    slow[y][x].append(fall)
    expected = np.array([[np.mean(cell) for cell in line] for line in slow])
    assert occlusion(net, image, 2, 9) == pytest.approx(expected, abs=1e-4)


def test_every_pixel_is_covered_whatever_the_patch():
    falls = occlusion(network("relu"), np.full((28, 28), 200, np.uint8), 2, 9, patch=5, stride=4)
    assert np.isfinite(falls).all() and falls[-1, -1] != 0


def test_blanking_where_there_is_no_ink_costs_nothing():
    falls = occlusion(network("relu"), images(1)[0], 2, 9)
    assert not falls[:2].any() and falls[10:20, 10:18].any()


@pytest.mark.parametrize("digits", [(3, 3), (10, 2), (-1, 2), (0, 11)])
def test_only_two_different_digits_can_be_compared(digits):
    for ask in (evidence, occlusion):
        with pytest.raises(ModelError, match="two different digits"):
            ask(network(), images(1)[0], *digits)


def test_other_arrays_are_refused():
    for wrong in (images(1), images(1)[0].astype(float), np.zeros((27, 28), np.uint8)):
        with pytest.raises(ImageError, match="28, 28"):
            evidence(network(), wrong, 3, 5)


def test_a_network_of_other_layers_is_left_to_occlusion():
    class Odd:
        layers = (Flatten(), object())

    assert can_be_taken_apart(network("relu"))
    assert not can_be_taken_apart(Odd())


def test_a_network_that_does_not_straighten_sees_the_image_itself():
    net, image = network(), images(1)[0]
    same, seen = as_seen(net, image)
    assert same is net and seen is image
