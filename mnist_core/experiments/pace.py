"""About how long an experiment will take, from how fast runs were before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.records import Run
from mnist_core.store.runs.waits import EACH_RUN, rates

LATEST = 5  # runs of each network that are asked


def seconds_of(configs: Sequence[TrainingConfig], runs: Iterable[Run], *, images: int, workers: int) -> float | None:
    """Seconds that runs with these settings take, about; `None` where such networks were never trained here.

    Args:
        configs: the settings.
        runs: finished ones that were trained here, which tell how fast that goes.
        images: training images of the data set.
        workers: how many are trained at a time.
    """
    speeds = rates(runs)
    if any(config.architecture not in speeds for config in configs):
        return None
    trained = sum(config.epochs * config.used_images(images) / speeds[config.architecture] for config in configs)
    return (trained + EACH_RUN * len(configs)) / max(1, min(workers, len(configs)))
