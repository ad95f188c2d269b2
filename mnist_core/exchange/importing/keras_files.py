"""A `.keras` file as a `Network`: layer by layer, each checked against what a network here can be."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeGuard

import numpy as np

from mnist_core.drawing.images import MOST_CLASSES
from mnist_core.errors import ModelError
from mnist_core.exchange.importing import keras_activations
from mnist_core.exchange.importing.folding import folded
from mnist_core.exchange.importing.keras_config import TRAINING_ALONE, KerasLayer, chain
from mnist_core.exchange.importing.keras_weights import KerasWeights
from mnist_core.exchange.importing.notes import NOTES, RAW_PIXELS
from mnist_core.network.layers import (
    AveragePooling2D,
    Conv2D,
    Dense,
    Flatten,
    Layer,
    MaxPooling2D,
    Scaling,
    channels,
)
from mnist_core.network.network import Network
from mnist_core.network.run_settings import SETTINGS

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
MAX_CONFIG_BYTES = 2**20
MAX_WEIGHTS_BYTES = 64 * 2**20  # the optimizer's state included, which Keras saves beside them
INPUTS = ((784,), (28, 28), (28, 28, 1))
OUTPUTS = ("sigmoid", "softmax")
MOST_UNITS = SETTINGS["hidden_units"].kind.high  # type: ignore[attr-defined]  # It is a whole number.


def read(archive: zipfile.ZipFile) -> Network:
    """The network in a `.keras` file, for pixels as its first layer sees them.

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
        # The image arrives as 784 numbers; here it is 28x28 first.
        self._layers: list[Layer] = [Flatten()] if len(shape) == 1 else []
        self._arrays: list[tuple[np.ndarray, ...]] = [() for _ in self._layers]
        self._scale, self._offset = 1.0, 0.0  # of the image itself, before all else
        self._begun = False  # whether anything but the image itself has been read
        self._notes: list[str] = []

    def add(self, layer: KerasLayer) -> None:
        if layer.kind in TRAINING_ALONE:
            return None
        if layer.kind == "Reshape" and not self._begun:
            return self._reshape_image(layer)
        if layer.kind == "Rescaling" and not self._begun:
            return self._rescale_image(layer)
        if not self._begun:
            self._begin()
        if getattr(self._layers[-1] if self._layers else None, "activation", "") == "softmax":
            raise ModelError(f"Its layer {layer.name} comes after a softmax, which is for the outputs alone.")
        if layer.kind in keras_activations.LAYERS:
            return self._activate(keras_activations.of_layer(layer.kind, layer.config, layer.name))
        self._WAYS[layer.kind](self, layer)
        return None

    def network(self) -> Network:
        if len(self._shape) != 1 or not 2 <= self._shape[0] <= MOST_CLASSES:
            raise ModelError(
                f"Its outputs have the shape {self._shape}. One row is needed, a number for each of 2 to "
                f"{MOST_CLASSES} classes: ten for digits."
            )
        activation = getattr(self._layers[-1], "activation", "linear")
        if activation == "linear":
            self._activate("softmax")
            self._notes.append(
                "Its outputs have no activation: they are read through softmax, which keeps their order."
            )
        elif activation not in OUTPUTS:
            raise ModelError(f"Its outputs have the activation {activation}; {', '.join(OUTPUTS)} or none is needed.")
        layers, arrays = folded(self._layers, self._arrays)
        if isinstance(layers[-1], Scaling):  # All that explains an answer begins with the sums of a dense layer.
            factors, added = arrays[-1]
            layers = (*layers[:-1], Dense(len(factors), layers[-1].activation))
            arrays = (*arrays[:-1], (np.diag(factors), added))
        about = {NOTES: self._notes, RAW_PIXELS: self._scale != 1.0}
        return Network(layers, arrays, about)

    def _reshape_image(self, layer: KerasLayer) -> None:
        target = layer.config.get("target_shape")
        if not isinstance(target, list) or tuple(target) not in (*INPUTS, (-1,)):
            raise ModelError(f"Its Reshape layer {layer.name} is to {target}; the image is 784, 28x28 or 28x28x1.")
        self._shape = INPUTS[0] if target == [-1] else tuple(target)
        self._layers = [Flatten()] if len(self._shape) == 1 else []
        self._arrays = [() for _ in self._layers]

    def _rescale_image(self, layer: KerasLayer) -> None:
        scale, offset = _scale_of(layer)
        self._scale, self._offset = self._scale * scale, self._offset * scale + offset

    def _begin(self) -> None:
        self._begun = True
        if (self._scale, self._offset) != (1.0, 0.0):
            self._rescale(self._scale, self._offset)

    def _rescale(self, scale: float, offset: float) -> None:
        self._append(Scaling(), np.full(channels(self._shape), scale), np.full(channels(self._shape), offset))

    def _activate(self, name: str) -> None:
        last = self._layers[-1] if self._layers else None
        if isinstance(last, Dense | Conv2D | Scaling) and last.activation == "linear":
            self._layers[-1] = replace(last, activation=name)
        elif name != "linear":
            ones = np.ones(channels(self._shape))
            self._append(Scaling(name), ones, 0 * ones)

    def _flatten(self, layer: KerasLayer) -> None:
        if len(self._shape) > 1:
            self._append(Flatten())

    def _reshape(self, layer: KerasLayer) -> None:
        if layer.config.get("target_shape") not in ([-1], [math.prod(self._shape)]):
            raise ModelError(
                f"Its Reshape layer {layer.name} is to {layer.config.get('target_shape')!r:.40}; behind other layers "
                "only one row of numbers can be made."
            )
        self._flatten(layer)

    def _dense(self, layer: KerasLayer) -> None:
        if len(self._shape) != 1:
            raise ModelError(f"Its Dense layer {layer.name} comes before the image is flattened: add Flatten() first.")
        units = layer.config.get("units")
        if isinstance(units, bool) or not isinstance(units, int) or not 1 <= units <= MOST_UNITS:
            raise ModelError(f"Its Dense layer {layer.name} has {units!r:.20} units; 1 to {MOST_UNITS:,} can be read.")
        self._learned(layer, Dense(units, keras_activations.of(layer.config.get("activation"), layer.name)))

    def _convolve(self, layer: KerasLayer) -> None:
        filters, size = layer.config.get("filters"), _square(layer, "kernel_size")
        if len(self._shape) != 3:
            raise ModelError(f"Its Conv2D layer {layer.name} sees an input of {self._shape}; 28x28x1 is needed.")
        if isinstance(filters, bool) or not isinstance(filters, int) or not 1 <= filters <= MOST_UNITS:
            raise ModelError(f"Its Conv2D layer {layer.name} has {filters!r:.20} filters.")
        activation = keras_activations.of(layer.config.get("activation"), layer.name)
        padding, strides = str(layer.config.get("padding", "valid")), _square(layer, "strides", 1)
        self._learned(layer, Conv2D(filters, size, activation, padding, strides))

    def _pool(self, layer: KerasLayer) -> None:
        size = _square(layer, "pool_size", 2)
        if layer.config.get("padding") == "same" and any(side % size for side in self._shape[:2]):
            raise ModelError(
                f"Its {layer.kind} layer {layer.name} has padding='same' on {self._shape}; {size} does not divide that."
            )
        self._append(self._pooling(layer)(size))

    def _pool_all(self, layer: KerasLayer) -> None:
        rows, columns = self._shape[:2]
        if rows != columns:
            raise ModelError(f"Its {layer.kind} layer {layer.name} sees {rows}x{columns} numbers; a square is needed.")
        self._append(self._pooling(layer)(rows))
        self._append(Flatten())

    def _pooling(self, layer: KerasLayer) -> Callable[[int], Layer]:
        if len(self._shape) != 3:
            raise ModelError(f"Its {layer.kind} layer {layer.name} sees an input of {self._shape}; 28x28x1 is needed.")
        return MaxPooling2D if "Max" in layer.kind else AveragePooling2D

    def _normalise(self, layer: KerasLayer) -> None:
        axis = layer.config.get("axis", -1)
        axis = axis[0] if isinstance(axis, list) else axis
        if len(self._shape) == 2 or axis not in (-1, len(self._shape)):
            raise ModelError(
                f"Its BatchNormalization layer {layer.name} has axis={axis}; only the last can be computed."
            )
        epsilon = layer.config.get("epsilon", 1e-3)
        if not _is_number(epsilon):
            raise ModelError(
                f"Its BatchNormalization layer {layer.name} has epsilon={epsilon!r:.20}; a number is needed."
            )
        scaled, centred = (layer.config.get(name, True) is not False for name in ("scale", "center"))
        size = channels(self._shape)
        arrays = [each.astype(np.float64) for each in self._weights.of(layer, ((size,),) * (2 + scaled + centred))]
        factors = arrays.pop(0) if scaled else np.ones(size)
        added = arrays.pop(0) if centred else np.zeros(size)
        mean, variance = arrays
        if (variance + epsilon <= 0).any():
            raise ModelError(f"Its BatchNormalization layer {layer.name} has variances below 0.")
        factors = factors / np.sqrt(variance + epsilon)
        self._append(Scaling(), factors, added - mean * factors)

    def _learned(self, layer: KerasLayer, ours: Dense | Conv2D) -> None:
        shapes = ours.weight_shapes(self._shape)
        if math.prod(shapes[0]) * 4 > MAX_WEIGHTS_BYTES:
            raise ModelError(f"Its layer {layer.name} has more weights than any network here.")
        biased = layer.config.get("use_bias", True) is not False
        arrays = self._weights.of(layer, shapes if biased else shapes[:1])
        self._append(ours, *(arrays if biased else (*arrays, np.zeros(shapes[1], np.float32))))

    def _append(self, layer: Layer, *arrays: np.ndarray) -> None:
        self._layers.append(layer)
        self._arrays.append(arrays)
        self._shape = layer.output_shape(self._shape)
        if min(self._shape) < 1:
            raise ModelError(f"Its {layer.kind} layer has no room on its input.")

    _WAYS: Mapping[str, Callable[[_Building, KerasLayer], None]] = {
        "Flatten": _flatten,
        "Reshape": _reshape,
        "Rescaling": lambda self, layer: self._rescale(*_scale_of(layer)),
        "Dense": _dense,
        "Conv2D": _convolve,
        "MaxPooling2D": _pool,
        "AveragePooling2D": _pool,
        "GlobalMaxPooling2D": _pool_all,
        "GlobalAveragePooling2D": _pool_all,
        "BatchNormalization": _normalise,
    }


def _scale_of(layer: KerasLayer) -> tuple[float, float]:
    scale, offset = layer.config.get("scale"), layer.config.get("offset", 0.0)
    if not _is_number(scale) or not _is_number(offset):
        raise ModelError(f"Its Rescaling layer {layer.name} can be read with one number for all pixels.")
    return scale, offset


def _square(layer: KerasLayer, name: str, usual: int | None = None) -> int:
    size = layer.config.get(name, usual)
    sides = size if isinstance(size, list) else [size, size]
    side = sides[0] if len(sides) == 2 and sides[0] == sides[1] else None
    if isinstance(side, bool) or not isinstance(side, int) or side < 1:
        raise ModelError(f"Its {layer.kind} layer {layer.name} has {name}={size!r:.40}; a square one is needed.")
    return side


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and math.isfinite(value)
