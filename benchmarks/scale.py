"""How soon a worker obeys, what the store costs an epoch, and what a second worker brings."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import Figure, Report, experiments
from benchmarks.training import against_keras
from benchmarks.worker import seconds_to_rest
from mnist_core import dataset as datasets
from mnist_core import worker
from mnist_core.architectures import TrainingConfig
from mnist_core.dataset import Dataset
from mnist_core.settings import Settings
from mnist_core.store import Store
from mnist_core.training import train

ROUNDS, EPOCHS = 9, 6  # of each, with and without a store
TIMES = 5


def figures(report: Report) -> Iterator[Figure]:
    """Two workers against one; a page on an experiment; stop and pause; the store; epochs against Keras."""
    data = datasets.load(Settings.from_environment())
    report("A search of 16 trials with one worker, then with two")
    yield experiments.speed_up()
    report("A page open on a running experiment")
    yield experiments.page_share()
    yield from obedience(report, data)
    yield overhead(report, data)
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


def overhead(report: Report, data: Dataset) -> Figure:
    """What `worker.train_run` with a SQLite store adds to an epoch of `training.train`, the first left out."""
    config = TrainingConfig("hidden", epochs=EPOCHS)
    steps = config.steps_per_epoch(len(data.x_train))
    plain, stored = [], []
    report("Epochs with and without a store in turn")
    with tempfile.TemporaryDirectory(prefix="digitlab-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'benchmark.sqlite'}")
        for _ in range(ROUNDS):
            ends = [each.seconds for each in train(config, data).history if each.epoch_ended]
            plain.append((ends[-1] - ends[0]) / (EPOCHS - 1))
            run = store.create_run(config, data_name=data.name, data_digest=data.digest, total_steps=EPOCHS * steps)
            worker.train_run(store, run.id)
            at = {metric.step: metric.seconds for metric in store.metrics(run.id)}
            stored.append((at[EPOCHS * steps] - at[steps]) / (EPOCHS - 1))
        store.close()
    return Figure.at_most(
        f"overhead of store, progress and snapshots on an epoch of the hidden network, median of {ROUNDS}",
        100 * (statistics.median(a / b for a, b in zip(stored, plain, strict=True)) - 1),
        "%",
        5,
        f"with {statistics.median(stored):.2f} s, without {statistics.median(plain):.2f} s",
    )
