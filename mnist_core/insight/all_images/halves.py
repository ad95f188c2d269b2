"""MNIST's test set was written by two groups of people; how much harder one is to read.

Images 0 to 5,000 are by high-school students, the others by staff of the Census Bureau
(the writers of QMNIST, Yadav and Bottou 2019).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.errors import DataError
from mnist_core.insight.all_images.votes import STUDENTS
from mnist_core.network.evaluation import Interval, accuracy_interval

IMAGES = 10_000


@dataclass(frozen=True)
class Half:
    """One group's images.

    Attributes:
        name: who wrote them.
        count: how many images.
        errors: (m,) int64 places in the test set that were read wrong.
    """

    name: str
    count: int
    errors: np.ndarray

    @property
    def rate(self) -> float:
        """Fraction read wrong."""
        return len(self.errors) / self.count

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the rate (Wilson)."""
        return accuracy_interval(len(self.errors), self.count)


@dataclass(frozen=True)
class Halves:
    """Both groups."""

    students: Half
    census: Half

    @property
    def difference(self) -> float:
        """By how much the students' rate of errors is above the staff's."""
        return self.students.rate - self.census.rate

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the difference; see `difference_interval`."""
        return difference_interval(
            len(self.students.errors), self.students.count, len(self.census.errors), self.census.count
        )


def halves(right: np.ndarray) -> Halves:
    """The errors in the two halves of MNIST's test set.

    Args:
        right: (10000,) bool, whether each test image was read right.

    Raises:
        DataError: another number of images, which cannot be MNIST's.
    """
    if len(right) != IMAGES:
        raise DataError("the test set", f"has {len(right):,} images; the halves are those of MNIST's {IMAGES:,}.")
    wrong = np.flatnonzero(~right)
    return Halves(
        Half("High-school students", len(STUDENTS), wrong[wrong < STUDENTS.stop]),
        Half("Census staff", IMAGES - len(STUDENTS), wrong[wrong >= STUDENTS.stop]),
    )


def difference_interval(first: int, first_of: int, second: int, second_of: int) -> Interval:
    """The 95 % interval of the difference of two independent fractions, from Wilson's of each.

    Newcombe 1998, method 10.

    Raises:
        ValueError: a count above its total, or a total of 0.
    """
    a, b = accuracy_interval(first, first_of), accuracy_interval(second, second_of)
    p, q = first / first_of, second / second_of
    return Interval(
        float(p - q - np.hypot(p - a.low, b.high - q)),
        float(p - q + np.hypot(a.high - p, q - b.low)),
    )
