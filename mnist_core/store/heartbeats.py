"""Whether workers are alive, by the heartbeats that they write, and what becomes of a run whose worker is not."""

from __future__ import annotations

import threading
import time

import sqlalchemy as sa

from mnist_core.errors import StoreError
from mnist_core.store.database.database import BUSY_TIMEOUT, Database
from mnist_core.store.database.schema import runs
from mnist_core.store.runs.records import WORKING, Status
from mnist_core.store.trial_control import after_loss

LOST_AFTER = 6.0  # seconds without a heartbeat; workers beat several times a second


class Heartbeats(Database):
    """The part of the store that finds lost runs; see `Database` for its arguments."""

    def __init__(self, url: str, *, busy_timeout: float = BUSY_TIMEOUT):
        super().__init__(url, busy_timeout=busy_timeout)
        self._heartbeats: dict[str, tuple[float | None, float]] = {}
        self._heartbeats_lock = threading.Lock()

    def mark_lost(self, timeout: float = LOST_AFTER) -> list[str]:
        """Mark runs as interrupted whose worker has ceased to beat; returns their ids.

        Trials of an experiment are queued again instead, twice: see `trial_control.after_loss`.

        A run is lost when its heartbeat has not changed between calls that lie `timeout`
        seconds or more apart.  Clocks are never compared: those of two machines differ,
        and a laptop that was asleep has lost nothing.  Nor are the times before a refusal
        of the store: workers could not beat then either.
        """
        now = time.monotonic()
        try:
            with self.read() as connection:
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
        with self.write() as connection:
            row = connection.execute(
                sa.select(runs.c.experiment, runs.c.attempts, runs.c.command, runs.c.step).where(*lost)
            ).first()
            if row is None:
                return False
            values = {"status": Status.INTERRUPTED, "ended": time.time(), "lost_step": row.step, "resumed_step": None}
            if row.experiment is not None:
                values |= after_loss(row.attempts, row.command)
            return bool(connection.execute(sa.update(runs).where(*lost).values(values)).rowcount)
