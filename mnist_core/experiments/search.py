"""The settings that a plan tries: all combinations of its values, or as many as are drawn at random."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np

from mnist_core.experiments.plan import PARAMETERS, Plan, Range
from mnist_core.network.kinds import Whole
from mnist_core.network.run_settings import SETTINGS, TrainingConfig, effective

TRIES = 20  # draws for each setting that is asked for, before there seem to be no others


def configs(plan: Plan, images: int) -> list[TrainingConfig]:
    """The trials' settings: all settings with the first seed, then with the next.

    Args:
        plan: what is tried.
        images: training images of the data set.

    Raises:
        ConfigError: one of them does not fit the data.
    """
    settings = distinct_settings(plan, images)
    trials = [replace(each, seed=plan.base.seed + number) for number in range(plan.seeds) for each in settings]
    for config in trials[: len(settings)]:
        config.steps_per_epoch(images)
    return trials


def distinct_settings(plan: Plan, images: int) -> list[TrainingConfig]:
    """The settings that are tried, no two of them alike, with the first seed."""
    found = _drawn(plan) if plan.method == "random" else _grid(plan)
    return list(dict.fromkeys(effective(_fair(plan, each, images)) for each in found))


def _fair(plan: Plan, config: TrainingConfig, images: int) -> TrainingConfig:
    """The settings with as many epochs as show the network as many images as the largest choice sees."""
    if len(plan.choices.get("training_images", ())) < 2:
        return config
    most = max(value or images for value in plan.choices["training_images"])
    used = config.training_images or images
    return replace(config, epochs=max(1, round(config.epochs * most / used)))


def _grid(plan: Plan) -> Iterator[TrainingConfig]:
    names = [name for name in PARAMETERS if name in plan.choices]
    for values in product(*(plan.choices[name] for name in names)):
        yield plan.completed(dict(zip(names, values, strict=True)))


def _drawn(plan: Plan) -> list[TrainingConfig]:
    """The settings that the plan's random search draws, no two alike; the same for the same plan.

    They are those that Optuna's `RandomSampler` draws, without its 0.3 s and what it brings: pages draw them, too.
    There are fewer than asked for where the plan has no more.
    """
    lot = np.random.RandomState(plan.search_seed)
    found: dict[TrainingConfig, None] = {}
    for _ in range(TRIES * plan.settings):
        if len(found) == plan.settings:
            break
        found.setdefault(effective(plan.completed(_values(plan, lot))))
    return list(found)


def _values(plan: Plan, lot: np.random.RandomState) -> dict[str, object]:
    """A value for each setting that varies; the network comes first, and what it lacks is not asked for."""
    values: dict[str, object] = {}
    for name in PARAMETERS:
        if not SETTINGS[name].applies(plan.completed(values)):
            continue
        if name in plan.choices:
            tried = plan.choices[name]
            values[name] = tried[lot.uniform(size=len(tried)).argmax() if len(tried) > 1 else 0]
        elif name in plan.ranges:
            values[name] = _number(plan.ranges[name], isinstance(SETTINGS[name].kind, Whole), lot)
    return values


def _number(bounds: Range, is_whole: bool, lot: np.random.RandomState) -> float:
    """A number of the range; a whole one stands for all that are nearer to it than to its neighbours."""
    low, high = bounds.low - 0.5 * is_whole, bounds.high + 0.5 * is_whole
    drawn = math.exp(lot.uniform(math.log(low), math.log(high))) if bounds.log else lot.uniform(low, high)
    return min(max(round(drawn) if is_whole else drawn, bounds.low), bounds.high)
