"""What the store costs an epoch; measured in a process of its own, where a network has one core, as in a worker."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import Figure
from mnist_core.data import dataset
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings
from mnist_core.store.store import Store

ROUNDS, EPOCHS = 9, 6  # of each, with and without a store
CONFIG = TrainingConfig("hidden", epochs=EPOCHS)
OVERHEAD = f"overhead of store, progress and snapshots on an epoch of the hidden network, median of {ROUNDS}"


def overhead() -> Figure:
    """What `worker.train_run` with a SQLite store adds to an epoch of `training.train`, the first left out."""
    command = [sys.executable, "-m", "benchmarks.recording"]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, check=True)
    plain, stored = json.loads(done.stdout)
    return Figure.at_most(
        OVERHEAD,
        100 * (statistics.median(a / b for a, b in zip(stored, plain, strict=True)) - 1),
        "%",
        5,
        f"with {statistics.median(stored):.2f} s, without {statistics.median(plain):.2f} s",
    )


def _epochs() -> tuple[list[float], list[float]]:
    """Seconds of an epoch in each round, without and with a store."""
    from mnist_core.training.loop import train
    from mnist_core.workers import worker

    data = dataset.load(Settings.from_environment())
    steps = CONFIG.steps_per_epoch(len(data.x_train))
    plain, stored = [], []
    with tempfile.TemporaryDirectory(prefix="digitlab-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'benchmark.sqlite'}")
        for _ in range(ROUNDS):
            ends = [each.seconds for each in train(CONFIG, data).history if each.epoch_ended]
            plain.append((ends[-1] - ends[0]) / (EPOCHS - 1))
            run = store.runs.create(CONFIG, data_name=data.name, data_digest=data.digest, total_steps=EPOCHS * steps)
            worker.train_run(store, run.id)
            at = {metric.step: metric.seconds for metric in store.runs.results.metrics(run.id)}
            stored.append((at[EPOCHS * steps] - at[steps]) / (EPOCHS - 1))
        store.close()
    return plain, stored


if __name__ == "__main__":
    print(json.dumps(_epochs()))
