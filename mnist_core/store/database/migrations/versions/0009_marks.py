"""What is somebody's bears the hash of their browser's token, not the token; a drawing bears it too."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

MARKED = ("runs", "experiments", "turns", "handwritings")


def upgrade() -> None:
    """Drawings of before are their handwriting's owner's, or the teacher's."""
    connection = op.get_bind()
    for name in MARKED:
        table = sa.table(name, sa.column("visitor", sa.String))
        tokens = connection.execute(sa.select(table.c.visitor).where(table.c.visitor != "").distinct()).scalars().all()
        for token in tokens:
            mark = hashlib.sha256(token.encode()).hexdigest()[:32]
            connection.execute(sa.update(table).where(table.c.visitor == token).values(visitor=mark))
    op.add_column("drawings", sa.Column("visitor", sa.String(32), nullable=False, server_default=sa.text("''")))
