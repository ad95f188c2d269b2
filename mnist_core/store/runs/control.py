"""More epochs for a run that has ended: the same run goes on from where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from mnist_core.errors import TrainingError
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.database.revisions import raised
from mnist_core.store.database.schema import lessons, runs, states
from mnist_core.store.runs.names import free_name, name_after
from mnist_core.store.runs.records import Status


def extended(connection: sa.Connection, row: sa.Row[Any], epochs: int) -> dict[str, Any]:
    """The columns of a run that has ended, for `epochs` epochs more than it was given.

    Args:
        connection: one that reads.
        row: all columns of the run.
        epochs: how many more.

    Raises:
        TrainingError: it cannot go on, with the reason.
        ConfigError: the epochs are too few or too many.
    """
    config = TrainingConfig.from_dict(row.config)
    per_epoch = row.total_steps // config.epochs
    _refuse(connection, row)
    early = row.status == Status.FINISHED and row.step < row.total_steps
    given = -(-row.step // per_epoch) if early else config.epochs
    replace(config, epochs=epochs)  # Refuses what is no number of epochs.
    longer = replace(config, epochs=given + epochs, patience=0, target_accuracy=0.0)
    name = free_name(connection, name_after(row.name, config, longer), run_id=row.id)
    return {"config": longer.to_dict(), "total_steps": per_epoch * longer.epochs, "name": name}


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


def _refuse(connection: sa.Connection, row: sa.Row[Any]) -> None:
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
