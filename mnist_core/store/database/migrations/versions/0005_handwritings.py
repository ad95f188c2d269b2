"""Which handwriting is whose own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table; every handwriting that is there stays shared, as it was."""
    op.create_table(
        "handwritings",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("visitor", sa.String(32), nullable=False, unique=True),
        sa.Column("created", sa.Double, nullable=False),
        if_not_exists=True,
    )
