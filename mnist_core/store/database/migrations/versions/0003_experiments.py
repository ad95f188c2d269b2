"""Experiments, the runs' places in them, and the order in which runs were made.

Versions between the releases made the table `experiments`, and with a new store some of
the columns, without taking note of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make what is missing; runs that are there are numbered in the order in which they were made."""
    op.create_table(
        "experiments",
        sa.Column("id", sa.String(8), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("command", sa.String(8), nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        if_not_exists=True,
    )
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("runs")}
    for column in (
        sa.Column("experiment", sa.String(8), sa.ForeignKey("experiments.id", ondelete="CASCADE")),
        sa.Column("trial", sa.Integer),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("number", sa.Integer, nullable=False, server_default="0"),
    ):
        if column.name not in there:
            # Not Alembic's batches: SQLite would delete what belongs to a run along with the old table of runs.
            op.add_column("runs", column, inline_references=True)
    op.create_index("ix_runs_experiment", "runs", ["experiment"], if_not_exists=True)
    op.execute(
        "UPDATE runs SET number = (SELECT count(*) FROM runs AS earlier WHERE earlier.created < runs.created OR "
        "(earlier.created = runs.created AND earlier.id <= runs.id))"
    )
