"""A network as the files of other programs: Keras' own, and LiteRT's for phones.

Needs TensorFlow, as `training` does: for worker processes only.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.network.layers import AveragePooling2D, Conv2D, Dense, Flatten, Layer, Scaling
from mnist_core.network.network import Network
from mnist_core.network.operations import leaky_slope
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.training.program import KERAS_LAYERS
from mnist_core.training.tensorflow import keras, tf

EPSILON = 1e-3  # of Keras' batch normalisation


def keras_file(network: Network) -> bytes:
    """The network as the content of a `.keras` file, which `keras.models.load_model` opens.

    Compiled with accuracy and the optimizer and loss of its run, or the tutorial's where the
    network does not say how it was made: `evaluate` and `fit` work at once.

    Where the network sets digits upright, whoever asks the model has to do it: with
    `Network.prepare`, and then divide by 255.
    """
    settings = network.about.get("config")
    config = TrainingConfig.from_dict(settings if isinstance(settings, Mapping) else {})
    model = _model_of(network)
    rate = {"learning_rate": config.learning_rate}
    optimizer = keras.optimizers.get({"class_name": config.optimizer, "config": rate})
    optimizer.build(model.trainable_variables)  # Keras misses its variables in a file otherwise.
    model.compile(optimizer, config.loss, metrics=["accuracy"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        model.save(path)
        return path.read_bytes()


def tflite_file(network: Network) -> bytes:
    """The network as the content of a `.tflite` file, which LiteRT's interpreter runs.

    It takes (n, 28, 28) float32 in [0, 1], n being 1 unless its input is resized, and gives
    (n, classes) float32, the outputs of `Network.scores`.  Upright digits as for `keras_file`.
    """
    with contextlib.redirect_stdout(io.StringIO()):  # The converter tells all that it does.
        return tf.lite.TFLiteConverter.from_keras_model(_model_of(network)).convert()


FILES: dict[str, Callable[[Network], bytes]] = {"keras": keras_file, "tflite": tflite_file}  # by keys of `EXPORTS`


def _model_of(network: Network) -> keras.Model:
    layers = [each for layer in network.layers for each in _layers_of(layer)]
    if not isinstance(network.layers[0], Flatten):
        layers.insert(0, keras.layers.Reshape((*IMAGE_SHAPE, 1)))  # Keras wants the one channel named.
    model = keras.Sequential([keras.Input(IMAGE_SHAPE), *layers])
    model.set_weights(
        [
            array
            for layer, arrays in zip(network.layers, network.weights, strict=True)
            for array in _arrays(layer, arrays)
        ]
    )
    return model


def _layers_of(layer: Layer) -> list[keras.layers.Layer]:
    name = getattr(layer, "activation", "linear")
    slope = leaky_slope(name)
    activation = name if slope is None else keras.layers.LeakyReLU(slope)
    if isinstance(layer, Scaling):
        normalisation = keras.layers.BatchNormalization(epsilon=EPSILON)
        return [normalisation] if name == "linear" else [normalisation, keras.layers.Activation(activation)]
    if isinstance(layer, AveragePooling2D):
        return [keras.layers.AveragePooling2D(layer.size)]
    if slope is None or not isinstance(layer, Dense | Conv2D):
        return [KERAS_LAYERS[layer.kind](layer, 0)]
    return [KERAS_LAYERS[layer.kind](replace(layer, activation="linear"), 0), activation]


def _arrays(layer: Layer, arrays: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    if not isinstance(layer, Scaling):
        return arrays
    factors, added = arrays  # of a normalisation with a mean of 0 and a variance of 1
    return factors, added, np.zeros_like(factors), np.ones_like(factors) - np.float32(EPSILON)
