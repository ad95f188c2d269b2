"""A `.keras` file as a `Network`: layer by layer, each checked against what a network here can be."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Callable
from typing import TypeGuard

import numpy as np

from mnist_core.drawing.images import CLASSES
from mnist_core.errors import ModelError
from mnist_core.exchange.importing.keras_config import KerasLayer, activation, chain
from mnist_core.exchange.importing.keras_weights import KerasWeights
from mnist_core.exchange.importing.notes import NOTES, RAW_PIXELS
from mnist_core.network.choices import ACTIVATIONS
from mnist_core.network.layers import Conv2D, Dense, Flatten, Layer, MaxPooling2D
from mnist_core.network.network import Network
from mnist_core.network.run_settings import SETTINGS

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
MAX_CONFIG_BYTES = 2**20
MAX_WEIGHTS_BYTES = 64 * 2**20  # the optimizer's state included, which Keras saves beside them
INPUTS = ((784,), (28, 28), (28, 28, 1))
OUTPUTS = ("sigmoid", "softmax")
MOST_UNITS = SETTINGS["hidden_units"].kind.high  # type: ignore[attr-defined]  # It is a whole number.


def read(archive: zipfile.ZipFile) -> Network:
    """The network in a `.keras` file, for pixels as its first layer with weights sees them.

    Raises:
        ModelError: it holds code, or another network than those that can be expressed.
    """
    try:
        shape, layers = chain(json.loads(entry(archive, CONFIG, MAX_CONFIG_BYTES)))
    except RecursionError as cause:
        raise ModelError(f"Its {CONFIG} is nested more deeply than that of any network here.") from cause
    if shape not in INPUTS:
        raise ModelError(f"Its input has the shape {shape}. Images of 28x28, 28x28x1 or 784 pixels are needed.")
    building = _Building(shape, KerasWeights(entry(archive, WEIGHTS, MAX_WEIGHTS_BYTES)))
    for layer in layers:
        building.add(layer)
    return building.network()


def entry(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """One file in an archive, of at most so many bytes whatever its table of contents says."""
    if name not in archive.namelist():
        raise ModelError(f"It lacks {name}.")
    with archive.open(name) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise ModelError(f"Its {name} unpacks to more than {most:,} bytes: no network here is as large.")
    return content


class _Building:
    """Layers and weights, as far as the chain has been read."""

    def __init__(self, shape: tuple[int, ...], weights: KerasWeights):
        self._shape, self._weights = shape, weights
        self._layers: list[Layer] = []
        self._arrays: list[tuple[np.ndarray, ...]] = []
        self._scale, self._offset = 1.0, 0.0  # of what comes before the first weights
        self._notes: list[str] = []

    def add(self, layer: KerasLayer) -> None:
        ways: dict[str, Callable[[KerasLayer], None]] = {
            "Reshape": self._reshape,
            "Rescaling": self._rescale,
            "Flatten": self._flatten,
            "Dense": self._dense,
            "Conv2D": self._convolve,
            "MaxPooling2D": self._pool,
            "Activation": self._activate,
            "Dropout": lambda layer: None,  # Drops while it is trained, and nothing in use.
        }
        ways[layer.kind](layer)

    def network(self) -> Network:
        last = self._layers[-1] if self._layers else None
        if not isinstance(last, Dense) or last.units != CLASSES:
            raise ModelError(f"Its outputs have the shape {self._shape}. Ten are needed, one for each digit.")
        if last.activation == "linear":
            self._layers[-1] = Dense(CLASSES, "softmax")
            self._notes.append(
                "Its outputs have no activation: they are read through softmax, which keeps their order."
            )
        elif last.activation not in OUTPUTS:
            raise ModelError(
                f"Its outputs have the activation {last.activation}; {', '.join(OUTPUTS)} or none is needed."
            )
        about = {NOTES: self._notes, RAW_PIXELS: self._scale != 1.0}
        return Network(tuple(self._layers), tuple(self._arrays), about)

    @property
    def _untouched(self) -> bool:
        return not self._layers or all(isinstance(layer, Flatten) for layer in self._layers)

    def _reshape(self, layer: KerasLayer) -> None:
        target = layer.config.get("target_shape")
        if not self._untouched or not isinstance(target, list) or tuple(target) not in INPUTS or self._layers:
            raise ModelError(f"Its Reshape layer {layer.name} is to {target}; only the image itself can be reshaped.")
        self._shape = tuple(target)

    def _rescale(self, layer: KerasLayer) -> None:
        scale, offset = layer.config.get("scale"), layer.config.get("offset", 0.0)
        if not _is_number(scale) or not _is_number(offset) or not self._untouched:
            raise ModelError(f"Its Rescaling layer {layer.name} can be read with one number, before all weights.")
        self._scale, self._offset = self._scale * scale, self._offset * scale + offset

    def _flatten(self, layer: KerasLayer) -> None:
        if len(self._shape) > 1:
            self._append(Flatten())

    def _dense(self, layer: KerasLayer) -> None:
        if len(self._shape) != 1:
            raise ModelError(f"Its Dense layer {layer.name} comes before the image is flattened: add Flatten() first.")
        if not self._layers:
            self._layers.append(Flatten())  # The image arrives as 784 numbers; here it is 28x28 first.
            self._arrays.append(())
        units = layer.config.get("units")
        if isinstance(units, bool) or not isinstance(units, int) or not 1 <= units <= MOST_UNITS:
            raise ModelError(f"Its Dense layer {layer.name} has {units!r:.20} units; 1 to {MOST_UNITS:,} can be read.")
        self._learned(layer, Dense(units, activation(layer)))

    def _convolve(self, layer: KerasLayer) -> None:
        filters, size = layer.config.get("filters"), _square(layer, "kernel_size")
        if len(self._shape) != 3:
            raise ModelError(f"Its Conv2D layer {layer.name} sees an input of {self._shape}; 28x28x1 is needed.")
        if isinstance(filters, bool) or not isinstance(filters, int) or not 1 <= filters <= MOST_UNITS:
            raise ModelError(f"Its Conv2D layer {layer.name} has {filters!r:.20} filters.")
        self._learned(layer, Conv2D(filters, size, activation(layer)))

    def _pool(self, layer: KerasLayer) -> None:
        if len(self._shape) != 3 or not self._layers:
            raise ModelError(f"Its MaxPooling2D layer {layer.name} does not come after a convolution.")
        self._append(MaxPooling2D(_square(layer, "pool_size")))

    def _activate(self, layer: KerasLayer) -> None:
        last = self._layers[-1] if self._layers else None
        if not isinstance(last, Dense | Conv2D) or last.activation != "linear":
            raise ModelError(f"Its Activation layer {layer.name} does not come right after a layer without one.")
        self._layers[-1] = type(last)(**{**vars(last), "activation": self._known(layer)})

    def _learned(self, layer: KerasLayer, ours: Dense | Conv2D) -> None:
        self._known(layer)
        shapes = ours.weight_shapes(self._shape)
        if math.prod(shapes[0]) * 4 > MAX_WEIGHTS_BYTES:
            raise ModelError(f"Its layer {layer.name} has more weights than any network here.")
        biased = layer.config.get("use_bias", True) is not False
        arrays = self._weights.of(layer, shapes if biased else shapes[:1])
        kernel, bias = arrays if biased else (*arrays, np.zeros(shapes[1], np.float32))
        if not any(isinstance(each, Dense | Conv2D) for each in self._layers):
            # w (s x + o) + b is (s w) x + (b + o sum(w)).
            bias = bias + np.float32(self._offset) * kernel.reshape(-1, kernel.shape[-1]).sum(axis=0)
            kernel = kernel * np.float32(self._scale)
        self._append(ours, kernel, bias)

    def _append(self, layer: Layer, *arrays: np.ndarray) -> None:
        self._layers.append(layer)
        self._arrays.append(arrays)
        self._shape = layer.output_shape(self._shape)
        if min(self._shape) < 1:
            raise ModelError(f"Its {layer.kind} layer has no room on its input.")

    def _known(self, layer: KerasLayer) -> str:
        name = activation(layer)
        if name not in (*ACTIVATIONS, *OUTPUTS):
            known = ", ".join(dict.fromkeys([*ACTIVATIONS, *OUTPUTS]))
            raise ModelError(f"The layer {layer.name} has the activation {name[:60]}. These can be read: {known}.")
        return name


def _square(layer: KerasLayer, name: str) -> int:
    size = layer.config.get(name)
    if (
        not isinstance(size, list)
        or len(size) != 2
        or size[0] != size[1]
        or not isinstance(size[0], int)
        or size[0] < 1
    ):
        raise ModelError(f"Its {layer.kind} layer {layer.name} has {name}={size!r:.40}; a square one is needed.")
    return size[0]


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and math.isfinite(value)
