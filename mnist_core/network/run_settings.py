"""The settings of a run: a new one is one more field of `TrainingConfig`, described there and nowhere else.

`SETTINGS` has the descriptions.  They drive the form and the address of the Train page, what an experiment may vary
and how, the command line, the words and the name of a run, and what notebooks say.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from mnist_core.drawing.images import CLASSES, MOST_CLASSES
from mnist_core.errors import ConfigError
from mnist_core.network.architectures import ALL, ARCHITECTURES, ELSEWHERE
from mnist_core.network.choices import ACTIVATIONS, LOSSES, OPTIMIZERS, OUTPUTS
from mnist_core.network.kinds import Fraction, Number, OneOf, Switch, ValueKind, Whole
from mnist_core.network.layers import Flatten, Layer, Scaling, described, multiplications, summarise
from mnist_core.numerals import count, numeral, percent

Kind = tuple[object, ...]  # what the settings of runs share that one compiled program can train
PEN_SHARE = 0.2  # read 98 % of the dev pen drawings where 0.15 read 97 %, and a tenth of a point less of MNIST
_FLATTERS = "What was chosen by the test images looks a little better on them than on new ones."


@dataclass(frozen=True)
class Setting:
    """What is known of a setting; `Architecture.options` says which networks have it, where not all do.

    Attributes:
        label: what it is called.
        kind: what it may be.
        words: what it does, in a sentence or two; a choice is explained by its options instead.
        said: how a line on a run says it, from all settings; its label and its value where `None`.
        leads: whether lines and names begin with it, usual or not.
        quiet: whether a line on a run leaves it out where it is usual, as a name does.
        main: whether the form shows it at once, and not under more settings.
        of_network: whether it belongs to the network, whatever it was trained with.
        tried: what an experiment tries of a number where nobody says what; not varied where empty.
        drawn: the range of a random search where nobody says which; none where empty.
        evenly: whether that draws numbers evenly, not by orders of magnitude.
        name: of the field.
        usual: its default.
    """

    label: str
    kind: ValueKind[Any]
    words: str = ""
    said: Callable[[TrainingConfig], str] | None = None
    leads: bool = False
    quiet: bool = True
    main: bool = False
    of_network: bool = False
    tried: str = ""
    drawn: str = ""
    evenly: bool = False
    name: str = ""
    usual: object = None

    @property
    def varies(self) -> bool:
        """Whether an experiment may vary it: there are options, or something to be tried."""
        return bool(self.kind.options or self.tried)

    def applies(self, config: TrainingConfig) -> bool:
        """Whether the network has what the setting is about."""
        return self.name not in _OPTIONS or self.name in ALL[config.architecture].options

    def is_usual(self, config: TrainingConfig) -> bool:
        """Whether the settings have its default."""
        return getattr(config, self.name) == self.usual

    def line(self, config: TrainingConfig) -> str:
        """How a line on a run says it; empty where another setting does."""
        if self.said is not None:
            return self.said(config)
        return f"{self.label.lower()} {self.kind.say(getattr(config, self.name))}"


def network_words(config: TrainingConfig) -> str:
    """The network's label with the widths that it really has, e.g. "Hidden layer 784-50-10"."""
    rows = list(zip(config.layers, summarise(config.layers), strict=True))
    flat = [row for layer, row in rows[:1] if isinstance(layer, Flatten)]  # It counts as the first layer.
    learned = [row for layer, row in rows if row.parameters and not isinstance(layer, Scaling)]
    widths = "-".join(str(row.output_shape[-1]) for row in flat + learned)
    return re.sub(r"\d+(-\d+)+$", widths, ALL[config.architecture].label)


def _with_rate(config: TrainingConfig) -> str:
    return f"{OPTIMIZERS[config.optimizer].label} at {config.learning_rate:g}"


def _field(usual: object, label: str, kind: ValueKind[Any], words: str = "", **more: Any) -> Any:
    return field(default=usual, metadata={"setting": Setting(label, kind, words, **more)})


@dataclass(frozen=True)
class TrainingConfig:
    """All that decides a run, besides the data.  The defaults are the tutorial's.

    Attributes:
        architecture: key of `ARCHITECTURES`.
        hidden_units: width of the hidden layer, 1 to 2,048; ignored by "linear".
        activation: key of `ACTIVATIONS`, of the hidden layer; ignored by "linear".
        outputs: key of `OUTPUTS`, the activation of the last layer.
        optimizer: key of `OPTIMIZERS`.
        learning_rate: step size, above 0 and at most 10.
        loss: key of `LOSSES`.
        batch_size: images per step, 1 to 60,000.
        epochs: passes over the training images, 1 to 1,000.
        training_images: how many of the training images are used, 1 to 60,000, chosen by
            the seed, a smaller choice lying within a larger one; 0 for all.
        straighten: whether all digits are set upright, in training and in use.
        pen_styles: whether each epoch also sees digits as people write them elsewhere
            than where MNIST was written, `PEN_SHARE` of its images.
        seed: fixes the first weights and the order of the images, 0 to 2**32 - 1.
        patience: epochs without a lower test loss after which the run ends, with the
            weights of its best epoch; 0 to 1,000, 0 for none.
        target_accuracy: fraction of the test images at which the run ends; 0 to 1, 0 for none.
        classes: how many the data set has, and so the outputs of the network; 2 to `MOST_CLASSES`.
            No setting that people choose: it follows the data.
        elsewhere: layers that none of `ARCHITECTURES` has, as `of_layers` writes them; the architecture is `ELSEWHERE`
            then, and only then.

    Raises:
        ConfigError: a value lies outside what is stated above.
    """

    architecture: str = _field(
        "hidden", "Network", OneOf(ARCHITECTURES), said=network_words, leads=True, quiet=False,
        main=True, of_network=True,
    )  # fmt: skip
    hidden_units: int = _field(
        100, "Hidden units", Whole(1, 2_048),
        "How many patterns the layer can look for; more find more and take longer.",
        said=lambda config: "",  # The network's own words have it.
        of_network=True, tried="25, 50, 100, 200", drawn="8 to 256",
    )  # fmt: skip
    activation: str = _field(
        "relu", "Activation", OneOf(ACTIVATIONS), said=lambda config: ACTIVATIONS[config.activation].label, quiet=False,
        of_network=True,
    )  # fmt: skip
    outputs: str = _field(
        "sigmoid", "Outputs", OneOf(OUTPUTS), said=lambda config: f"{OUTPUTS[config.outputs].label.lower()} outputs",
        of_network=True,
    )  # fmt: skip
    optimizer: str = _field("adam", "Optimizer", OneOf(OPTIMIZERS), said=_with_rate, quiet=False)
    learning_rate: float = _field(
        0.001, "Learning rate", Number(0, 10),
        "How far each step goes: too small learns slowly, too large jumps about.",
        said=_with_rate,
        tried="0.0003, 0.001, 0.003", drawn="0.0001 to 0.03",
    )  # fmt: skip
    loss: str = _field(
        "sparse_categorical_crossentropy", "Loss", OneOf(LOSSES),
        said=lambda config: LOSSES[config.loss].label.lower(), quiet=False,
    )  # fmt: skip
    batch_size: int = _field(
        32, "Batch size", Whole(1, 60_000),
        "Images per step. Small batches learn more from each image, large ones run faster.",
        said=lambda config: f"batches of {numeral(config.batch_size)}", quiet=False,
        tried="16, 32, 128", drawn="8 to 256",
    )  # fmt: skip
    epochs: int = _field(
        5, "Epochs", Whole(1, 1_000), "How often the network sees every training image.",
        said=lambda config: count(config.epochs, "epoch"), leads=True, quiet=False, main=True,
        tried="2, 5, 10", drawn="1 to 8", evenly=True,
    )  # fmt: skip
    training_images: int = _field(
        0, "Training images", Whole(0, 60_000, nought="all", unlimited=True),
        "How many images there are to learn from, chosen by the seed; 0 for all.",
        said=lambda config: f"{numeral(config.training_images)} training images", tried="1000, 10000, 0",
    )  # fmt: skip
    straighten: bool = _field(
        False, "Straighten slant", Switch(),
        "Every digit is set upright, in training and whenever the network is asked.",
        said=lambda config: "straightened", main=True, of_network=True,
    )  # fmt: skip
    pen_styles: bool = _field(
        False, "Add pen styles", Switch(),
        "Each epoch also sees digits as people write them elsewhere than where MNIST was written: crossed 7s, flagged "
        f"1s, open 4s; {percent(PEN_SHARE, 0)} of its images.",
        said=lambda config: "pen styles", main=True,
    )  # fmt: skip
    seed: int = _field(
        0, "Seed", Whole(0, 2**32 - 1, grouped=False),
        "Fixes the first weights and the order of the images: same seed, same curve.", quiet=False,
    )  # fmt: skip
    patience: int = _field(
        0, "Patience", Whole(0, 1_000, nought="none"),
        "End after so many epochs without a lower test loss, with the weights of the best one; 0 goes on. "
        f"{_FLATTERS}",
        said=lambda config: f"patience of {count(config.patience, 'epoch')}",
    )  # fmt: skip
    target_accuracy: float = _field(
        0.0, "Enough at", Fraction(nought="none"),
        f"End once so many percent of the test images are read right; 0 trains all epochs. {_FLATTERS}",
        said=lambda config: f"enough at {SETTINGS['target_accuracy'].kind.say(config.target_accuracy)} right",
    )  # fmt: skip
    classes: int = CLASSES
    elsewhere: str = ""

    def __post_init__(self) -> None:
        Whole(2, MOST_CLASSES).check("classes", self.classes)
        for name, setting in SETTINGS.items():
            if not (name == "architecture" and self.elsewhere and self.architecture == ELSEWHERE):
                setting.kind.check(name, getattr(self, name))

    @classmethod
    def of_layers(cls, layers: tuple[Layer, ...], *, straighten: bool = False) -> TrainingConfig:
        """The settings of a network from elsewhere, of which the layers alone are known."""
        (classes,) = summarise(layers)[-1].output_shape
        told: dict[str, Any] = {"outputs": getattr(layers[-1], "activation", ""), "straighten": straighten}
        return cls(ELSEWHERE, **told, classes=classes, elsewhere=json.dumps(described(layers)))

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The network's layers, input to output."""
        return ALL[self.architecture].layers(self)

    @property
    def multiplications(self) -> int:
        """How many the network needs for one image."""
        return multiplications(self.layers)

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
        return {name: value for name, value in asdict(self).items() if name != "elsewhere" or value}

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


SETTINGS: Mapping[str, Setting] = {
    each.name: replace(each.metadata["setting"], name=each.name, usual=each.default)
    for each in fields(TrainingConfig)
    if "setting" in each.metadata
}
_OPTIONS = frozenset(option for entry in ARCHITECTURES.values() for option in entry.options)
DEFAULTS = TrainingConfig()


def effective(config: TrainingConfig) -> TrainingConfig:
    """The settings with the defaults of what the network lacks, so that equal runs look equal."""
    lacking: dict[str, Any] = {each.name: each.usual for each in SETTINGS.values() if not each.applies(config)}
    return replace(config, **lacking)


def settings_words(config: TrainingConfig, *, of_network: bool = False) -> str:
    """The settings in one line, those of the network alone where that is asked for."""
    said = [each for each in SETTINGS.values() if each.of_network or not of_network]
    return ", ".join(_lines(config, (each for each in said if not (each.quiet and each.is_usual(config)))))


def unusual_words(config: TrainingConfig) -> list[str]:
    """What the network is, for how many epochs it is trained, and what is unusual about its settings."""
    return _lines(config, (each for each in SETTINGS.values() if each.leads or not each.is_usual(config)))


def _lines(config: TrainingConfig, settings: Iterable[Setting]) -> list[str]:
    found = sorted((each for each in settings if each.applies(config)), key=lambda each: not each.leads)
    return list(dict.fromkeys(filter(None, (each.line(config) for each in found))))
