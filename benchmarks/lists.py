"""What lists of runs cost a page where an experiment or a class has left thousands of them."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import Figure
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.database.schema import runs
from mnist_core.store.runs.records import Run, Status
from mnist_core.store.store import Store

FEW, MANY = 100, 10_000
COST = f"a page's lists with {MANY:,} runs in the store, against reading all of them"
TIMES = 15
SHOWN, CHOICES = 10, 100  # runs on a page of `ui/train/runs.py`, and networks to choose from


def cost() -> Figure:
    """What the Train page's list and the choice of networks ask of the store, against reading all runs."""
    (few, _), (many, every) = _milliseconds(FEW), _milliseconds(MANY)
    words = f"lists {many:.1f} ms, all runs {every:.1f} ms; with {FEW:,} runs the lists {few:.1f} ms"
    return Figure.at_most(COST, many / every, "x reference", 0.2, words)


def _milliseconds(number: int) -> tuple[float, float]:
    """Of the lists, and of all runs."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'digitlab.sqlite'}")
        with store.database.write() as connection:
            connection.execute(sa.insert(runs), [_row(place) for place in range(number)])
        lists, every = [], []
        for _ in range(TIMES):
            start = time.perf_counter()
            store.runs.lists.page(0, SHOWN, visitor="a" * 32)
            store.runs.lists.trained(CHOICES, visitor="a" * 32)
            between = time.perf_counter()
            store.runs.lists.all()
            lists.append(1000 * (between - start))
            every.append(1000 * (time.perf_counter() - between))
        store.close()
    return statistics.median(lists), statistics.median(every)


def _row(place: int) -> dict[str, object]:
    config = TrainingConfig("linear", seed=place)
    run = Run.queued(config, name=f"Run {place}", data_name="MNIST", data_digest="d" * 64, total_steps=9_375)
    over: dict[str, Any] = {
        "status": Status.FINISHED,
        "step": 9_375,
        "correct": 9_250,
        "tested": 10_000,
        "started": 1.0,
        "seconds": 9.0,
    }
    visitor = "a" * 32 if place % 30 == 0 else "b" * 32
    return {**asdict(replace(run, id=f"{place:08x}", visitor=visitor, **over)), "owner": "", "number": place + 1}
