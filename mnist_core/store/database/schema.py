"""The store's tables.

Only types and constraints that every database of SQLAlchemy has; what belongs to a run
goes with it.  A change here needs a step in `migrations/versions`, which makes it in the
stores that there are.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

VERSION = 11  # the number of the newest step in `migrations/versions`

metadata = sa.MetaData()


def _run_id() -> sa.Column[Any]:
    return sa.Column("run_id", sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)


origin = sa.Table(
    "digitlab",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("identity", sa.String(32), nullable=False),  # tells two stores apart, whatever their addresses
)
experiments = sa.Table(
    "experiments",
    metadata,
    sa.Column("id", sa.String(8), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("plan", sa.JSON, nullable=False),  # what is searched, and how
    sa.Column("command", sa.String(8), nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("visitor", sa.String(32), nullable=False, server_default=sa.text("''")),
    sa.Column("revision", sa.Integer, nullable=False, server_default="0"),
)
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.String(8), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("config", sa.JSON, nullable=False),
    sa.Column("data_name", sa.String(200), nullable=False),
    sa.Column("data_digest", sa.String(64), nullable=False),
    sa.Column("parent", sa.String(8)),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("command", sa.String(8), nullable=False),
    sa.Column("owner", sa.String(32), nullable=False),  # the claim of the worker that may write
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
    sa.Column("message", sa.Text, nullable=False),  # what no column says
    sa.Column("experiment", sa.ForeignKey("experiments.id", ondelete="CASCADE"), index=True),  # NULL: a run by itself
    sa.Column("trial", sa.Integer),  # its number in the experiment
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),  # claims since it was asked for
    sa.Column("number", sa.Integer, nullable=False, server_default="0"),  # the order of creation, whatever clocks say
    sa.Column(
        "visitor", sa.String(32), nullable=False, server_default=sa.text("''"), index=True
    ),  # the browser that asked for it
    sa.Column("revision", sa.Integer, nullable=False, server_default="0"),  # raised by all that people do to it
    sa.Column("cause", sa.String(16), nullable=False, server_default=sa.text("''")),  # why it ended so
    sa.Column("cause_step", sa.Integer),
    sa.Column("kept_epoch", sa.Integer),  # NULL: its weights are those of the last
    sa.Column("median", sa.Double),  # which it was given up below
    sa.Column("lost_step", sa.Integer),  # where its worker died
    sa.Column("resumed_step", sa.Integer),  # where another took it up
)
datasets = sa.Table(
    "datasets",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("known", sa.String(32), nullable=False),  # key of the catalogue; empty for what is somebody's own
    sa.Column("classes", sa.JSON, nullable=False),
    sa.Column("drawn", sa.Boolean, nullable=False),
    sa.Column("training", sa.Integer, nullable=False),
    sa.Column("test", sa.Integer, nullable=False),
    sa.Column("notes", sa.JSON, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("visitor", sa.String(32), nullable=False),  # who brought it
)
dataset_parts = sa.Table(  # cut into parts: no row takes more than some megabytes
    "dataset_parts",
    metadata,
    sa.Column("digest", sa.ForeignKey("datasets.digest", ondelete="CASCADE"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
dataset_choices = sa.Table(
    "dataset_choices",
    metadata,
    sa.Column("visitor", sa.String(32), primary_key=True),  # empty: the teacher's choice for everybody
    sa.Column("source", sa.String(64), nullable=False),  # "mnist", "synthetic", or the digest of one that was brought
)
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("visitor", sa.String(32), primary_key=True),
    sa.Column("turn", sa.Integer, nullable=False),  # when a worker last took a run of theirs; the lowest is the next
)
metrics = sa.Table(
    "metrics",
    metadata,
    _run_id(),
    sa.Column("step", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Double, nullable=False),
    sa.Column("loss", sa.Double, nullable=False),
    sa.Column("accuracy", sa.Double, nullable=False),
    sa.Column("test_loss", sa.Double),
    sa.Column("test_accuracy", sa.Double),
    sa.Column("seconds", sa.Double, nullable=False),
)
snapshots = sa.Table(
    "snapshots",
    metadata,
    _run_id(),
    sa.Column("step", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Double, nullable=False),
    sa.Column("network", sa.LargeBinary, nullable=False),
)
live = sa.Table(
    "live",
    metadata,
    _run_id(),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("epoch", sa.Double, nullable=False),
    sa.Column("network", sa.LargeBinary, nullable=False),
)
states = sa.Table(
    "states",
    metadata,
    _run_id(),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
)
outputs = sa.Table(
    "outputs",
    metadata,
    _run_id(),
    sa.Column("scores", sa.LargeBinary, nullable=False),
)
lessons = sa.Table(
    "lessons",
    metadata,
    _run_id(),
    sa.Column("hand", sa.String(40), nullable=False, index=True),
    sa.Column("parent", sa.String(64), nullable=False),  # key of the network that is taught
    sa.Column("content", sa.LargeBinary, nullable=False),  # all that a worker needs, wherever it is
    sa.Column("result", sa.JSON),  # before and after; NULL until it is finished
)
drawings = sa.Table(
    "drawings",
    metadata,
    sa.Column("id", sa.String(8), primary_key=True),
    sa.Column("hand", sa.String(40), nullable=False, index=True),
    sa.Column("label", sa.SmallInteger, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("strokes", sa.JSON, nullable=False),
    sa.Column("image", sa.LargeBinary, nullable=False),
    sa.Column("said", sa.JSON, nullable=False),
    sa.Column("visitor", sa.String(32), nullable=False, server_default=sa.text("''")),  # who kept it
)
handwritings = sa.Table(
    "handwritings",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),  # of `drawings.hand`
    sa.Column("visitor", sa.String(32), nullable=False, unique=True),  # whose own it is
    sa.Column("created", sa.Double, nullable=False),
)
analyses = sa.Table(
    "analyses",
    metadata,
    sa.Column("key", sa.String(32), primary_key=True),
    sa.Column("run_id", sa.ForeignKey("runs.id", ondelete="CASCADE"), index=True),  # NULL: not about a run
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
rooms = sa.Table(
    "rooms",
    metadata,
    sa.Column("code", sa.String(6), primary_key=True),
    sa.Column("created", sa.Double, nullable=False, index=True),
    sa.Column("revision", sa.Integer, nullable=False),  # raised by all that the teacher does
    sa.Column("activity", sa.Integer, nullable=False),  # raised by all that people do
    sa.Column("state", sa.JSON, nullable=False),
)
people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.String(8), primary_key=True),
    sa.Column("room", sa.ForeignKey("rooms.code", ondelete="CASCADE"), nullable=False),
    sa.Column("token", sa.String(64), nullable=False),  # its hash; the phone alone has the token
    sa.Column("first", sa.SmallInteger, nullable=False),  # places of the two words of the nickname
    sa.Column("second", sa.SmallInteger, nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Column("seen", sa.Integer),  # the minute since 1970 in which it asked last; NULL: not noted yet
    sa.UniqueConstraint("room", "token", name="uq_people_token"),
    sa.UniqueConstraint("room", "first", "second", name="uq_people_nickname"),
)
answers = sa.Table(
    "answers",
    metadata,
    sa.Column("id", sa.String(8), primary_key=True),
    sa.Column("person", sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("step", sa.SmallInteger, nullable=False),
    sa.Column("slot", sa.SmallInteger, nullable=False),
    sa.Column("value", sa.SmallInteger, nullable=False),
    sa.Column("take", sa.Integer, nullable=False),
    sa.Column("sent", sa.String(32), nullable=False),  # an id that the phone gave it
    sa.Column("about", sa.ForeignKey("answers.id", ondelete="CASCADE"), index=True),  # the drawing that was read
    sa.Column("image", sa.LargeBinary),  # NULL: no drawing
    sa.Column("strokes", sa.JSON(none_as_null=True)),
    sa.Column("hidden", sa.Boolean, nullable=False),
    sa.UniqueConstraint("person", "round", "step", "slot", name="uq_answers_slot"),
)
