"""What a lesson did, in sentences: which drawings are read now that were not before, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnist_core.network.network import Network
from mnist_core.numerals import an, count, numeral
from mnist_core.store.lessons import Lesson, Result

MOST_DIGITS = 3  # that are named


def lesson_words(lesson: Lesson, taught: Network, result: Result, *, data_name: str) -> str:
    """What a network has learned, and forgotten, in a sentence or two.

    E.g. "It now reads 3 of your 4 drawings of a 7 (before: 0). It lost 12 of MNIST's 10,000 test images."

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
            return f"It reads all {numeral(len(labels))} of your drawings, as it did before."
        return f"It reads {numeral(after.sum())} of your {numeral(len(labels))} drawings, as many as before."
    sentences = []
    if gained:
        named = [_of_digit(digit, of, was, now) for digit in gained[:MOST_DIGITS]]
        more = len(gained) - len(named)
        named += [f"more of {more} other {'digit' if more == 1 else 'digits'}"] if more else []
        sentences.append(f"It now reads {_listed(named)}.")
    if lost:
        named = [_of_digit(digit, of, was, now) for digit in lost[:MOST_DIGITS]]
        sentences.append(f"{'But it' if gained else 'It'} reads only {_listed(named)}.")
    return " ".join(sentences)


def _of_digit(digit: int, of: np.ndarray, was: np.ndarray, now: np.ndarray) -> str:
    return f"{numeral(now[digit])} of your {count(of[digit], 'drawing')} of {an(digit)} (before: {numeral(was[digit])})"


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
