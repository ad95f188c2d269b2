"""The class's drawings, and what a network reads in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mnist_core.classroom.rules import refused
from mnist_core.drawing.images import CLASSES, IMAGE_SHAPE
from mnist_core.network.evaluation import Interval, accuracy_interval, confusion_matrix, read
from mnist_core.network.network import Network
from mnist_core.store.drawings import Strokes
from mnist_core.store.rooms.records import Answer


@dataclass(frozen=True, eq=False)
class Drawings:
    """Drawings of a class, as arrays.

    Attributes:
        images: (n, 28, 28) uint8, as MNIST holds them.
        labels: (n,) uint8, what they were to be.
        people: (n,) int64, whose they are: 0, 1, ... in the order of `Person.id`, which says nothing.
        ids: n ids of the answers.
        owners: n ids of the people.
        strokes: n paths; empty where they were not asked for.
    """

    images: np.ndarray
    labels: np.ndarray
    people: np.ndarray
    ids: tuple[str, ...]
    owners: tuple[str, ...]
    strokes: tuple[Strokes, ...]

    @classmethod
    def of(cls, answers: Sequence[Answer]) -> Drawings:
        """The drawings among the answers."""
        drawn = [each for each in answers if each.image is not None]
        owners = tuple(each.person for each in drawn)
        people = np.unique(np.array(owners, str), return_inverse=True)[1]
        return cls(
            images=np.array([each.image for each in drawn], np.uint8).reshape(-1, *IMAGE_SHAPE),
            labels=np.array([each.value for each in drawn], np.uint8),
            people=people.astype(np.int64),
            ids=tuple(each.id for each in drawn),
            owners=owners,
            strokes=tuple(each.strokes for each in drawn),
        )

    @classmethod
    def together(cls, several: Sequence[Drawings]) -> Drawings:
        """The drawings of several rounds, one after the other; who is who is the same in all."""
        owners = tuple(owner for each in several for owner in each.owners)
        return cls(
            images=np.concatenate([np.zeros((0, *IMAGE_SHAPE), np.uint8), *(each.images for each in several)]),
            labels=np.concatenate([np.zeros(0, np.uint8), *(each.labels for each in several)]),
            people=np.unique(np.array(owners, str), return_inverse=True)[1].astype(np.int64),
            ids=tuple(answer for each in several for answer in each.ids),
            owners=owners,
            strokes=tuple(path for each in several for path in each.strokes),
        )

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Wall:
    """What a network reads in n drawings, n >= 1.

    Attributes:
        labels: (n,) uint8, what they were to be.
        read: (n,) int64, what it reads.
        probabilities: (n, 10) float32.
    """

    labels: np.ndarray
    read: np.ndarray
    probabilities: np.ndarray

    @property
    def correct(self) -> int:
        """How many are read as what they were to be."""
        return int((self.read == self.labels).sum())

    @property
    def interval(self) -> Interval:
        """Of the share that is read right, for drawings as this class makes them: 95 %, Wilson's."""
        return accuracy_interval(self.correct, len(self.labels))

    @cached_property
    def matrix(self) -> np.ndarray:
        """(10, 10) int64: row is what was to be drawn, column what is read."""
        return confusion_matrix(self.labels, self.read)

    @property
    def order(self) -> np.ndarray:
        """(n,) int64 places by the digit that is read, and among equals the surest first."""
        sureness = self.probabilities.max(axis=1)
        return np.lexsort((np.arange(len(self.read)), -sureness, self.read))

    @property
    def sorted(self) -> dict[int, np.ndarray]:
        """Places of the drawings by the digit that is read, digits in their order, the surest first."""
        return {digit: self.order[self.read[self.order] == digit] for digit in range(CLASSES) if digit in self.read}


def wall(images: np.ndarray, labels: np.ndarray, network: Network) -> Wall:
    """What the network reads in (n, 28, 28) uint8 images that were to be these (n,) digits.

    Raises:
        Refused: there are none.
    """
    if not len(labels):
        raise refused("no drawings")
    return Wall(labels, read(network.scores(images)), network.probabilities(images))
