"""Data sets that people bring, and which one is in use."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Nobody has brought one yet, and all use the one that there is."""
    op.create_table(
        "datasets",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("known", sa.String(32), nullable=False),
        sa.Column("classes", sa.JSON, nullable=False),
        sa.Column("drawn", sa.Boolean, nullable=False),
        sa.Column("training", sa.Integer, nullable=False),
        sa.Column("test", sa.Integer, nullable=False),
        sa.Column("notes", sa.JSON, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
    )
    op.create_table(
        "dataset_parts",
        sa.Column("digest", sa.String(64), sa.ForeignKey("datasets.digest", ondelete="CASCADE"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "dataset_choices",
        sa.Column("visitor", sa.String(32), primary_key=True),
        sa.Column("source", sa.String(64), nullable=False),
    )
