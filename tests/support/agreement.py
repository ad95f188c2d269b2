"""Whether JavaScript brings drawings to the images and digits that Python brings them to, wherever it runs."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest

from mnist_core.data.synthetic import draw_digit
from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.pen import reink
from mnist_core.drawing.slant import straighten
from mnist_core.network.layers import AveragePooling2D, Conv2D, Dense, Flatten, MaxPooling2D, Scaling
from mnist_core.network.network import Network, pretrained, pretrained_names
from ui.draw.sketch import SIDE
from web.networks import packed

DRAWINGS = 500
MODULE = "tests/web/js/agreement.js"  # exports `computed`

Computed = Callable[[list[list[list[float]]], str], dict[str, Any]]


def agrees_on_digits(computed: Computed) -> None:
    """Compare images, outputs and probabilities of all networks that the app brings along, and of invented ones."""
    rng = np.random.default_rng(5)
    drawings = [written(digit % 10, rng) for digit in range(DRAWINGS)]
    networks = {name: pretrained(name) for name in pretrained_names()} | invented(rng)
    networks["cool"] = replace(pretrained("hidden"), temperature=0.5)
    # Its outputs saturate at 1, and only the sums behind them tell the digits apart.
    (kernel, bias), others = pretrained("linear").weights[-1], pretrained("linear").weights[:-1]
    networks["saturated"] = replace(pretrained("linear"), weights=(*others, (kernel, bias + 60)))
    found = asked(computed, drawings, networks)
    images = np.stack([to_mnist(reink(strokes)) for strokes in drawings])
    assert np.abs(np.array(found["images"]).reshape(images.shape) - images.astype(int)).max() <= 2
    upright = straighten(images)
    assert np.abs(np.array(found["upright"]).reshape(images.shape) - upright.astype(int)).max() <= 2
    for name, network in networks.items():
        scores = np.array(found["said"][name]["scores"])
        expected, parts = network.answers(images)
        assert np.abs(scores - expected).max() < 0.02
        assert name == "saturated" or (scores.argmax(axis=1) == expected.argmax(axis=1)).all()
        probabilities = np.array(found["said"][name]["probabilities"])
        assert np.abs(probabilities - parts).max() < 0.02
        assert probabilities.sum(axis=1) == pytest.approx(np.ones(DRAWINGS), abs=1e-5)
        assert (probabilities.argmax(axis=1) == parts.argmax(axis=1)).all()


def agrees_on_filters(computed: Computed) -> None:
    """Compare a convolutional network that sets digits upright with what slow loops make of it."""
    rng = np.random.default_rng(6)
    layers = (Filters(4, 5, "relu"), Largest(2), Filters(6, 3, "tanh"), Largest(3), Flatten(), Dense(10, "sigmoid"))
    shape, weights = IMAGE_SHAPE, []
    for layer in layers:
        weights.append(tuple(rng.normal(0, 0.2, each).astype(np.float32) for each in layer.weight_shapes(shape)))
        shape = layer.output_shape(shape)
    network = SimpleNamespace(layers=layers, weights=weights, straighten=True, temperature=1)
    found = asked(computed, [written(digit, rng) for digit in range(10)], {"filters": network})
    for scores, upright in zip(found["said"]["filters"]["scores"], found["upright"], strict=True):
        x = np.array(upright).reshape(*IMAGE_SHAPE, 1) / 255
        x = largest(np.maximum(convolved(x, *weights[0]), 0), 2)
        x = largest(np.tanh(convolved(x, *weights[2])), 3)
        expected = 1 / (1 + np.exp(-(x.ravel() @ weights[5][0] + weights[5][1])))
        assert scores == pytest.approx(expected, abs=1e-5)


def asked(computed: Computed, drawings: list, networks: dict) -> dict[str, Any]:
    """What the modules make of drawings, in one call."""
    strokes = [[stroke.ravel().tolist() for stroke in drawing] for drawing in drawings]
    return computed(strokes, base64.b64encode(packed(list(networks.items()))).decode("ascii"))


@dataclass(frozen=True)
class Filters:
    """A layer of another kind, as a network holds it."""

    kind: ClassVar[str] = "conv2d"
    filters: int
    kernel_size: int
    activation: str

    def weight_shapes(self, shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        channels = shape[2] if len(shape) == 3 else 1
        return (self.kernel_size, self.kernel_size, channels, self.filters), (self.filters,)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return shape[0] - self.kernel_size + 1, shape[1] - self.kernel_size + 1, self.filters


@dataclass(frozen=True)
class Largest:
    """The same."""

    kind: ClassVar[str] = "max_pooling2d"
    size: int

    def weight_shapes(self, shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        return ()

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return shape[0] // self.size, shape[1] // self.size, *shape[2:]


def convolved(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """(rows, columns, filters): each window of (H, W, channels) times the kernel, one after the other."""
    size = len(kernel)
    rows, columns = (side - size + 1 for side in x.shape[:2])
    out = np.empty((rows, columns, kernel.shape[3]))
    for row, column in np.ndindex(rows, columns):
        out[row, column] = np.einsum("ijc,ijcf->f", x[row : row + size, column : column + size], kernel) + bias
    return out


def largest(x: np.ndarray, size: int) -> np.ndarray:
    """(rows, columns, channels): the largest of each square."""
    rows, columns = (side // size for side in x.shape[:2])
    out = np.empty((rows, columns, x.shape[2]))
    for row, column in np.ndindex(rows, columns):
        out[row, column] = x[row * size : (row + 1) * size, column * size : (column + 1) * size].max(axis=(0, 1))
    return out


def written(digit: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Strokes of a digit in canvas pixels, of any size and anywhere, now and then with a stray dot."""
    strokes = draw_digit(digit, rng)
    size, left, top = rng.uniform(60, 300), rng.uniform(0, 20), rng.uniform(0, 20)
    strokes = [np.round(stroke * size + (left, top), 1) for stroke in strokes]
    return [*strokes, rng.uniform(0, SIDE, (1, 2))] if rng.random() < 0.1 else strokes


def invented(rng: np.random.Generator) -> dict[str, Network]:
    """Networks with the other activations, and with the other outputs."""
    networks = {"elsewhere": _elsewhere(rng)}
    others = ("relu6", "selu", "silu", "gelu", "softplus", "leaky_relu(0.3)")
    for activation in ("sigmoid", "tanh", "elu", "linear", *others, "softmax"):
        shapes = ((784, 12), (12,)), ((12, 10), (10,))
        weights = [tuple(rng.normal(0, 0.2, shape).astype(np.float32) for shape in pair) for pair in shapes]
        within, last = ("relu", activation) if activation == "softmax" else (activation, "sigmoid")
        networks[activation] = Network((Flatten(), Dense(12, within), Dense(10, last)), ((), *weights))
    return networks


def _elsewhere(rng: np.random.Generator) -> Network:
    """A network with all that only networks from elsewhere have."""
    layers = (
        Scaling("relu6"),
        Conv2D(4, 4, "relu", "same", 3),
        Scaling(),
        Conv2D(6, 3, "tanh", "same"),
        AveragePooling2D(2),
        MaxPooling2D(2),
        Flatten(),
        Dense(10, "softmax"),
    )
    shape, weights = IMAGE_SHAPE, []
    for layer in layers:
        weights.append(tuple(rng.normal(0.2, 0.6, each).astype(np.float32) for each in layer.weight_shapes(shape)))
        shape = layer.output_shape(shape)
    return Network(layers, tuple(weights))
