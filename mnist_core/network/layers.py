"""The kinds of layers that networks are made of: what each gives, and what it learns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mnist_core.drawing.images import IMAGE_SHAPE


@dataclass(frozen=True)
class Flatten:
    """The 28x28 image read row by row as 784 numbers; channels, where there are any, change fastest."""

    kind = "flatten"
    title = "Flatten"

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of one example after this layer."""
        return (math.prod(input_shape),)

    def weight_shapes(self, input_shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        """Shapes of the layer's weight arrays, in Keras' order."""
        return ()


@dataclass(frozen=True)
class Dense:
    """Every output is a weighted sum of every input plus a bias, then `activation`."""

    units: int
    activation: str

    kind = "dense"

    @property
    def title(self) -> str:
        """The layer as a learner meets it."""
        return f"Dense, {self.activation}"

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of one example after this layer."""
        return (self.units,)

    def weight_shapes(self, input_shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        """Shapes of the layer's weight arrays, in Keras' order: kernel, bias."""
        return ((input_shape[0], self.units), (self.units,))


@dataclass(frozen=True)
class Conv2D:
    """Filters that look at every place of the image through a small window, then `activation`.

    `output[y, x, f] = activation(bias[f] + sum of input[y + i, x + j, c] * kernel[i, j, c, f])`
    over the window's rows i, columns j and the channels c: no padding, steps of one
    pixel, and the kernel is not flipped, as in Keras.  An image without channels, such
    as (28, 28), has one.
    """

    filters: int
    kernel_size: int
    activation: str

    kind = "conv2d"

    @property
    def title(self) -> str:
        """The layer as a learner meets it."""
        return f"Convolution {self.kernel_size}x{self.kernel_size}, {self.activation}"

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of one example after this layer: rows, columns, filters."""
        return (*(side - self.kernel_size + 1 for side in input_shape[:2]), self.filters)

    def weight_shapes(self, input_shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        """Shapes of the layer's weight arrays, in Keras' order: kernel (rows, columns, channels, filters), bias."""
        channels = input_shape[2] if len(input_shape) == 3 else 1
        return ((self.kernel_size, self.kernel_size, channels, self.filters), (self.filters,))


@dataclass(frozen=True)
class MaxPooling2D:
    """The largest of each `size` x `size` pixels, channel by channel; what is left over at the far edges is dropped."""

    size: int

    kind = "max_pooling2d"

    @property
    def title(self) -> str:
        """The layer as a learner meets it."""
        return f"Max pooling {self.size}x{self.size}"

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of one example after this layer: rows, columns, channels."""
        return (*(side // self.size for side in input_shape[:2]), *input_shape[2:])

    def weight_shapes(self, input_shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        """Shapes of the layer's weight arrays: it has none."""
        return ()


Layer = Flatten | Dense | Conv2D | MaxPooling2D
LAYER_KINDS: Mapping[str, type[Layer]] = {kind.kind: kind for kind in (Flatten, Dense, Conv2D, MaxPooling2D)}


@dataclass(frozen=True)
class LayerSummary:
    """One layer as a learner meets it: `title`, `output_shape`, `parameters`."""

    title: str
    output_shape: tuple[int, ...]
    parameters: int


def summarise(layers: tuple[Layer, ...]) -> list[LayerSummary]:
    """Shapes and parameter counts, layer by layer, for 28x28 images."""
    shape: tuple[int, ...] = IMAGE_SHAPE
    rows = []
    for layer in layers:
        parameters = sum(math.prod(weights) for weights in layer.weight_shapes(shape))
        shape = layer.output_shape(shape)
        rows.append(LayerSummary(layer.title, shape, parameters))
    return rows
