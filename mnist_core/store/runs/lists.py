"""Runs as lists that pages show: the database sorts, counts and cuts them, and no list reads more than it shows.

An experiment is hundreds of runs, and a class leaves thousands: reading all of them with
their settings took a page most of a second, and everybody waited for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from mnist_core.errors import ConfigError
from mnist_core.store.database.database import Part
from mnist_core.store.database.schema import runs
from mnist_core.store.runs.records import LIVE, Run, Status

RUN_COLUMNS = [runs.c[field.name] for field in fields(Run)]
_NEWEST = (runs.c.number.desc(), runs.c.id.desc())
SINGLE = runs.c.experiment.is_(None)  # no trial of an experiment


@dataclass(frozen=True)
class RunPage:
    """A part of the list of runs, trials not among them.

    Attributes:
        runs: those of this part.
        total: how many there are in all.
        live: whether any of all is queued, trained or paused.
        ended: how many of the visitor's own have ended.
    """

    runs: list[Run]
    total: int
    live: bool
    ended: int


class RunLists(Part):
    """What pages list of the runs in a database."""

    def all(self) -> list[Run]:
        """All runs, newest first, but for those whose settings this version does not know."""
        with self._database.read() as connection:
            return known(connection.execute(sa.select(*RUN_COLUMNS).order_by(*_NEWEST)))

    def page(self, first: int, most: int, *, visitor: str = "") -> RunPage:
        """At most `most` runs from place `first` on, the visitor's own before others', the newest of each first."""
        with self._database.read() as connection:
            return RunPage(
                runs=_some(connection, [SINGLE], [_others(visitor), *_NEWEST], most, first),
                total=_count(connection, SINGLE),
                live=_any_live(connection),
                ended=_count(connection, *ended_of(visitor)),
            )

    def is_any_live(self) -> bool:
        """Whether any run, trials not counted, is queued, trained or paused."""
        with self._database.read() as connection:
            return _any_live(connection)

    def trained(self, most: int, *, visitor: str = "", also: Iterable[str] = ()) -> list[Run]:
        """Runs that have weights: the visitor's own, others', then trials; the newest of each first.

        Args:
            most: how many at most.
            visitor: token of a browser.
            also: ids of further ones, which follow where they are not among them.
        """
        has_weights = runs.c.step > 0
        order = [sa.case((SINGLE, 0), else_=1), _others(visitor), *_NEWEST]
        with self._database.read() as connection:
            return _some(connection, [has_weights], order, most, also=also)

    def count_trained(self) -> int:
        """How many runs have weights, trials not among them."""
        with self._database.read() as connection:
            return _count(connection, SINGLE, runs.c.step > 0)

    def finished(
        self, most: int, *, architecture: str | None = None, data_digest: str | None = None, also: Iterable[str] = ()
    ) -> list[Run]:
        """The newest finished runs that were trained here; lessons are among them.

        Args:
            most: how many at most.
            architecture: of this architecture alone.
            data_digest: of this data set alone.
            also: ids of further ones, which count where they are older.
        """
        which = [runs.c.status == Status.FINISHED, runs.c.started.is_not(None), runs.c.seconds > 0]
        if architecture is not None:
            which.append(runs.c.config["architecture"].as_string() == architecture)
        if data_digest is not None:
            which.append(runs.c.data_digest == data_digest)
        with self._database.read() as connection:
            return _some(connection, which, _NEWEST, most, also=also)


def known(rows: Iterable[sa.Row[Any]]) -> list[Run]:
    """The runs in these rows, but for those whose settings this version does not know."""
    found = []
    for row in rows:
        try:
            found.append(Run.from_values(dict(row._mapping)))
        except ConfigError:
            continue
    return found


def ended_of(visitor: str) -> tuple[sa.ColumnElement[bool], ...]:
    """What holds for a visitor's own runs that have ended, trials not among them."""
    return SINGLE, runs.c.status.not_in(LIVE), _own(visitor)


def _own(visitor: str) -> sa.ColumnElement[bool]:
    return sa.and_(runs.c.visitor == visitor, runs.c.visitor != "")


def _count(connection: sa.Connection, *which: sa.ColumnElement[bool]) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(runs).where(*which)).scalar_one()


def _any_live(connection: sa.Connection) -> bool:
    query = sa.select(runs.c.id).where(SINGLE, runs.c.status.in_(LIVE)).limit(1)
    return connection.execute(query).first() is not None


def _others(visitor: str) -> sa.ColumnElement[int]:
    return sa.case((_own(visitor), 0), else_=1)


def _some(
    connection: sa.Connection,
    which: Iterable[sa.ColumnElement[bool]],
    order: Iterable[sa.ColumnElement[Any]],
    most: int,
    first: int = 0,
    *,
    also: Iterable[str] = (),
) -> list[Run]:
    """Runs of which all conditions hold, cut by their ids: the settings of others are not read.

    Those of the ids `also` of which they hold, too, follow where they are not among them.
    """
    which, order = list(which), list(order)
    chosen = sa.select(runs.c.id).where(*which).order_by(*order).limit(most).offset(first).subquery()
    found = known(connection.execute(sa.select(*RUN_COLUMNS).join(chosen, chosen.c.id == runs.c.id).order_by(*order)))
    missing = set(also) - {run.id for run in found}
    if missing:
        found += _some(connection, [*which, runs.c.id.in_(missing)], order, len(missing))
    return found
