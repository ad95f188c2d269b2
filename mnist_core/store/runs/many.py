"""Several runs at once: which are meant, and what becomes of them.

One that asks names each run with the revision that it was seen at (`revisions`), so that
nothing happens to a run that was added, or taken up again, since.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from mnist_core.store.database.database import Part
from mnist_core.store.database.revisions import ask, seen
from mnist_core.store.database.schema import runs
from mnist_core.store.runs.lists import SINGLE, ended_of
from mnist_core.store.runs.queue import settle
from mnist_core.store.runs.records import LIVE

MOST = 1_000  # runs at once: a press is answered within seconds


class ManyRuns(Part):
    """Stops and deletes several runs; trials belong to their experiments.

    Each run is a transaction of its own: others write in between, and a full disk has
    room for each.
    """

    def ended_of(self, visitor: str) -> dict[str, int]:
        """The revisions of the visitor's runs that have ended, by id, newest first; at most `MOST`."""
        newest = runs.c.number.desc()
        query = sa.select(runs.c.id, runs.c.revision).where(*ended_of(visitor)).order_by(newest).limit(MOST)
        with self._database.read() as connection:
            return dict(connection.execute(query).tuples().all())

    def stop(self, as_seen: Mapping[str, int | None]) -> list[str]:
        """Stop those of the runs that are queued or trained and as they were seen; returns their ids.

        Args:
            as_seen: their revisions by id; `None` for whatever it is.
        """
        return [run_id for run_id, revision in as_seen.items() if self._stop(run_id, revision)]

    def delete(self, as_seen: Mapping[str, int | None]) -> list[str]:
        """Delete those of the runs that have ended and are as they were seen, no trials; returns their ids.

        Args:
            as_seen: their revisions by id; `None` for whatever it is.
        """
        try:
            return [run_id for run_id, revision in as_seen.items() if self._delete(run_id, revision)]
        finally:
            self._database.give_back()

    def _stop(self, run_id: str, revision: int | None) -> bool:
        with self._database.write() as connection:
            self._database.require_own(connection, runs, run_id, "these runs")
            asked = ask(connection, runs, run_id, revision, SINGLE, runs.c.status.in_(LIVE), command="stop")
            if asked:
                settle(connection, run_id)
        return asked

    def _delete(self, run_id: str, revision: int | None) -> bool:
        which = [runs.c.id == run_id, SINGLE, runs.c.status.not_in(LIVE), *seen(runs, revision)]
        with self._database.write() as connection:
            self._database.require_own(connection, runs, run_id, "these runs")
            return bool(connection.execute(sa.delete(runs).where(*which)).rowcount)
