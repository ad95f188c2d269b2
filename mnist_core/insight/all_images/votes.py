"""Test images of MNIST whose label human voters put in doubt, and who wrote which half of them.

Five people each were asked about 87 images whose label looked wrong to a method, without
being told which digit was the label and which the method's guess (Northcutt, Athalye and
Mueller 2021, "Pervasive Label Errors in Test Sets Destabilize Machine Learning
Benchmarks", arXiv:2103.14749; votes from github.com/cleanlab/label-errors).  Most of
those images kept their label; these are the ones where it had no majority.  Votes are
opinions: such a label is suspected, not wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mnist_core.numerals import an

CANDIDATES, KEPT = 87, 72  # images shown to the voters, and those whose label had their majority
STUDENTS = range(5_001)  # places of the students' test images, by QMNIST's labels; the rest is the Census staff's


@dataclass(frozen=True)
class Votes:
    """What five people said of one test image.

    Attributes:
        place: in MNIST's test set, from 0.
        given: the digit that the label says.
        guess: the digit that the method suspected.
        for_given: votes for the label.
        for_guess: votes for the guess.
        neither: votes for neither.
    """

    place: int
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
    def verdict(self) -> str:
        """What more than half of them said: "another label", "neither"; else "undecided"."""
        half = self.total / 2
        return "another label" if self.for_guess > half else "neither" if self.neither > half else "undecided"

    @property
    def majority(self) -> int | None:
        """The digit that most of them saw; `None` where most saw neither, or no side has most."""
        return self.guess if self.verdict == "another label" else None

    @property
    def words(self) -> str:
        """The votes as a phrase: "2 of 5 saw a 0, 3 of 5 a 6, 0 of 5 neither"."""
        return (
            f"{self.for_given} of {self.total} saw {an(self.given)}, {self.for_guess} of {self.total} "
            f"{an(self.guess)}, {self.neither} of {self.total} neither"
        )


VOTES: Mapping[int, Votes] = {
    votes.place: votes
    for votes in (
        Votes(947, 8, 9, 0, 5, 0),
        Votes(6651, 0, 6, 0, 5, 0),
        Votes(2462, 2, 0, 0, 4, 1),
        Votes(2597, 5, 3, 0, 4, 1),
        Votes(3558, 5, 0, 1, 4, 0),
        Votes(5937, 5, 3, 1, 3, 1),
        Votes(1621, 0, 6, 2, 3, 0),
        Votes(1901, 9, 4, 2, 3, 0),
        Votes(6783, 1, 6, 2, 3, 0),
        Votes(9729, 5, 6, 2, 3, 0),
        Votes(2654, 6, 1, 0, 2, 3),
        Votes(3520, 6, 4, 2, 0, 3),
        Votes(9679, 6, 3, 2, 0, 3),
        Votes(2130, 4, 9, 2, 2, 1),
        Votes(8527, 4, 9, 2, 2, 1),
    )
}


def another_label() -> tuple[int, ...]:
    """Places of the images for which a majority of the voters saw another digit than the label, rising."""
    return tuple(sorted(place for place, votes in VOTES.items() if votes.verdict == "another label"))


def written_by(place: int) -> str:
    """Who wrote the test image of MNIST at this place: "high-school students" or "Census staff"."""
    return "high-school students" if place in STUDENTS else "Census staff"
