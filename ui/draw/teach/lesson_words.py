"""What a lesson did, in sentences: which drawings are read now that were not before, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnist_core.network.network import Network
from mnist_core.numerals import an, numeral
from mnist_core.store.lessons import Lesson, Result

MOST_DIGITS = 3  # that are named
NEW = "The new network"  # The one it was taught from stays as it was, and stands on the same page.


def lesson_words(lesson: Lesson, taught: Network, result: Result, *, data_name: str) -> str:
    """What a network has learned, and forgotten, in a sentence or two.

    E.g. "The new network now reads 3 of your 4 drawings of a 7 (before: 0). It lost 12 of MNIST's 10,000 test images."

    Args:
        lesson: the lesson; its drawings count alike, taught and held back.
        taught: the network that came of it.
        result: what the worker measured.
        data_name: whose test images it was tested on.
    """
    before, after = (each.classify(lesson.images) == lesson.labels for each in (lesson.network, taught))
    return f"{_drawings(lesson.labels, before, after)} {_tested(result.tested, data_name)}"


def _drawings(labels: np.ndarray, before: np.ndarray, after: np.ndarray) -> str:
    of, was, now = (np.bincount(labels[kept], minlength=10) for kept in (labels < 10, before, after))
    gained = [digit for digit in np.argsort(was - now, kind="stable").tolist() if now[digit] > was[digit]]
    lost = [digit for digit in range(10) if now[digit] < was[digit]]
    if not gained and not lost:
        if after.all():
            return f"{NEW} reads all {numeral(len(labels))} of your drawings, as the old one did."
        return f"{NEW} reads {numeral(after.sum())} of your {numeral(len(labels))} drawings, as many as before."
    # The only drawing of a digit is read or it is not: there is nothing to count.
    kinds = [
        ("now reads", gained),
        ("reads only", [digit for digit in lost if of[digit] > 1]),
        ("no longer reads", [digit for digit in lost if of[digit] == 1]),
    ]
    sentences: list[str] = []
    for verb, digits in kinds:
        if not digits:
            continue
        named = [_of_digit(digit, of, was, now) for digit in digits[:MOST_DIGITS]]
        more = len(digits) - len(named)
        named += [f"more of {more} other {'digit' if more == 1 else 'digits'}"] if more and digits is gained else []
        subject = NEW if not sentences else "But it" if gained and len(sentences) == 1 else "It"
        sentences.append(f"{subject} {verb} {_listed(named)}.")
    return " ".join(sentences)


def _of_digit(digit: int, of: np.ndarray, was: np.ndarray, now: np.ndarray) -> str:
    if of[digit] == 1:
        return f"your {digit}"
    return f"{numeral(now[digit])} of your {numeral(of[digit])} drawings of {an(digit)} (before: {numeral(was[digit])})"


def _tested(tested: tuple[int, int, int], data_name: str) -> str:
    of, before, after = tested
    if before == after:
        return f"Of {data_name}'s {numeral(of)} test images it reads as many as before."
    return (
        f"It {'gained' if after > before else 'lost'} {numeral(abs(after - before))} of {data_name}'s "
        f"{numeral(of)} test images."
    )


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
