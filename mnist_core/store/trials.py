"""Trials: the runs of experiments.

A trial is a run like any other: it waits in the same queue, a worker trains it, and its page shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import sqlalchemy as sa

from mnist_core.errors import ExperimentNotFound
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.database.database import Part
from mnist_core.store.database.schema import experiments, metrics, runs
from mnist_core.store.runs.lists import RUN_COLUMNS, known
from mnist_core.store.runs.records import WORKING, Run, Status


@dataclass(frozen=True)
class NewTrial:
    """What a trial is made of: its name, its settings and how many steps these take."""

    name: str
    config: TrainingConfig
    total_steps: int


@dataclass(frozen=True)
class TrialState:
    """How far a trial is: what changes while it is trained, and no more, since pages ask often.

    Attributes are those of `Run`.
    """

    id: str
    trial: int
    status: str
    command: str
    step: int
    total_steps: int
    images_per_second: float
    correct: int | None
    attempts: int


_STATE_COLUMNS = [runs.c[field.name] for field in fields(TrialState)]


class Trials(Part):
    """The trials in a database."""

    def all(self, experiment_id: str) -> list[Run]:
        """The experiment's trials in their order, but for those whose settings this version does not know."""
        query = sa.select(*RUN_COLUMNS).where(runs.c.experiment == experiment_id).order_by(runs.c.trial)
        with self._database.read() as connection:
            rows = connection.execute(query).fetchall()
            if not rows:
                require_experiment(connection, experiment_id)
        return known(rows)

    def states(self, experiment_id: str) -> list[TrialState]:
        """How far each of its trials is, in their order; empty where there is no such experiment."""
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(*_STATE_COLUMNS).where(runs.c.experiment == experiment_id).order_by(runs.c.trial)
            )
            return [TrialState(*row) for row in rows]

    def counts(self, experiment_ids: Iterable[str] | None = None) -> dict[str, dict[str, int]]:
        """How many trials of each experiment, or of each of these, have which status."""
        which = runs.c.experiment.is_not(None) if experiment_ids is None else runs.c.experiment.in_(experiment_ids)
        query = sa.select(runs.c.experiment, runs.c.status, sa.func.count()).where(which)
        counts: dict[str, dict[str, int]] = {}
        with self._database.read() as connection:
            for experiment_id, status, number in connection.execute(query.group_by(runs.c.experiment, runs.c.status)):
                counts.setdefault(experiment_id, {})[status] = number
        return counts

    def latest_accuracies(self, run_ids: Iterable[str]) -> dict[str, float]:
        """The latest measured fraction of test images read right, of those of the runs that have one."""
        ids = list(run_ids)
        last = (
            sa.select(metrics.c.run_id, sa.func.max(metrics.c.step).label("step"))
            .where(metrics.c.run_id.in_(ids), metrics.c.test_accuracy.is_not(None))
            .group_by(metrics.c.run_id)
            .subquery()
        )
        query = sa.select(metrics.c.run_id, metrics.c.test_accuracy).join(
            last, (metrics.c.run_id == last.c.run_id) & (metrics.c.step == last.c.step)
        )
        if not ids:
            return {}
        with self._database.read() as connection:
            return {row.run_id: row.test_accuracy for row in connection.execute(query)}

    def epoch_accuracies(self, experiment_id: str, *, also: str = "") -> dict[str, dict[int, float]]:
        """Of every finished trial, by run id: the fraction read right at the end of each epoch, from 1.

        Args:
            experiment_id: whose they are.
            also: id of a trial that need not be finished.
        """
        query = (
            sa.select(metrics.c.run_id, metrics.c.epoch, metrics.c.test_accuracy)
            .join(runs, runs.c.id == metrics.c.run_id)
            .where(
                runs.c.experiment == experiment_id,
                sa.or_(runs.c.status == Status.FINISHED, runs.c.id == also),
                metrics.c.test_accuracy.is_not(None),
                metrics.c.epoch == sa.func.round(metrics.c.epoch),
            )
            .order_by(runs.c.trial, metrics.c.step)
        )
        found: dict[str, dict[int, float]] = {}
        with self._database.read() as connection:
            for run_id, epoch, accuracy in connection.execute(query):
                found.setdefault(run_id, {})[round(epoch)] = accuracy
        return found

    def count(self) -> int:
        """How many trials there are, of all experiments."""
        with self._database.read() as connection:
            return connection.execute(sa.select(sa.func.count()).where(runs.c.experiment.is_not(None))).scalar_one()


def is_over(states: Iterable[TrialState]) -> bool:
    """Whether no trial is queued or trained any more."""
    return not any(state.status in (Status.QUEUED, *WORKING) for state in states)


def require_experiment(connection: sa.Connection, experiment_id: str) -> None:
    """Raise `ExperimentNotFound` where there is no such experiment."""
    if connection.execute(sa.select(experiments.c.id).where(experiments.c.id == experiment_id)).first() is None:
        raise ExperimentNotFound(experiment_id)
