"""One experiment as the page shows it: its plan, its trials, its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from mnist_core.errors import ConfigError, StoreError
from mnist_core.experiments.plan import METHODS, PARAMETERS, Plan, value_words
from mnist_core.experiments.presets import PRESETS
from mnist_core.experiments.results import Setting, best_trial, is_measured, settings_of
from mnist_core.numerals import count
from mnist_core.store.experiments import Experiment
from mnist_core.store.runs.records import Run
from mnist_core.store.store import Store


@dataclass(frozen=True)
class Found:
    """What the store says of an experiment.

    Attributes:
        experiment: itself.
        plan: what is tried.
        trials: its runs, in their order.
    """

    experiment: Experiment
    plan: Plan
    trials: Sequence[Run]

    @classmethod
    def of(cls, store: Store, experiment_id: str) -> Found:
        """The experiment of this id.

        Raises:
            ExperimentNotFound: there is none.
            StoreError: it was made by another version.
        """
        experiment = store.experiments.get(experiment_id)
        try:
            plan = Plan.from_dict(experiment.plan)
        except ConfigError as cause:
            raise StoreError(f"Experiment {experiment_id} was made by another version of Digit Lab: {cause}") from cause
        return cls(experiment, plan, store.trials.all(experiment_id))

    @cached_property
    def settings(self) -> list[Setting]:
        """Its settings, each with a trial a seed."""
        return settings_of(self.plan, self.trials)

    @cached_property
    def measured(self) -> list[Run]:
        """The trials that were trained to their end and measured."""
        return [run for run in self.trials if is_measured(run)]

    @property
    def best(self) -> Run | None:
        """The trial that read most."""
        return best_trial(self.trials)

    @property
    def is_live(self) -> bool:
        """Whether a trial is queued or trained."""
        return any(run.is_live for run in self.trials)

    @property
    def signature(self) -> tuple[tuple[str, int | None], ...]:
        """Changes when a trial's result does, or when one begins or ends; not with every step."""
        return tuple((run.status, run.correct) for run in self.trials)

    @property
    def words(self) -> str:
        """What is tried, in a line."""
        return plan_words(self.plan, len(self.settings))


def plan_words(plan: Plan, settings: int) -> str:
    """What a plan tries, in a line or two."""
    preset = PRESETS.get(plan.preset)
    tried = []
    for name in PARAMETERS:
        if name in plan.ranges:
            tried.append(f"{PARAMETERS[name].lower()} {plan.ranges[name].low:g} to {plan.ranges[name].high:g}")
        elif name in plan.choices:
            values = [value_words(name, value) for value in plan.choices[name]]
            tried.append(
                f"{PARAMETERS[name].lower()} {' or '.join([', '.join(values[:-1]), values[-1]]).removeprefix(' or ')}"
            )
    line = "; ".join(tried)
    parts = [f"{preset.words} " if preset else "", f"{line[0].upper()}{line[1:]}. "]
    parts.append(f"{count(settings, 'setting')}, {count(plan.seeds, 'seed')} each.")
    if plan.method == "random":
        parts.append(f" Drawn at random, search seed {plan.search_seed}.")
    if plan.pruning:
        parts.append(" Trials that fall behind are given up early.")
    return "".join(parts)


__all__ = ["METHODS", "Found", "plan_words"]
