"""Numbers as people write them, and as they are read aloud.

Python's `int` and `float` take more than people mean: "1_0" is ten to them, and so are the digits
of other scripts; and digits without end take time without end.  What comes from an address, a form, the
command line, the environment or a file is read here.
"""

from __future__ import annotations

import re

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_LONGEST = 40  # characters of a decimal number


def an(number: int) -> str:
    """The number with the article that it has when it is read aloud: "a 3", "an 8", "an 11"."""
    first = f"{number:,}".split(",")[0]
    return f"{'an' if first.startswith('8') or first in ('11', '18') else 'a'} {number:,}"


def count(number: int, noun: str) -> str:
    """The number with its noun, one or many."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def whole(text: str | None) -> int | None:
    """The whole number that the text is, of 15 digits at most; `None` where it is none."""
    return int(text) if text and _WHOLE.fullmatch(text) else None


def decimal(text: str | None) -> float | None:
    """The number that the text is, such as "0.01", "3" or "1e-3", finite; `None` where it is none."""
    if not text or len(text) > _LONGEST or not _DECIMAL.fullmatch(text):
        return None
    value = float(text)
    return value if abs(value) != float("inf") else None
