"""How the store's tables came to be what `schema.py` says, one step a file in `versions/`.

A new step is the next number there: what it does to a store of the step before it.  A
test holds the outcome against `schema.metadata`.  Steps of a released version are never
changed: stores were made by them.
"""

from __future__ import annotations

import secrets
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from mnist_core.store.database.faults import ForeignTables
from mnist_core.store.database.schema import VERSION, origin, runs

HISTORY = "digitlab_schema"  # Alembic's table; the name it would take belongs to anybody
FIRST = "0001"  # what version 1.0.0 made, which kept no history yet
LOCK = 0x6469676974  # any number, the same for all who migrate: "digit"


def migrate(connection: sa.Connection) -> None:
    """Bring the tables to this version, from any earlier one or from nothing, in the connection's transaction.

    Of many processes that do so at once one does it, while the others wait and find it
    done.  Until the transaction is committed nobody sees anything of it, and where it is
    not, nothing of it happened.

    Args:
        connection: in a transaction that holds the write lock, where the database is SQLite.

    Raises:
        ForeignTables: the tables belong to another program.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    tables = sa.inspect(connection).get_table_names()
    if origin.name not in tables and runs.name in tables:
        raise ForeignTables
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    if origin.name in tables:
        if connection.execute(sa.select(origin.c.version)).scalar_one() >= VERSION:
            return  # Another process was faster.
        if HISTORY not in tables:
            command.stamp(config, FIRST)
    command.upgrade(config, "head")
    if origin.name in tables:
        connection.execute(sa.update(origin).values(version=VERSION))
    else:
        connection.execute(sa.insert(origin).values(version=VERSION, identity=secrets.token_hex(8)))
