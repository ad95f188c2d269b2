"""A comparison in words: who is better, by how much, and how often chance would do that."""

from __future__ import annotations

from math import floor, log10

from mnist_core.insight.all_images.comparison import Comparison
from mnist_core.numerals import INTERVAL, brief, in_points, numeral, out_of, percent, signed_points
from ui.words.run_words import right_words

RARE = 0.05  # below it the difference is more than chance explains, with the 95 % of all intervals here
RAREST = 1e-12
SCALES = ((1e9, "thousand million"), (1e6, "million"))


def verdict(comparison: Comparison) -> str:
    """Markdown: one sentence on which of A and B reads more, with the interval of the difference."""
    a, b = (comparison.counts["both"] + comparison.counts[cell] for cell in ("only_a", "only_b"))
    n, low, high = comparison.images, *comparison.interval
    if a == b:
        who = f"A and B read equally many right: {right_words(a, n)}, {percent(a / n, 2)}, with either."
        return f"**{who}** B minus A: {INTERVAL} {signed_points(low, high)}."
    better, other = ("B", "A") if b > a else ("A", "B")
    low, high = (low, high) if b > a else (-high, -low)
    return (
        f"**{better} reads {in_points((b - a) / n)} more right than {other}**, {INTERVAL} {signed_points(low, high)}: "
        f"{percent(b / n, 2)} with B, {percent(a / n, 2)} with A ({numeral(b)} and {out_of(a, n)})."
    )


def fixes(comparison: Comparison) -> str:
    """Markdown: what changes from A to B image by image, with McNemar's exact test."""
    counts, n = comparison.counts, comparison.images
    fixed, broken = counts["only_b"], counts["only_a"]
    if not fixed and not broken:
        return f"B fixes none of the {numeral(n)} images and breaks none: the same images are right with both."
    what = (
        f"B fixes **{numeral(fixed)}** of {numeral(n)} images that A misreads and breaks **{numeral(broken)}** that A "
        "reads right"
    )
    if comparison.p_value < RARE:
        return f"{what}; chance alone would do that {chance_words(comparison.p_value)}."
    return (
        f"{what}; chance alone does that {chance_words(comparison.p_value)}, so these images do not show that either "
        "is better."
    )


def chance_words(p: float) -> str:
    """How often something of this probability happens, as people say it.

    Args:
        p: in [0, 1]; below 1e-12 the words stay the same.
    """
    if p >= 0.95:
        return "nearly every time"
    if p >= 0.1:
        return _times(round(10 * p), 10)
    if p >= 0.02:
        return _times(round(100 * p), 100)
    if p <= RAREST:
        return "less than once in a million million"
    return f"less than once in {_large(1 / p)}"


def _times(number: int, of: int) -> str:
    return f"once in {of}" if number == 1 else f"{number} times in {of}"


def _large(number: float) -> str:
    """A number rounded down to two digits, from a million on with a word."""
    step = 10 ** (floor(log10(number)) - 1)
    rounded = floor(number / step * (1 + 1e-12)) * step
    for scale, name in SCALES:
        if rounded >= scale:
            return f"a {name}" if rounded == scale else f"{brief(rounded / scale)} {name}"
    return numeral(rounded)
