"""Runs through the store and a worker process, as the Train page has them done."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil

from mnist_core.cli.output import what_happened
from mnist_core.data import dataset
from mnist_core.data.dataset import Dataset
from mnist_core.errors import JobError
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.workers.jobs import Jobs

SHORT = TrainingConfig("linear", epochs=1, batch_size=1_000)
LOOK_EVERY = 0.01  # seconds
READY_WITHIN = 180.0
TRAINED_WITHIN = 600.0
MB = 1_000_000


def from_click_to_evaluation(config: TrainingConfig, data: Dataset) -> float:
    """Seconds from the submission of a run to its stored evaluation, in a worker that has trained before.

    Raises:
        JobError: the worker or the run failed, or took minutes.
    """
    with _Worker(data) as worker:
        worker.train(SHORT)
        return worker.train(config)


def memory_of_short_runs(count: int) -> list[float]:
    """MB of memory of one worker process after each of `count` short runs.

    Raises:
        JobError: the worker or a run failed, or took minutes.
    """
    memory = []
    with _Worker(dataset.load(Settings.from_environment())) as worker:
        for _ in range(count):
            worker.train(SHORT)
            memory.append(worker.memory())
    return memory


def seconds_to_rest(config: TrainingConfig, data: Dataset, command: str, times: int) -> list[float]:
    """Seconds from "pause" or "stop" until the store says that it was done, in several runs.

    Raises:
        JobError: the worker or a run failed, or took minutes.
    """
    with _Worker(data) as worker:
        return [worker.rest(config, command) for _ in range(times)]


class _Worker:
    """One local worker, warm, with a store of its own; `data` are those that it finds, too."""

    def __init__(self, data: Dataset):
        self._data = data

    def __enter__(self) -> _Worker:
        self._folder = tempfile.TemporaryDirectory(prefix="digitlab-")
        address = f"sqlite:///{Path(self._folder.name) / 'benchmark.sqlite'}"
        settings = replace(Settings.from_environment(), database_url=address, scheduler=None, workers=1)
        self._store = Store(address)
        self._jobs = Jobs(settings, self._store)
        try:
            self._jobs.warm_up()
            self._wait(lambda: self._jobs.state == "ready", READY_WITHIN)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._jobs.close()
        self._store.close()
        self._folder.cleanup()

    def train(self, config: TrainingConfig) -> float:
        """Seconds from submission until the run is finished and its outputs are stored."""
        steps = config.epochs * config.steps_per_epoch(len(self._data.x_train))
        started = time.perf_counter()
        run = self._store.runs.create(
            config, data_name=self._data.name, data_digest=self._data.digest, total_steps=steps
        )
        self._jobs.submit(run.id)
        self._wait(lambda: not self._store.runs.get(run.id).is_live, TRAINED_WITHIN)
        seconds = time.perf_counter() - started
        run = self._store.runs.get(run.id)
        if run.status != Status.FINISHED or self._store.runs.results.outputs(run.id) is None:
            raise JobError(f"The run ended as {run.status}. {what_happened(run)}")
        return seconds

    def rest(self, config: TrainingConfig, command: str) -> float:
        """Seconds from the command, to a run in the middle of its training, until it is paused or stopped."""
        store, jobs = self._store, self._jobs
        steps = config.epochs * config.steps_per_epoch(len(self._data.x_train))
        run = store.runs.create(config, data_name=self._data.name, data_digest=self._data.digest, total_steps=steps)
        jobs.submit(run.id)
        self._wait(lambda: store.runs.get(run.id).step > 0, TRAINED_WITHIN)
        started = time.perf_counter()
        store.runs.command(run.id, command)
        wanted = {"pause": Status.PAUSED, "stop": Status.STOPPED}[command]
        self._wait(lambda: store.runs.get(run.id).status == wanted, TRAINED_WITHIN)
        seconds = time.perf_counter() - started
        store.runs.command(run.id, "stop")
        self._wait(lambda: not store.runs.get(run.id).is_live, TRAINED_WITHIN)
        return seconds

    def memory(self) -> float:
        """MB of the process that trains: the largest of those that Dask has started."""
        sizes = []
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                sizes.append(process.memory_info().rss)
        return max(sizes) / MB

    def _wait(self, condition: Callable[[], bool], within: float) -> None:
        deadline = time.monotonic() + within
        while not condition():
            if self._jobs.state == "failed":
                raise JobError(self._jobs.problem)
            if time.monotonic() > deadline:
                raise JobError(f"The worker did not get there within {within:.0f} s.")
            time.sleep(LOOK_EVERY)
