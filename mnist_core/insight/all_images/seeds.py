"""Several runs of one setting that differ in their seed alone: how much of a result is luck."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import cos, pi, sin, sqrt, tan
from statistics import fmean, stdev

from mnist_core.network.evaluation import Interval
from mnist_core.network.run_settings import DEFAULTS, TrainingConfig, effective
from mnist_core.store.runs.records import Run, Status

COVERED = 0.95


@dataclass(frozen=True)
class Spread:
    """A handful of values in short.

    Attributes:
        mean: of the values.
        deviation: sample standard deviation, `None` of a single value.
        interval: 95 % interval of the mean by Student's t, `None` of a single value.
    """

    mean: float
    deviation: float | None
    interval: Interval | None

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of fractions in [0, 1], which the interval does not leave.

        Raises:
            ValueError: there are no values.
        """
        if not values:
            raise ValueError("expected at least one value")
        mean = fmean(values)
        if len(values) == 1:
            return cls(mean, None, None)
        deviation = stdev(values)
        half = student_t(len(values) - 1) * deviation / sqrt(len(values))
        return cls(mean, deviation, Interval(max(0.0, mean - half), min(1.0, mean + half)))


def by_setting(runs: Iterable[Run], taught: Iterable[str] = ()) -> list[list[Run]]:
    """Finished runs with the same settings and data set, one for each seed, by rising seed; none that was imported.

    Args:
        runs: newest first; of two with the same seed the newer stands for both.
        taught: ids of runs that taught another network, which are left out: they also
            differ in what they were taught.

    Returns:
        The groups in the order in which `runs` first names one of theirs.
    """
    left_out = set(taught)
    groups: dict[tuple[TrainingConfig, str], dict[int, Run]] = {}
    for run in runs:
        if run.status == Status.FINISHED and run.tested and not run.imported and run.id not in left_out:
            setting = (without_seed(run.config), run.data_digest)
            groups.setdefault(setting, {}).setdefault(run.config.seed, run)
    return [[group[seed] for seed in sorted(group)] for group in groups.values()]


def without_seed(config: TrainingConfig) -> TrainingConfig:
    """The settings with the default seed, and with the defaults of what this network has not."""
    return replace(effective(config), seed=DEFAULTS.seed)


def student_t(degrees: int, covered: float = COVERED) -> float:
    """The t between whose two signs lies the fraction `covered` of Student's distribution.

    The distribution's closed form for whole degrees of freedom (Abramowitz and Stegun
    26.7.3 and 26.7.4), inverted by bisection.

    Raises:
        ValueError: less than one degree of freedom.
    """
    if degrees < 1:
        raise ValueError(f"expected at least 1 degree of freedom, got {degrees}")
    low, high = 0.0, pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _covered(middle, degrees) < covered else (low, middle)
    return tan(low) * sqrt(degrees)


def _covered(angle: float, degrees: int) -> float:
    """Student's distribution between -t and t, where t = tan(angle) * sqrt(degrees)."""
    sine, cosine, odd = sin(angle), cos(angle), degrees % 2
    term, total = (cosine, 0.0) if odd else (1.0, 0.0)
    for k in range(1 + odd, degrees, 2):
        total += term
        term *= cosine * cosine * k / (k + 1)
    return 2 / pi * (angle + sine * total) if odd else sine * total
