"""The queue: which run a worker takes next, and when the one that it trains gives way.

First come lessons, which take seconds while somebody waits for them with the pen in hand,
and runs that have only to end; then single runs; then the trials of experiments.  Within
each of these people take turns: next is whoever had a worker least recently, and of what
one person has waiting first what has begun, then what was asked for first.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import sqlalchemy as sa

from mnist_core.errors import QueueFull
from mnist_core.store.database.database import Database, Part
from mnist_core.store.database.schema import lessons, runs, turns
from mnist_core.store.runs.records import HOLD, Status

WAITING = (runs.c.status == Status.QUEUED, runs.c.command != HOLD)  # for a worker
RESTING = (runs.c.status == Status.PAUSED, runs.c.heartbeat.is_(None))  # paused, and no worker keeps it
_QUICK = sa.or_(runs.c.command == "stop", sa.exists().where(lessons.c.run_id == runs.c.id))
KIND = sa.case((_QUICK, 0), (runs.c.experiment.is_(None), 1), else_=2)
_ANY = sa.select(sa.exists().where(*WAITING))
LONG_TURN = 60.0  # seconds that a run has its worker before others of its kind have their turn
_NEXT = -1  # the turn of somebody who had not had it


class Bounds(NamedTuple):
    """How long the queue may become; a run or a lesson is an entry, and so is an experiment with all its trials.

    Attributes:
        each: how many entries one person may have, 0 for any number.
        in_all: how many all may have.
    """

    each: int = 0
    in_all: int = 0


UNBOUNDED = Bounds()


class RunQueue(Part):
    """Says whose turn it is, and refuses what is more than its bounds."""

    def __init__(self, database: Database, bounds: Bounds):
        super().__init__(database)
        self.bounds = bounds

    def refuse_full(self, connection: sa.Connection, visitor: str) -> None:
        """Raise `QueueFull` where no other entry of this visitor finds room; nothing has been written then."""
        entries = sa.func.count(sa.distinct(sa.func.coalesce(runs.c.experiment, runs.c.id)))
        query = sa.select(runs.c.visitor, entries).where(*WAITING).group_by(runs.c.visitor)
        waiting = dict(connection.execute(query).tuples().all())
        own, everybody = waiting.get(visitor, 0), sum(waiting.values())
        if visitor and 0 < self.bounds.each <= own:
            raise QueueFull(
                f"{own:,} of your runs and experiments wait already, as many as one person may have in the queue. Wait "
                "until some are trained, or stop some that wait."
            )
        if 0 < self.bounds.in_all <= everybody:
            raise QueueFull(
                f"{everybody:,} runs and experiments wait already, as many as the queue holds. Try again when some are "
                "trained."
            )

    def order(self) -> list[str]:
        """Ids of the queued runs in the order in which they will be trained; without those that are held."""
        begun = sa.case((runs.c.started.is_(None), 1), else_=0)
        columns = runs.c.id, runs.c.number, runs.c.visitor, KIND.label("kind"), begun.label("begun")
        waiting = sa.select(*columns).where(*WAITING).subquery()
        of_ours = sa.func.row_number().over(
            partition_by=(waiting.c.kind, waiting.c.visitor),
            order_by=(waiting.c.begun, waiting.c.number, waiting.c.id),
        )
        had_turn = sa.func.coalesce(turns.c.turn, 0)
        query = sa.select(waiting.c.id).outerjoin(turns, turns.c.visitor == waiting.c.visitor)
        with self._database.read() as connection:
            ordered = query.order_by(waiting.c.kind, of_ours, had_turn, waiting.c.number, waiting.c.id)
            return list(connection.execute(ordered).scalars())

    def has_waiting(self) -> bool:
        """Whether any run waits for a worker."""
        with self._database.read() as connection:
            return bool(connection.execute(_ANY).scalar_one())

    def has_work(self) -> bool:
        """Whether any run waits for a worker, or has one."""
        at_work = sa.or_(
            sa.and_(*WAITING),
            runs.c.status == Status.RUNNING,
            sa.and_(runs.c.status == Status.PAUSED, runs.c.heartbeat.is_not(None)),
        )
        with self._database.read() as connection:
            return connection.execute(sa.select(runs.c.id).where(at_work).limit(1)).first() is not None

    def gives_way(self, run_id: str, *, resting: bool = False, had_its_turn: bool = False) -> bool:
        """Whether the worker that has this run should take another that waits.

        A run that rests gives way to any; one that is trained to those that come before it by
        their kind, and after a long turn to those of its kind that others ask for.  No more
        runs give way than wait: trials before single runs, and the newest first.

        Args:
            run_id: the run.
            resting: whether it is paused.
            had_its_turn: whether it has had the worker for long.
        """
        trained = sa.select(runs.c.id, runs.c.number, runs.c.visitor, KIND.label("kind"))
        with self._database.read() as connection:
            if not connection.execute(_ANY).scalar_one():
                return False
            if resting:
                return True
            working = connection.execute(trained.where(runs.c.status == Status.RUNNING)).fetchall()
            own = next((each for each in working if each.id == run_id), None)
            if own is None:
                return False
            before = KIND < own.kind
            if had_its_turn:
                before = sa.or_(before, sa.and_(KIND == own.kind, runs.c.visitor != own.visitor))
            wanted = connection.execute(sa.select(sa.func.count()).where(*WAITING, before)).scalar_one()
        return wanted > sum((each.kind, each.number) > (own.kind, own.number) for each in working)


def settle(connection: sa.Connection, run_id: str) -> None:
    """Carry out at once what was asked of a run that no worker has; one that a worker has stays as it is.

    A run that goes on is the next of its kind.  One that is to stop and has learned
    something that nobody has measured yet is ended by a worker, as if it had been training.
    """
    no_worker = sa.or_(runs.c.status == Status.QUEUED, sa.and_(*RESTING))
    unmeasured = sa.and_(runs.c.step > 0, runs.c.correct.is_(None))
    stopped = sa.and_(runs.c.command == "stop", sa.not_(unmeasured))
    status = sa.case(
        (stopped, Status.STOPPED),
        (runs.c.command == "pause", Status.PAUSED),
        else_=Status.QUEUED,
    )
    rested = connection.execute(sa.select(runs.c.id).where(runs.c.id == run_id, *RESTING)).first() is not None
    connection.execute(
        sa.update(runs)
        .where(runs.c.id == run_id, no_worker)
        .values(status=status, heartbeat=None, ended=sa.case((stopped, time.time()), else_=sa.null()))
    )
    if rested:
        to_front(connection, run_id)


def take_turn(connection: sa.Connection, run_id: str) -> None:
    """Note that it is the turn of whoever asked for this run."""
    visitor = connection.execute(sa.select(runs.c.visitor).where(runs.c.id == run_id)).scalar_one()
    turn = max(0, connection.execute(sa.select(sa.func.max(turns.c.turn))).scalar() or 0) + 1
    if not connection.execute(sa.update(turns).where(turns.c.visitor == visitor).values(turn=turn)).rowcount:
        connection.execute(sa.insert(turns).values(visitor=visitor, turn=turn))


def to_front(connection: sa.Connection, run_id: str) -> None:
    """Let whoever asked for this run be the next."""
    visitor = sa.select(runs.c.visitor).where(runs.c.id == run_id).scalar_subquery()
    connection.execute(sa.update(turns).where(turns.c.visitor == visitor).values(turn=_NEXT))
