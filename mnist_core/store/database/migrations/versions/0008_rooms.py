"""Classes: rooms, the people in them, and what they sent."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """No class has begun yet."""
    op.create_table(
        "rooms",
        sa.Column("code", sa.String(6), primary_key=True),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("activity", sa.Integer, nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
    )
    op.create_index("ix_rooms_created", "rooms", ["created"])
    op.create_table(
        "people",
        sa.Column("id", sa.String(8), primary_key=True),
        sa.Column("room", sa.String(6), sa.ForeignKey("rooms.code", ondelete="CASCADE"), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("first", sa.SmallInteger, nullable=False),
        sa.Column("second", sa.SmallInteger, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.UniqueConstraint("room", "token", name="uq_people_token"),
        sa.UniqueConstraint("room", "first", "second", name="uq_people_nickname"),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.String(8), primary_key=True),
        sa.Column("person", sa.String(8), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("step", sa.SmallInteger, nullable=False),
        sa.Column("slot", sa.SmallInteger, nullable=False),
        sa.Column("value", sa.SmallInteger, nullable=False),
        sa.Column("take", sa.Integer, nullable=False),
        sa.Column("sent", sa.String(32), nullable=False),
        sa.Column("about", sa.String(8), sa.ForeignKey("answers.id", ondelete="CASCADE")),
        sa.Column("image", sa.LargeBinary),
        sa.Column("strokes", sa.JSON),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sa.UniqueConstraint("person", "round", "step", "slot", name="uq_answers_slot"),
    )
    op.create_index("ix_answers_about", "answers", ["about"])
