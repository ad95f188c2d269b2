"""What was voted: at first, and once more after a discussion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mnist_core.network.evaluation import Interval, accuracy_interval

NONE = -1  # of somebody who has not voted


@dataclass(frozen=True, eq=False)
class Tally:
    """The votes of n people on a question with c choices.

    Attributes:
        first: (n,) int64, the choice that each voted for, or `NONE`.
        second: (n,) int64, the same after the discussion.
        choices: c.
        answer: the right choice; `None` where there is none to be right.
    """

    first: np.ndarray
    second: np.ndarray
    choices: int
    answer: int | None

    @property
    def counts(self) -> np.ndarray:
        """(2, c) int64: votes for each choice, at first and after the discussion."""
        return np.stack([np.bincount(each[each != NONE], minlength=self.choices) for each in (self.first, self.second)])

    @property
    def moved(self) -> np.ndarray:
        """(c, c) int64: row is the first vote, column the second, of those who voted twice."""
        both = (self.first != NONE) & (self.second != NONE)
        pairs = self.first[both] * self.choices + self.second[both]
        return np.bincount(pairs, minlength=self.choices**2).reshape(self.choices, self.choices)

    @property
    def right(self) -> tuple[int, int]:
        """How many voted for the answer, at first and after the discussion; (0, 0) where there is none."""
        if self.answer is None:
            return 0, 0
        first, second = self.counts[:, self.answer].tolist()
        return first, second

    @property
    def intervals(self) -> tuple[Interval | None, Interval | None]:
        """95 % intervals (Wilson's) of the shares of the answer; `None` of a vote in which nobody has voted."""
        first, second = (
            accuracy_interval(right, total) if total and self.answer is not None else None
            for right, total in zip(self.right, self.counts.sum(axis=1).tolist(), strict=True)
        )
        return first, second


def tally(
    votes: Iterable[tuple[str, int, int]], *, choices: int, answer: int | None = None, again: bool = False
) -> Tally:
    """The tally of votes.

    Args:
        votes: (who, 0 for the first vote or 1 for the second, choice) each.
        choices: how many there are.
        answer: the right one.
        again: whether the second vote has begun: whoever says nothing in it stays with the first.
    """
    found: dict[str, list[int]] = {}
    for person, step, choice in votes:
        found.setdefault(person, [NONE, NONE])[step] = choice
    both = np.array(list(found.values()), np.int64).reshape(-1, 2)
    first, second = both.T
    return Tally(first, np.where(second == NONE, first, second) if again else second, choices, answer)
