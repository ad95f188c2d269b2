"""Whether workers are alive, by the heartbeats that they write, and what becomes of a run whose worker is not."""

from __future__ import annotations

import threading
import time

import sqlalchemy as sa

from mnist_core.errors import StoreError
from mnist_core.store.database.database import Database, Part
from mnist_core.store.database.schema import runs
from mnist_core.store.runs.records import WORKING, Status

LOST_AFTER = 6.0  # seconds without a heartbeat; workers beat several times a second
MOST_ATTEMPTS = 3  # whose workers died, before a trial is left interrupted: it is queued again twice


class Heartbeats(Part):
    """Watches the heartbeats of the runs in a database."""

    def __init__(self, database: Database):
        super().__init__(database)
        self._heartbeats: dict[str, tuple[float | None, float]] = {}
        self._heartbeats_lock = threading.Lock()

    def mark_lost(self, timeout: float = LOST_AFTER) -> list[str]:
        """Mark runs as interrupted whose worker has ceased to beat; returns their ids.

        Trials of an experiment are queued again instead, twice: see `MOST_ATTEMPTS`.

        A run is lost when its heartbeat has not changed between calls that lie `timeout`
        seconds or more apart.  Clocks are never compared: those of two machines differ,
        and a laptop that was asleep has lost nothing.  Nor are the times before a refusal
        of the store: workers could not beat then either.
        """
        now = time.monotonic()
        try:
            with self._database.read() as connection:
                beating = runs.c.status.in_(WORKING), runs.c.heartbeat.is_not(None)
                rows = connection.execute(sa.select(runs.c.id, runs.c.heartbeat).where(*beating))
                beats = {row.id: row.heartbeat for row in rows}
        except StoreError:
            with self._heartbeats_lock:
                self._heartbeats = {}
            raise
        with self._heartbeats_lock:
            seen = self._heartbeats
            self._heartbeats = {
                run_id: seen[run_id] if run_id in seen and seen[run_id][0] == beat else (beat, now)
                for run_id, beat in beats.items()
            }
            stale = {run_id: beat for run_id, (beat, since) in self._heartbeats.items() if now - since >= timeout}
        return [run_id for run_id, beat in stale.items() if self._interrupt(run_id, beat)]

    def _interrupt(self, run_id: str, beat: float | None) -> bool:
        lost = runs.c.id == run_id, runs.c.status.in_(WORKING), runs.c.heartbeat == beat
        with self._database.write() as connection:
            row = connection.execute(
                sa.select(runs.c.experiment, runs.c.attempts, runs.c.command, runs.c.step).where(*lost)
            ).first()
            if row is None:
                return False
            values = {"status": Status.INTERRUPTED, "ended": time.time(), "lost_step": row.step, "resumed_step": None}
            if row.experiment is not None:
                values |= _after_loss(row.attempts, row.command)
            return bool(connection.execute(sa.update(runs).where(*lost).values(values)).rowcount)


def _after_loss(attempts: int, command: str) -> dict[str, object]:
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
