"""Whose digits are alike, and whether a few people's are misread or everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mnist_core.classroom.rules import refused
from mnist_core.insight.one_image.neighbours import PIXELS, overlap

DRAWS = 2_000  # classes drawn by lot, in which everybody errs alike
BLOCK = 256  # drawings at once: bounds memory
LEAST_ERRORS = 10  # of fewer nobody can tell whose they are
RARE = 0.05  # share of them that differ so much or more: less is no chance any more


class Pair(NamedTuple):
    """Two drawings of two people.

    Attributes:
        first, second: their places, first < second.
        distance: Euclidean, over pixels of 0 to 255.
        overlap: share of their ink that they have in common, 0 to 1.
    """

    first: int
    second: int
    distance: float
    overlap: float


def alike(images: np.ndarray, people: np.ndarray, *, most: int = 12) -> list[Pair]:
    """Drawings and the nearest of another person's, the nearest first; each drawing once at most.

    Args:
        images: (n, 28, 28) uint8.
        people: (n,) whose they are.
        most: pairs at most.
    """
    flat = images.reshape(len(images), PIXELS).astype(np.float64)  # Sums of whole numbers below 2**53: exact.
    squares = np.einsum("ij,ij->i", flat, flat)
    nearest, apart = np.zeros(len(images), np.int64), np.full(len(images), np.inf)
    for start in range(0, len(images), BLOCK):
        rows = slice(start, start + BLOCK)
        distances = squares[rows, None] + squares - 2 * (flat[rows] @ flat.T)
        distances[np.asarray(people)[rows, None] == people] = np.inf
        nearest[rows] = distances.argmin(axis=1)
        apart[rows] = distances.min(axis=1)
    found: list[Pair] = []
    used = np.zeros(len(images), bool)
    for one in np.argsort(apart, kind="stable").tolist():
        other = int(nearest[one])
        if len(found) == most or not np.isfinite(apart[one]):
            break
        if not used[[one, other]].any():
            used[[one, other]] = True
            shared = overlap(apart[one], squares[one], squares[other])
            found.append(Pair(min(one, other), max(one, other), float(np.sqrt(apart[one])), float(shared)))
    return found


@dataclass(frozen=True, eq=False)
class Errors:
    """How errors are spread over p people, of whom nothing is said but that.

    Attributes:
        drawings: (p,) int64 drawings of each, those with the largest share of errors first.
        wrong: (p,) int64, how many of them are misread.
        chance: of classes in which everybody errs alike, the share in which people differ as much as here, or more.
    """

    drawings: np.ndarray
    wrong: np.ndarray
    chance: float

    @property
    def half(self) -> int:
        """How many people, those with most errors, have made half of all errors; 0 without errors."""
        running = np.cumsum(-np.sort(-self.wrong))
        return int(np.searchsorted(2 * running, running[-1])) + 1 if self.wrong.any() else 0

    @property
    def are_enough(self) -> bool:
        """Whether there are enough errors to tell whose they are."""
        return int(self.wrong.sum()) >= LEAST_ERRORS

    @property
    def are_a_few_peoples(self) -> bool:
        """Whether people differ more than chance lets them: else the errors are everybody's, as far as one can tell."""
        return self.chance < RARE


def errors(people: np.ndarray, wrong: np.ndarray, *, seed: int = 0) -> Errors:
    """How errors are spread over people.

    Tested by lot: with as many errors in all, handed out to drawings at random, how often would the people's
    counts lie as far from what each is expected to have (chi-squared), or farther?

    Args:
        people: (n,) whose the drawings are.
        wrong: (n,) bool, which are misread.
        seed: of the lot.

    Raises:
        Refused: fewer than two people, or no error.
    """
    numbers = np.unique(people, return_inverse=True)[1]
    drawings = np.bincount(numbers) if len(numbers) else np.zeros(0, np.int64)
    if len(drawings) < 2:
        raise refused("few people", people=2)
    if not np.any(wrong):
        raise refused("no errors")
    counts = np.bincount(numbers[np.asarray(wrong, bool)], minlength=len(drawings))
    expected = drawings * (counts.sum() / drawings.sum())
    drawn = np.random.default_rng(seed).multivariate_hypergeometric(drawings, int(counts.sum()), size=DRAWS)
    far = (((counts - expected) ** 2) / expected).sum()
    farther = int(((((drawn - expected) ** 2) / expected).sum(axis=1) >= far - 1e-9).sum())
    order = np.lexsort((-drawings, -counts / drawings))
    return Errors(drawings[order], counts[order], (farther + 1) / (DRAWS + 1))
