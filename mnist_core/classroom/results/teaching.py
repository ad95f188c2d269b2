"""What a network is taught from a class's drawings: split by person, not by drawing.

Whoever is held out is held out with all drawings: a network that has learned a person's sevens reads that
person's other sevens better, and a test on these would promise too much for the next class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.classroom.results.wall import Drawings
from mnist_core.classroom.rules import refused
from mnist_core.insight.all_images.comparison import Comparison
from mnist_core.network.network import Network
from mnist_core.store.lessons import MOST_TAUGHT, Lesson

HELD_OUT = 5  # one person in so many
HELD_OUT_FROM = 4  # people; with fewer all of them are taught, and nobody is left to test on
FEW = 10  # one person in so many makes up the few
COMPARED_FROM = 8  # people: two to test on, one against five


def held_out(people: np.ndarray, *, seed: int) -> np.ndarray:
    """(n,) bool: the drawings of a fifth of the people, drawn by lot; none of fewer than four people.

    Args:
        people: (n,) whose the drawings are.
        seed: of the lot.
    """
    there = np.unique(people)
    if len(there) < HELD_OUT_FROM:
        return np.zeros(len(people), bool)
    number = max(1, round(len(there) / HELD_OUT))
    return np.isin(people, np.random.default_rng(seed).permutation(there)[:number])


def lesson(drawings: Drawings, *, hand: str, parent: str, network: Network, seed: int) -> Lesson:
    """The lesson from all of a class's drawings, people held out to test on.

    Where there are more than a lesson takes, it takes of everybody equally many.

    Args:
        drawings: with their paths.
        hand: name under which it is kept.
        parent: key of the network.
        network: the network that is taught.
        seed: of who is held out.

    Raises:
        Refused: there is no drawing.
    """
    if not len(drawings):
        raise refused("no drawings")
    taken = _evenly(drawings.people, MOST_TAUGHT)
    return _lesson(drawings, taken, held_out(drawings.people, seed=seed)[taken], hand, parent, network)


@dataclass(frozen=True, eq=False)
class Arms:
    """One question: many drawings of few people, or few drawings of many?  As many drawings of each digit in both.

    Attributes:
        few: (m,) int64 places of the drawings of few people.
        many: (m,) int64 places of as many, of as many people as can be.
        tested: (k,) int64 places of the drawings of people who are in neither.
        people: how many there are in `few`, and in `many`.
    """

    few: np.ndarray
    many: np.ndarray
    tested: np.ndarray
    people: tuple[int, int]


def arms(people: np.ndarray, labels: np.ndarray, *, seed: int) -> Arms:
    """The two lessons of the question "three people with a hundred digits, or thirty with ten?", as large as they get.

    Args:
        people: (n,) whose the drawings are.
        labels: (n,) their digits.
        seed: of the lot.

    Raises:
        Refused: fewer than eight people.
    """
    there, counts = np.unique(people, return_counts=True)
    if len(there) < COMPARED_FROM:
        raise refused("few people", people=COMPARED_FROM)
    tested = held_out(people, seed=seed)
    rest = np.setdiff1d(there, people[tested])
    # Those who have drawn most: the question is what their many drawings are worth.
    lot = np.random.default_rng([seed, 1]).permutation(len(rest))
    drawn = counts[np.searchsorted(there, rest)]
    chosen = rest[np.lexsort((lot, -drawn))[: max(1, round(len(there) / FEW))]]
    few = np.flatnonzero(np.isin(people, chosen))
    many = _spread(people, labels, ~tested, np.bincount(labels[few], minlength=10), lot_seed=seed)
    return Arms(few, many, np.flatnonzero(tested), (len(chosen), len(np.unique(people[many]))))


def lessons(drawings: Drawings, compared: Arms, *, hand: str, parent: str, network: Network) -> tuple[Lesson, Lesson]:
    """The lessons of few and of many, tested on the same people; see `arms` and, for the others, `lesson`."""
    few, many = (
        _lesson(
            drawings,
            np.concatenate([taught, compared.tested]),
            np.arange(len(taught) + len(compared.tested)) >= len(taught),
            hand,
            parent,
            network,
        )
        for taught in (compared.few, compared.many)
    )
    return few, many


def comparison(few: Network, many: Network, images: np.ndarray, labels: np.ndarray) -> Comparison:
    """How the network taught by few (A) and that taught by many (B) read the drawings of people in neither.

    Args:
        few: what came of the first of `lessons`.
        many: and of the second.
        images: (k, 28, 28) uint8 of `Arms.tested`.
        labels: (k,) their digits.
    """
    return Comparison.of(few.scores(images), many.scores(images), labels)


def _spread(
    people: np.ndarray, labels: np.ndarray, may: np.ndarray, wanted: np.ndarray, *, lot_seed: int
) -> np.ndarray:
    """Places of so many drawings of each digit, one after the other of whoever has given fewest so far."""
    lot = np.random.default_rng([lot_seed, 2]).permutation(len(people))
    given = np.zeros(people.max() + 1, np.int64)
    free = may.copy()
    chosen = []
    for digit in np.repeat(np.arange(len(wanted)), wanted):
        there = np.flatnonzero(free & (labels == digit))
        place = there[np.lexsort((lot[there], given[people[there]]))[0]]
        free[place] = False
        given[people[place]] += 1
        chosen.append(place)
    return np.sort(np.array(chosen, np.int64))


def _evenly(people: np.ndarray, most: int) -> np.ndarray:
    """Places of at most so many drawings, in their order: the first of everybody, then the second of everybody, ..."""
    turn = np.zeros(len(people), np.int64)
    for person in np.unique(people):
        turn[people == person] = np.arange((people == person).sum())
    return np.sort(np.argsort(turn, kind="stable")[:most])


def _lesson(
    drawings: Drawings, places: np.ndarray, held_back: np.ndarray, hand: str, parent: str, network: Network
) -> Lesson:
    return Lesson(
        hand=hand,
        parent=parent,
        network=network,
        images=drawings.images[places],
        labels=drawings.labels[places],
        strokes=tuple(drawings.strokes[place] for place in places),
        held_back=held_back,
    )
