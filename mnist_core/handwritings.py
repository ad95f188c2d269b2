"""Names for the handwriting of each visitor: two plain words and a number, such as "Amber otter 42".

A name follows from the visitor's token, so that it is the same in every window and after every
restart, and tells nothing about it.  Two visitors may come to the same name: `Drawings` keeps
which name is whose, and gives the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import count

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
