"""A game of hard digits: which ones, who read how many, and what the accuracy is with doubtful labels changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mnist_core.insight.all_images.votes import Votes

DECK = 20  # images of one game
VOTED = 8  # of them at most, with human votes
HARDEST = 100  # images that the others are drawn from
NEITHER = 10  # the guess "not a digit that I can name"


def deck(probabilities: np.ndarray, votes: Mapping[int, Votes], seed: int, *, size: int = DECK) -> np.ndarray:
    """(min(size, n),) int64 places of hard images, in the order of the game; the same for equal arguments.

    Up to `VOTED` of them have votes, the others are of the `HARDEST` images on which the
    network is least sure, by the lead of the likeliest digit over the second.  No label is
    looked at: a network that is in doubt is right about half of the time, so the game is
    fair to it, which a deck of its errors would not be.

    Args:
        probabilities: (n, 10) of the test images, as `Network.probabilities`; rows that are not finite come last.
        votes: by place; empty where nobody voted.
        seed: of the draw.
        size: of the deck.
    """
    rng = np.random.default_rng(seed)
    known = np.array(sorted(votes), np.int64)
    voted = rng.permutation(known)[: min(VOTED, size)]
    two = np.sort(probabilities, axis=1)[:, -2:]
    lead = np.where(np.isfinite(probabilities).all(axis=1), two[:, 1] - two[:, 0], np.inf)
    hardest = np.argsort(lead, kind="stable")
    hardest = hardest[~np.isin(hardest, known)][: max(HARDEST, size)]
    others = rng.permutation(hardest)[: size - len(voted)]
    return rng.permutation(np.concatenate([voted, others]))


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    right: int
    total: int


@dataclass(frozen=True)
class Tally:
    """Who named how many digits, by two judges.

    Attributes:
        you_by_labels: your guesses that are the label.
        network_by_labels: its answers that are the label, for the same images.
        you_by_voters: your guesses that most voters share, of the images with a majority;
            "neither" is one where most voters say so.
        network_by_voters: its answers that most voters share, of the same.
        agreed: your guesses that are the network's answer.
    """

    you_by_labels: Share
    network_by_labels: Share
    you_by_voters: Share
    network_by_voters: Share
    agreed: Share


def tally(guesses: Mapping[int, int], labels: np.ndarray, predicted: np.ndarray, votes: Mapping[int, Votes]) -> Tally:
    """The score of a game so far.

    Args:
        guesses: by place in the test set, a digit or `NEITHER`.
        labels: (n,) of the test images.
        predicted: (n,) what the network read.
        votes: by place.
    """
    voted = {place: majority(votes[place]) for place in guesses if place in votes}
    seen = {place: answer for place, answer in voted.items() if answer is not None}

    def share(answers: Mapping[int, int], truth: Mapping[int, int]) -> Share:
        return Share(sum(answers[place] == answer for place, answer in truth.items()), len(truth))

    given = {place: int(labels[place]) for place in guesses}
    read = {place: int(predicted[place]) for place in guesses}
    return Tally(
        share(guesses, given), share(read, given), share(guesses, seen), share(read, seen), share(guesses, read)
    )


def majority(votes: Votes) -> int | None:
    """What most voters said, a digit or `NEITHER`; `None` where they were undecided."""
    return NEITHER if votes.verdict == "neither" else votes.majority


@dataclass(frozen=True)
class Relabelled:
    """An accuracy before and after labels are changed.

    Attributes:
        before: as the labels are.
        changed: with another label where most voters saw another digit.
        dropped: the same, without the images for which most voters said "neither".
        gained: places that are right only after the change.
        lost: places that were right only before it.
    """

    before: Share
    changed: Share
    dropped: Share
    gained: tuple[int, ...]
    lost: tuple[int, ...]


def relabelled(labels: np.ndarray, predicted: np.ndarray, votes: Mapping[int, Votes]) -> Relabelled:
    """What the voters' majorities do to a network's accuracy; (n,) labels and (n,) digits read."""
    after, kept = labels.copy(), np.ones(len(labels), bool)
    for place, said in votes.items():
        if said.majority is not None:
            after[place] = said.majority
        kept[place] = said.verdict != "neither"
    was, now = predicted == labels, predicted == after
    return Relabelled(
        Share(int(was.sum()), len(labels)),
        Share(int(now.sum()), len(labels)),
        Share(int(now[kept].sum()), int(kept.sum())),
        tuple(np.flatnonzero(now & ~was).tolist()),
        tuple(np.flatnonzero(was & ~now).tolist()),
    )
