"""Which browser asked for a run or an experiment, and how often people have changed what becomes of it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Runs and experiments that are there belong to nobody."""
    for table in ("experiments", "runs"):
        op.add_column(table, sa.Column("visitor", sa.String(32), nullable=False, server_default=sa.text("''")))
        op.add_column(table, sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_runs_visitor", "runs", ["visitor"])
