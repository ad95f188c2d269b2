"""About how long an experiment will take, from how fast runs were before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.records import Run, Status

LATEST = 5  # runs of a network that are asked
EACH_RUN = 2.0  # seconds beside the training of each: taking it up, compiling, the last evaluation


def seconds_of(configs: Sequence[TrainingConfig], runs: Iterable[Run], *, images: int, workers: int) -> float | None:
    """Seconds that runs with these settings take, about; `None` where such networks were never trained here.

    Args:
        configs: the settings.
        runs: what was trained before, newest first.
        images: training images of the data set.
        workers: how many are trained at a time.
    """
    rates: dict[str, list[float]] = {}
    for run in runs:
        if run.status == Status.FINISHED and run.seconds > 0 and run.step:
            of_its_kind = rates.setdefault(run.config.architecture, [])
            if len(of_its_kind) < LATEST:
                of_its_kind.append(run.step * run.config.batch_size / run.seconds)
    if any(config.architecture not in rates for config in configs):
        return None
    trained = sum(config.epochs * config.used_images(images) / median(rates[config.architecture]) for config in configs)
    return (trained + EACH_RUN * len(configs)) / max(1, min(workers, len(configs)))
