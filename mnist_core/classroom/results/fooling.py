"""Fooled or not: a drawing fools the network where classmates read it, shown it without the answer, and it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from mnist_core.classroom.rules import refused
from mnist_core.insight.one_image.counterfactual import ChangeOfMind, change_of_mind
from mnist_core.network.network import Network

EACH = 3  # drawings that everybody is asked to read
LEAST = 2  # classmates that have to have read a drawing before it can count
Counts = TypeVar("Counts", int, np.ndarray)


def asked(
    drawings: Mapping[str, str], people: Sequence[str], *, seed: int, each: int = EACH
) -> dict[str, tuple[str, ...]]:
    """Who is asked to read which drawings.

    Nobody is asked about their own, nobody twice about one, everybody about equally many, and
    every drawing is read equally often, or once more than another; where some who have drawn are
    not asked, nearly so.

    Args:
        drawings: id of the drawing by the id of who drew it, two at least.
        people: everybody who is to be asked, whether they have drawn or not.
        seed: of the lot; the same arguments give the same.
        each: drawings that one person is asked about, fewer where there are not as many of others.

    Raises:
        Refused: fewer than two drawings.
    """
    if len(drawings) < 2:
        raise refused("few drawings", drawings=2)
    rng = np.random.default_rng(seed)
    # Around a table: everybody who has drawn reads the next drawings to the left, so that each is read as often.
    table = [sorted(drawings)[place] for place in rng.permutation(len(drawings))]
    each = min(each, len(table) - 1)
    lot = sorted(people)
    order = [lot[place] for place in rng.permutation(len(lot))]
    seated = [person for person in table if person in lot]
    is_full = len(seated) == len(table)
    read = dict.fromkeys(table, 0)
    found = {}
    for person in [*seated, *(other for other in order if other not in drawings)]:
        own = table.index(person) if person in drawings else -1
        others = [*table[own + 1 :], *table[: max(own, 0)]]
        if not is_full or own < 0:  # What was read least comes first, where not everybody reads their neighbours'.
            others.sort(key=lambda owner: read[owner])
        found[person] = tuple(drawings[owner] for owner in others[:each])
        for owner in others[:each]:
            read[owner] += 1
    return found


def is_readable(right: Counts, readers: Counts) -> Counts:
    """Whether people read a drawing: most of those who were asked have, and two at least were."""
    return (readers >= LEAST) & (2 * right > readers)


@dataclass(frozen=True, eq=False)
class Fooling:
    """What people and the network read in n drawings.

    Attributes:
        labels: (n,) what they were to be.
        read: (n,) int64, what the network reads.
        confidence: (n,) float32, the probability that it gives to what it reads.
        readers: (n,) int64, how many classmates have read each.
        right: (n,) int64, how many of them read what it was to be.
    """

    labels: np.ndarray
    read: np.ndarray
    confidence: np.ndarray
    readers: np.ndarray
    right: np.ndarray

    @property
    def is_readable(self) -> np.ndarray:
        """(n,) bool: most classmates who were asked read it, and two at least were."""
        return is_readable(self.right, self.readers)

    @property
    def counts(self) -> np.ndarray:
        """(n,) bool: it fools the network, and no person."""
        return self.is_readable & (self.read != self.labels)

    @property
    def best(self) -> np.ndarray:
        """(k,) int64 places of those that count: the network's surest errors first, of equals what people read best."""
        share = self.right / np.maximum(self.readers, 1)
        order = np.lexsort((np.arange(len(share)), -share, -self.confidence))
        return order[self.counts[order]]


def fooling(
    images: np.ndarray,
    labels: np.ndarray,
    ids: Sequence[str],
    network: Network,
    readings: Sequence[tuple[str, int]],
) -> Fooling:
    """What came of a round in which the network was to be fooled.

    Args:
        images: (n, 28, 28) uint8, n >= 1.
        labels: (n,) what they were to be.
        ids: of the n drawings.
        network: that was to be fooled.
        readings: (id of the drawing, digit or -1 for "cannot be read") of every classmate's reading.
    """
    if not len(labels):
        raise refused("no drawings")
    place = {each: number for number, each in enumerate(ids)}
    about = np.array([place[each] for each, _ in readings if each in place], np.int64)
    digits = np.array([digit for each, digit in readings if each in place], np.int64)
    probabilities = network.probabilities(images)
    read = network.classify(images).astype(np.int64)
    return Fooling(
        labels=labels,
        read=read,
        confidence=probabilities[np.arange(len(read)), read],
        readers=np.bincount(about, minlength=len(labels)),
        right=np.bincount(about[digits == labels[about]], minlength=len(labels)),
    )


def undone(image: np.ndarray, label: int, network: Network) -> ChangeOfMind:
    """The fewest pixels found that let the network read what a drawing that fools it was to be.

    Args:
        image: (28, 28) uint8.
        label: what it was to be, which the network does not read.
        network: the network.
    """
    return change_of_mind(network, image, label)
