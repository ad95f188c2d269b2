"""What tests look up in a store's tables."""

import sqlalchemy as sa

from mnist_core.store.database import schema
from mnist_core.store.store import Store


def hands(store: Store) -> dict[str, int]:
    """How many drawings are kept under each name."""
    hand = schema.drawings.c.hand
    with store.read() as connection:
        return dict(connection.execute(sa.select(hand, sa.func.count()).group_by(hand)).tuples().all())
