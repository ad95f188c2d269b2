"""Numbers as people write them, and as they are read aloud: the one place that words and reads them.

Python's `int` and `float` take more than people mean: "1_0" is ten to them, and so are the digits
of other scripts; and digits without end take time without end.  What comes from an address, a form, the
command line, the environment or a file is read here.
"""

from __future__ import annotations

import re

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_MINUS, _PERCENT = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}%"
INTERVAL = f"95{_PERCENT} interval"
_LONGEST = 40  # characters of a decimal number


def an(number: int) -> str:
    """The number with the article that it has when it is read aloud: "a 3", "an 8", "an 11"."""
    first = f"{number:,}".split(",")[0]
    return f"{'an' if first.startswith('8') or first in ('11', '18') else 'a'} {number:,}"


def count(number: int, noun: str) -> str:
    """The number with its noun, one or many."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def ordinal(number: int) -> str:
    """A place in a row: 1st, 2nd, 3rd, 4th, ..., 11th."""
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number:,}{suffix}"


def numeral(number: float, digits: int = 0) -> str:
    """The number with a comma between thousands, rounded to `digits` behind the point: "10,000", "0.25"."""
    return f"{number:,.{digits}f}".replace("-", _MINUS)


def brief(number: float) -> str:
    """The number with the three digits that count: "0.333", "2.5", "12.3", "1,000"."""
    return f"{number:.3g}" if abs(number) < 999.5 else numeral(number)


def signed(number: float, digits: int = 0) -> str:
    """A difference with its sign, "+1,200" or "\N{MINUS SIGN}0.5"; what is rounded to 0 has none."""
    words = f"{number:+,.{digits}f}"
    return words.replace("-", _MINUS) if words.strip("+-0.") else words[1:]


def out_of(part: int, whole: int) -> str:
    """How many of how many: "9,712 of 10,000"."""
    return f"{part:,} of {whole:,}"


def percent(fraction: float, digits: int = 1) -> str:
    """A fraction in percent, e.g. "97.6 %"; no line ends before the sign."""
    return f"{100 * fraction:.{digits}f}{_PERCENT}"


def percents(low: float, high: float, digits: int = 1) -> str:
    """Two fractions in percent, e.g. "97.3 to 97.9 %"."""
    return f"{100 * low:.{digits}f} to {percent(high, digits)}"


def probable(probability: float) -> str:
    """A probability in percent; one that is nearly 0 or 1 is not rounded to it."""
    return _bounded(probability, "under", "over")


def probable_sign(probability: float) -> str:
    """The same for a table, where there is no room for words: "< 0.1 %", "> 99.9 %"."""
    return _bounded(probability, "<", ">")


def _bounded(probability: float, under: str, over: str) -> str:
    if probability < 0.0005:
        return f"{under}\N{NO-BREAK SPACE}{percent(0.001)}"
    return f"{over}\N{NO-BREAK SPACE}{percent(0.999)}" if probability > 0.9995 else percent(float(probability))


def interval(low: float, high: float, digits: int = 1) -> str:
    """How sure a fraction is, e.g. "95 % interval 97.3 to 97.9 %"."""
    return f"{INTERVAL} {percents(low, high, digits)}"


def in_points(difference: float, digits: int = 2) -> str:
    """A difference of two fractions, without its sign: "0.42 points"."""
    return f"{100 * abs(difference):.{digits}f} points"


def signed_points(*differences: float) -> str:
    """Differences of fractions in points, with signs: "+5.17"; of an interval, "\N{MINUS SIGN}0.10 to +0.32"."""
    return " to ".join(signed(100 * each, 2) for each in differences)


def duration(seconds: float) -> str:
    """A time as people say it: "8.2 s", "3 min 05 s", "2 h 10 min"."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes:02d} min"


def about(seconds: float) -> str:
    """A time that was estimated: "about 20 s", "about 3 min"; "a moment" where it is none to speak of."""
    if seconds < 2:
        return "a moment"
    if seconds < 57.5:
        return f"about {round(seconds) if seconds < 10 else 5 * round(seconds / 5)} s"
    minutes = round(seconds / 60)
    return f"about {minutes} min" if minutes < 60 else f"about {round(seconds / 3600):,} h"


def whole(text: str | None) -> int | None:
    """The whole number that the text is, of 15 digits at most; `None` where it is none."""
    return int(text) if text and _WHOLE.fullmatch(text) else None


def decimal(text: str | None) -> float | None:
    """The number that the text is, such as "0.01", "3" or "1e-3", finite; `None` where it is none."""
    if not text or len(text) > _LONGEST or not _DECIMAL.fullmatch(text):
        return None
    value = float(text)
    return value if abs(value) != float("inf") else None
