"""A phone of a class bears the minute in which it asked last, so that one that is gone is not waited for."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Of phones that have joined before it is not known."""
    op.add_column("people", sa.Column("seen", sa.Integer))
