"""A network as the files of other programs: Keras' own, and LiteRT's for phones.

Needs TensorFlow, as `training` does: for worker processes only.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from mnist_core.network.network import Network
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.training.program import keras_model
from mnist_core.training.tensorflow import keras, tf


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
    model = keras_model(network.layers, seed=0)
    model.set_weights([array for arrays in network.weights for array in arrays])
    return model
