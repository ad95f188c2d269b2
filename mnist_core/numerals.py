"""Numbers as they are read aloud."""

from __future__ import annotations


def an(number: int) -> str:
    """The number with the article that it has when it is read aloud: "a 3", "an 8", "an 11"."""
    first = f"{number:,}".split(",")[0]
    return f"{'an' if first.startswith('8') or first in ('11', '18') else 'a'} {number:,}"
