"""The kinds of layers that networks are made of: what each gives, and what it learns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.errors import ModelError
from mnist_core.network.operations import activation


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
    over the window's rows i, columns j and the channels c; the kernel is not flipped, as in
    Keras.  An image without channels, such as (28, 28), has one.

    Attributes:
        padding: "valid" where windows lie within the image, "same" where zeros around it let every pixel be the middle
            of one.
        strides: pixels from one window to the next, down and across.
    """

    filters: int
    kernel_size: int
    activation: str
    padding: str = "valid"
    strides: int = 1

    kind = "conv2d"

    @property
    def title(self) -> str:
        """The layer as a learner meets it."""
        steps = f", steps of {self.strides}" if self.strides > 1 else ""
        return f"Convolution {self.kernel_size}x{self.kernel_size}, {self.activation}{steps}"

    def margins(self, side: int) -> tuple[int, int]:
        """How many zeros come before and after a side of so many pixels, as TensorFlow lays them out."""
        if self.padding == "valid":
            return 0, 0
        missing = max(0, (-(-side // self.strides) - 1) * self.strides + self.kernel_size - side)
        return missing // 2, missing - missing // 2

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of one example after this layer: rows, columns, filters."""
        wide = (side + sum(self.margins(side)) - self.kernel_size for side in input_shape[:2])
        return (*(side // self.strides + 1 for side in wide), self.filters)

    def weight_shapes(self, input_shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        """Shapes of the layer's weight arrays, in Keras' order: kernel (rows, columns, channels, filters), bias."""
        return ((self.kernel_size, self.kernel_size, channels(input_shape), self.filters), (self.filters,))


@dataclass(frozen=True)
class _Pooling:
    """One number for each `size` x `size` pixels, channel by channel; what is left at the far edges is dropped."""

    size: int

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of one example after this layer: rows, columns, channels."""
        return (*(side // self.size for side in input_shape[:2]), *input_shape[2:])

    def weight_shapes(self, input_shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        """Shapes of the layer's weight arrays: it has none."""
        return ()


class MaxPooling2D(_Pooling):
    """The largest of each `size` x `size` pixels, channel by channel; what is left over at the far edges is dropped."""

    kind = "max_pooling2d"

    @property
    def title(self) -> str:
        """The layer as a learner meets it."""
        return f"Max pooling {self.size}x{self.size}"


class AveragePooling2D(_Pooling):
    """The mean of each `size` x `size` pixels, channel by channel; what is left over at the far edges is dropped."""

    kind = "average_pooling2d"

    @property
    def title(self) -> str:
        """The layer as a learner meets it."""
        return f"Average pooling {self.size}x{self.size}"


@dataclass(frozen=True)
class Scaling:
    """Every channel times a number of its own, plus one, then `activation`.

    It is what batch normalisation and the scaling of pixels do in use, where no layer with weights before or after it
    can do it on the way.
    """

    activation: str = "linear"

    kind = "scaling"

    @property
    def title(self) -> str:
        """The layer as a learner meets it."""
        return f"Scaling, {self.activation}"

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of one example after this layer: that before it."""
        return input_shape

    def weight_shapes(self, input_shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        """Shapes of the layer's weight arrays: factors, what is added."""
        return ((channels(input_shape),),) * 2


Layer = Flatten | Dense | Conv2D | MaxPooling2D | AveragePooling2D | Scaling
LAYER_KINDS: Mapping[str, type[Layer]] = {
    kind.kind: kind for kind in (Flatten, Dense, Conv2D, MaxPooling2D, AveragePooling2D, Scaling)
}


def channels(shape: tuple[int, ...]) -> int:
    """How many numbers each place of an example of this shape has: an image without channels has one."""
    return 1 if len(shape) == 2 else shape[-1]


def described(layers: Iterable[Layer]) -> list[dict[str, object]]:
    """The layers as plain values, for JSON."""
    return [{"kind": layer.kind, **asdict(layer)} for layer in layers]


def from_description(entries: Iterable[Mapping[str, Any]]) -> tuple[Layer, ...]:
    """The layers that `described` has made these of.  Raises `ModelError` where it never would have."""
    try:
        return tuple(_layer(dict(entry)) for entry in entries)
    except (KeyError, TypeError) as cause:
        raise ModelError(f"a layer is described in a way that is not known here: {cause}.") from cause


def _layer(options: dict[str, Any]) -> Layer:
    layer = LAYER_KINDS[options.pop("kind")](**options)
    for name, value in options.items():
        if name == "activation":
            activation(value)
        elif name == "padding":
            if value not in ("valid", "same"):
                raise ModelError(f"padding must be valid or same, got {value!r:.40}.")
        elif isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ModelError(f"{name} must be a whole number above 0, got {value!r:.40}.")
    return layer


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


def multiplications(layers: tuple[Layer, ...]) -> int:
    """How many a network of these layers needs for one 28x28 image."""
    shape: tuple[int, ...] = IMAGE_SHAPE
    needed = 0
    for layer in layers:
        weights = sum(math.prod(each) for each in layer.weight_shapes(shape))
        shape = layer.output_shape(shape)
        needed += weights * math.prod(shape[:-1])  # A filter's weights are used at every place.
    return needed
