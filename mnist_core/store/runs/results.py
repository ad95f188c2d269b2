"""What training has left of a run so far: its curves, its weights, its outputs for the test images."""

from __future__ import annotations

import io
from dataclasses import fields
from typing import Any

import numpy as np
import sqlalchemy as sa

from mnist_core.network.network import Network
from mnist_core.store.database.database import Part
from mnist_core.store.database.schema import live, metrics, outputs, snapshots, states
from mnist_core.store.runs.progress import require
from mnist_core.store.runs.records import Metric, SnapshotInfo

_METRIC_COLUMNS = [metrics.c[field.name] for field in fields(Metric)]


class RunResults(Part):
    """What pages read of what workers wrote with `RunProgress`."""

    def metrics(self, run_id: str, after_step: int = -1) -> list[Metric]:
        """The run's curves in the order of steps, from behind `after_step`; empty for an unknown run."""
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(*_METRIC_COLUMNS)
                .where(metrics.c.run_id == run_id, metrics.c.step > after_step)
                .order_by(metrics.c.step)
            )
            return [Metric(*row) for row in rows]

    def snapshots(self, run_id: str) -> list[SnapshotInfo]:
        """The weights that were kept, in the order of steps; empty for an unknown run."""
        with self._database.read() as connection:
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
        with self._database.read() as connection:
            if step is not None:
                found = [connection.execute(kept.where(snapshots.c.step == step)).first()]
            else:
                current = sa.select(live.c.step, live.c.network).where(live.c.run_id == run_id)
                found = [  # Of one step the live ones: a run that rests there says with them what its last batch was.
                    connection.execute(current).first(),
                    connection.execute(kept.order_by(snapshots.c.step.desc()).limit(1)).first(),
                ]
            rows = [row for row in found if row is not None]
            if not rows:
                require(connection, run_id)
                return None
        return Network.from_bytes(max(rows, key=lambda row: row.step).network)

    def outputs(self, run_id: str) -> np.ndarray | None:
        """(n, classes) float32 outputs for the test images; `None` until the run has ended."""
        content = self._blob(sa.select(outputs.c.scores).where(outputs.c.run_id == run_id))
        if content is None:
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return file["scores"]

    def state(self, run_id: str) -> bytes | None:
        """What the run can go on from; `None` where it can only begin."""
        return self._blob(sa.select(states.c.state).where(states.c.run_id == run_id))

    def resumable(self, run_id: str) -> bool:
        """Whether the run can go on from where it was, rather than only begin."""
        with self._database.read() as connection:
            further = states.c.run_id == run_id, states.c.step > 0
            return connection.execute(sa.select(states.c.step).where(*further)).first() is not None

    def _blob(self, query: sa.Select[Any]) -> bytes | None:
        with self._database.read() as connection:
            return connection.execute(query).scalar_one_or_none()
