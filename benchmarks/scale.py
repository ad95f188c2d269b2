"""How soon a worker obeys, what the store costs an epoch, and what a second worker brings."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from benchmarks import Figure, Report, experiments
from benchmarks.recording import overhead
from benchmarks.training import against_keras
from benchmarks.worker import seconds_to_rest
from mnist_core import dataset as datasets
from mnist_core.architectures import TrainingConfig
from mnist_core.dataset import Dataset
from mnist_core.settings import Settings

TIMES = 5


def figures(report: Report) -> Iterator[Figure]:
    """Two workers against one; a page on an experiment; stop and pause; the store; epochs against Keras."""
    data = datasets.load(Settings.from_environment())
    report("A search of 16 trials with one worker, then with two")
    yield experiments.speed_up()
    report("A page open on a running experiment")
    yield experiments.page_share()
    yield from obedience(report, data)
    yield overhead(report)
    yield from against_keras(report, data)


def obedience(report: Report, data: Dataset) -> Iterator[Figure]:
    """Seconds from a command in the store to a worker that waits, or that has stored all and is free."""
    for architecture in ("hidden", "convolutional"):
        for command in ("pause", "stop"):
            report(f"Asking a worker to {command} while it trains the {architecture} network")
            seconds = seconds_to_rest(TrainingConfig(architecture, epochs=500), data, command, TIMES)
            yield Figure.at_most(
                f"{architecture}: {command} to idle worker, median of {TIMES}",
                statistics.median(seconds),
                "s",
                0.5,
                "each " + ", ".join(f"{each:.2f}" for each in seconds) + " s",
            )
