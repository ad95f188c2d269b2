"""What an experiment tries: the settings that vary, and how they are asked for; `search` chooses them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from mnist_core.errors import ConfigError
from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.choices import OPTIMIZERS
from mnist_core.network.kinds import OneOf
from mnist_core.network.run_settings import DEFAULTS, SETTINGS, TrainingConfig
from mnist_core.store.runs.records import MAX_NAME

MOST_TRIALS = 500
MOST_SEEDS = 20
METHODS: Mapping[str, str] = {
    "grid": "Every combination of the values.",
    "random": "As many settings as you like, drawn at random from the values and ranges.",
}
PARAMETERS: Mapping[str, str] = {name: each.label for name, each in SETTINGS.items() if each.varies}
RANGED = tuple(name for name, each in SETTINGS.items() if each.drawn)  # those that a range makes sense of


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both included; `log` draws their orders of magnitude evenly."""

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True)
class Plan:
    """What an experiment tries.

    Every setting is trained with the same seeds, and for as many epochs, unless the
    epochs are what varies.  Where the number of training images varies, epochs follow so
    that every network sees as many images in all: `base.epochs` counts for the largest.

    Attributes:
        base: the settings that do not vary; its seed is the first seed.
        choices: by a key of `PARAMETERS`, the values that are tried, one at least.
        ranges: the same for what is drawn at random; a key of `RANGED`.
        method: key of `METHODS`.
        settings: how many settings are drawn at random, 1 to 500; a grid has its own number.
        seeds: how many seeds each setting is trained with, 1 to 20.
        search_seed: fixes what is drawn.
        pruning: whether trials are given up that fall behind.
        preset: key of the preset it comes from; empty for a plan of one's own.

    Raises:
        ConfigError: what is asked for cannot be; it names what is wrong.
    """

    base: TrainingConfig = DEFAULTS
    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    method: str = "grid"
    settings: int = 20
    seeds: int = 3
    search_seed: int = 0
    pruning: bool = False
    preset: str = ""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ConfigError("method", self.method, "one of " + ", ".join(METHODS))
        for name, low, high in (("settings", 1, MOST_TRIALS), ("seeds", 1, MOST_SEEDS), ("search_seed", 0, 2**32 - 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ConfigError(name, value, f"a whole number from {low:,} to {high:,}")
        if self.base.seed + self.seeds > 2**32:
            raise ConfigError("seed", self.base.seed, f"small enough for {self.seeds} seeds from there on")
        self._check_choices()
        self._check_ranges()
        if self.pruning and "training_images" in self.choices:
            raise ConfigError(
                "pruning", True, "off where the number of training images varies: epochs cannot be compared there"
            )
        if self.trial_count > MOST_TRIALS:
            raise ConfigError(
                "the experiment", self.trial_count, f"at most {MOST_TRIALS} trials: try fewer values or seeds"
            )

    def _check_choices(self) -> None:
        if not self.choices and not self.ranges:
            raise ConfigError("what varies", "nothing", "one setting at least")
        for name, values in self.choices.items():
            if name not in PARAMETERS:
                raise ConfigError("what varies", name, "among " + ", ".join(PARAMETERS))
            if not isinstance(values, tuple) or not values:
                raise ConfigError(name, values, "given one value at least")
            if len(set(values)) < len(values):
                raise ConfigError(name, values, "given values that are all different")
            for value in values:
                SETTINGS[name].kind.check(name, value)
        tried = [replace(self.base, architecture=each) for each in self._architectures]
        unused = [name for name in self.varying if not any(SETTINGS[name].applies(each) for each in tried)]
        if unused:
            raise ConfigError("what varies", unused[0], "something that the networks tried have")

    def _check_ranges(self) -> None:
        if self.ranges and self.method != "random":
            raise ConfigError("method", self.method, "random where there are ranges: a grid needs values")
        for name, each in self.ranges.items():
            if name not in RANGED:
                raise ConfigError("ranges", name, "among " + ", ".join(RANGED))
            if name in self.choices:
                raise ConfigError(name, name, "given values or a range, not both")
            for end in (each.low, each.high):
                SETTINGS[name].kind.check(name, end)
            if not each.low < each.high:
                raise ConfigError(name, (each.low, each.high), "a range that goes upwards")

    @property
    def varying(self) -> tuple[str, ...]:
        """The settings that vary, in the order of `PARAMETERS`; those with a single value are none."""
        return tuple(
            name for name in PARAMETERS if name in self.ranges or len(self.choices.get(name, ())) > 1
        ) or tuple(name for name in PARAMETERS if name in self.choices)

    @property
    def setting_count(self) -> int:
        """How many settings a grid has or a random search asks for, seeds not counted.

        What a network lacks makes no further settings of it.
        """
        if self.method == "random":
            return self.settings
        return sum(
            math.prod(
                len(values)
                for name, values in self.choices.items()
                if name != "architecture" and SETTINGS[name].applies(replace(self.base, architecture=each))
            )
            for each in self._architectures
        )

    @property
    def trial_count(self) -> int:
        """How many runs there will be, at most: a random search that draws a setting twice has fewer."""
        return self.setting_count * self.seeds

    def completed(self, values: Mapping[str, Any]) -> TrainingConfig:
        """The base with these values; an optimizer that varies starts from its own usual learning rate."""
        chosen = dict(values)
        if "optimizer" in chosen and "learning_rate" not in {*self.choices, *self.ranges}:
            chosen["learning_rate"] = OPTIMIZERS[chosen["optimizer"]].default_learning_rate
        return replace(self.base, **chosen)

    @property
    def _architectures(self) -> tuple[str, ...]:
        return self.choices.get("architecture", (self.base.architecture,))

    def to_dict(self) -> dict[str, object]:
        """The plan as plain values, for JSON."""
        return {**asdict(self), "choices": {name: list(values) for name, values in self.choices.items()}}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Plan:
        """The inverse of `to_dict`.

        Raises:
            ConfigError: it is of another version, or not a plan.
        """
        known = {each.name for each in fields(cls)}
        for name in values:
            if name not in known:
                raise ConfigError("plan", name, "one of " + ", ".join(sorted(known)))
        try:
            return cls(
                **{
                    **values,
                    "base": TrainingConfig.from_dict(values.get("base", {})),
                    "choices": {name: tuple(each) for name, each in values.get("choices", {}).items()},
                    "ranges": {name: Range(**each) for name, each in values.get("ranges", {}).items()},
                }
            )
        except (AttributeError, TypeError) as cause:
            raise ConfigError("plan", dict(values), "a plan of this version of Digit Lab") from cause


def value_words(name: str, value: Any) -> str:
    """A value of a setting as people read it."""
    if name == "architecture":
        return re.sub(r" \d+(-\d+)+$", "", ARCHITECTURES[value].label)  # Widths are settings of their own here.
    return (
        f"{value:.3g}" if isinstance(value, float) else SETTINGS[name].kind.say(value)
    )  # Those drawn have many digits.


def setting_words(plan: Plan, config: TrainingConfig) -> str:
    """What sets this setting apart from the others of the plan, in one line."""
    varying = [name for name in plan.varying if SETTINGS[name].applies(config)]
    if varying == ["architecture"] or not varying:
        return value_words("architecture", config.architecture)
    words = []
    for name in varying:
        value = value_words(name, getattr(config, name))
        words.append(value if isinstance(SETTINGS[name].kind, OneOf) else f"{PARAMETERS[name].lower()} {value}")
    line = ", ".join(words)
    return line[0].upper() + line[1:]


def trial_name(plan: Plan, config: TrainingConfig) -> str:
    """The name of a trial among the runs: its setting and its seed."""
    seed = f", seed {config.seed}"
    return setting_words(plan, config)[: MAX_NAME - len(seed)] + seed
