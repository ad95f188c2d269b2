"""Two networks asked the same images: who is right where, and whether that is more than chance.

The test is McNemar's (1947), computed exactly: only the images that one of the two reads
right say which is better, and of two equally good networks each would win such an image
with probability 1/2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import NamedTuple

import numpy as np

from mnist_core.drawing.images import CLASSES
from mnist_core.errors import ModelError
from mnist_core.network.evaluation import Interval, accuracy_interval, confusion_matrix

CELLS = ("both", "only_a", "only_b", "neither")


class Change(NamedTuple):
    """How often the digit `true` was read as `read`: by A, and by B."""

    true: int
    read: int
    by_a: int
    by_b: int

    @property
    def difference(self) -> int:
        """B minus A: below 0 where B makes the mistake less often."""
        return self.by_b - self.by_a


@dataclass(frozen=True, eq=False)
class Comparison:
    """The answers of networks A and B to the same n labelled images.

    Attributes:
        labels: (n,) uint8, the true digits.
        read_a: (n,) int64, the digit that A read.
        read_b: (n,) int64, the digit that B read.
        classes: how many there are.
    """

    labels: np.ndarray
    read_a: np.ndarray
    read_b: np.ndarray
    classes: int = CLASSES

    @classmethod
    def of(cls, scores_a: np.ndarray, scores_b: np.ndarray, labels: np.ndarray) -> Comparison:
        """The comparison of two networks' (n, classes) outputs for images with these (n,) labels, n >= 1.

        Raises:
            ModelError: outputs of another shape, or that are not numbers.
        """
        shape = len(labels), scores_a.shape[-1]
        return cls(labels, _read(scores_a, "A", shape), _read(scores_b, "B", shape), shape[1])

    @property
    def images(self) -> int:
        """How many images both were asked."""
        return len(self.labels)

    @cached_property
    def places(self) -> Mapping[str, np.ndarray]:
        """Places of the images, (k,) int64 rising, by who read them right; the keys are `CELLS`."""
        a, b = self.read_a == self.labels, self.read_b == self.labels
        masks = dict(zip(CELLS, (a & b, a & ~b, b & ~a, ~a & ~b), strict=True))
        return {cell: np.flatnonzero(mask) for cell, mask in masks.items()}

    @property
    def counts(self) -> Mapping[str, int]:
        """How many images lie in each of `CELLS`; they sum to n."""
        return {cell: len(places) for cell, places in self.places.items()}

    @property
    def difference(self) -> float:
        """Accuracy of B minus that of A, in [-1, 1]."""
        return (self.counts["only_b"] - self.counts["only_a"]) / self.images

    @cached_property
    def p_value(self) -> float:
        """How likely equally good networks differ this much or more, either way; see `mcnemar`."""
        return mcnemar(self.counts["only_a"], self.counts["only_b"])

    @cached_property
    def interval(self) -> Interval:
        """95 % interval of `difference`; see `paired_interval`."""
        return paired_interval(*(self.counts[cell] for cell in CELLS))

    @cached_property
    def matrix_a(self) -> np.ndarray:
        """(classes, classes) int64: confusion matrix of A."""
        return confusion_matrix(self.labels, self.read_a, self.classes)

    @cached_property
    def matrix_b(self) -> np.ndarray:
        """(classes, classes) int64: confusion matrix of B."""
        return confusion_matrix(self.labels, self.read_b, self.classes)

    @property
    def matrix_difference(self) -> np.ndarray:
        """(classes, classes) int64: confusion matrix of B minus that of A; each row sums to 0."""
        return self.matrix_b - self.matrix_a

    def changes(self) -> list[Change]:
        """Every mistake that one of the two makes more often: what B does less often first, then what more often."""
        a, b = self.matrix_a, self.matrix_b
        order = np.argsort(self.matrix_difference.ravel(), kind="stable")
        found = (Change(*divmod(int(i), self.classes), int(a.flat[i]), int(b.flat[i])) for i in order)
        return [change for change in found if change.true != change.read and change.difference]

    def read_so_only_by(self, network: str, true: int, read: int) -> np.ndarray:
        """(k,) int64 rising places of the images of `true` that only "a", or only "b", read as `read`."""
        a, b = self.read_a == read, self.read_b == read
        return np.flatnonzero((self.labels == true) & ((a & ~b) if network == "a" else (b & ~a)))


def mcnemar(only_a: int, only_b: int) -> float:
    """P value of McNemar's exact test, two-sided: Binomial(only_a + only_b, 1/2) at least as far from its middle.

    Computed in whole numbers and rounded once, so it is right for any counts; 0.0 below
    the smallest float, 1.0 where the counts are equal or 0.
    """
    discordant, fewer = only_a + only_b, min(only_a, only_b)
    ways = term = 1
    for k in range(fewer):
        term = term * (discordant - k) // (k + 1)  # binomial(discordant, k + 1)
        ways += term
    return min(1.0, 2 * ways / 2**discordant)


def paired_interval(both: int, only_a: int, only_b: int, neither: int) -> Interval:
    """95 % interval of the share of B minus that of A, of the same images.

    Newcombe (1998), Improved confidence intervals for the difference between binomial
    proportions based on paired data, method 10: the Wilson intervals of the two shares,
    joined with regard to how the two go together.  Unlike the plain interval it has a
    width where no image tells the two apart.

    Raises:
        ValueError: there are no images.
    """
    total, right_a, right_b = both + only_a + only_b + neither, both + only_a, both + only_b
    low_a, high_a = accuracy_interval(right_a, total)
    low_b, high_b = accuracy_interval(right_b, total)
    a, b = right_a / total, right_b / total
    spread = right_a * (total - right_a) * right_b * (total - right_b)
    together: float = both * neither - only_a * only_b
    if together > 0:
        together = max(together - total / 2, 0)
    phi = together / sqrt(spread) if spread else 0.0
    below = sqrt(max(0.0, (b - low_b) ** 2 - 2 * phi * (b - low_b) * (high_a - a) + (high_a - a) ** 2))
    above = sqrt(max(0.0, (high_b - b) ** 2 - 2 * phi * (high_b - b) * (a - low_a) + (a - low_a) ** 2))
    return Interval(max(-1.0, b - a - below), min(1.0, b - a + above))


def _read(scores: np.ndarray, name: str, shape: tuple[int, int]) -> np.ndarray:
    images, _ = shape
    if scores.shape != shape:
        raise ModelError(f"The outputs of {name} are {scores.shape}, expected {shape}: one row an image.")
    lost = int((~np.isfinite(scores)).any(axis=1).sum())
    if lost:
        raise ModelError(
            f"The outputs of {name} are not all numbers ({lost:,} of {images:,} images): its training went astray. "
            "Choose another network, or an earlier point of its training."
        )
    return scores.argmax(axis=1)
