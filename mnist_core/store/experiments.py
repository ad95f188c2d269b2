"""Experiments in the database: a plan, and what becomes of the runs that are its trials.

All trials are made in one transaction, and they are paused, stopped and deleted together.
Where an experiment is paused, its trials are held (`runs.HOLD`): no worker takes one from
the queue, and one that trains a trial puts it back with its state, and is free for others.
What is asked of an experiment names its revision as it was seen: see `revisions`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from mnist_core.errors import ExperimentNotFound
from mnist_core.store.database.database import Database, Part
from mnist_core.store.database.revisions import ask, raised, seen
from mnist_core.store.database.schema import experiments, runs
from mnist_core.store.runs.control import queue_again
from mnist_core.store.runs.progress import next_number
from mnist_core.store.runs.queue import RESTING, RunQueue
from mnist_core.store.runs.records import HOLD, LIVE, Run, Status, checked_name
from mnist_core.store.trials import NewTrial, require_experiment

RESUMED = (Status.STOPPED, Status.INTERRUPTED)  # what goes on when an experiment does


@dataclass(frozen=True)
class Experiment:
    """One experiment.

    Attributes:
        id: eight hexadecimal characters.
        name: for people; 1 to 80 characters.
        plan: what is tried, as plain values; `experiments.Plan.from_dict` reads them.
        command: what was asked for last: "run", `runs.HOLD` (to pause) or "stop".
        created: seconds since 1970.
        visitor: token of the browser that asked for it, see `visitors`; empty where none did.
        revision: how often people have changed what becomes of it.
    """

    id: str
    name: str
    plan: Mapping[str, object]
    command: str
    created: float
    visitor: str = ""
    revision: int = 0


class Experiments(Part):
    """The experiments in a database.

    Every method that is given an id raises `ExperimentNotFound` where there is none such; what changes an
    experiment raises `NotAllowed` where it is not the visitor's, see `visitors`.
    """

    def __init__(self, database: Database, queue: RunQueue):
        super().__init__(database)
        self._queue = queue

    def create(
        self,
        name: str,
        plan: Mapping[str, object],
        trials: Iterable[NewTrial],
        *,
        data_name: str,
        data_digest: str,
        visitor: str = "",
        experiment_id: str | None = None,
    ) -> Experiment:
        """A new experiment with all its trials, queued in their order behind the runs that are.

        All of it is there afterwards, or nothing.  With an `experiment_id`, eight hexadecimal
        characters, one that is there already is given back: it was asked for twice.

        Raises:
            ConfigError: the name is empty or too long.
            QueueFull: too many wait already.
        """
        made = Experiment(
            experiment_id or secrets.token_hex(4), checked_name(name), dict(plan), "run", time.time(), visitor
        )
        rows = []
        for number, trial in enumerate(trials):
            run = Run.queued(
                trial.config,
                name=checked_name(trial.name),
                data_name=data_name,
                data_digest=data_digest,
                total_steps=trial.total_steps,
                experiment=made.id,
                trial=number,
                visitor=visitor,
            )
            rows.append({**asdict(run), "owner": ""})
        limits = self._database.visitor.limits
        self._database.visitor.require_within(len(rows), limits.trials, "trials in an experiment")
        most = max((run["config"]["epochs"] for run in rows), default=0)
        self._database.visitor.require_within(most, limits.epochs, "epochs in a run")
        with self._database.write(adds=True) as connection:
            there = connection.execute(sa.select(experiments).where(experiments.c.id == made.id)).first()
            if there is not None:
                return Experiment(**there._mapping)
            self._queue.refuse_full(connection, visitor)
            connection.execute(sa.insert(experiments).values(**asdict(made)))
            if rows:
                first = next_number(connection)
                rows = [{**row, "number": first + trial} for trial, row in enumerate(rows)]
                connection.execute(sa.insert(runs), rows)
        return made

    def get(self, experiment_id: str) -> Experiment:
        """The experiment of this id."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(experiments).where(experiments.c.id == experiment_id)).first()
        if row is None:
            raise ExperimentNotFound(experiment_id)
        return Experiment(**row._mapping)

    def all(self, most: int | None = None) -> list[Experiment]:
        """All experiments, or at most as many, newest first."""
        query = sa.select(experiments).order_by(experiments.c.created.desc(), experiments.c.id).limit(most)
        with self._database.read() as connection:
            return [Experiment(**row._mapping) for row in connection.execute(query)]

    def count(self) -> int:
        """How many experiments there are."""
        with self._database.read() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(experiments)).scalar_one()

    def rename(self, experiment_id: str, name: str) -> None:
        """Give the experiment another name.

        Raises:
            ConfigError: the name is empty or too long.
        """
        with self._database.write() as connection:
            self._require_own(connection, experiment_id)
            which = experiments.c.id == experiment_id
            if connection.execute(sa.update(experiments).where(which).values(name=checked_name(name))).rowcount == 0:
                raise ExperimentNotFound(experiment_id)

    def delete(self, experiment_id: str, *, revision: int | None = None) -> bool:
        """Delete the experiment with all its trials; a worker that trains one ends by itself.

        Args:
            experiment_id: which it is.
            revision: of the experiment as it was seen, over; see `revisions`.  One that goes on stays then.

        Returns:
            Whether it was deleted.
        """
        live = sa.exists().where(runs.c.experiment == experiment_id, runs.c.status.in_(LIVE))
        as_seen = [] if revision is None else [*seen(experiments, revision), ~live]
        with self._database.write() as connection:
            self._require_own(connection, experiment_id)
            done = connection.execute(
                sa.delete(experiments).where(experiments.c.id == experiment_id, *as_seen)
            ).rowcount
            if not done:
                require_experiment(connection, experiment_id)
        self._database.give_back()
        return bool(done)

    def stop(self, experiment_id: str, *, revision: int | None = None) -> bool:
        """Stop what is queued at once, and ask the workers to stop what they train; whether it was done."""
        ours = runs.c.experiment == experiment_id
        with self._database.write() as connection:
            self._require_own(connection, experiment_id)
            if not _ask(connection, experiment_id, revision, command="stop"):
                return False
            live = ours, runs.c.status.in_(LIVE)
            connection.execute(sa.update(runs).where(*live).values(command="stop", **raised(runs)))
            no_worker = sa.or_(runs.c.status == Status.QUEUED, sa.and_(*RESTING))
            connection.execute(sa.update(runs).where(ours, no_worker).values(status=Status.STOPPED, ended=time.time()))
        return True

    def hold(self, experiment_id: str, *, revision: int | None = None) -> bool:
        """Pause it: no worker begins another of its trials, and those that are trained are put back with their state.

        An experiment that is over, or was to stop, stays as it is; returns whether it was done.
        """
        going_on = runs.c.experiment == experiment_id, runs.c.status.in_(LIVE), runs.c.command != "stop"
        with self._database.write() as connection:
            self._require_own(connection, experiment_id)
            some = sa.exists().where(*going_on)
            if not _ask(connection, experiment_id, revision, some, command=HOLD):
                return False
            connection.execute(sa.update(runs).where(*going_on).values(command=HOLD, **raised(runs)))
            resting = runs.c.experiment == experiment_id, *RESTING
            connection.execute(sa.update(runs).where(*resting).values(status=Status.QUEUED))
        return True

    def release(self, experiment_id: str, *, revision: int | None = None) -> bool:
        """Let the trials of a paused experiment go on, where they were and in their order; whether it was done."""
        with self._database.write() as connection:
            self._require_own(connection, experiment_id)
            return _release(connection, experiment_id, revision)

    def resume(self, experiment_id: str, *, revision: int | None = None) -> int:
        """Queue the trials that were stopped or interrupted, to go on where they were; returns how many."""
        ours = runs.c.experiment == experiment_id, runs.c.status.in_(RESUMED)
        with self._database.write() as connection:
            self._require_own(connection, experiment_id)
            return queue_again(connection, *ours) if _release(connection, experiment_id, revision) else 0

    def _require_own(self, connection: sa.Connection, experiment_id: str) -> None:
        self._database.require_own(connection, experiments, experiment_id, "this experiment")


def _release(connection: sa.Connection, experiment_id: str, revision: int | None) -> bool:
    if not _ask(connection, experiment_id, revision, command="run"):
        return False
    held = runs.c.experiment == experiment_id, runs.c.command == HOLD
    connection.execute(sa.update(runs).where(*held).values(command="run", **raised(runs)))
    return True


def _ask(
    connection: sa.Connection,
    experiment_id: str,
    revision: int | None,
    *conditions: sa.ColumnElement[bool],
    command: str,
) -> bool:
    """Ask it of the experiment; raises `ExperimentNotFound` where it is not there."""
    done = ask(connection, experiments, experiment_id, revision, *conditions, command=command)
    if not done:
        require_experiment(connection, experiment_id)
    return done
