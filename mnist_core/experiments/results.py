"""What an experiment found: its settings over their seeds, and differences between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import fmean, stdev

from mnist_core.experiments.plan import Plan, setting_words
from mnist_core.insight.all_images.seeds import Spread, student_t
from mnist_core.network.evaluation import Interval, Score
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.records import Run, Status


@dataclass(frozen=True)
class Setting:
    """One setting with its trials, one a seed.

    Attributes:
        config: the setting, with the first seed.
        words: what sets it apart from the others.
        trials: its trials by rising seed, whatever became of them.
        seeds: how many trials the plan gives it; there are fewer where some were deleted.
        finished: those of them that were trained to their end and measured.
        accuracies: what those read, by seed; fractions of the test images.
        spread: of the accuracies; `None` where there are none.
    """

    config: TrainingConfig
    words: str
    trials: tuple[Run, ...]
    seeds: int

    @property
    def finished(self) -> tuple[Run, ...]:
        return tuple(run for run in self.trials if is_measured(run))

    @property
    def accuracies(self) -> dict[int, float]:
        return {run.config.seed: score_of(run).accuracy for run in self.finished}

    @property
    def spread(self) -> Spread | None:
        return Spread.of(list(self.accuracies.values())) if self.accuracies else None

    @property
    def is_complete(self) -> bool:
        """Whether every seed of the plan was trained to its end: only then may its mean be compared."""
        return len(self.accuracies) == self.seeds


@dataclass(frozen=True)
class Difference:
    """By how much one setting reads better than another.

    Attributes:
        mean: of the differences, seed by seed; a fraction of the test images.
        interval: 95 % interval of the mean by Student's t; `None` of a single seed.
        seeds: how many there are.
    """

    mean: float
    interval: Interval | None
    seeds: int

    @property
    def is_more_than_chance(self) -> bool | None:
        """Whether the interval leaves out 0; `None` where one seed cannot tell."""
        if self.interval is None:
            return None
        return not self.interval.low <= 0 <= self.interval.high


def is_measured(run: Run) -> bool:
    """Whether it was trained to its end and asked the test images: no other run is compared."""
    return run.status == Status.FINISHED and run.score is not None


def score_of(run: Run) -> Score:
    """What a measured run read."""
    assert run.score is not None
    return run.score


def settings_of(plan: Plan, trials: Sequence[Run]) -> list[Setting]:
    """The settings in the order in which the trials first name them."""
    groups: dict[TrainingConfig, list[Run]] = {}
    for run in trials:
        groups.setdefault(replace(run.config, seed=plan.base.seed), []).append(run)
    return [
        Setting(config, setting_words(plan, config), tuple(sorted(runs, key=lambda run: run.config.seed)), plan.seeds)
        for config, runs in groups.items()
    ]


def ranked(settings: Sequence[Setting]) -> list[Setting]:
    """Those that are complete, the best mean first; equal ones stay in their order."""
    complete = [each for each in settings if each.is_complete]
    return sorted(complete, key=lambda each: -fmean(each.accuracies.values()))


def best_trial(trials: Sequence[Run]) -> Run | None:
    """The measured trial that read most; the earlier of two that read as many."""
    measured = [run for run in trials if is_measured(run)]
    return max(measured, key=lambda run: score_of(run).accuracy, default=None)


def difference(better: Setting, other: Setting) -> Difference:
    """How much better one setting reads than another, over the seeds that both finished.

    Seeds are paired: with the same seed both see the images in the same order.

    Raises:
        ValueError: they share no seed; two that are complete share all.
    """
    others = other.accuracies
    gaps = [accuracy - others[seed] for seed, accuracy in better.accuracies.items() if seed in others]
    mean = fmean(gaps)
    if len(gaps) == 1:
        return Difference(mean, None, 1)
    half = student_t(len(gaps) - 1) * stdev(gaps) / sqrt(len(gaps))
    return Difference(mean, Interval(mean - half, mean + half), len(gaps))
