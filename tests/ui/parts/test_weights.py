import numpy as np

from mnist_core.network.layers import Conv2D, Dense, Flatten
from mnist_core.network.network import Network, pretrained
from ui.parts.weights import first_kernels, weights_html


def hidden(units: int) -> Network:
    rng = np.random.default_rng(0)
    first = (rng.normal(size=(784, units)).astype(np.float32), np.zeros(units, np.float32))
    last = (rng.normal(size=(units, 10)).astype(np.float32), np.zeros(10, np.float32))
    return Network((Flatten(), Dense(units, "relu"), Dense(10, "sigmoid")), ((), first, last))


def test_the_picture_of_a_unit_holds_its_weights_where_the_pixels_are():
    network = pretrained("linear")
    kernel, bias = network.weights[1]
    image = np.random.default_rng(0).integers(0, 20, (1, 28, 28), np.uint8)
    sums = (first_kernels(network) * (image[0] / 255)).sum((1, 2)) + bias
    np.testing.assert_allclose(1 / (1 + np.exp(-sums)), network.scores(image)[0], atol=1e-5)
    assert first_kernels(network)[3, 10, 20] == kernel[10 * 28 + 20, 3]


def test_the_linear_network_has_a_picture_for_each_digit():
    html = weights_html(pretrained("linear"))
    assert html.count('role="img"') == 10
    assert "Weights of digit 0" in html and "Weights of digit 9" in html


def test_a_wide_layer_shows_its_first_units_and_says_of_how_many():
    html = weights_html(hidden(1_500))
    assert html.count('role="img"') == 20
    assert "the first 20 of 1,500 hidden units" in html and "Weights of unit 20" in html


def test_filters_are_shown_as_the_windows_they_are():
    rng = np.random.default_rng(0)
    kernel, bias = rng.normal(size=(5, 5, 1, 3)).astype(np.float32), np.zeros(3, np.float32)
    last = rng.normal(size=(24 * 24 * 3, 10)).astype(np.float32), np.zeros(10, np.float32)
    network = Network((Conv2D(3, 5, "relu"), Flatten(), Dense(10, "sigmoid")), ((kernel, bias), (), last))
    assert np.array_equal(first_kernels(network)[2], kernel[:, :, 0, 2])
    html = weights_html(network)
    assert html.count('role="img"') == 3
    assert "What its 3 filters look for" in html and "Weights of filter 3" in html


def test_a_narrow_layer_shows_all_its_units():
    html = weights_html(hidden(3))
    assert html.count('role="img"') == 3
    assert "What its hidden units look for" in html and "Weights of unit 3" in html
