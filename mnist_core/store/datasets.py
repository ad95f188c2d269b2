"""Data sets that people brought, with their images, and which data set is in use.

A source is what a data set is called where one is chosen: `USUAL` (MNIST, or the synthetic digits where it cannot be
had), `SYNTHETIC`, or the digest of one that was brought, by which runs name their data as well.  Images are kept here,
so that workers on other machines find them.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from mnist_core.data import dataset as files
from mnist_core.data.brought import Brought, of_people
from mnist_core.data.catalogue import KNOWN, PARTS
from mnist_core.data.dataset import Dataset, digest_of
from mnist_core.data.download import OnProgress
from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.errors import ConfigError, DataError, StoreError
from mnist_core.settings import Settings
from mnist_core.store.database.database import Part
from mnist_core.store.database.schema import dataset_choices, dataset_parts, datasets, drawings, handwritings, runs
from mnist_core.store.handwritings import owner_of
from mnist_core.store.runs.records import LIVE, checked_name

USUAL, SYNTHETIC = "mnist", "synthetic"
EVERYBODY = ""  # in whose name the teacher chooses for all
PART_BYTES = 4 * 2**20
MOST_KEPT = 20  # data sets
MOST_OF_ONE = 3  # of a guest


@dataclass(frozen=True)
class Kept:
    """A data set that somebody brought, without its images.

    Attributes:
        digest: identifies its content.
        name: for people.
        known: key of `KNOWN`, empty for what is somebody's own.
        classes: names of what its images are of.
        drawn: whether drawing one makes sense.
        training, test: how many images it has.
        notes: what was done to the images, as sentences.
        created: seconds since 1970.
        visitor: mark of whoever brought it.
    """

    digest: str
    name: str
    known: str
    classes: tuple[str, ...]
    drawn: bool
    training: int
    test: int
    notes: tuple[str, ...]
    created: float
    visitor: str


class Datasets(Part):
    """The data sets in a database; what is somebody else's cannot be deleted: `NotAllowed`, see `visitors`."""

    def keep(self, brought: Brought, *, name: str = "", drawn: bool = False) -> Kept:
        """Keep a data set with its images; one that is there already is given back as it is.

        Args:
            brought: what came of the files.
            name: for people; the one of the catalogue where it is known.
            drawn: whether drawing one makes sense; the catalogue's where it is known.

        Raises:
            ConfigError: no name, or a name that is too long.
            DataError: labels that are no places in its classes.
            NotAllowed: the visitor may keep none, or not as many images.
            StoreError: too many are kept already.
        """
        visitor = self._database.visitor
        visitor.require_adding()
        if max(int(brought.arrays[part].max(initial=0)) for part in ("y_train", "y_test")) >= len(brought.classes):
            raise DataError("The data set", "has labels of classes that it has no names for.")
        known = KNOWN.get(brought.known)
        made = Kept(
            digest=digest_of(brought.arrays, brought.classes),
            name=known.name if known else checked_name(name),
            known=brought.known,
            classes=brought.classes,
            drawn=known.drawn if known else drawn,
            training=len(brought.arrays["y_train"]),
            test=len(brought.arrays["y_test"]),
            notes=brought.notes,
            created=time.time(),
            visitor=visitor.mark,
        )
        visitor.require_within(made.training, visitor.limits.images, "training images in a data set")
        content = zlib.compress(b"".join(np.ascontiguousarray(brought.arrays[part]).tobytes() for part in PARTS), 1)
        with self._database.write(adds=True) as connection:
            there = connection.execute(sa.select(datasets).where(datasets.c.digest == made.digest)).first()
            if there is not None:
                return _kept(there)
            whose = connection.execute(sa.select(datasets.c.visitor)).scalars().all()
            visitor.require_within(whose.count(visitor.mark) + 1, MOST_OF_ONE, "data sets of their own")
            if len(whose) >= MOST_KEPT:
                raise StoreError(f"There are {len(whose)} data sets already. Delete one first.")
            connection.execute(sa.insert(datasets).values(asdict(made)))
            for place, start in enumerate(range(0, len(content), PART_BYTES)):
                part = content[start : start + PART_BYTES]
                connection.execute(sa.insert(dataset_parts).values(digest=made.digest, place=place, content=part))
        return made

    def hands(self, *, most: int) -> dict[str, int]:
        """Names whose kept drawings the visitor may make a data set of, with how many; those with most first."""
        owner = sa.select(handwritings.c.visitor).where(handwritings.c.name == drawings.c.hand).scalar_subquery()
        number = sa.func.count().label("number")
        query = sa.select(drawings.c.hand, owner.label("owner"), number).group_by(drawings.c.hand)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(number.desc(), drawings.c.hand).limit(most)).fetchall()
        return {row.hand: row.number for row in rows if self._may_take(row.owner)}

    def drawn_by(self, hands: Sequence[str]) -> Brought:
        """A data set of all drawings that are kept under these names: a copy, which stays when they are deleted.

        Of several people one in five, at least one, is to test on alone; of one person every fifth drawing.

        Raises:
            NotAllowed: the drawings are somebody else's.
            DataError: there are too few, or not of two digits.
        """
        parts: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        with self._database.read() as connection:
            for hand in dict.fromkeys(hands):
                if not self._may_take(owner := owner_of(connection, hand)):
                    self._database.visitor.require_change(owner, "drawings under this name")
                query = sa.select(drawings.c.image, drawings.c.label).where(drawings.c.hand == hand)
                rows = connection.execute(query.order_by(drawings.c.created, drawings.c.id)).fetchall()
                images = np.frombuffer(b"".join(row.image for row in rows), np.uint8).reshape(-1, *IMAGE_SHAPE)
                parts[hand] = images, np.array([row.label for row in rows], np.uint8)
        return of_people(parts)

    def _may_take(self, owner: str | None) -> bool:
        return not owner or self._database.visitor.may_change(owner)

    def all(self) -> list[Kept]:
        """Those that there are, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(datasets).order_by(datasets.c.created, datasets.c.digest))
            return [_kept(row) for row in rows]

    def find(self, digest: str) -> Kept | None:
        """The one of this digest; `None` where there is none."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(datasets).where(datasets.c.digest == digest)).first()
        return None if row is None else _kept(row)

    def delete(self, digest: str) -> None:
        """Delete a data set and its images; runs that were trained on it stay.

        Raises:
            StoreError: a run that has not ended needs it.
        """
        with self._database.write() as connection:
            row = connection.execute(sa.select(datasets).where(datasets.c.digest == digest)).first()
            if row is None:
                return
            self._database.visitor.require_change(row.visitor, "this data set")
            needed = sa.select(runs.c.name).where(runs.c.data_digest == digest, runs.c.status.in_(LIVE)).limit(1)
            if (run := connection.execute(needed).scalar()) is not None:
                raise StoreError(f"{row.name} is needed: the run {run} has not ended. Stop it first, or wait.")
            connection.execute(sa.delete(datasets).where(datasets.c.digest == digest))
            connection.execute(sa.delete(dataset_choices).where(dataset_choices.c.source == digest))
        self._database.give_back()

    def choose(self, source: str, *, everybody: bool = False) -> None:
        """Have this data set in use: for the visitor's own runs and pages, or for all who chose none themselves.

        Raises:
            ConfigError: there is no such data set.
            NotAllowed: the visitor is no teacher, and asks for everybody.
        """
        visitor = self._database.visitor
        if everybody:
            visitor.require_change(EVERYBODY, "this choice for everybody")
        who = EVERYBODY if everybody else visitor.mark
        with self._database.write() as connection:
            brought = connection.execute(sa.select(datasets.c.digest).where(datasets.c.digest == source)).first()
            if source not in (USUAL, SYNTHETIC) and brought is None:
                raise ConfigError("data", source, "a data set that there is")
            theirs = dataset_choices.c.visitor == who
            if everybody:  # Whoever chooses for all means themselves, too.
                theirs = dataset_choices.c.visitor.in_([EVERYBODY, visitor.mark])
            connection.execute(sa.delete(dataset_choices).where(theirs))
            connection.execute(sa.insert(dataset_choices).values(visitor=who, source=source))

    def chosen(self) -> str:
        """The source that is in use for the visitor: their choice, else the teacher's, else `USUAL`."""
        theirs = dataset_choices.c.visitor.in_([EVERYBODY, self._database.visitor.mark])
        query = sa.select(dataset_choices.c.source).where(theirs).order_by(dataset_choices.c.visitor.desc())
        with self._database.read() as connection:
            return connection.execute(query).scalars().first() or USUAL

    def load(self, source: str, settings: Settings, *, on_progress: OnProgress | None = None, **more: Any) -> Dataset:
        """The data set of a source, with its images.

        Args:
            source: `USUAL`, `SYNTHETIC` or a digest.
            settings: as for `data.dataset.load`, as the rest.
            on_progress: called with a sentence and the fraction done.
            more: what else that takes.

        Raises:
            DataError: it is not there, or cannot be read.
        """
        if source == USUAL:
            return files.load(settings, on_progress=on_progress, **more)
        if source == SYNTHETIC:
            return files.synthetic_digits(settings, on_progress=on_progress)
        kept = self.find(source)
        if kept is None:
            raise DataError("The data set", "was deleted. Choose another on the Dataset page.")
        return self._with_images(kept)

    def _with_images(self, kept: Kept) -> Dataset:
        query = sa.select(dataset_parts.c.content).where(dataset_parts.c.digest == kept.digest)
        with self._database.read() as connection:
            content = b"".join(connection.execute(query.order_by(dataset_parts.c.place)).scalars())
        pixels = IMAGE_SHAPE[0] * IMAGE_SHAPE[1]
        sizes = (kept.training * pixels, kept.training, kept.test * pixels, kept.test)
        try:
            values = np.frombuffer(zlib.decompress(content), np.uint8)
            arrays = np.split(values, np.cumsum(sizes)[:-1])
            images = [arrays[place].reshape(-1, *IMAGE_SHAPE) for place in (0, 2)]
        except (zlib.error, ValueError) as cause:
            raise DataError(kept.name, f"is damaged in the store ({cause}). Bring it again.") from cause
        return Dataset(
            images[0], arrays[1], images[1], arrays[3], name=kept.name, digest=kept.digest, location="the store",
            notes=kept.notes, classes=kept.classes, drawn=kept.drawn,
        )  # fmt: skip


def _kept(row: sa.Row[Any]) -> Kept:
    values = dict(row._mapping)
    return Kept(**{**values, "classes": tuple(values["classes"]), "notes": tuple(values["notes"])})
