"""The tables of version 1.0.0."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "digitlab",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("identity", sa.String(32), nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(8), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("config", sa.JSON, nullable=False),
        sa.Column("data_name", sa.String(200), nullable=False),
        sa.Column("data_digest", sa.String(64), nullable=False),
        sa.Column("parent", sa.String(8)),
        sa.Column("status", sa.String(16), nullable=False, index=True),
        sa.Column("command", sa.String(8), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("started", sa.Double),
        sa.Column("ended", sa.Double),
        sa.Column("heartbeat", sa.Double),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("total_steps", sa.Integer, nullable=False),
        sa.Column("images_per_second", sa.Double, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("correct", sa.Integer),
        sa.Column("tested", sa.Integer),
        sa.Column("message", sa.Text, nullable=False),
    )
    op.create_table(
        "metrics",
        _run_id(),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("epoch", sa.Double, nullable=False),
        sa.Column("loss", sa.Double, nullable=False),
        sa.Column("accuracy", sa.Double, nullable=False),
        sa.Column("test_loss", sa.Double),
        sa.Column("test_accuracy", sa.Double),
        sa.Column("seconds", sa.Double, nullable=False),
    )
    op.create_table(
        "snapshots",
        _run_id(),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("epoch", sa.Double, nullable=False),
        sa.Column("network", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "live",
        _run_id(),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("epoch", sa.Double, nullable=False),
        sa.Column("network", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "states",
        _run_id(),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
    )
    op.create_table("outputs", _run_id(), sa.Column("scores", sa.LargeBinary, nullable=False))


def _run_id() -> sa.Column[Any]:
    return sa.Column("run_id", sa.String(8), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
