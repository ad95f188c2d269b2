"""Whose turn it is: people who wait for the same workers get them one after the other."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nobody has had a turn yet."""
    op.create_table(
        "turns",
        sa.Column("visitor", sa.String(32), primary_key=True),
        sa.Column("turn", sa.Integer, nullable=False),
    )
