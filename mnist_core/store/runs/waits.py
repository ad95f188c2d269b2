"""How long a run waits for a worker: from what comes before it, and from how fast runs were here."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import sqlalchemy as sa

from mnist_core.store.database.database import Database, Part
from mnist_core.store.database.schema import runs
from mnist_core.store.runs.lists import RunLists
from mnist_core.store.runs.queue import KIND, LONG_TURN, RunQueue
from mnist_core.store.runs.records import Run, Status

LATEST = 30  # finished runs that are asked how fast networks of their kind were
EACH_RUN = 1.0  # seconds beside its training: taking it up, the last evaluation


@dataclass(frozen=True)
class Wait:
    """What a queued run waits for.

    Attributes:
        before: queued runs that come before it.
        seconds: until a worker takes it, about; `None` where one of those before it is of a
            network that was never trained here, so that nobody can say.
    """

    before: int
    seconds: float | None


class Waits(Part):
    """Says how long runs wait."""

    def __init__(self, database: Database, queue: RunQueue, lists: RunLists):
        super().__init__(database)
        self._queue, self._lists = queue, lists

    def of(self, run_id: str, *, workers: int) -> Wait:
        """What this run waits for, where `workers` train at a time; nothing where it is not queued."""
        queue = self._queue.order()
        if run_id not in queue:
            return Wait(0, 0.0)
        before = queue[: queue.index(run_id)]
        names = "id", "config", "status", "step", "total_steps", "seconds", "images_per_second", "visitor"
        columns = [*(runs.c[name] for name in names), KIND.label("kind")]
        chosen = sa.or_(runs.c.status == Status.RUNNING, runs.c.id.in_([*before, run_id]))
        speeds = rates(self._lists.finished(LATEST))
        with self._database.read() as connection:
            rows = {row.id: row for row in connection.execute(sa.select(*columns).where(chosen))}
        own = rows.get(run_id)
        if own is None:  # Deleted just now.
            return Wait(0, 0.0)

        def turn(other: sa.Row[Any]) -> float | None:
            """Seconds until this run may have that one's worker."""
            if other.status == Status.RUNNING and other.kind > own.kind:
                return EACH_RUN  # It gives way.
            seconds = _seconds(other, speeds)
            if other.kind != own.kind or other.visitor == own.visitor:
                return seconds
            return LONG_TURN if seconds is None else min(seconds, LONG_TURN)

        def known(turns: Iterable[float | None]) -> list[float]:
            return [seconds for seconds in turns if seconds is not None]

        running = [row for row in rows.values() if row.status == Status.RUNNING]
        waiting = [rows[each] for each in before if each in rows]
        busy, coming = known(map(turn, running)), known(map(turn, waiting))
        if len(busy) + len(coming) < len(running) + len(waiting):
            return Wait(len(before), None)
        free = busy + [0.0] * (workers - len(busy))
        heapq.heapify(free)
        for seconds in coming:
            heapq.heapreplace(free, free[0] + seconds + EACH_RUN)
        return Wait(len(before), free[0])


def _seconds(row: sa.Row[Any], speeds: Mapping[str, float]) -> float | None:
    """Seconds that the training of the rest of a run takes; `None` where nobody knows."""
    batch = row.config.get("batch_size", 1)
    trained = row.step * batch / row.seconds if row.seconds else 0.0
    rate = row.images_per_second or trained or speeds.get(row.config.get("architecture"), 0.0)
    return (row.total_steps - row.step) * batch / rate if rate else None


def rates(finished: Iterable[Run]) -> dict[str, float]:
    """Images a second by architecture: the median of these runs, which were trained here."""
    found: dict[str, list[float]] = {}
    for run in finished:
        found.setdefault(run.config.architecture, []).append(run.step * run.config.batch_size / run.seconds)
    return {architecture: median(speeds) for architecture, speeds in found.items()}
