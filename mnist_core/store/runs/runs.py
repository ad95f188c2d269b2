"""Runs: made, named and deleted, and what people ask of those that are trained or have ended."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa

from mnist_core.errors import ConfigError, RunNotFound, StoreError
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store import lessons
from mnist_core.store.database.database import Database, Part
from mnist_core.store.database.revisions import ask, seen
from mnist_core.store.database.schema import runs
from mnist_core.store.lessons import Lesson
from mnist_core.store.runs.control import extended, queue_again
from mnist_core.store.runs.imports import RunImports
from mnist_core.store.runs.lists import RUN_COLUMNS, SINGLE, RunLists
from mnist_core.store.runs.many import ManyRuns
from mnist_core.store.runs.names import free_name, usual_name
from mnist_core.store.runs.progress import RunProgress, next_number, require, update
from mnist_core.store.runs.queue import Bounds, RunQueue, settle
from mnist_core.store.runs.records import COMMANDS, CONTINUABLE, LIVE, Run, Status, checked_name
from mnist_core.store.runs.results import RunResults
from mnist_core.store.runs.waits import Waits


class Runs(Part):
    """The runs in a database; every method that is given an id raises `RunNotFound` where there is none such.

    What changes a run raises `NotAllowed` where it is not the visitor's; see `visitors`.

    Attributes:
        lists: what pages list.
        many: what is done to several at once.
        imports: networks from files, which become runs.
        queue: whose turn it is.
        waits: how long that takes.
        progress: what workers write.
        results: what they have written.
    """

    def __init__(self, database: Database, bounds: Bounds):
        super().__init__(database)
        self.lists = RunLists(database)
        self.many = ManyRuns(database)
        self.imports = RunImports(database)
        self.queue = RunQueue(database, bounds)
        self.waits = Waits(database, self.queue, self.lists)
        self.progress = RunProgress(database)
        self.results = RunResults(database)

    def create(
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
            NotAllowed: it is more than a guest may ask for.
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
        self._require_within(config)
        with self._database.write(adds=True) as connection:
            there = connection.execute(sa.select(*RUN_COLUMNS).where(runs.c.id == run.id)).first()
            if there is not None:
                return _to_run(there)
            self.queue.refuse_full(connection, visitor)
            run = replace(run, name=free_name(connection, run.name))
            connection.execute(sa.insert(runs).values(**asdict(run), owner="", number=next_number(connection)))
            if lesson is not None:
                lessons.insert(connection, run.id, lesson)
        return run

    def get(self, run_id: str) -> Run:
        """The run of this id.

        Raises:
            StoreError: its settings are not known to this version.
        """
        with self._database.read() as connection:
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
        with self._database.write() as connection:
            self._require_own(connection, run_id)
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
        with self._database.write() as connection:
            self._require_own(connection, run_id)
            alone = runs.c.id == run_id, SINGLE
            done = connection.execute(sa.delete(runs).where(*alone, *as_seen)).rowcount
            if not done:
                require(connection, run_id)
                if connection.execute(sa.select(runs.c.id).where(*alone)).first() is None:
                    raise StoreError(
                        "A trial cannot be deleted by itself: its experiment would miss it. Delete the experiment "
                        "instead."
                    )
        self._database.give_back()
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
        with self._database.write() as connection:
            self._require_own(connection, run_id)
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
        with self._database.write() as connection:
            self._require_own(connection, run_id)
            ended = sa.and_(runs.c.id == run_id, runs.c.status.in_(CONTINUABLE), *seen(runs, revision))
            found = connection.execute(sa.select(runs.c.visitor).where(ended)).first()
            if found is not None:
                self.queue.refuse_full(connection, found.visitor)
            won = queue_again(connection, ended, command=command)
            if not won:
                require(connection, run_id)
        return bool(won)

    def extend(self, run_id: str, epochs: int, *, revision: int | None = None) -> bool:
        """Queue a finished or stopped run for `epochs` epochs more than it was given.

        It ends as a run that was given all of them at once.  Where it had ended early by
        its patience or its accuracy, they count from there; neither ends it again.

        Args:
            run_id: the run.
            epochs: how many more.
            revision: of the run as it was seen; see `revisions`.

        Returns:
            Whether it was done.

        Raises:
            TrainingError: it cannot go on, with the reason.
            ConfigError: the epochs are too few or too many.
            QueueFull: too many wait already.
        """
        with self._database.write() as connection:
            row = connection.execute(sa.select(runs).where(runs.c.id == run_id)).first()
            if row is None:
                raise RunNotFound(run_id)
            self._require_own(connection, run_id)
            if revision not in (None, row.revision):
                return False
            longer = extended(connection, row, epochs)
            self._require_within(TrainingConfig.from_dict(longer["config"]))
            self.queue.refuse_full(connection, row.visitor)
            as_read = runs.c.id == run_id, runs.c.revision == row.revision
            return bool(queue_again(connection, *as_read, command="run", **longer))

    def _require_own(self, connection: sa.Connection, run_id: str) -> None:
        self._database.require_own(connection, runs, run_id, "this run")

    def _require_within(self, config: TrainingConfig) -> None:
        visitor = self._database.visitor
        visitor.require_within(config.epochs, visitor.limits.epochs, "epochs in a run")
        visitor.require_within(config.training_images, visitor.limits.images, "training images in a run")


def _to_run(row: sa.Row[Any]) -> Run:
    return Run.from_values(dict(row._mapping))
