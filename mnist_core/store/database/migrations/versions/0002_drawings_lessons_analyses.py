"""Drawings that people keep, lessons made from them, and analyses.

Versions between the releases made these tables, where they were missing, without taking
note of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make those that are missing."""
    # Their indexes on their own: Alembic would make one of a table that is there.
    op.create_table(
        "lessons",
        sa.Column("run_id", sa.String(8), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("hand", sa.String(40), nullable=False),
        sa.Column("parent", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("result", sa.JSON),
        if_not_exists=True,
    )
    op.create_table(
        "drawings",
        sa.Column("id", sa.String(8), primary_key=True),
        sa.Column("hand", sa.String(40), nullable=False),
        sa.Column("label", sa.SmallInteger, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("strokes", sa.JSON, nullable=False),
        sa.Column("image", sa.LargeBinary, nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "analyses",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("run_id", sa.String(8), sa.ForeignKey("runs.id", ondelete="CASCADE")),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
    for table, column in (("lessons", "hand"), ("drawings", "hand"), ("analyses", "run_id")):
        op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)
