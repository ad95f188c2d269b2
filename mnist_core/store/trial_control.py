"""Experiments as a whole: paused, stopped, gone on with; and what becomes of a trial whose worker dies.

Where an experiment is paused, its trials are held (`runs.HOLD`): no worker takes one from
the queue, and one that trains a trial puts it back with its state, and is free for others.
What is asked of an experiment names its revision as it was seen: see `revisions`.
"""

from __future__ import annotations

import time

import sqlalchemy as sa

from mnist_core.errors import ExperimentNotFound
from mnist_core.store.database.schema import experiments, runs
from mnist_core.store.revisions import ask, raised
from mnist_core.store.runs.control import queue_again
from mnist_core.store.runs.queue import RESTING, RunQueue
from mnist_core.store.runs.records import HOLD, LIVE, Status

MOST_ATTEMPTS = 3  # whose workers died, before a trial is left interrupted: it is queued again twice
RESUMED = (Status.STOPPED, Status.INTERRUPTED)  # what goes on when an experiment does


class TrialControl(RunQueue):
    """The part of the store that changes what becomes of an experiment's trials."""

    def stop_experiment(self, experiment_id: str, *, revision: int | None = None) -> bool:
        """Stop what is queued at once, and ask the workers to stop what they train; whether it was done."""
        ours = runs.c.experiment == experiment_id
        with self.write() as connection:
            if not _ask(connection, experiment_id, revision, command="stop"):
                return False
            live = ours, runs.c.status.in_(LIVE)
            connection.execute(sa.update(runs).where(*live).values(command="stop", **raised(runs)))
            no_worker = sa.or_(runs.c.status == Status.QUEUED, sa.and_(*RESTING))
            connection.execute(sa.update(runs).where(ours, no_worker).values(status=Status.STOPPED, ended=time.time()))
        return True

    def hold_experiment(self, experiment_id: str, *, revision: int | None = None) -> bool:
        """Pause it: no worker begins another of its trials, and those that are trained are put back with their state.

        An experiment that is over, or was to stop, stays as it is; returns whether it was done.
        """
        going_on = runs.c.experiment == experiment_id, runs.c.status.in_(LIVE), runs.c.command != "stop"
        with self.write() as connection:
            some = sa.exists().where(*going_on)
            if not _ask(connection, experiment_id, revision, some, command=HOLD):
                return False
            connection.execute(sa.update(runs).where(*going_on).values(command=HOLD, **raised(runs)))
            resting = runs.c.experiment == experiment_id, *RESTING
            connection.execute(sa.update(runs).where(*resting).values(status=Status.QUEUED))
        return True

    def release_experiment(self, experiment_id: str, *, revision: int | None = None) -> bool:
        """Let the trials of a paused experiment go on, where they were and in their order; whether it was done."""
        with self.write() as connection:
            return _release(connection, experiment_id, revision)

    def resume_experiment(self, experiment_id: str, *, revision: int | None = None) -> int:
        """Queue the trials that were stopped or interrupted, to go on where they were; returns how many."""
        ours = runs.c.experiment == experiment_id, runs.c.status.in_(RESUMED)
        with self.write() as connection:
            return queue_again(connection, *ours) if _release(connection, experiment_id, revision) else 0


def after_loss(attempts: int, command: str) -> dict[str, object]:
    """The columns of a trial whose worker died: it is queued again, unless that happened often or it was to stop.

    Args:
        attempts: since somebody asked for it last; the workers of all of them died.
        command: what was asked of it.
    """
    if command == "stop":
        return {"status": Status.STOPPED}
    if attempts >= MOST_ATTEMPTS:
        return {}
    # Without an owner: should the worker be alive after all, it finds that the run is no longer its own.
    return {"status": Status.QUEUED, "owner": "", "ended": None}


def _release(connection: sa.Connection, experiment_id: str, revision: int | None) -> bool:
    if not _ask(connection, experiment_id, revision, command="run"):
        return False
    held = runs.c.experiment == experiment_id, runs.c.command == HOLD
    connection.execute(sa.update(runs).where(*held).values(command="run", **raised(runs)))
    return True


def _ask(
    connection: sa.Connection, experiment_id: str, revision: int | None, *conditions: sa.ColumnElement, command: str
) -> bool:
    """Ask it of the experiment; raises `ExperimentNotFound` where it is not there."""
    done = ask(connection, experiments, experiment_id, revision, *conditions, command=command)
    if not done:
        require_experiment(connection, experiment_id)
    return done


def require_experiment(connection: sa.Connection, experiment_id: str) -> None:
    """Raise `ExperimentNotFound` where there is no such experiment."""
    if connection.execute(sa.select(experiments.c.id).where(experiments.c.id == experiment_id)).first() is None:
        raise ExperimentNotFound(experiment_id)


def set_columns(connection: sa.Connection, experiment_id: str, **values: object) -> None:
    """Set columns of the experiment; raises `ExperimentNotFound` where it is not there."""
    if connection.execute(sa.update(experiments).where(experiments.c.id == experiment_id).values(values)).rowcount == 0:
        raise ExperimentNotFound(experiment_id)
