import io
import itertools
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.data.synthetic import PEOPLE, draw_images
from mnist_core.drawing.images import MOST_CLASSES
from mnist_core.drawing.slant import straighten
from mnist_core.errors import ImageError, ModelError
from mnist_core.network.layers import Conv2D, Dense, Flatten, MaxPooling2D
from mnist_core.network.network import PRETRAINED, Network, pretrained, pretrained_names
from mnist_core.network.operations import activation, shares
from mnist_core.network.run_settings import TrainingConfig


def network(activation: str = "relu", units: int = 5, seed: int = 0) -> Network:
    rng = np.random.default_rng(seed)
    layers = (Flatten(), Dense(units, activation), Dense(10, "sigmoid"))
    arrays = [
        (rng.normal(0, 0.1, (a, b)).astype(np.float32), rng.normal(0, 0.1, b).astype(np.float32))
        for a, b in ((784, units), (units, 10))
    ]
    return Network(layers, ((), *arrays), {"seed": seed})


def convolutional(seed: int = 0) -> Network:
    """Two convolutions over sides that pooling does not divide."""
    rng = np.random.default_rng(seed)
    layers = (
        Conv2D(3, 4, "relu"),
        MaxPooling2D(2),
        Conv2D(2, 3, "tanh"),
        MaxPooling2D(3),
        Flatten(),
        Dense(10, "sigmoid"),
    )
    shapes = (((4, 4, 1, 3), (3,)), (), ((3, 3, 3, 2), (2,)), (), (), ((18, 10), (10,)))
    weights = tuple(tuple(rng.normal(0, 0.3, shape).astype(np.float32) for shape in each) for each in shapes)
    return Network(layers, weights)


def images(count: int = 3) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (count, 28, 28), np.uint8)


def slow_scores(net: Network, image: np.ndarray) -> list[float]:
    """The hidden network's outputs with loops, as one would write them on paper."""
    (kernel1, bias1), (kernel2, bias2) = net.weights[1:]
    x = [float(pixel) / 255 for row in image for pixel in row]
    hidden = [max(0.0, sum(x[i] * kernel1[i, j] for i in range(784)) + bias1[j]) for j in range(len(bias1))]
    logits = [sum(hidden[j] * kernel2[j, k] for j in range(len(hidden))) + bias2[k] for k in range(10)]
    return [1 / (1 + np.exp(-float(logit))) for logit in logits]


def test_scores_are_what_loops_on_paper_give():
    net = network()
    for image, scores in zip(images(), net.scores(images()), strict=True):
        assert scores == pytest.approx(slow_scores(net, image), abs=1e-5)


def slow_convolution(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """(rows, columns, filters) for one (H, W, channels), place by place."""
    size, _, channels, filters = kernel.shape
    rows, columns = x.shape[0] - size + 1, x.shape[1] - size + 1
    sums = np.empty((rows, columns, filters))
    for y, left, f in itertools.product(range(rows), range(columns), range(filters)):
        sums[y, left, f] = bias[f] + sum(
            x[y + i, left + j, c] * kernel[i, j, c, f]
            for i, j, c in itertools.product(range(size), range(size), range(channels))
        )
    return sums


def slow_pooling(x: np.ndarray, size: int) -> np.ndarray:
    rows, columns = x.shape[0] // size, x.shape[1] // size
    return np.array(
        [
            [x[y * size : y * size + size, z * size : z * size + size].max(axis=(0, 1)) for z in range(columns)]
            for y in range(rows)
        ]
    )


def test_convolutions_are_what_loops_on_paper_give():
    net = convolutional()
    (kernel1, bias1), _, (kernel2, bias2), _, _, (kernel3, bias3) = net.weights
    for image, scores in zip(images(2), net.scores(images(2)), strict=True):
        first = slow_pooling(np.maximum(slow_convolution(image[..., None] / 255.0, kernel1, bias1), 0), 2)
        second = slow_pooling(np.tanh(slow_convolution(first, kernel2, bias2)), 3)
        assert second.shape == (3, 3, 2)
        assert scores == pytest.approx(1 / (1 + np.exp(-(second.ravel() @ kernel3 + bias3))), abs=1e-5)


def test_a_convolutional_network_survives_the_way_through_a_file_and_answers_many_as_each_alone():
    net, many = convolutional(), images(300)
    loaded = Network.from_bytes(net.to_bytes())
    assert loaded.layers == net.layers
    assert np.array_equal(loaded.scores(many), net.scores(many))
    assert net.scores(many)[290] == pytest.approx(net.scores(many[290:291])[0], abs=1e-6)


@pytest.mark.parametrize(
    "layer",
    [
        {"kind": "conv2d", "filters": 0, "kernel_size": 3, "activation": "relu"},
        {"kind": "conv2d", "filters": 3, "kernel_size": 40, "activation": "relu"},
        {"kind": "conv2d", "filters": 3, "kernel_size": 3, "activation": "os.system"},
        {"kind": "max_pooling2d", "size": 0},
        {"kind": "max_pooling2d", "size": "2"},
    ],
)
def test_layers_that_cannot_be_are_refused(layer):
    buffer = io.BytesIO()
    header = {"layers": [layer, {"kind": "flatten"}], "about": {}}
    np.savez(buffer, header=np.array(json.dumps(header)), **{"0_0": np.zeros((40, 40, 1, 3)), "0_1": np.zeros(3)})
    with pytest.raises(ModelError):
        Network.from_bytes(buffer.getvalue())


def test_a_network_that_learned_from_upright_digits_sets_upright_what_it_is_asked():
    net = network()
    upright = replace(net, straighten=True)
    assert np.array_equal(upright.prepare(images()), straighten(images()))
    assert np.array_equal(upright.scores(images()), net.scores(straighten(images())))
    assert np.array_equal(upright.activations(images())[0], net.activations(straighten(images()))[0])
    assert not np.array_equal(upright.scores(images()), net.scores(images()))
    assert upright.scores(images()[:0]).shape == (0, 10)
    assert net.prepare(images()) is not None and np.array_equal(net.prepare(images()), images())
    with pytest.raises(ImageError):
        upright.prepare(images()[0])


def test_whether_it_sets_upright_travels_with_the_file_and_old_files_do_not():
    for choice in (True, False):
        assert Network.from_bytes(replace(network(), straighten=choice).to_bytes()).straighten is choice
    assert pretrained("hidden").straighten is False


def softened(logits: np.ndarray, temperature: float = 1) -> list[list[float]]:
    """What a slow loop makes of (n, 10) logits."""
    rows = [[math.exp(z / temperature - max(row) / temperature) for z in row] for row in logits.astype(float).tolist()]
    return [[power / sum(row) for power in row] for row in rows]


@pytest.mark.parametrize("outputs", ["sigmoid", "softmax"])
@pytest.mark.parametrize("temperature", [1, 0.5, 2.5])
def test_probabilities_are_the_softmax_of_the_logits_over_the_temperature(outputs, temperature):
    net = network()
    net = Network((*net.layers[:-1], Dense(10, outputs)), net.weights, temperature=temperature)
    answers = net.answers(images())
    assert answers.probabilities == pytest.approx(np.array(softened(net.logits(images()), temperature)), abs=1e-6)
    assert np.array_equal(answers.probabilities, net.probabilities(images()))
    assert np.array_equal(answers.scores, net.scores(images()))
    assert answers.probabilities.dtype == np.float32
    assert np.array_equal(answers.probabilities.argmax(1), net.classify(images()))
    assert [each.shape for each in net.answers(images()[:0])] == [(0, 10), (0, 10)]


def test_probabilities_tell_apart_what_saturated_outputs_do_not():
    net = network()
    kernel, _bias = net.weights[-1]
    net = Network(net.layers, (*net.weights[:-1], (0 * kernel, np.arange(10, dtype=np.float32) + 40)))
    assert (net.scores(images()) == 1).all()
    assert (net.probabilities(images()).argmax(1) == 9).all()
    assert net.probabilities(images())[0, 9] == pytest.approx(1 / sum(math.exp(-each) for each in range(10)), rel=1e-5)


def test_a_temperature_travels_with_the_file_and_old_files_have_none():
    assert Network.from_bytes(replace(network(), temperature=1.25).to_bytes()).temperature == 1.25
    assert Network.load(PRETRAINED / "hidden.npz").temperature == 1  # written before there were any
    for bad in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ModelError, match="temperature"):
            replace(network(), temperature=bad)


def test_the_digit_is_the_one_with_the_highest_score():
    net = network()
    assert np.array_equal(net.classify(images(50)), net.scores(images(50)).argmax(axis=1))


def test_logits_are_what_the_last_activation_makes_scores_of():
    net, many = network(), images(2_100)
    logits = net.logits(many)
    assert logits.shape == (2_100, 10) and logits.dtype == np.float32
    assert 1 / (1 + np.exp(-logits.astype(float))) == pytest.approx(net.scores(many), abs=1e-6)
    assert net.logits(many[:0]).shape == (0, 10)
    with pytest.raises(ImageError):
        net.logits(many[0])


def test_logits_tell_apart_what_saturated_scores_do_not():
    net = network()
    kernel, bias = net.weights[-1]
    net = Network(net.layers, (*net.weights[:-1], (kernel, bias + np.arange(10, dtype=np.float32) + 40)))
    assert (net.scores(images())[:, 8:] == 1).all()
    assert (np.diff(net.logits(images()), axis=1) > 0).all()


def test_many_images_are_answered_as_each_alone():
    net, many = network(), images(2_100)
    together = net.scores(many)
    assert together.shape == (2_100, 10)
    assert together.dtype == np.float32
    assert together[2_060] == pytest.approx(net.scores(many[2_060:2_061])[0], abs=1e-6)


def test_an_activation_is_found_by_its_name_and_no_other():
    assert activation("relu")(np.array([-1.0, 2.0])).tolist() == [0, 2]
    with pytest.raises(ModelError, match="no activation 'swish'"):
        activation("swish")


def test_no_images_give_no_answers():
    assert network().scores(np.zeros((0, 28, 28), np.uint8)).shape == (0, 10)


def test_the_last_activation_is_the_answer():
    net = network()
    outputs = net.activations(images())
    assert [output.shape for output in outputs] == [(3, 784), (3, 5), (3, 10)]
    assert np.array_equal(outputs[-1], net.scores(images()))


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "elu", "linear"])
def test_huge_weights_saturate_without_a_warning(activation):
    net = network(activation)
    large = Network(net.layers, tuple(tuple(array * 1e4 for array in arrays) for arrays in net.weights))
    assert np.isfinite(large.scores(images())).all()


@pytest.mark.parametrize(
    "bad", [np.zeros((28, 28), np.uint8), np.zeros((1, 28, 28)), np.zeros((1, 784), np.uint8), None]
)
def test_images_of_another_shape_or_type_are_refused(bad):
    with pytest.raises(ImageError, match=r"expected \(n, 28, 28\) uint8, got"):
        network().scores(bad)


def test_a_network_survives_the_way_through_a_file(tmp_path):
    net = network("tanh")
    path = tmp_path / "network.npz"
    path.write_bytes(net.to_bytes())
    for loaded in (Network.load(path), Network.from_bytes(net.to_bytes())):
        assert loaded.layers == net.layers
        assert loaded.about == {"seed": 0}
        assert np.array_equal(loaded.scores(images()), net.scores(images()))


@given(st.binary(max_size=300))
@settings(max_examples=50)
def test_any_other_bytes_are_refused(content):
    with pytest.raises(ModelError):
        Network.from_bytes(content)


@given(st.integers(0, 1_500), st.integers(0, 255))
@settings(max_examples=50, deadline=None)
def test_a_damaged_file_is_refused_or_still_the_same_network(position, value):
    content = bytearray(network(units=1).to_bytes())
    content[position % len(content)] = value
    try:
        loaded = Network.from_bytes(bytes(content))
    except ModelError:
        return
    assert loaded.layers == network(units=1).layers


def test_a_file_that_would_run_code_is_refused(tmp_path):
    path = tmp_path / "evil.npz"
    np.savez(path, header=np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(ModelError, match="evil.npz"):
        Network.load(path)


def test_a_file_that_unpacks_to_gigabytes_is_refused_before_it_does():
    buffer = io.BytesIO()
    np.savez_compressed(buffer, header=np.zeros(70 * 2**20, np.uint8))
    assert len(buffer.getvalue()) < 2**20
    with pytest.raises(ModelError, match="unpacks to"):
        Network.from_bytes(buffer.getvalue())


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelError, match="nowhere.npz"):
        Network.load(tmp_path / "nowhere.npz")


def test_weights_that_do_not_fit_or_are_not_numbers_are_refused():
    net = network()
    with pytest.raises(ModelError, match="needs weights of"):
        Network(net.layers, ((), net.weights[2], net.weights[2]))
    nan = tuple(np.full_like(array, np.nan) for array in net.weights[1])
    with pytest.raises(ModelError, match="not finite"):
        Network(net.layers, ((), nan, net.weights[2]))
    for units in (1, MOST_CLASSES + 1):
        outputs = np.zeros((784, units), np.float32), np.zeros(units, np.float32)
        with pytest.raises(ModelError, match="2 to 47 outputs"):
            Network((Flatten(), Dense(units, "softmax")), ((), outputs))


def test_an_unknown_layer_in_a_file_is_refused():
    buffer = io.BytesIO()
    header = {"layers": [{"kind": "dense", "units": 10, "activation": "os.system"}], "about": {}}
    np.savez(buffer, header=np.array(json.dumps(header)))
    with pytest.raises(ModelError, match="there is no activation"):
        Network.from_bytes(buffer.getvalue())


def test_shares_of_all_zero_scores_are_equal_and_finite():
    assert shares(np.zeros((1, 10), np.float32))[0] == pytest.approx([0.1] * 10)


@pytest.mark.parametrize("name", pretrained_names())
def test_pretrained_networks_score_what_they_claim(name, mnist):
    net = pretrained(name)
    assert (net.classify(mnist.x_test) == mnist.y_test).sum() == pytest.approx(net.about["correct"], abs=1)
    assert net.about["data_digest"] == mnist.digest
    assert net.layers == TrainingConfig(net.about["architecture"]).layers
    assert net.straighten is net.about["config"].get("straighten", False) is name.endswith("-draw-ready")


def test_pretrained_networks_say_how_they_were_made():
    for name in pretrained_names():
        about = pretrained(name).about
        assert {"seed", "command", "test_accuracy", "data_digest", "config"} <= about.keys()
        assert f"--architecture {about['architecture']} " in about["command"]
        assert f"{name}.npz" in about["command"]
        assert json.loads((PRETRAINED / f"{name}.json").read_text(encoding="utf-8")) == about


def test_draw_ready_networks_say_whose_drawings_they_learned_from_and_the_tutorials_learned_from_none():
    for name in pretrained_names():
        about = pretrained(name).about
        ready = name.endswith("-draw-ready")
        assert ("pen_drawings" in about) is ready is ("--pen-drawings" in about["command"])
        assert about["config"].get("pen_styles", False) is ready
        assert "/pen" not in about["command"]  # where the file lay is nobody's business


def test_draw_ready_networks_read_more_of_what_people_write_elsewhere():
    digits = np.arange(400) % 10
    unseen = draw_images(digits, seed=(77,), manner=PEOPLE)
    read = {name: (pretrained(name).classify(unseen) == digits).mean() for name in pretrained_names()}
    for name, least in (("linear", 0.75), ("hidden", 0.88), ("convolutional", 0.88)):
        assert read[f"{name}-draw-ready"] > max(least, read[name] + 0.1)


def test_pretrained_networks_are_listed_plain_ones_first():
    plain = ("linear", "hidden", "convolutional")
    assert pretrained_names() == (*plain, *(f"{name}-draw-ready" for name in plain))


def test_an_unknown_pretrained_network_is_refused_with_what_there_is():
    with pytest.raises(ModelError, match="linear, hidden"):
        pretrained("../hidden")


def test_softmax_outputs_are_parts_of_one_and_keep_the_order_of_the_sums():
    net = network()
    softmax = Network((*net.layers[:-1], Dense(10, "softmax")), net.weights)
    sums = softmax.logits(images()).astype(np.float64)
    expected = np.array([[np.exp(z) / sum(np.exp(row)) for z in row] for row in sums])
    np.testing.assert_allclose(softmax.scores(images()), expected, atol=1e-6)
    np.testing.assert_allclose(softmax.probabilities(images()), softmax.scores(images()), atol=1e-6)
    assert np.array_equal(softmax.classify(images()), net.classify(images()))
    large = Network(softmax.layers, tuple(tuple(array * 1e4 for array in arrays) for arrays in net.weights))
    assert np.isfinite(large.scores(images())).all()


def test_a_softmax_within_a_network_is_refused():
    net = network()
    with pytest.raises(ModelError, match="a softmax works on the last outputs only"):
        Network((net.layers[0], Dense(5, "softmax"), net.layers[2]), net.weights)
