"""Drawings that people keep: what was drawn, what it is, who drew it, and what networks said.

A handwriting, in the code a hand, is a name that drawings are kept under; whose it is stands in
`handwritings`.  Drawings are never merged or dropped by themselves: two that are alike stay two,
whatever their labels (see `contradictions`).
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
import sqlalchemy as sa

from mnist_core.drawing.images import CLASSES, IMAGE_SHAPE
from mnist_core.drawing.pen import thinned
from mnist_core.errors import ConfigError, DrawingNotFound, ImageError, StoreError
from mnist_core.store.database.database import Part
from mnist_core.store.database.schema import drawings as table
from mnist_core.store.handwritings import claim, owner_of

GUEST = "guest"
MAX_HAND = 40  # characters
MAX_POINTS = 400  # of one drawing, thrice what a digit has; more are thinned out, a stroke keeps its ends
MAX_STROKES = 50  # of one drawing; a digit has one to four
MAX_DRAWINGS = 5_000  # of one hand; a hundred teach nearly all there is to learn
MAX_KEPT = 100_000  # of all hands: under half a gigabyte
REACH = 10_000  # canvas pixels; a point further out was not meant
AT_ONCE = 100  # drawings that become rows of the database at once
ALIKE = 0.06  # two images are alike where they differ by less than this share of their ink

Strokes = tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Drawing:
    """One drawing that was kept.

    Attributes:
        label: the digit that it is, 0 to 9.
        image: (28, 28) uint8 as networks see it, 0 background, 255 ink.
        strokes: (k, 2) int16 arrays in canvas pixels, x to the right, y down; none where
            it came as a picture.
        said: what each network said when it was kept, by the network's key.
        hand: whose it is; 1 to 40 characters.
        created: seconds since 1970; 0 until it is kept.
        id: eight hexadecimal characters; empty until it is kept.
        visitor: mark of whoever kept it, see `visitors`; empty until then, and where nobody is known.
    """

    label: int
    image: np.ndarray
    strokes: Strokes = ()
    said: Mapping[str, int] = field(default_factory=dict)
    hand: str = GUEST
    created: float = 0.0
    id: str = ""
    visitor: str = ""

    @property
    def confirmed(self) -> bool:
        """Whether every network that was asked was right."""
        return all(digit == self.label for digit in self.said.values())


class Drawings(Part):
    """The drawings in a database.

    Every method raises `StoreError` where the database refuses, and `DrawingNotFound`
    where it names a drawing that is not there.  Guests keep drawings under their own handwriting
    and shared ones, and change what they have kept; anything else raises `NotAllowed`, see `visitors`.
    """

    def keep(self, *new: Drawing, owner: str = "") -> list[Drawing]:
        """Keep drawings, all or none; returns them as they are kept.

        Args:
            new: the drawings.
            owner: the visitor whose own handwriting they are, which is theirs from now on; empty where
                they are of another.

        Raises:
            ConfigError: a label, a hand's name, one that is not the owner's, or more than a hand may hold.
            ImageError: an image or strokes of another form.
        """
        now = time.time()
        kept = []
        for place, drawing in enumerate(new):
            kept.append(
                Drawing(
                    label=checked_label(drawing.label),
                    image=_checked_image(drawing.image),
                    strokes=tidy_strokes(drawing.strokes),
                    said={str(key): checked_label(digit) for key, digit in drawing.said.items()},
                    hand=checked_hand(drawing.hand),
                    created=now + place * 1e-6,  # In the order in which they came.
                    id=secrets.token_hex(4),
                    visitor=self._database.visitor.mark,
                )
            )
        if not kept:
            return []
        visitor = self._database.visitor
        with self._database.write(adds=True) as connection:
            if owner:
                claim(connection, owner, {drawing.hand for drawing in kept})
            for hand in {drawing.hand for drawing in kept}:
                if whose := owner_of(connection, hand):
                    visitor.require_change(whose, "drawings under this name")
                there = connection.execute(sa.select(sa.func.count()).where(table.c.hand == hand)).scalar_one()
                coming = sum(drawing.hand == hand for drawing in kept)
                visitor.require_within(there + coming, visitor.limits.drawings, "drawings of one handwriting")
                if there + coming > MAX_DRAWINGS:
                    raise ConfigError("drawings", there + coming, f"at most {MAX_DRAWINGS:,} for one handwriting")
            in_all = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() + len(kept)
            if in_all > MAX_KEPT:
                raise ConfigError("drawings", in_all, f"at most {MAX_KEPT:,} of all handwritings; delete some first")
            for start in range(0, len(kept), AT_ONCE):
                connection.execute(sa.insert(table), [_row(drawing) for drawing in kept[start : start + AT_ONCE]])
        return kept

    def get(self, drawing_id: str) -> Drawing:
        """The drawing of this id."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(table).where(table.c.id == drawing_id)).first()
        if row is None:
            raise DrawingNotFound(drawing_id)
        return _drawing(row)

    def all(self, hand: str, *, after: float = 0.0, newest: int | None = None, paths: bool = True) -> list[Drawing]:
        """A hand's drawings, in the order in which they were drawn.

        Args:
            hand: whose.
            after: seconds since 1970: only those that were kept later.
            newest: at most so many, the last ones; `None` for all.
            paths: whether with the pen's paths, which are most of what is kept; without them `strokes` is empty.
        """
        columns = [column for column in table.c if paths or column is not table.c.strokes]
        query = _newest(columns, hand, newest).where(table.c.created > after)
        with self._database.read() as connection:
            return [_drawing(row) for row in connection.execute(query)][::-1]

    def labels(self, hand: str, *, most: int) -> list[tuple[str, int]]:
        """Id and digit of a hand's newest drawings, in the order in which they were drawn."""
        with self._database.read() as connection:
            rows = connection.execute(_newest([table.c.id, table.c.label], hand, most))
            return [(row.id, row.label) for row in rows][::-1]

    def newest(self, hand: str, *, most: int) -> tuple[np.ndarray, np.ndarray]:
        """Images (n, 28, 28) uint8 and labels (n,) uint8 of a hand's newest drawings, as `labels` orders them."""
        with self._database.read() as connection:
            rows = connection.execute(_newest([table.c.image, table.c.label], hand, most)).fetchall()[::-1]
        images = np.frombuffer(b"".join(row.image for row in rows), np.uint8).reshape(-1, *IMAGE_SHAPE)
        return images, np.array([row.label for row in rows], np.uint8)

    def digit_counts(self, hand: str) -> np.ndarray:
        """(10,) int64: how many of a hand's drawings are each digit."""
        counts = np.zeros(CLASSES, np.int64)
        query = sa.select(table.c.label, sa.func.count()).where(table.c.hand == hand).group_by(table.c.label)
        with self._database.read() as connection:
            for label, number in connection.execute(query):
                counts[label] = number
        return counts

    def relabel(self, drawing_id: str, label: int) -> None:
        """Say that the drawing is another digit.

        Raises:
            ConfigError: no digit.
        """
        with self._database.write() as connection:
            self._require_own(connection, drawing_id)
            values = {"label": checked_label(label)}
            if connection.execute(sa.update(table).where(table.c.id == drawing_id).values(values)).rowcount == 0:
                raise DrawingNotFound(drawing_id)

    def delete(self, drawing_id: str) -> None:
        """Delete the drawing; what was learned from it stays."""
        with self._database.write() as connection:
            self._require_own(connection, drawing_id)
            if connection.execute(sa.delete(table).where(table.c.id == drawing_id)).rowcount == 0:
                raise DrawingNotFound(drawing_id)

    def delete_all(self, hand: str, *, number: int | None = None) -> int:
        """Delete all drawings of a hand; returns how many there were.

        Args:
            hand: whose they are.
            number: how many whoever asks has seen; where there are others by now, none is deleted.

        Raises:
            StoreError: there are more or fewer than that.
        """
        with self._database.write() as connection:
            self._database.visitor.require_change(owner_of(connection, hand), "these drawings")
            deleted = connection.execute(sa.delete(table).where(table.c.hand == hand)).rowcount
            if deleted and number not in (None, deleted):  # None at all: the same press once more.
                raise StoreError(
                    f"Nothing was deleted: there are {deleted:,} drawings now, not {number:,}. Look at them, and press "
                    "again."
                )
        self._database.give_back()
        return deleted

    def _require_own(self, connection: sa.Connection, drawing_id: str) -> None:
        query = sa.select(table.c.hand, table.c.visitor).where(table.c.id == drawing_id)
        kept = connection.execute(query).first()
        if kept is not None:
            self._database.visitor.require_change(owner_of(connection, kept.hand) or kept.visitor, "this drawing")


def contradictions(images: np.ndarray, labels: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of drawings that look alike and are called different digits.

    Args:
        images: (n, 28, 28) uint8.
        labels: (n,) integers.

    Returns:
        Pairs of places (first, second), first < second.
    """
    flat = np.asarray(images).reshape(-1, IMAGE_SHAPE[0] * IMAGE_SHAPE[1]).astype(np.float32) / 255
    squares = (flat**2).sum(axis=1)
    found = []
    for first in range(len(flat) - 1):
        rest = slice(first + 1, None)
        differences = squares[first] + squares[rest] - 2 * (flat[rest] @ flat[first])
        alike = differences <= ALIKE * (squares[first] + squares[rest]) / 2
        others = np.flatnonzero(alike & (np.asarray(labels)[rest] != labels[first]))
        found += [(first, first + 1 + int(other)) for other in others]
    return found


def tidy_strokes(strokes: Iterable[np.ndarray]) -> Strokes:
    """Strokes as they are kept: whole canvas pixels, `MAX_POINTS` in all and `MAX_STROKES` at most.

    Args:
        strokes: (k, 2) arrays of numbers; empty ones are left out.

    Raises:
        ImageError: another shape, or points that are not finite.
    """
    drawn = (stroke for stroke in map(_checked_stroke, strokes) if len(stroke))
    return tuple(thinned(list(islice(drawn, MAX_STROKES)), MAX_POINTS))


def checked_label(label: object) -> int:
    """The digit, or `ConfigError`."""
    if isinstance(label, bool) or not isinstance(label, (int, np.integer)) or not 0 <= label < CLASSES:
        raise ConfigError("label", label, "a digit from 0 to 9")
    return int(label)


def checked_hand(name: object) -> str:
    """The hand's name without needless spaces, or `ConfigError`."""
    tidy = " ".join(name.split()) if isinstance(name, str) else ""
    if not 1 <= len(tidy) <= MAX_HAND or not tidy.isprintable():
        raise ConfigError("handwriting", name, f"a name of 1 to {MAX_HAND} characters")
    return tidy


def _newest(columns: Sequence[sa.Column[Any]], hand: str, most: int | None) -> sa.Select[Any]:
    """The last drawings of a hand first, at most so many; `None` for all."""
    order = table.c.created.desc(), table.c.id.desc()
    return sa.select(*columns).where(table.c.hand == hand).order_by(*order).limit(most)


def _checked_image(image: np.ndarray) -> np.ndarray:
    if not isinstance(image, np.ndarray) or image.shape != IMAGE_SHAPE or image.dtype != np.uint8:
        received = f"{image.shape} {image.dtype}" if isinstance(image, np.ndarray) else type(image).__name__
        raise ImageError(f"expected an image of (28, 28) uint8, got {received}.")
    if not image.any():
        raise ImageError("Nothing is drawn yet. Draw a digit first.")
    return image


def _checked_stroke(stroke: np.ndarray) -> np.ndarray:
    points = np.asarray(stroke, np.float64)
    if points.ndim != 2 or points.shape[1:] != (2,) or not np.isfinite(points).all():
        raise ImageError(f"expected a stroke of (k, 2) finite points, got {points.shape} {points.dtype}.")
    return np.rint(np.clip(points, -REACH, REACH)).astype(np.int16)


def _row(drawing: Drawing) -> dict[str, object]:
    return {
        "id": drawing.id,
        "hand": drawing.hand,
        "label": drawing.label,
        "created": drawing.created,
        "strokes": [stroke.tolist() for stroke in drawing.strokes],
        "image": drawing.image.tobytes(),
        "said": dict(drawing.said),
        "visitor": drawing.visitor,
    }


def _drawing(row: sa.Row[Any]) -> Drawing:
    try:
        return Drawing(
            label=row.label,
            image=np.frombuffer(row.image, np.uint8).reshape(IMAGE_SHAPE),
            strokes=tuple(np.array(stroke, np.int16).reshape(-1, 2) for stroke in getattr(row, "strokes", ())),
            said=row.said,
            hand=row.hand,
            created=row.created,
            id=row.id,
            visitor=row.visitor,
        )
    except (TypeError, ValueError, json.JSONDecodeError) as cause:
        raise StoreError(f"The drawing {row.id} in the store is damaged. Delete it.") from cause


def stacked(drawings: Sequence[Drawing]) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 28, 28) uint8 and labels (n,) uint8 of n drawings, n >= 0."""
    images = np.array([drawing.image for drawing in drawings], np.uint8).reshape(-1, *IMAGE_SHAPE)
    return images, np.array([drawing.label for drawing in drawings], np.uint8)
