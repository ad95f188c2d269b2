"""What people ask of a run or an experiment, counted: a press does what it was for, and does it once.

A page shows a run as it was a moment ago, and a press can arrive twice, or after somebody
else's.  So it names the revision that its reader saw: where that is no longer the run's,
nothing is done.  What workers write raises no revision, since it does not change what a
press is for.
"""

from __future__ import annotations

import sqlalchemy as sa


def ask(
    connection: sa.Connection,
    table: sa.Table,
    identity: str,
    revision: int | None,
    /,
    *conditions: sa.ColumnElement[bool],
    **values: object,
) -> bool:
    """Set columns of the run or the experiment as somebody asks, and count it; one UPDATE decides.

    Args:
        connection: one that writes.
        table: `schema.runs` or `schema.experiments`.
        identity: which of them.
        revision: the one that was seen; `None` for whatever it is.
        conditions: what else has to hold.
        values: of columns.

    Returns:
        Whether it was done; it was not where it is not there, either.
    """
    where = [table.c.id == identity, *seen(table, revision), *conditions]
    return bool(connection.execute(sa.update(table).where(*where).values(**values, **raised(table))).rowcount)


def seen(table: sa.Table, revision: int | None) -> list[sa.ColumnElement[bool]]:
    """The condition that it is still as it was seen; none where that does not matter."""
    return [] if revision is None else [table.c.revision == revision]


def raised(table: sa.Table) -> dict[str, sa.ColumnElement[int]]:
    """The value that counts a change, for statements that change several."""
    return {"revision": table.c.revision + 1}
