"""A data set made of files that somebody brings: which arrays are images, which labels, and what is left to test on.

Any npz, IDX or CSV files, or zip archives of those, with images of any size and labels of any kind; a zip archive of
pictures in a folder for each class; and the files of the data sets that `catalogue` knows, by their digests.  Meant for
the guarded process of `exchange.dataset_files`: what strangers send is read there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np

from mnist_core.data import catalogue
from mnist_core.data.catalogue import KNOWN, PARTS, Known
from mnist_core.data.files import archives, idx, pictures, reading
from mnist_core.data.files.scaling import as_images
from mnist_core.drawing.images import MOST_CLASSES
from mnist_core.errors import DataError

MOST_IMAGES = 300_000  # EMNIST's digits are 280,000
FEWEST_TRAINING, FEWEST_TEST = 20, 5
TEST_SHARE = 1 / 7  # of images that came in one heap, as of MNIST's 70,000
NAMES = "classes"  # the array of an npz that names them, as this app hands data sets out
MOST_NAME = 40  # characters of a class
_TEST = re.compile(r"(^|[^a-z])(test|t10k)", re.IGNORECASE)
_VALIDATION = re.compile(r"(^|[^a-z])val", re.IGNORECASE)
_LABELS = re.compile(r"(^|[^a-z])(y|labels?|targets?|class(es)?|digits?)([^a-z]|$)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Brought:
    """What came of the files.

    Attributes:
        arrays: by the names of `PARTS`: images (n, 28, 28) uint8 and labels (n,) uint8, places in `classes`.
        classes: names of what the images are of.
        known: key of `KNOWN` where the files are those of one, verified; else empty.
        notes: what was done to the images, as sentences.
    """

    arrays: Mapping[str, np.ndarray]
    classes: tuple[str, ...]
    known: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class _Found:
    """Images and labels as they are in files, by whether they are to be tested on."""

    images: dict[bool, np.ndarray] = field(default_factory=dict)
    labels: dict[bool, np.ndarray] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(files: Sequence[tuple[str, bytes]], *, names: Sequence[str] = (), most: int = MOST_IMAGES) -> Brought:
    """The data set in files.

    Args:
        files: their names and contents.
        names: of the classes by rising label, where the files do not say them; none to take what they say.
        most: images that it may have.

    Raises:
        DataError: they are no data set, or a damaged one, or one that is too large; says which file, and what to do.
    """
    if not files:
        raise DataError("The data set", "there is no file.")
    contents = list(_unpacked(files))
    parts = {name: catalogue.part_of(content) for name, content in contents}
    keys = {part[0] for part in parts.values() if part is not None}
    if keys:
        return _known(keys, {part: (name, content) for name, content in contents if (part := parts[name])}, most)
    if len(files) == 1 and pictures.are_in(files[0][1]):
        images, labels, notes = pictures.read(files[0][1], files[0][0], most=most)
        found = _Found({False: images}, {False: labels}, notes=list(notes))
    else:
        found = _arrays(files)
    return _assembled(found, names, most)


def of_people(parts: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Brought:
    """The data set of what people drew, by their names: those to learn from and those to test on are others.

    Of one person alone every fifth drawing is to test on.

    Args:
        parts: (n, 28, 28) uint8 images and (n,) uint8 digits of each.

    Raises:
        DataError: there are too few, or digits that only those drew who are to test on.
    """
    names = sorted(name for name, (_, labels) in parts.items() if len(labels))
    if len(names) > 1:
        lots = np.random.default_rng(0).permutation(len(names))
        tested = {names[place] for place in lots[: max(1, len(names) // 5)]}
        masks = {name: np.full(len(parts[name][1]), name in tested) for name in names}
        note = f"{len(tested)} of {len(names)} people are to test on alone."
    else:
        masks = {name: _every_fifth(parts[name][1]) for name in names}
        note = "They are of one person: every fifth drawing of a digit is to test on."
    found = _Found(notes=[note])
    for test in (False, True):
        chosen = [(images[masks[name] == test], labels[masks[name] == test]) for name, (images, labels) in parts.items()
                  if name in masks]  # fmt: skip
        found.images[test] = np.concatenate([images for images, _ in chosen] or [np.empty((0, 28, 28), np.uint8)])
        found.labels[test] = np.concatenate([labels for _, labels in chosen] or [np.empty(0, np.uint8)])
    if not len(found.labels[False]) or not len(found.labels[True]):
        raise DataError("The drawings", f"are too few: at least {FEWEST_TRAINING + FEWEST_TEST} are needed.")
    return _assembled(found, (), MOST_IMAGES)


def _every_fifth(labels: np.ndarray) -> np.ndarray:
    """(n,) bool: every fifth of each label."""
    mask = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        mask[np.flatnonzero(labels == label)[4::5]] = True
    return mask


def _unpacked(files: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files, and of those in archives: what digests are made of."""
    for name, content in files:
        if not content.startswith(archives.START):
            yield name, content
            continue
        stream = io.BytesIO(content)
        with archives.opened(stream, name, most=pictures.MOST_FILES) as archive:
            for member in archives.names(archive):
                if member.lower().endswith(".gz"):
                    with archives.entry(archive, member, name, reading.MAX_BYTES) as entry:
                        yield member, entry.read()


def _known(keys: set[str], found: Mapping[tuple[str, str], tuple[str, bytes]], most: int) -> Brought:
    """The known data set whose files these are, all four of them."""
    if len(keys) > 1:
        raise DataError(
            "The files", f"are of {' and '.join(KNOWN[key].name for key in sorted(keys))}: bring one at a time."
        )
    (key,) = keys
    known = KNOWN[key]
    missing = [part for part in PARTS if (key, part) not in found]
    if missing:
        words = ", ".join(_PART_WORDS[part] for part in missing)
        raise DataError(known.name, f"has four files, and these are missing or damaged: the {words}. Bring all four.")
    if sum(known.counts) > most:
        raise DataError(known.name, f"has {sum(known.counts):,} images; at most {most:,} may be brought.")
    arrays = {}
    for part, count in zip(PARTS, (known.counts[0],) * 2 + (known.counts[1],) * 2, strict=True):
        name, content = found[key, part]
        arrays[part] = _checked(known, part, count, idx.read(io.BytesIO(content), name, most=most * 28 * 28), name)
    return Brought(arrays, known.classes, key)


_PART_WORDS = dict(zip(PARTS, ("training images", "training labels", "test images", "test labels"), strict=True))


def _checked(known: Known, part: str, count: int, array: np.ndarray, name: str) -> np.ndarray:
    images = part.startswith("x")
    if array.shape != ((count, 28, 28) if images else (count,)):
        raise DataError(name, f"holds an array of {array.shape}, which is none of {known.name}'s.")
    if images:
        return np.ascontiguousarray(array.transpose(0, 2, 1)) if known.across else array
    labels = array - np.uint8(known.first)
    if labels.max(initial=0) >= len(known.classes):
        raise DataError(name, f"has labels from {array.min()} to {array.max()}; {known.name} has others.")
    return labels


def _arrays(files: Sequence[tuple[str, bytes]]) -> _Found:
    """Images and labels among all arrays of the files."""
    found = _Found()
    validation = False
    for source, content in files:
        arrays = reading.read(io.BytesIO(content), source)
        one = len(files) == 1
        for key, array in arrays.items():
            # The name of a file tells what a table is for that calls its columns alike.
            name = key if one or key not in (reading.IMAGES, reading.LABELS) else f"{PurePosixPath(source).stem}/{key}"
            if key == NAMES and array.dtype.kind == "U":
                found.names = array.reshape(-1).tolist()
                continue
            if _VALIDATION.search(name):
                validation = True
                continue
            kind = found.labels if _is_labels(name, array) else found.images
            test = bool(_TEST.search(name))
            if test in kind:
                what = ("labels" if kind is found.labels else "images") + (" to test on" if test else " to learn from")
                raise DataError(source, f"{key[-40:]} would be a second array of {what}; one of each can be taken.")
            kind[test] = array
    if validation:
        found.notes.append(
            "Validation images were left out: networks here are trained on one part and tested on another."
        )
    return found


def _is_labels(name: str, array: np.ndarray) -> bool:
    return array.ndim < 2 or array.shape[1:] == (1,) or (bool(_LABELS.search(name)) and array.ndim < 3)


def _assembled(found: _Found, names: Sequence[str], most: int) -> Brought:
    """The data set of what was found: images of 28x28, labels from 0, and two parts."""
    notes = list(found.notes)
    if not found.images or set(found.images) != set(found.labels) or False not in found.images:
        there = [f"{_words(kind, test)}" for kind in ("images", "labels") for test in getattr(found, kind)]
        raise DataError(
            "The data set",
            f"needs images and labels to learn from, and the same to test on if it has both; found: "
            f"{', '.join(there) or 'none of them'}.",
        )
    count = sum(len(array) for array in found.images.values())
    if count > most:
        raise DataError("The data set", f"has {count:,} images; at most {most:,} may be brought.")
    images: dict[bool, np.ndarray] = {}
    for test, array in found.images.items():
        images[test], said = as_images(array, _words("images", test))
        notes += [each for each in said if each not in notes]
    raw = {test: _flat(labels, len(images[test]), test) for test, labels in found.labels.items()}
    classes, labels = _named(raw, names or found.names)
    if True not in images:
        rest, taken = _split(labels[False])
        notes.append(f"It came in one part: {len(taken):,} of its images, chosen by lot, are to test on.")
        images, labels = (
            {test: each[False][rows] for test, rows in ((False, rest), (True, taken))} for each in (images, labels)
        )
    for test, fewest in ((False, FEWEST_TRAINING), (True, FEWEST_TEST)):
        if len(images[test]) < fewest:
            raise DataError(
                "The data set", f"has {len(images[test])} {_words('images', test)}; at least {fewest} are needed."
            )
    unseen = set(range(len(classes))) - set(np.unique(labels[False]).tolist())
    if unseen:
        missing = ", ".join(classes[place] for place in sorted(unseen)[:5])
        raise DataError("The data set", f"has no training image of {missing}: a network could never read it.")
    arrays = dict(zip(PARTS, (images[False], labels[False], images[True], labels[True]), strict=True))
    return Brought(arrays, classes, notes=tuple(notes))


def _words(kind: str, test: bool) -> str:
    return f"{'test' if test else 'training'} {kind}"


def _flat(labels: np.ndarray, images: int, test: bool) -> np.ndarray:
    """(n,) labels, one an image; of labels as ones among zeros their places."""
    if labels.ndim == 2 and labels.shape[1] > 1 and labels.dtype.kind in "biuf":
        labels = labels.argmax(axis=1)
    labels = labels.reshape(-1)
    if len(labels) != images:
        raise DataError("The data set", f"has {images:,} {_words('images', test)} and {len(labels):,} labels for them.")
    return labels


def _named(raw: Mapping[bool, np.ndarray], names: Sequence[str]) -> tuple[tuple[str, ...], dict[bool, np.ndarray]]:
    """The names of the classes, and the labels as places among them."""
    values = _sorted(
        np.unique(np.concatenate([np.array([_text(each) for each in np.unique(array)]) for array in raw.values()]))
    )
    if not 2 <= len(values) <= MOST_CLASSES:
        shown = ", ".join(values[:5])
        raise DataError(
            "The data set", f"has {len(values):,} classes ({shown} ...); 2 to {MOST_CLASSES} can be told apart here."
        )
    place = {value: number for number, value in enumerate(values)}
    labels = {}
    for test, array in raw.items():
        unique, inverse = np.unique(array, return_inverse=True)
        labels[test] = np.array([place[_text(each)] for each in unique], np.uint8)[inverse.reshape(-1)]
    return class_names(values, names), labels


def class_names(values: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """What the classes are called: `names` where they are given, else what the labels say.

    Raises:
        DataError: there are more or fewer names than classes, one is empty or too long, or two are the same.
    """
    said = [" ".join(name.split()) for name in (names or values)]
    if len(said) != len(values):
        raise DataError("The data set", f"has {len(values)} classes, and {len(said)} names were given for them.")
    if wrong := [name for name in said if not 1 <= len(name) <= MOST_NAME or not name.isprintable()]:
        raise DataError("The data set", f"{wrong[0][:60]!r} cannot name a class: 1 to {MOST_NAME} letters can.")
    if len(set(said)) < len(said):
        raise DataError("The data set", "two classes have the same name. Give each its own.")
    return tuple(said)


def _text(value: object) -> str:
    """A label as text; 3.0 as 3."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float | np.floating):
        if not float(value).is_integer():
            raise DataError("The data set", f"has the label {value}; labels are whole numbers or names.")
        return str(int(value))
    return " ".join(str(value).split())[: 2 * MOST_NAME]


def _sorted(values: np.ndarray) -> list[str]:
    """Numbers by their size, names by the alphabet."""
    texts = values.tolist()
    return sorted(texts, key=int) if all(re.fullmatch(r"-?\d{1,9}", text) for text in texts) else sorted(texts)


def _split(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places to learn from and to test on, both rising, of each class the same share."""
    rng, taken = np.random.default_rng(0), []
    for label in np.unique(labels):
        places = rng.permutation(np.flatnonzero(labels == label))
        taken.append(places[: int(len(places) * TEST_SHARE + rng.random())][: len(places) - 1])
    test = np.sort(np.concatenate(taken))
    return np.setdiff1d(np.arange(len(labels)), test), test
