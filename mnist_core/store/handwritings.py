"""Whose each handwriting is: every visitor has one of their own, and all others are shared.

Its name is two plain words and a number, such as "Amber otter 42".  It follows from the visitor's
token, so that it is the same in every window and after every restart, and tells nothing about it.
Two visitors may come to the same name: with the first drawing that is kept under it a name is
somebody's own, and the other is given their next.  "guest" of earlier versions is shared.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from itertools import count

import sqlalchemy as sa

from mnist_core.errors import ConfigError
from mnist_core.store.database.database import Part
from mnist_core.store.database.schema import drawings, handwritings

FIRST = (
    "amber", "azure", "birch", "blue", "brass", "bright", "bronze", "calm", "cedar", "cherry", "clear", "clever",
    "cloudy", "copper", "coral", "crimson", "early", "emerald", "fern", "forest", "frosty", "gentle", "ginger",
    "golden", "granite", "green", "hazel", "indigo", "ivory", "jade", "juniper", "lemon", "lilac", "lively", "lucky",
    "lunar", "maple", "marble", "merry", "mint", "misty", "olive", "opal", "pearl", "pebble", "pine", "purple",
    "quick", "quiet", "ruby", "rusty", "sandy", "scarlet", "silver", "snowy", "spring", "starry", "sunny", "swift",
    "teal", "velvet", "violet", "willow", "windy",
)  # fmt: skip
SECOND = (
    "badger", "beaver", "bison", "bluebird", "bumblebee", "butterfly", "camel", "cheetah", "chickadee", "cricket",
    "crane", "deer", "dolphin", "dragonfly", "duck", "eagle", "falcon", "finch", "firefly", "flamingo", "fox",
    "gazelle", "gecko", "giraffe", "hare", "hedgehog", "heron", "hummingbird", "ibis", "jaguar", "kingfisher",
    "kiwi", "koala", "ladybird", "lark", "lemur", "lynx", "magpie", "marmot", "moose", "nightingale", "octopus",
    "orca", "otter", "owl", "panda", "panther", "parrot", "pelican", "penguin", "puffin", "quail", "rabbit",
    "raven", "robin", "salmon", "seal", "sparrow", "squirrel", "starling", "swallow", "tiger", "turtle", "wren",
)  # fmt: skip
NUMBERS = range(10, 100)


def names_of(visitor: str) -> Iterator[str]:
    """The names that a visitor may have, the first to be tried first; without end.

    Args:
        visitor: the token of their browser.
    """
    for attempt in count():
        drawn = int.from_bytes(hashlib.sha256(f"handwriting {attempt} of {visitor}".encode()).digest(), "big")
        drawn, first = divmod(drawn, len(FIRST))
        drawn, second = divmod(drawn, len(SECOND))
        yield f"{FIRST[first].capitalize()} {SECOND[second]} {NUMBERS[drawn % len(NUMBERS)]}"


class Handwritings(Part):
    """Whose the handwritings in a database are."""

    def own(self, visitor: str) -> str:
        """The name of the visitor's own handwriting: the one they have, else the first for them that is free."""
        with self._database.read() as connection:
            return _own_hand(connection, visitor)

    def owner_of(self, hand: str) -> str:
        """The visitor whose own this handwriting is; empty where it is shared."""
        with self._database.read() as connection:
            return owner_of(connection, hand)

    def shared(self, *, most: int) -> list[str]:
        """Names under which something is kept and that are nobody's own; those with most drawings first."""
        owned = sa.select(handwritings.c.name)
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(drawings.c.hand)
                .where(drawings.c.hand.not_in(owned))
                .group_by(drawings.c.hand)
                .order_by(sa.func.count().desc(), drawings.c.hand)
                .limit(most)
            )
            return [row.hand for row in rows]


def _own_hand(connection: sa.Connection, visitor: str) -> str:
    query = sa.select(handwritings.c.name).where(handwritings.c.visitor == visitor)
    own = connection.execute(query).scalar_one_or_none()
    return own or next(name for name in names_of(visitor) if _is_free(connection, name))


def _is_free(connection: sa.Connection, name: str) -> bool:
    """Whether the name is nobody's, and nothing was kept under it by somebody who typed it."""
    kept = connection.execute(sa.select(drawings.c.id).where(drawings.c.hand == name).limit(1)).first()
    return kept is None and not owner_of(connection, name)


def owner_of(connection: sa.Connection, name: str) -> str:
    """The visitor whose own this handwriting is; empty where it is shared."""
    query = sa.select(handwritings.c.visitor).where(handwritings.c.name == name)
    return connection.execute(query).scalar_one_or_none() or ""


def claim(connection: sa.Connection, visitor: str, names: set[str]) -> None:
    """Make the visitor's name theirs, unless it is.

    Raises:
        ConfigError: the drawings are kept under another.
    """
    own = _own_hand(connection, visitor)
    if names != {own}:  # Somebody else has had the name since it was shown.
        raise ConfigError("handwriting", ", ".join(sorted(names)), f"{own!r}, the name that this browser has")
    if not owner_of(connection, own):
        connection.execute(sa.insert(handwritings).values(name=own, visitor=visitor, created=time.time()))
