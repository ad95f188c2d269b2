import numpy as np

from mnist_core.network.layers import Conv2D, Dense, Flatten
from mnist_core.network.network import Network, pretrained
from ui.parts.weights import first_kernels


def test_the_picture_of_a_unit_holds_its_weights_where_the_pixels_are():
    network = pretrained("linear")
    kernel, bias = network.weights[1]
    image = np.random.default_rng(0).integers(0, 20, (1, 28, 28), np.uint8)
    sums = (first_kernels(network) * (image[0] / 255)).sum((1, 2)) + bias
    np.testing.assert_allclose(1 / (1 + np.exp(-sums)), network.scores(image)[0], atol=1e-5)
    assert first_kernels(network)[3, 10, 20] == kernel[10 * 28 + 20, 3]


def test_filters_are_shown_as_the_windows_they_are():
    rng = np.random.default_rng(0)
    kernel, bias = rng.normal(size=(5, 5, 1, 3)).astype(np.float32), np.zeros(3, np.float32)
    last = rng.normal(size=(24 * 24 * 3, 10)).astype(np.float32), np.zeros(10, np.float32)
    network = Network((Conv2D(3, 5, "relu"), Flatten(), Dense(10, "sigmoid")), ((kernel, bias), (), last))
    assert np.array_equal(first_kernels(network)[2], kernel[:, :, 0, 2])
