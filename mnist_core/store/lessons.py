"""Lessons: what a network is taught, from which drawings, and what came of it.

A lesson carries everything that it needs, the drawings and the weights it starts from
included: a worker elsewhere can train it, and whoever deletes a drawing or the parent
meanwhile changes nothing.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from mnist_core.drawing.images import CLASSES, IMAGE_SHAPE
from mnist_core.errors import ConfigError, ModelError, StoreError
from mnist_core.network.network import Network
from mnist_core.numerals import an
from mnist_core.store.database.database import Part
from mnist_core.store.database.schema import lessons as table
from mnist_core.store.database.schema import runs
from mnist_core.store.drawings import Drawing, Strokes, checked_hand, stacked

HELD_BACK_FROM = 15  # drawings; with fewer, each of them is needed to teach
HELD_BACK = 5  # one in so many is held back to test on
MOST_TAUGHT = 2_000  # drawings in one lesson, the newest


@dataclass(frozen=True, eq=False)
class Lesson:
    """What one run of teaching starts from.

    Attributes:
        hand: whose drawings these are.
        parent: key of the network that is taught: a pretrained one's name or a run's id.
        network: that network.
        images: (n, 28, 28) uint8, n >= 1.
        labels: (n,) uint8.
        strokes: n drawings' strokes; without any where a drawing came as a picture.
        held_back: (n,) bool, the drawings that are tested on and not taught.
    """

    hand: str
    parent: str
    network: Network
    images: np.ndarray
    labels: np.ndarray
    strokes: tuple[Strokes, ...]
    held_back: np.ndarray

    @property
    def taught(self) -> np.ndarray:
        """(m,) places of the drawings that are taught."""
        return np.flatnonzero(~self.held_back)

    def to_bytes(self) -> bytes:
        """All of it but the hand and the parent's key, as one npz."""
        strokes = [stroke for drawing in self.strokes for stroke in drawing]
        buffer = io.BytesIO()
        np.savez(
            buffer,
            network=np.frombuffer(self.network.to_bytes(), np.uint8),
            images=self.images,
            labels=self.labels,
            held_back=self.held_back,
            points=np.concatenate([np.zeros((0, 2), np.int16), *strokes]),
            lengths=np.array([len(stroke) for stroke in strokes], np.int64),
            strokes=np.array([len(drawing) for drawing in self.strokes], np.int64),
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes, *, hand: str, parent: str) -> Lesson:
        """The inverse of `to_bytes`.  Raises `ModelError` for anything else, and where `forget` has emptied it."""
        if not content:
            raise ModelError("The drawings of this lesson were deleted with the class that drew them.")
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                strokes = np.split(file["points"], np.cumsum(file["lengths"]))[:-1]
                ends = np.cumsum(file["strokes"])
                return cls(
                    hand=hand,
                    parent=parent,
                    network=Network.from_bytes(file["network"].tobytes()),
                    images=file["images"].reshape(-1, *IMAGE_SHAPE),
                    labels=file["labels"],
                    strokes=tuple(
                        tuple(strokes[end - number : end]) for end, number in zip(ends, file["strokes"], strict=True)
                    ),
                    held_back=file["held_back"],
                )
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as cause:
            raise ModelError(f"The lesson in the store is damaged: {cause}.") from cause


@dataclass(frozen=True)
class Result:
    """What a lesson changed: drawings and test images read right, before and after.

    Attributes:
        held_back: drawings that were held back, and how many of them were read right
            `(of, before, after)`.
        taught: the same of the drawings that were taught.
        tested: the same of the data set's test images.
    """

    held_back: tuple[int, int, int]
    taught: tuple[int, int, int]
    tested: tuple[int, int, int]


def lesson(drawings: Sequence[Drawing], *, hand: str, parent: str, network: Network, hold_back: bool = True) -> Lesson:
    """A lesson from a hand's drawings; the newest where there are too many.

    Args:
        drawings: in the order in which they were drawn.
        hand: whose they are.
        parent: key of the network.
        network: the network that is taught.
        hold_back: whether to keep a fifth for testing, from 15 drawings on.

    Raises:
        ConfigError: no drawing.
    """
    if not drawings:
        raise ConfigError("drawings", 0, "one at least: draw a digit and say what it is")
    drawings = list(drawings)[-MOST_TAUGHT:]
    images, labels = stacked(drawings)
    held_back = _held_back(labels) if hold_back else np.zeros(len(labels), bool)
    strokes = tuple(drawing.strokes for drawing in drawings)
    return Lesson(checked_hand(hand), parent, network, images, labels, strokes, held_back)


def lesson_warnings(counts: np.ndarray) -> list[str]:
    """What one should know about so few or so uneven drawings, in sentences.

    Args:
        counts: (10,) drawings of each digit.
    """
    there, total = np.flatnonzero(counts), counts.sum()
    if total > MOST_TAUGHT:
        return [f"A lesson takes the newest {MOST_TAUGHT:,} of these {total:,} drawings."]
    if total == 1:
        return ["One drawing is little to learn from. Ten, one of each digit, are a good start."]
    if len(there) == 1:
        return [f"All {total:,} drawings are {an(there[0])}: how you write the other digits is not taught yet."]
    missing = [str(digit) for digit in np.flatnonzero(counts == 0)]
    return [f"There is no drawing of {_listed(missing)} yet: how you write those is not taught."] if missing else []


class Lessons(Part):
    """The lessons in a database, each of them belonging to a run."""

    def get(self, run_id: str) -> Lesson | None:
        """The lesson of a run; `None` where it was trained the usual way.

        Raises:
            ModelError: what is stored is no lesson.
        """
        with self._database.read() as connection:
            row = connection.execute(sa.select(table).where(table.c.run_id == run_id)).first()
        return None if row is None else Lesson.from_bytes(row.content, hand=row.hand, parent=row.parent)

    def parents(self, hand: str | None = None) -> dict[str, str]:
        """Keys of the parents of all taught runs, of one hand or of all, by run id."""
        query = sa.select(table.c.run_id, table.c.parent)
        with self._database.read() as connection:
            rows = connection.execute(query if hand is None else query.where(table.c.hand == hand))
            return {row.run_id: row.parent for row in rows}

    def names(self, hand: str) -> list[str]:
        """Names of the runs that were taught by this handwriting."""
        query = sa.select(runs.c.name).join(table, table.c.run_id == runs.c.id).where(table.c.hand == hand)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def set_result(self, run_id: str, result: Result) -> None:
        """Keep what came of a lesson."""
        values = {name: list(figures) for name, figures in vars(result).items()}
        with self._database.write() as connection:
            connection.execute(sa.update(table).where(table.c.run_id == run_id).values(result=values))

    def result(self, run_id: str) -> Result | None:
        """What came of the run's lesson; `None` where there is none yet."""
        with self._database.read() as connection:
            values = connection.execute(sa.select(table.c.result).where(table.c.run_id == run_id)).scalar_one_or_none()
        if not values:
            return None
        try:
            return Result(**{name: tuple(figures) for name, figures in values.items()})
        except TypeError as cause:
            raise StoreError(f"The result of lesson {run_id} is of another version of Digit Lab.") from cause


def insert(connection: sa.Connection, run_id: str, lesson: Lesson) -> None:
    """Keep the lesson of a run, in the transaction that makes the run: no worker finds one without the other."""
    values = {"hand": lesson.hand, "parent": lesson.parent, "content": lesson.to_bytes()}
    connection.execute(sa.insert(table).values(run_id=run_id, **values))


def forget(connection: sa.Connection, run_ids: Sequence[str]) -> None:
    """Delete the drawings of these runs' lessons; that they were taught, and what came of it, stays known."""
    connection.execute(sa.update(table).where(table.c.run_id.in_(run_ids)).values(content=b""))


def _held_back(labels: np.ndarray) -> np.ndarray:
    """(n,) bool: a fifth, the newest of those digits that have most, so that none loses its only drawing."""
    held = np.zeros(len(labels), bool)
    if len(labels) < HELD_BACK_FROM:
        return held
    counts = np.bincount(labels, minlength=CLASSES)
    for _ in range(len(labels) // HELD_BACK):
        digit = counts.argmax()
        held[np.flatnonzero((labels == digit) & ~held)[-1]] = True
        counts[digit] -= 1
    return held


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
