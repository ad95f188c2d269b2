"""The fast forward pass against Keras' own layers: outputs and gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from mnist_core.network.choices import ACTIVATIONS
from mnist_core.network.layers import Conv2D, Dense, Flatten, Layer, MaxPooling2D
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.training.forward import forward
from mnist_core.training.program import keras_model


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """Bars of one grey on black: many pixels are equal, so that the largest of a field is often not the only one."""
    rng = np.random.default_rng(0)
    images = np.zeros((9, 28, 28), np.float32)
    for image in images:
        top, left = rng.integers(2, 14, 2)
        image[top : top + 12, left : left + 4] = rng.random()
    images[0] = rng.random((28, 28))
    return images


def described(layers: tuple[Layer, ...]) -> str:
    return "-".join(layer.kind for layer in layers)


@pytest.mark.parametrize(
    "layers",
    [
        *(TrainingConfig(name).layers for name in ("linear", "hidden", "convolutional")),
        *((Flatten(), Dense(7, name), Dense(10, "softmax")) for name in ACTIVATIONS),
        (Conv2D(3, 4, "tanh"), MaxPooling2D(3), Conv2D(5, 2, "relu"), Flatten(), Dense(10, "sigmoid")),
        (
            Conv2D(2, 3, "tanh"),
            Conv2D(3, 1, "tanh"),
            MaxPooling2D(2),
            Flatten(),
            Dense(6, "relu"),
            Dense(10, "softmax"),
        ),
    ],
    ids=described,
)
def test_outputs_and_gradients_are_those_of_keras(layers, images):
    model = keras_model(layers, seed=3)
    labels = tf.one_hot(np.arange(len(images)) % 10, 10)
    got = []
    for outputs_of in (model, lambda pixels: forward(layers, [each.value for each in model.variables], pixels)):
        with tf.GradientTape() as tape:
            outputs = outputs_of(tf.constant(images))
            loss = tf.reduce_mean(keras.losses.categorical_crossentropy(labels, outputs))
        got.append([outputs, *tape.gradient(loss, model.trainable_variables)])
    assert len(got[0]) == 1 + len(model.variables)
    for ours, of_keras in zip(got[1], got[0], strict=True):
        assert np.abs(of_keras).max() > 0
        assert ours.numpy() == pytest.approx(of_keras.numpy(), rel=1e-4, abs=1e-6)
