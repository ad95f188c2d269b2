"""Runs that real worker processes train: what the tests of them share.

Nobody polls here as a page would: the server has to find by itself whatever happens to a run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import psutil
import sqlalchemy as sa
from few_images import few_images

from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings
from mnist_core.store.database.schema import runs
from mnist_core.store.runs.records import Run
from mnist_core.store.store import Store
from mnist_core.workers.jobs import Jobs

Found = TypeVar("Found")

SUPPORT = Path(__file__).resolve().parent
PROJECT = SUPPORT.parents[1]
DATA = few_images()
SHORT = TrainingConfig(architecture="linear", epochs=2, batch_size=50)
MEDIUM = replace(SHORT, epochs=40)
LONG = replace(SHORT, epochs=1_000)
ENDLESS = replace(LONG, batch_size=1)  # a test stops it
SECONDS = 180  # to wait at most: a machine that runs other things may take long to import TensorFlow


@dataclass
class Place:
    """Where runs are trained.

    Attributes:
        settings: of the server.
        store: of the runs.
        jobs: the server's.
        workers: how many there are.
        told: what `jobs.problem` said before there were workers.
    """

    settings: Settings
    store: Store
    jobs: Jobs
    workers: int
    told: str = ""


def local_settings(home: Path, **values: object) -> Settings:
    """One worker on this machine, and a store in this folder, but for what `values` say."""
    ours = {"mnist": None, "home": home, "database_url": f"sqlite:///{home / 'digitlab.sqlite'}", "offline": True}
    return Settings(**{**ours, "scheduler": None, "workers": 1, **values})


def new_run(store: Store, config: TrainingConfig = SHORT, digest: str = DATA.digest) -> Run:
    """A queued run of the few images."""
    total_steps = config.epochs * config.steps_per_epoch(len(DATA.x_train))
    return store.runs.create(config, data_name=DATA.name, data_digest=digest, total_steps=total_steps)


def wait_for(condition: Callable[[], Found], words: str | Callable[[], str] = "it did not come true in time") -> Found:
    """What the condition gave once it held; fails with the words where it never does."""
    deadline = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, words() if callable(words) else words
        time.sleep(0.02)
    return found


def ended(store: Store, jobs: Jobs, run: Run) -> Run:
    """The run once it has ended."""
    jobs.submit(run.id)
    wait_for(
        lambda: not store.runs.get(run.id).is_live, lambda: f"{store.runs.get(run.id)}: {jobs.state} {jobs.problem}"
    )
    return store.runs.get(run.id)


def running(store: Store, jobs: Jobs, run: Run) -> Run:
    """The run once it has learned something; fails at once where it ended before."""
    jobs.submit(run.id)

    def begun():
        found = store.runs.get(run.id)
        assert found.is_live, f"{run.id} has ended: {found}"
        return found.step and found

    return wait_for(begun, lambda: f"{store.runs.get(run.id)}: {jobs.state} {jobs.problem}")


def weights(store: Store, run: Run) -> list[np.ndarray]:
    """The run's latest weights, layer by layer."""
    return [array for arrays in store.runs.results.snapshot(run.id).weights for array in arrays]


def trained_by(store: Store, run: Run) -> int:
    """The id of the process that has claimed the run."""
    with store.database.read() as connection:
        owner = connection.execute(sa.select(runs.c.owner).where(runs.c.id == run.id)).scalar_one()
    return int(owner.split("/")[1])


def gone(process: psutil.Process) -> bool:
    """Whether the process has ended."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def cluster_processes(pid: int, count: int = 3) -> list[psutil.Process]:
    """The cluster that this process started, its resource tracker and its worker, once they are there."""

    def there():
        found = []
        # This process may have other children: browser tests keep theirs to the end of the session.
        for child in psutil.Process(pid).children() if psutil.pid_exists(pid) else ():
            with suppress(psutil.NoSuchProcess):  # Ended meanwhile, or about to.
                if "mnist_core.workers.cluster" in child.cmdline():
                    found += [child, *child.children(recursive=True)]
        return found if len(found) >= count else None

    return wait_for(there)


def local_workers() -> list[psutil.Process]:
    """The processes of the local workers that this process started."""
    return [
        process for process in cluster_processes(os.getpid()) if any("spawn_main" in word for word in process.cmdline())
    ]
