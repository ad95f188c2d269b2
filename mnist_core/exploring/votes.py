"""Test images of MNIST whose label human voters put in doubt, and who wrote which half of them.

Five people each were asked about images whose label looked wrong to a method, without
being told which was the label and which the method's guess (Northcutt, Athalye and
Mueller 2021, "Pervasive Label Errors in Test Sets", arXiv:2103.14749; votes from
github.com/cleanlab/label-errors).  Most of those images kept their label; these are the
ones where it had no majority.  Votes are opinions: such a label is suspected, not wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

STUDENTS = range(0, 5_001)  # places of the students' test images, by QMNIST's labels; the rest is the Census staff's


@dataclass(frozen=True)
class Votes:
    """What five people said of one test image.

    Attributes:
        given: the digit that the label says.
        guess: the digit that the method suspected.
        for_given: votes for the label.
        for_guess: votes for the guess.
        neither: votes for neither.
    """

    given: int
    guess: int
    for_given: int
    for_guess: int
    neither: int

    @property
    def total(self) -> int:
        """How many people voted."""
        return self.for_given + self.for_guess + self.neither

    @property
    def majority(self) -> int | None:
        """The digit that most of them saw; `None` where most saw neither, or no side has most."""
        half = self.total / 2
        return self.given if self.for_given > half else self.guess if self.for_guess > half else None


DOUBTED: Mapping[int, Votes] = {
    947: Votes(8, 9, 0, 5, 0),
    6651: Votes(0, 6, 0, 5, 0),
    2462: Votes(2, 0, 0, 4, 1),
    2597: Votes(5, 3, 0, 4, 1),
    3558: Votes(5, 0, 1, 4, 0),
    5937: Votes(5, 3, 1, 3, 1),
    1621: Votes(0, 6, 2, 3, 0),
    1901: Votes(9, 4, 2, 3, 0),
    6783: Votes(1, 6, 2, 3, 0),
    9729: Votes(5, 6, 2, 3, 0),
    2654: Votes(6, 1, 0, 2, 3),
    3520: Votes(6, 4, 2, 0, 3),
    9679: Votes(6, 3, 2, 0, 3),
    2130: Votes(4, 9, 2, 2, 1),
    8527: Votes(4, 9, 2, 2, 1),
}


def written_by(place: int) -> str:
    """Who wrote the test image of MNIST at this place: "high-school students" or "Census staff"."""
    return "high-school students" if place in STUDENTS else "Census staff"
