"""Stores of tests: empty ones, and what tests look up in their tables."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from mnist_core.store.database import schema
from mnist_core.store.store import Store


def hands(store: Store) -> dict[str, int]:
    """How many drawings are kept under each name."""
    hand = schema.drawings.c.hand
    with store.database.read() as connection:
        return dict(connection.execute(sa.select(hand, sa.func.count()).group_by(hand)).tuples().all())


def lay_empty_store(file: Path) -> None:
    """Put an empty store of SQLite there: a copy, since to make its tables takes ten times as long."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_empty_store())


@cache
def _empty_store() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "digitlab.sqlite"
        Store(f"sqlite:///{file}").close()
        return file.read_bytes()
