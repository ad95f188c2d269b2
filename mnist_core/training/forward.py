"""The forward pass of a network as TensorFlow operations that XLA makes fast.

Keras' own convolutions are slow for small images: XLA neither vectorises nor fuses them
on a processor.  Here the images of a batch lie side by side in the last axis, so that
every operation runs over whole vectors, and a convolution is one matrix product of the
kernel with the windows under it ("im2col": Chellapilla, Puri and Simard 2006, "High
Performance Convolutional Neural Networks for Document Processing").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from mnist_core.network.layers import Conv2D, Dense, Flatten, Layer, MaxPooling2D
from mnist_core.training.tensorflow import keras, tf


def forward(layers: Sequence[Layer], weights: Sequence[tf.Tensor], images: tf.Tensor) -> tf.Tensor:
    """What the network says: the same as its Keras model, up to rounding, and with the same gradients.

    Args:
        layers: input to output.
        weights: their arrays in Keras' order.
        images: (n, 28, 28) float32 in [0, 1]; n is known when the graph is built.

    Returns:
        (n, classes) float32.
    """
    remaining = iter(weights)
    values = images
    if isinstance(layers[0], Conv2D):
        values = tf.transpose(images, (1, 2, 0))[tf.newaxis]  # (channels, rows, columns, n) until it is flattened
    for layer in layers:
        values = _LAYERS[layer.kind](layer, values, remaining)
    return values


def _flatten(layer: Flatten, values: tf.Tensor, weights: Iterator[tf.Tensor]) -> tf.Tensor:
    if len(values.shape) == 4:
        values = tf.transpose(values, (3, 1, 2, 0))  # Keras' order: channels change fastest.
    return tf.reshape(values, (values.shape[0], -1))


def _dense(layer: Dense, values: tf.Tensor, weights: Iterator[tf.Tensor]) -> tf.Tensor:
    kernel, bias = next(weights), next(weights)
    return keras.activations.get(layer.activation)(tf.matmul(values, kernel) + bias)


def _conv2d(layer: Conv2D, values: tf.Tensor, weights: Iterator[tf.Tensor]) -> tf.Tensor:
    kernel, bias = next(weights), next(weights)
    channels, rows, columns, images = values.shape
    size = layer.kernel_size
    rows, columns = rows - size + 1, columns - size + 1
    # The windows in two passes, by columns and then by rows: a third of the slices, and so of the time to compile.
    windows = tf.concat([values[:, :, j : j + columns] for j in range(size)], axis=0)
    windows = tf.concat([windows[:, i : i + rows] for i in range(size)], axis=0)
    windows = tf.reshape(windows, (size * size * channels, rows * columns * images))
    kernel = tf.reshape(kernel, (size * size * channels, layer.filters))
    sums = tf.reshape(tf.matmul(kernel, windows, transpose_a=True), (layer.filters, rows, columns, images))
    return keras.activations.get(layer.activation)(sums + bias[:, tf.newaxis, tf.newaxis, tf.newaxis])


def _max_pooling2d(layer: MaxPooling2D, values: tf.Tensor, weights: Iterator[tf.Tensor]) -> tf.Tensor:
    channels, rows, columns, images = values.shape
    size = layer.size
    rows, columns = rows // size, columns // size
    fields = tf.reshape(values[:, : rows * size, : columns * size], (channels, rows, size, columns, size, images))
    # Two by two: of equal ones the first then gets the gradient, as in Keras, and not each a share.
    fields = reduce(tf.maximum, tf.unstack(fields, axis=4))
    return reduce(tf.maximum, tf.unstack(fields, axis=2))


_LAYERS: Mapping[str, Callable[[Any, tf.Tensor, Iterator[tf.Tensor]], tf.Tensor]] = {
    "flatten": _flatten,
    "conv2d": _conv2d,
    "max_pooling2d": _max_pooling2d,
    "dense": _dense,
}
