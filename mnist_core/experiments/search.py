"""The settings that a plan tries: all combinations of its values, or as many as are drawn at random."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from mnist_core.experiments.plan import PARAMETERS, Plan
from mnist_core.network.kinds import Whole
from mnist_core.network.run_settings import SETTINGS, TrainingConfig, effective

if TYPE_CHECKING:
    from optuna.trial import Trial

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

    There are fewer than asked for where the plan has no more.
    """
    from mnist_core.experiments.study import random_study  # Optuna: 0.3 s, only where something is drawn.

    study = random_study(plan.search_seed)
    found: dict[TrainingConfig, None] = {}
    for _ in range(TRIES * plan.settings):
        if len(found) == plan.settings:
            break
        found.setdefault(effective(plan.completed(_suggested(plan, study.ask()))))
    return list(found)


def _suggested(plan: Plan, trial: Trial) -> dict[str, object]:
    """A value for each setting that varies; the network comes first, and what it lacks is not asked for."""
    values: dict[str, object] = {}
    for name in PARAMETERS:
        if not SETTINGS[name].applies(plan.completed(values)):
            continue
        if name in plan.choices:
            values[name] = trial.suggest_categorical(name, plan.choices[name])
        elif name in plan.ranges:
            bounds = plan.ranges[name]
            if isinstance(SETTINGS[name].kind, Whole):
                values[name] = trial.suggest_int(name, int(bounds.low), int(bounds.high), log=bounds.log)
            else:
                values[name] = trial.suggest_float(name, bounds.low, bounds.high, log=bounds.log)
    return values
