"""Who is still there: a phone asks every few seconds while its page is open, and of that one minute is kept.

The minute lies in the store, since the phones of a class may ask another server than its desk does.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from mnist_core.store.rooms.records import Person

GONE = 2  # whole minutes without a word: by then a phone whose page is open has asked several times


def this_minute() -> int:
    """The minute since 1970."""
    return int(time.time() // 60)


def is_away(person: Person, minute: int) -> bool:
    """Whether the phone has not asked for two minutes; one of which nothing is noted yet may be there."""
    return person.seen is not None and minute - person.seen > GONE


def away(people: Iterable[Person]) -> frozenset[str]:
    """Ids of those who are away now."""
    minute = this_minute()
    return frozenset(each.id for each in people if is_away(each, minute))
