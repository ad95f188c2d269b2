"""Experiments in the database: a plan, and the runs that are its trials.

A trial is a run like any other: it waits in the same queue, a worker trains it, and its
page shows it.  Here is what an experiment adds: all trials are made in one transaction,
and they are paused, stopped and deleted together: see `trial_control`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields

import sqlalchemy as sa

from mnist_core.errors import ExperimentNotFound
from mnist_core.network.architectures import TrainingConfig
from mnist_core.store.database.schema import experiments, metrics, runs
from mnist_core.store.revisions import seen
from mnist_core.store.runs.lists import RUN_COLUMNS, known
from mnist_core.store.runs.progress import next_number
from mnist_core.store.runs.records import LIVE, WORKING, Run, Status, checked_name
from mnist_core.store.trial_control import TrialControl, require_experiment, set_columns


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


class Experiments(TrialControl):
    """The experiments in a database, and their trials.

    Every method that is given an id raises `ExperimentNotFound` where there is none such.
    """

    def create_experiment(
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
        with self.write(adds=True) as connection:
            there = connection.execute(sa.select(experiments).where(experiments.c.id == made.id)).first()
            if there is not None:
                return Experiment(**there._mapping)
            self.refuse_full(connection, visitor)
            connection.execute(sa.insert(experiments).values(**asdict(made)))
            if rows:
                first = next_number(connection)
                rows = [{**row, "number": first + trial} for trial, row in enumerate(rows)]
                connection.execute(sa.insert(runs), rows)
        return made

    def experiment(self, experiment_id: str) -> Experiment:
        """The experiment of this id."""
        with self.read() as connection:
            row = connection.execute(sa.select(experiments).where(experiments.c.id == experiment_id)).first()
        if row is None:
            raise ExperimentNotFound(experiment_id)
        return Experiment(**row._mapping)

    def experiments(self, most: int | None = None) -> list[Experiment]:
        """All experiments, or at most as many, newest first."""
        query = sa.select(experiments).order_by(experiments.c.created.desc(), experiments.c.id).limit(most)
        with self.read() as connection:
            return [Experiment(**row._mapping) for row in connection.execute(query)]

    def count_experiments(self) -> int:
        """How many experiments there are."""
        with self.read() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(experiments)).scalar_one()

    def trials(self, experiment_id: str) -> list[Run]:
        """The experiment's trials in their order, but for those whose settings this version does not know."""
        with self.read() as connection:
            rows = connection.execute(
                sa.select(*RUN_COLUMNS).where(runs.c.experiment == experiment_id).order_by(runs.c.trial)
            ).fetchall()
        if not rows:
            self.experiment(experiment_id)
        return known(rows)

    def trial_states(self, experiment_id: str) -> list[TrialState]:
        """How far each of its trials is, in their order; empty where there is no such experiment."""
        with self.read() as connection:
            rows = connection.execute(
                sa.select(*_STATE_COLUMNS).where(runs.c.experiment == experiment_id).order_by(runs.c.trial)
            )
            return [TrialState(*row) for row in rows]

    def trial_counts(self, experiment_ids: Iterable[str] | None = None) -> dict[str, dict[str, int]]:
        """How many trials of each experiment, or of each of these, have which status."""
        which = runs.c.experiment.is_not(None) if experiment_ids is None else runs.c.experiment.in_(experiment_ids)
        query = sa.select(runs.c.experiment, runs.c.status, sa.func.count()).where(which)
        counts: dict[str, dict[str, int]] = {}
        with self.read() as connection:
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
        with self.read() as connection:
            return {run_id: accuracy for run_id, accuracy in connection.execute(query)}

    def epoch_accuracies(self, experiment_id: str) -> dict[str, dict[int, float]]:
        """Of every finished trial, by run id: the fraction read right at the end of each epoch, from 1."""
        query = (
            sa.select(metrics.c.run_id, metrics.c.epoch, metrics.c.test_accuracy)
            .join(runs, runs.c.id == metrics.c.run_id)
            .where(
                runs.c.experiment == experiment_id,
                runs.c.status == Status.FINISHED,
                metrics.c.test_accuracy.is_not(None),
                metrics.c.epoch == sa.func.round(metrics.c.epoch),
            )
            .order_by(runs.c.trial, metrics.c.step)
        )
        found: dict[str, dict[int, float]] = {}
        with self.read() as connection:
            for run_id, epoch, accuracy in connection.execute(query):
                found.setdefault(run_id, {})[round(epoch)] = accuracy
        return found

    def rename_experiment(self, experiment_id: str, name: str) -> None:
        """Give the experiment another name.

        Raises:
            ConfigError: the name is empty or too long.
        """
        with self.write() as connection:
            set_columns(connection, experiment_id, name=checked_name(name))

    def delete_experiment(self, experiment_id: str, *, revision: int | None = None) -> bool:
        """Delete the experiment with all its trials; a worker that trains one ends by itself.

        Args:
            experiment_id: which it is.
            revision: of the experiment as it was seen, over; see `revisions`.  One that goes on stays then.

        Returns:
            Whether it was deleted.
        """
        live = sa.exists().where(runs.c.experiment == experiment_id, runs.c.status.in_(LIVE))
        as_seen = [] if revision is None else [*seen(experiments, revision), ~live]
        with self.write() as connection:
            done = connection.execute(
                sa.delete(experiments).where(experiments.c.id == experiment_id, *as_seen)
            ).rowcount
            if not done:
                require_experiment(connection, experiment_id)
        self.give_back()
        return bool(done)


def is_over(states: Iterable[TrialState]) -> bool:
    """Whether no trial is queued or trained any more."""
    return not any(state.status in (Status.QUEUED, *WORKING) for state in states)
