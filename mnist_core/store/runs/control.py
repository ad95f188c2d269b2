"""More epochs for a run that has ended: the same run goes on from where it stands."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from mnist_core.errors import RunNotFound, TrainingError
from mnist_core.network.architectures import TrainingConfig
from mnist_core.store.database.schema import lessons, runs, states
from mnist_core.store.revisions import raised
from mnist_core.store.runs.queue import RunQueue
from mnist_core.store.runs.records import Status


class RunControl(RunQueue):
    """The part of the store that takes up runs which have ended."""

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
        with self.write() as connection:
            row = connection.execute(sa.select(runs).where(runs.c.id == run_id)).first()
            if row is None:
                raise RunNotFound(run_id)
            if revision not in (None, row.revision):
                return False
            config = TrainingConfig.from_dict(row.config)
            per_epoch = row.total_steps // config.epochs
            self._refuse(connection, row)
            self.refuse_full(connection, row.visitor)
            early = row.status == Status.FINISHED and row.step < row.total_steps
            given = -(-row.step // per_epoch) if early else config.epochs
            replace(config, epochs=epochs)  # Refuses what is no number of epochs.
            longer = replace(config, epochs=given + epochs, patience=0, target_accuracy=0.0)
            as_read = runs.c.id == run_id, runs.c.revision == row.revision
            values = {"config": longer.to_dict(), "total_steps": per_epoch * longer.epochs}
            return bool(queue_again(connection, *as_read, **values))

    @staticmethod
    def _refuse(connection: sa.Connection, row: sa.Row) -> None:
        """Raise `TrainingError` where the run cannot be given more epochs."""

        def has(table: sa.Table) -> bool:
            return connection.execute(sa.select(table.c.run_id).where(table.c.run_id == row.id)).first() is not None

        if row.experiment is not None:
            raise TrainingError(
                "A trial cannot be given more epochs: it would no longer be what its experiment compares. Start a run "
                "of its settings, or an experiment with more epochs."
            )
        if row.status not in (Status.FINISHED, Status.STOPPED):
            raise TrainingError("Only a run that has finished or was stopped can be given more epochs.")
        if has(lessons):
            raise TrainingError(
                "A lesson cannot be given more epochs: its learning rate has fallen to nothing. Teach another lesson."
            )
        if not has(states):
            raise TrainingError(
                "This run cannot be given more epochs: the state of its optimizer was not kept. Start a new run."
            )


def queue_again(
    connection: sa.Connection,
    *which: sa.ColumnElement[bool],
    command: str = "run",
    **values: object,
) -> int:
    """Put runs back into the queue; returns how many they were.

    Somebody asked for them: their attempts are counted anew.  What they had found stays
    until a worker takes them: one that is stopped before has it still.

    Args:
        connection: one that writes.
        which: conditions on columns of `schema.runs`, all of which hold for them.
        command: what becomes of them there.
        values: of other columns.
    """
    return connection.execute(
        sa.update(runs)
        .where(*which)
        .values(
            status=Status.QUEUED,
            command=command,
            owner="",
            ended=None,
            message="",
            cause="",
            cause_step=None,
            kept_epoch=None,
            median=None,
            lost_step=sa.case((runs.c.status == Status.INTERRUPTED, runs.c.lost_step), else_=None),
            resumed_step=None,
            attempts=0,
            **raised(runs),
            **values,
        )
    ).rowcount
