"""What a worker writes down about the run that it trains."""

from __future__ import annotations

import io
import time
from contextlib import suppress
from dataclasses import asdict

import numpy as np
import sqlalchemy as sa

from mnist_core.errors import ModelError, RunNotFound
from mnist_core.network.network import Network
from mnist_core.store.database.database import Part
from mnist_core.store.database.schema import analyses, live, metrics, outputs, runs, snapshots, states
from mnist_core.store.runs.queue import WAITING, settle, take_turn, to_front
from mnist_core.store.runs.records import WORKING, Metric, Status


class RunProgress(Part):
    """What workers write of the runs in a database; `RunResults` reads it.

    A worker claims a run with a token of its own, the `owner`, and names it with every
    write: once the run is deleted, or somebody else goes on with it, every method but
    `claim` and `host` raises `RunNotFound` and writes nothing.  Without a token they
    write whoever owns the run.
    """

    def claim(self, run_id: str, *, owner: str = "") -> bool:
        """Take the run from the queue to train it; `False` where it is not queued (any more), or held.

        One UPDATE decides, so that of many who try one succeeds.  What lies behind the
        state that it will go on from is removed, since it will be trained again, and so is
        what was found of the weights that it had.
        """
        now = time.time()
        with self._database.write() as connection:
            won = connection.execute(
                sa.update(runs)
                .where(runs.c.id == run_id, *WAITING)
                .values(
                    status=Status.RUNNING,
                    owner=owner,
                    started=sa.func.coalesce(runs.c.started, now),
                    heartbeat=now,
                    attempts=runs.c.attempts + 1,
                )
            ).rowcount
            if won:
                take_turn(connection, run_id)
                _rewind(connection, run_id)
        return bool(won)

    def put_back(self, run_id: str, *, owner: str, first: bool = False) -> None:
        """Give the run back to the store, to go on from its last state: it does not count as an attempt.

        It waits in the queue, unless it is paused or was to stop: see `queue.settle`.

        Args:
            run_id: the run.
            owner: see the class.
            first: whether it is the next of its kind, since another was let past.
        """
        with self._database.write() as connection:
            values = {"status": Status.QUEUED, "heartbeat": None, "owner": "", "attempts": runs.c.attempts - 1}
            update(connection, run_id, owner, **values)
            settle(connection, run_id)
            if first:
                to_front(connection, run_id)

    def beat(self, run_id: str, *, owner: str | None = None, paused: bool = False, done: str = "") -> str:
        """Say that the run is being trained, or waits as asked; returns the current command.

        A run that was given up for lost is running again by that.

        Args:
            run_id: the run.
            owner: see the class.
            paused: whether it waits.
            done: a command that was carried out, "step" or "epoch": "pause" takes its place.
        """
        status = Status.PAUSED if paused else Status.RUNNING
        with self._database.write() as connection:
            update(
                connection,
                run_id,
                owner,
                runs.c.status.in_((*WORKING, Status.INTERRUPTED)),
                status=status,
                heartbeat=time.time(),
                ended=None,
                lost_step=sa.case((runs.c.status == Status.INTERRUPTED, None), else_=runs.c.lost_step),
                command=sa.case((runs.c.command == done, "pause"), else_=runs.c.command),
            )
            return connection.execute(sa.select(runs.c.command).where(runs.c.id == run_id)).scalar_one()

    def host(self, run_id: str) -> str:
        """The machine whose worker trains the run, or did last; empty where none does, or did not say."""
        with self._database.read() as connection:
            owner = connection.execute(sa.select(runs.c.owner).where(runs.c.id == run_id)).scalar()
        host, slash, _ = (owner or "").partition("/")  # As `worker` signs its claims.
        return host if slash else ""

    def add(
        self, run_id: str, *points: Metric, images_per_second: float, total_steps: int, owner: str | None = None
    ) -> None:
        """Add points to the run's curves, oldest first; the last says how far the run is.

        Points from the first one's step on are replaced: a write whose answer was lost is tried again.
        """
        last = points[-1]
        with self._database.write(adds=True) as connection:
            update(
                connection,
                run_id,
                owner,
                step=last.step,
                seconds=last.seconds,
                images_per_second=images_per_second,
                total_steps=total_steps,
                heartbeat=time.time(),
            )
            there = metrics.c.run_id == run_id, metrics.c.step >= points[0].step
            connection.execute(sa.delete(metrics).where(*there))
            connection.execute(sa.insert(metrics), [{"run_id": run_id, **asdict(point)} for point in points])

    def add_snapshot(self, run_id: str, *, step: int, epoch: float, network: bytes, owner: str | None = None) -> None:
        """Keep weights, `Network.to_bytes()`, for good; of one step the last remain."""
        values = {"run_id": run_id, "step": step, "epoch": epoch, "network": network}
        with self._database.write(adds=True) as connection:
            update(connection, run_id, owner, step=step)
            connection.execute(sa.delete(snapshots).where(snapshots.c.run_id == run_id, snapshots.c.step == step))
            connection.execute(sa.insert(snapshots).values(values))

    def set_live(self, run_id: str, *, step: int, epoch: float, network: bytes, owner: str | None = None) -> None:
        """Replace the weights that viewers see while the run goes on; it is as far as they are."""
        with self._database.write(adds=True) as connection:
            further = sa.case((runs.c.step < step, step), else_=runs.c.step)
            update(connection, run_id, owner, heartbeat=time.time(), step=further)
            _replace(connection, live, run_id, step=step, epoch=epoch, network=network)

    def set_state(self, run_id: str, *, step: int, state: bytes, owner: str | None = None) -> None:
        """Replace what the run can go on from."""
        with self._database.write(adds=True) as connection:
            update(connection, run_id, owner, heartbeat=time.time())
            _replace(connection, states, run_id, step=step, state=state)

    def finish(
        self,
        run_id: str,
        status: str,
        *,
        correct: int | None = None,
        tested: int | None = None,
        scores: np.ndarray | None = None,
        cause: str = "",
        step: int | None = None,
        kept_epoch: int | None = None,
        median: float | None = None,
        message: str = "",
        owner: str | None = None,
    ) -> None:
        """End the run, with how it did on the test images where it was tested.

        Args:
            run_id: the run.
            status: `Status.FINISHED`, `STOPPED`, `INTERRUPTED`, `FAILED` or `PRUNED`.
            correct: test images read right.
            tested: test images asked.
            scores: (tested, classes) float32 outputs.
            cause: why it ended so, one of `Cause`, where the status leaves that open.
            step: the step at which that was; where the run stands by default.
            kept_epoch: see `Run`.
            median: see `Run`.
            message: the words of an error.
            owner: see the class.
        """
        now = time.time()
        with self._database.write() as connection:
            update(
                connection,
                run_id,
                owner,
                status=status,
                ended=now,
                heartbeat=now,
                correct=correct,
                tested=tested,
                # The state stays: the run may be given more epochs.
                cause=cause,
                cause_step=(runs.c.step if step is None else step) if cause else None,
                kept_epoch=kept_epoch,
                median=median,
                message=message,
            )
            if status == Status.FAILED:
                _keep_live(connection, run_id)
            connection.execute(sa.delete(live).where(live.c.run_id == run_id))
            if scores is not None:
                connection.execute(sa.delete(outputs).where(outputs.c.run_id == run_id))
                connection.execute(sa.insert(outputs).values(run_id=run_id, scores=_packed(scores)))


def update(
    connection: sa.Connection, run_id: str, owner: str | None, /, *conditions: sa.ColumnElement[bool], **values: object
) -> None:
    """Set columns of the run; raises `RunNotFound` where it is not there, or not as the conditions say."""
    where = [runs.c.id == run_id, *conditions, *([runs.c.owner == owner] if owner is not None else [])]
    if connection.execute(sa.update(runs).where(*where).values(**values)).rowcount == 0:
        raise RunNotFound(run_id)


def next_number(connection: sa.Connection) -> int:
    """The place of a new run in the order of creation.

    Counted, not timed: the clock may be set back, and a new run would be trained before
    those that wait.
    """
    return (connection.execute(sa.select(sa.func.max(runs.c.number))).scalar() or 0) + 1


def require(connection: sa.Connection, run_id: str) -> None:
    """Raise `RunNotFound` where there is no such run."""
    if connection.execute(sa.select(runs.c.id).where(runs.c.id == run_id)).first() is None:
        raise RunNotFound(run_id)


def _replace(connection: sa.Connection, table: sa.Table, run_id: str, **values: object) -> None:
    connection.execute(sa.delete(table).where(table.c.run_id == run_id))
    connection.execute(sa.insert(table).values(run_id=run_id, **values))


def _keep_live(connection: sa.Connection, run_id: str) -> None:
    """Keep the weights that viewers saw last, for good: what comes after them is lost with the run."""
    seen = connection.execute(sa.select(live).where(live.c.run_id == run_id)).first()
    newest = connection.execute(sa.select(sa.func.max(snapshots.c.step)).where(snapshots.c.run_id == run_id)).scalar()
    if seen is not None and (newest is None or newest < seen.step):
        connection.execute(sa.insert(snapshots).values(**seen._mapping))


def _rewind(connection: sa.Connection, run_id: str) -> None:
    step = connection.execute(sa.select(states.c.step).where(states.c.run_id == run_id)).scalar() or 0
    for table in (metrics, snapshots):
        connection.execute(sa.delete(table).where(table.c.run_id == run_id, table.c.step > step))
    for table in (outputs, analyses):
        connection.execute(sa.delete(table).where(table.c.run_id == run_id))
    _forget_earlier_weights(connection, run_id, step)
    # Those of where it goes on stay in sight.
    connection.execute(sa.delete(live).where(live.c.run_id == run_id, live.c.step > step))
    seconds = connection.execute(sa.select(sa.func.max(metrics.c.seconds)).where(metrics.c.run_id == run_id)).scalar()
    # Once: one that is put back, and claimed again, was not lost again.
    taken_up = sa.and_(runs.c.lost_step.is_not(None), runs.c.resumed_step.is_(None))
    resumed_step = sa.case((taken_up, step), else_=runs.c.resumed_step)
    rewound = {"step": step, "seconds": seconds or 0.0, "images_per_second": 0.0, "correct": None, "tested": None}
    update(connection, run_id, None, resumed_step=resumed_step, **rewound)


def _forget_earlier_weights(connection: sa.Connection, run_id: str, step: int) -> None:
    """Remove what was kept at the end of a run with patience, where it is the weights of an earlier epoch."""
    there = snapshots.c.run_id == run_id, snapshots.c.step == step
    kept = connection.execute(sa.select(snapshots.c.network).where(*there)).scalar()
    with suppress(ModelError):
        if kept is not None and "kept_epoch" in Network.from_bytes(kept).about:
            connection.execute(sa.delete(snapshots).where(*there))


def _packed(scores: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    # Uncompressed: it would save a sixth, and the viewer waits for it.
    np.savez(buffer, scores=np.asarray(scores, np.float32))
    return buffer.getvalue()
