"""The registries of choices, and one run's settings.

`ARCHITECTURES` drives the form on the Train page, the builder in `training`, the
forward pass in `network` and the picture of the layers: a new network is one more
entry.  `ACTIVATIONS`, `OUTPUTS`, `OPTIMIZERS` and `LOSSES` name objects of Keras; what
is added here is the words that explain them to a learner.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields

from mnist_core.errors import ConfigError
from mnist_core.images import CLASSES, IMAGE_SHAPE

Kind = tuple  # what the settings of runs share that one compiled program can train


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
class Choice:
    """One entry of a registry: how it is labelled and what it does, in one line."""

    label: str
    words: str


@dataclass(frozen=True)
class Optimizer(Choice):
    """An optimizer of Keras and the learning rate it usually starts from."""

    default_learning_rate: float


@dataclass(frozen=True)
class Loss(Choice):
    """A loss of Keras; `one_hot` where it compares with ten numbers, not one label."""

    one_hot: bool


@dataclass(frozen=True)
class Architecture(Choice):
    """A network: its layers as a function of the settings.

    Attributes:
        layers: `TrainingConfig` to the layers, input to output.
        options: names of the settings that only some networks have.
    """

    layers: Callable[[TrainingConfig], tuple[Layer, ...]]
    options: tuple[str, ...] = ()


ARCHITECTURES: Mapping[str, Architecture] = {
    "linear": Architecture(
        label="Linear 784-10",
        words="Each digit weighs every pixel once. Ten pictures hold all it knows.",
        layers=lambda config: (Flatten(), Dense(CLASSES, config.outputs)),
    ),
    "hidden": Architecture(
        label="Hidden layer 784-100-10",
        words="A layer of hidden units finds strokes first, then the digits weigh those.",
        layers=lambda config: (
            Flatten(),
            Dense(config.hidden_units, config.activation),
            Dense(CLASSES, config.outputs),
        ),
        options=("hidden_units", "activation"),
    ),
    "convolutional": Architecture(
        label="Convolutional 8-16-10",
        words="Small filters look for edges and curves wherever they are; reads best and trains longest.",
        layers=lambda config: (
            Conv2D(8, 5, "relu"),
            MaxPooling2D(2),
            Conv2D(16, 5, "relu"),
            MaxPooling2D(2),
            Flatten(),
            Dense(CLASSES, config.outputs),
        ),
    ),
}

ACTIVATIONS: Mapping[str, Choice] = {
    "relu": Choice("ReLU", "Lets positive sums through and blocks negative ones; the usual choice."),
    "sigmoid": Choice("Sigmoid", "Squeezes every sum between 0 and 1; learns more slowly when deep."),
    "tanh": Choice("Tanh", "Squeezes every sum between -1 and 1."),
    "elu": Choice("ELU", "Like ReLU, but negative sums still whisper."),
    "linear": Choice("None", "Passes sums on unchanged: the layer then adds nothing a linear network lacks."),
}

OUTPUTS: Mapping[str, Choice] = {
    "sigmoid": Choice("Sigmoid", "Ten separate answers between 0 and 1; the tutorial's choice."),
    "softmax": Choice("Softmax", "Ten answers that share out 1 among them: what one gains the others lose."),
}

OPTIMIZERS: Mapping[str, Optimizer] = {
    "adam": Optimizer("Adam", "Gives each weight its own step size; a good start almost always.", 0.001),
    "sgd": Optimizer("SGD", "The plain rule: step against the slope. Wants a larger learning rate.", 0.1),
    "rmsprop": Optimizer("RMSprop", "Divides each step by the recent size of the slope.", 0.001),
    "nadam": Optimizer("Nadam", "Adam that looks one step ahead.", 0.001),
    "adagrad": Optimizer("Adagrad", "Steps shrink for weights that have moved a lot.", 0.01),
}

LOSSES: Mapping[str, Loss] = {
    "sparse_categorical_crossentropy": Loss(
        "Cross-entropy", "Punishes a small probability of the right digit; the tutorial's choice.", one_hot=False
    ),
    "binary_crossentropy": Loss(
        "Binary cross-entropy", "Treats the ten outputs as ten separate yes-or-no questions.", one_hot=True
    ),
    "mean_squared_error": Loss(
        "Squared error", "Punishes the squared distance to 0 or 1; learns more slowly.", one_hot=True
    ),
}


@dataclass(frozen=True)
class TrainingConfig:
    """All that decides a run, besides the data.  The defaults are the tutorial's.

    Attributes:
        architecture: key of `ARCHITECTURES`.
        epochs: passes over the training images, 1 to 1,000.
        hidden_units: width of the hidden layer, 1 to 2,048; ignored by "linear".
        activation: key of `ACTIVATIONS`, of the hidden layer; ignored by "linear".
        optimizer: key of `OPTIMIZERS`.
        learning_rate: step size, above 0 and at most 10.
        loss: key of `LOSSES`.
        batch_size: images per step, 1 to 60,000.
        seed: fixes the first weights and the order of the images, 0 to 2**32 - 1.
        straighten: whether all digits are set upright, in training and in use.
        pen_styles: whether each epoch also sees digits as people write them elsewhere
            than where MNIST was written, `PEN_SHARE` of its images.
        patience: epochs without a lower test loss after which the run ends, with the
            weights of its best epoch; 0 to 1,000, 0 for none.
        target_accuracy: fraction of the test images at which the run ends; 0 to 1, 0 for none.
        outputs: key of `OUTPUTS`, the activation of the last layer.
        training_images: how many of the training images are used, 1 to 60,000, chosen by
            the seed, a smaller choice lying within a larger one; 0 for all.

    Raises:
        ConfigError: a value lies outside what is stated above.
    """

    architecture: str = "hidden"
    epochs: int = 5
    hidden_units: int = 100
    activation: str = "relu"
    optimizer: str = "adam"
    learning_rate: float = 0.001
    loss: str = "sparse_categorical_crossentropy"
    batch_size: int = 32
    seed: int = 0
    straighten: bool = False
    pen_styles: bool = False
    patience: int = 0
    target_accuracy: float = 0.0
    outputs: str = "sigmoid"
    training_images: int = 0

    def __post_init__(self) -> None:
        for field, registry in REGISTRIES.items():
            value = getattr(self, field)
            if not isinstance(value, str) or value not in registry:
                raise ConfigError(field, value, "one of " + ", ".join(registry))
        for field, (low, high) in INTEGER_RANGES.items():
            value = getattr(self, field)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ConfigError(field, value, f"a whole number from {low:,} to {high:,}")
        for field in SWITCHES:
            if not isinstance(getattr(self, field), bool):
                raise ConfigError(field, getattr(self, field), "true or false")
        rate = self.learning_rate
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 < rate <= MAX_LEARNING_RATE:
            raise ConfigError("learning_rate", rate, f"a number above 0 and at most {MAX_LEARNING_RATE:g}")
        target = self.target_accuracy
        if isinstance(target, bool) or not isinstance(target, (int, float)) or not 0 <= target <= 1:
            raise ConfigError("target_accuracy", target, "a fraction from 0 (none) to 1")

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The network's layers, input to output."""
        return ARCHITECTURES[self.architecture].layers(self)

    @property
    def multiplications(self) -> int:
        """How many the network needs for one image."""
        shape, needed = IMAGE_SHAPE, 0
        for layer in self.layers:
            weights = sum(math.prod(each) for each in layer.weight_shapes(shape))
            shape = layer.output_shape(shape)
            needed += weights * math.prod(shape[:-1])  # A filter's weights are used at every place.
        return needed

    @property
    def kind(self) -> Kind:
        """Equal for settings that one compiled program trains."""
        return self.layers, self.optimizer, self.loss, self.batch_size

    def extra_images(self, images: int) -> int:
        """How many digits an epoch sees beside the `images` of the data set."""
        return round(images * PEN_SHARE / (1 - PEN_SHARE)) if self.pen_styles else 0

    def used_images(self, images: int) -> int:
        """How many of a data set's `images` training images an epoch sees.

        Raises:
            ConfigError: there are fewer than asked for.
        """
        if self.training_images > images:
            expected = f"at most the {images:,} training images of this data set, or 0 for all"
            raise ConfigError("training_images", self.training_images, expected)
        return self.training_images or images

    def steps_per_epoch(self, images: int) -> int:
        """Batches in one epoch over those of `images` images that are used, and what comes beside them.

        The last may be smaller.

        Raises:
            ConfigError: the batch is larger than the data, or more images are asked for than there are.
        """
        images = self.used_images(images)
        if self.batch_size > images:
            which = "training images that are used" if self.training_images else "training images of this data set"
            raise ConfigError("batch_size", self.batch_size, f"at most the {images:,} {which}")
        return math.ceil((images + self.extra_images(images)) / self.batch_size)

    def to_dict(self) -> dict[str, object]:
        """The settings as plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> TrainingConfig:
        """The config with these settings; those not named keep their defaults.

        Raises:
            ConfigError: a setting is unknown or out of range.
        """
        known = {field.name for field in fields(cls)}
        for name in values:
            if name not in known:
                raise ConfigError("setting", name, "one of " + ", ".join(sorted(known)))
        return cls(**values)  # type: ignore[arg-type]  # __post_init__ checks every value


INTEGER_RANGES: Mapping[str, tuple[int, int]] = {
    "epochs": (1, 1_000),
    "hidden_units": (1, 2_048),
    "batch_size": (1, 60_000),
    "seed": (0, 2**32 - 1),
    "patience": (0, 1_000),
    "training_images": (0, 60_000),
}
SWITCHES = ("straighten", "pen_styles")
MAX_LEARNING_RATE = 10.0
PEN_SHARE = 0.2  # read 98 % of the dev pen drawings where 0.15 read 97 %, and a tenth of a point less of MNIST

REGISTRIES: Mapping[str, Mapping[str, Choice]] = {
    "architecture": ARCHITECTURES,
    "activation": ACTIVATIONS,
    "outputs": OUTPUTS,
    "optimizer": OPTIMIZERS,
    "loss": LOSSES,
}


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


def network_words(config: TrainingConfig) -> str:
    """The network's label with the widths that it really has, e.g. "Hidden layer 784-50-10"."""
    rows = summarise(config.layers)
    flat = [row for row in rows[:1] if not row.parameters]  # The flattened image counts as the first layer.
    widths = "-".join(str(row.output_shape[-1]) for row in flat + [row for row in rows if row.parameters])
    return re.sub(r"\d+(-\d+)+$", widths, ARCHITECTURES[config.architecture].label)
