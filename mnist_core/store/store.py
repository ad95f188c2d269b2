"""Runs with their metrics, weights and outputs, and people's drawings, in a database that all processes share.

Pages read it, workers write it, and neither needs the other: what happens to a run is
a row here.  Weights and outputs are blobs, so workers on other machines need no shared
disk.  Every method is one transaction and may be called from any thread or process.
"""

from __future__ import annotations

import io
from dataclasses import asdict, fields, replace

import numpy as np
import sqlalchemy as sa

from mnist_core.errors import ConfigError, RunNotFound, StoreError
from mnist_core.network.architectures import TrainingConfig
from mnist_core.network.network import Network
from mnist_core.store import lessons
from mnist_core.store.analyses import Analyses
from mnist_core.store.database.schema import live, metrics, outputs, runs, snapshots
from mnist_core.store.heartbeats import Heartbeats
from mnist_core.store.lessons import Lesson, Lessons
from mnist_core.store.revisions import ask, seen
from mnist_core.store.runs.bulk import ManyRuns
from mnist_core.store.runs.control import RunControl, queue_again
from mnist_core.store.runs.imports import Imports
from mnist_core.store.runs.lists import RUN_COLUMNS, SINGLE, RunLists
from mnist_core.store.runs.names import free_name, usual_name
from mnist_core.store.runs.progress import RunLog, next_number, require, update
from mnist_core.store.runs.queue import settle
from mnist_core.store.runs.records import (
    COMMANDS,
    CONTINUABLE,
    LIVE,
    Metric,
    Run,
    SnapshotInfo,
    Status,
    checked_name,
)
from mnist_core.store.runs.waits import Waits
from mnist_core.store.trials import Experiments

__all__ = ["Metric", "Run", "SnapshotInfo", "Status", "Store"]

_METRIC_COLUMNS = [metrics.c[field.name] for field in fields(Metric)]


class Store(Heartbeats, Waits, RunLog, RunLists, ManyRuns, RunControl, Lessons, Analyses, Experiments, Imports):
    """The runs in a database; see `Database` for its address.

    `RunLog` is what workers write, `RunLists` what pages list, `ManyRuns` what is done to several at once.
    `RunQueue` says whose turn it is, `Waits` how long that takes, and `Heartbeats` finds the runs
    whose workers have died.
    Drawings that people keep, lessons made from them, and what was worked out about networks
    are in it too: `Drawings`, `Lessons`, `Analyses`; and so are `Experiments`, whose trials are
    runs.  Networks from files become runs: `Imports`.

    Every method raises `StoreError` where the database refuses, and `RunNotFound` where
    it names a run that is not there.
    """

    def create_run(
        self,
        config: TrainingConfig,
        *,
        data_name: str,
        data_digest: str,
        total_steps: int,
        name: str | None = None,
        parent: str | None = None,
        lesson: Lesson | None = None,
        visitor: str = "",
        run_id: str | None = None,
    ) -> Run:
        """A new run, queued behind those that are; named after its settings where `name` is not given.

        A number follows the name where another run has it.

        With a `lesson` it teaches the network in it; see `teaching.teach`.  `visitor` is the
        token of the browser that asks for it, empty where none does.  With a `run_id`, eight
        hexadecimal characters, a run that has it already is given back: it was asked for twice.

        Raises:
            ConfigError: the name is too long.
            QueueFull: too many wait already.
        """
        run = Run.queued(
            config,
            name=usual_name(config) if name is None else checked_name(name),
            data_name=data_name,
            data_digest=data_digest,
            total_steps=total_steps,
            parent=parent,
            visitor=visitor,
        )
        if run_id is not None:
            run = replace(run, id=run_id)
        with self.write(adds=True) as connection:
            there = connection.execute(sa.select(*RUN_COLUMNS).where(runs.c.id == run.id)).first()
            if there is not None:
                return _to_run(there)
            self.refuse_full(connection, visitor)
            run = replace(run, name=free_name(connection, run.name))
            connection.execute(sa.insert(runs).values(**asdict(run), owner="", number=next_number(connection)))
            if lesson is not None:
                lessons.insert(connection, run.id, lesson)
        return run

    def run(self, run_id: str) -> Run:
        """The run of this id.

        Raises:
            StoreError: its settings are not known to this version.
        """
        with self.read() as connection:
            row = connection.execute(sa.select(*RUN_COLUMNS).where(runs.c.id == run_id)).first()
        if row is None:
            raise RunNotFound(run_id)
        try:
            return _to_run(row)
        except ConfigError as cause:
            raise StoreError(f"Run {run_id} was made by another version of Digit Lab: {cause}") from cause

    def rename(self, run_id: str, name: str) -> None:
        """Give the run another name; a number follows it where another run has it.

        Raises:
            ConfigError: the name is empty or too long.
        """
        with self.write() as connection:
            update(connection, run_id, None, name=free_name(connection, checked_name(name), run_id=run_id))

    def delete(self, run_id: str, *, revision: int | None = None) -> bool:
        """Delete the run and all that belongs to it; a worker that trains it ends by itself.

        Args:
            run_id: the run.
            revision: of the run as it was seen, ended; see `revisions`.  One that goes on stays then.

        Returns:
            Whether it was deleted.

        Raises:
            StoreError: it is a trial, which its experiment needs.
        """
        as_seen = [] if revision is None else [*seen(runs, revision), runs.c.status.not_in(LIVE)]
        with self.write() as connection:
            alone = runs.c.id == run_id, SINGLE
            done = connection.execute(sa.delete(runs).where(*alone, *as_seen)).rowcount
            if not done:
                require(connection, run_id)
                if connection.execute(sa.select(runs.c.id).where(*alone)).first() is None:
                    raise StoreError(
                        "A trial cannot be deleted by itself: its experiment would miss it. Delete the experiment "
                        "instead."
                    )
        self.give_back()
        return bool(done)

    def command(self, run_id: str, command: str, *, revision: int | None = None) -> bool:
        """Ask the run's worker to "pause", go on ("run"), by one "step" or one "epoch" only, or to "stop".

        A run that no worker has waits in the store while it is paused, and in the queue otherwise;
        there it can be stopped.  One that has ended stays as it is.

        Args:
            run_id: the run.
            command: what is asked.
            revision: of the run as it was seen; see `revisions`.

        Returns:
            Whether it was asked: not where it has ended, or is no longer as it was seen.

        Raises:
            ValueError: there is no such command.
        """
        if command not in COMMANDS:
            raise ValueError(f"expected one of {', '.join(COMMANDS)}, got {command!r}")
        with self.write() as connection:
            # One that was taken for lost may come back, and hears of it then.
            heard = runs.c.status.in_((*LIVE, Status.INTERRUPTED))
            if not ask(connection, runs, run_id, revision, heard, command=command):
                require(connection, run_id)
                return False
            settle(connection, run_id)
        return True

    def requeue(self, run_id: str, command: str = "run", *, revision: int | None = None) -> bool:
        """Queue an interrupted, stopped or failed run, to go on from its last state.

        Args:
            run_id: the run.
            command: as for `command`: with "step" or "epoch" it goes on by that much, and waits.
            revision: of the run as it was seen; see `revisions`.

        Returns:
            Whether it was one of these, as it was seen; any other run stays as it is.

        Raises:
            QueueFull: too many wait already.
        """
        with self.write() as connection:
            ended = sa.and_(runs.c.id == run_id, runs.c.status.in_(CONTINUABLE), *seen(runs, revision))
            found = connection.execute(sa.select(runs.c.visitor).where(ended)).first()
            if found is not None:
                self.refuse_full(connection, found.visitor)
            won = queue_again(connection, ended, command=command)
            if not won:
                require(connection, run_id)
        return bool(won)

    def metrics(self, run_id: str, after_step: int = -1) -> list[Metric]:
        """The run's curves in the order of steps, from behind `after_step`; empty for an unknown run."""
        with self.read() as connection:
            rows = connection.execute(
                sa.select(*_METRIC_COLUMNS)
                .where(metrics.c.run_id == run_id, metrics.c.step > after_step)
                .order_by(metrics.c.step)
            )
            return [Metric(*row) for row in rows]

    def snapshots(self, run_id: str) -> list[SnapshotInfo]:
        """The weights that were kept, in the order of steps; empty for an unknown run."""
        with self.read() as connection:
            rows = connection.execute(
                sa.select(snapshots.c.step, snapshots.c.epoch)
                .where(snapshots.c.run_id == run_id)
                .order_by(snapshots.c.step)
            )
            return [SnapshotInfo(*row) for row in rows]

    def snapshot(self, run_id: str, step: int | None = None) -> Network | None:
        """The network as it was after `step` steps; the latest where `None`, live weights included.

        Returns:
            `None` where no weights were kept.

        Raises:
            ModelError: what is stored is not a network.
        """
        kept = sa.select(snapshots.c.step, snapshots.c.network).where(snapshots.c.run_id == run_id)
        with self.read() as connection:
            if step is not None:
                found = [connection.execute(kept.where(snapshots.c.step == step)).first()]
            else:
                current = sa.select(live.c.step, live.c.network).where(live.c.run_id == run_id)
                found = [  # Of one step the live ones: a run that rests there says with them what its last batch was.
                    connection.execute(current).first(),
                    connection.execute(kept.order_by(snapshots.c.step.desc()).limit(1)).first(),
                ]
            found = [row for row in found if row is not None]
            if not found:
                require(connection, run_id)
                return None
        return Network.from_bytes(max(found, key=lambda row: row.step).network)

    def outputs(self, run_id: str) -> np.ndarray | None:
        """(n, 10) float32 outputs for the test images; `None` until the run has ended."""
        content = self._blob(sa.select(outputs.c.scores).where(outputs.c.run_id == run_id))
        if content is None:
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return file["scores"]


def _to_run(row: sa.Row) -> Run:
    return Run.from_values(row._mapping)
