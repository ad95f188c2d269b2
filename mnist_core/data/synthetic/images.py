"""The synthetic data set: drawings in MNIST's format, made once and kept."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from mnist_core.data.files import npz
from mnist_core.data.synthetic.digits import STYLES
from mnist_core.data.synthetic.hand import NORMALS, PEOPLE, UNIFORMS, USUAL, Manner, numbers, write
from mnist_core.data.synthetic.style import Style
from mnist_core.drawing.images import CLASSES, IMAGE_SHAPE
from mnist_core.drawing.normalise import many_to_mnist
from mnist_core.drawing.pen import filled, render_many
from mnist_core.errors import ConfigError, DataError

PEOPLE_VERSION = 1  # the same, of the digits that people write elsewhere
VERSION = 1  # Raise it with every change that alters an image: caches are named by it.
WIDEST_GAP = 0.4  # between two points, in widths of the pen
CHUNK = 2_000  # images between two reports
FEW = 500  # images between two looks at whether they are still wanted
MAX_IMAGES = 1_000_000
MAX_SEED = 2**32 - 1
TRAIN, TEST, OTHERS = 0, 1, 2  # what keeps the numbers of the sets apart

OnProgress = Callable[[str, "float | None"], object]
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def make(train: int = 60_000, test: int = 10_000, seed: int = 0, *, on_progress: OnProgress | None = None) -> Arrays:
    """A data set of drawn digits, each digit equally often.

    Each image depends on the seed, its set and its place in it alone: a smaller set is
    the beginning of a larger one.

    Args:
        train: how many training images, 0 to 1,000,000.
        test: how many test images, 0 to 1,000,000.
        seed: 0 to 2**32 - 1.
        on_progress: told a sentence and the fraction done, in [0, 1].

    Returns:
        x_train (train, 28, 28), y_train (train,), x_test (test, 28, 28) and y_test
        (test,), all uint8; images from 0 background to 255 ink.

    Raises:
        ConfigError: an argument is out of range.
    """
    for name, value, most in (("train", train, MAX_IMAGES), ("test", test, MAX_IMAGES), ("seed", seed, MAX_SEED)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not 0 <= value <= most:
            raise ConfigError(name, value, f"a whole number from 0 to {most:,}")
    arrays: list[np.ndarray] = []
    done = 0
    for part, count in ((TRAIN, train), (TEST, test)):
        labels = _labels(count, (seed, part))
        images = np.empty((count, *IMAGE_SHAPE), np.uint8)
        for first in range(0, count, CHUNK):
            chunk = slice(first, min(first + CHUNK, count))
            images[chunk] = draw_images(labels[chunk], seed=(seed, part), first=first)
            done += chunk.stop - first
            if on_progress is not None:
                on_progress(f"Drawing digits: {done:,} of {train + test:,}", done / (train + test))
        arrays += [images, labels]
    x_train, y_train, x_test, y_test = arrays
    return x_train, y_train, x_test, y_test


def load(
    home: Path,
    *,
    train: int = 60_000,
    test: int = 10_000,
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> Arrays:
    """What `make` returns, from the cache in the folder `home` where it is there.

    A damaged cache is made again; where it cannot be written, the next call draws again.
    """
    path = _path(home, train, test, seed)
    shapes = dict(zip(_KEYS, ((train, *IMAGE_SHAPE), (train,), (test, *IMAGE_SHAPE), (test,)), strict=True))
    found = _cached(path, shapes, lambda: make(train, test, seed, on_progress=on_progress))
    x_train, y_train, x_test, y_test = found
    return x_train, y_train, x_test, y_test


def at_hand(home: Path) -> bool:
    """Whether `load` finds the whole set in its cache, so that it draws nothing."""
    return _path(home).exists()


def _path(home: Path, train: int = 60_000, test: int = 10_000, seed: int = 0) -> Path:
    return Path(home) / f"synthetic-{VERSION}-{train}-{test}-{seed}.npz"


_KEYS = "x_train", "y_train", "x_test", "y_test"


def load_people(
    home: Path, *, count: int = 20_000, look: Callable[[], object] = lambda: None
) -> tuple[np.ndarray, np.ndarray]:
    """Digits as people write them elsewhere than where MNIST was written, each equally often.

    In the styles of `habits` as well as in the usual ones, on a canvas: half of them with
    the pen of `pen.reink`.  From the cache in the folder `home` where they are there.  What
    `look` raises, which is called now and then while they are drawn, ends it.

    Returns:
        (count, 28, 28) and (count,) uint8, as from `make`.
    """

    def drawn() -> tuple[np.ndarray, np.ndarray]:
        labels = _labels(count, (0, OTHERS))
        parts = []
        for first in range(0, count, FEW):
            look()
            parts.append(draw_images(labels[first : first + FEW], seed=(0, OTHERS), first=first, manner=PEOPLE))
        return np.concatenate([*parts, np.empty((0, *IMAGE_SHAPE), np.uint8)]), labels

    path = Path(home) / f"people-{PEOPLE_VERSION}-{count}.npz"
    images, labels = _cached(path, {"images": (count, *IMAGE_SHAPE), "labels": (count,)}, drawn)
    return images, labels


def _cached(
    path: Path, shapes: Mapping[str, tuple[int, ...]], make: Callable[[], tuple[np.ndarray, ...]]
) -> tuple[np.ndarray, ...]:
    """The arrays in the file; a missing or damaged one is made again, and kept where it can be."""
    with contextlib.suppress(OSError, DataError), open(path, "rb") as file:
        return tuple(npz.read(file, path, shapes).values())
    arrays = make()
    with contextlib.suppress(DataError):
        npz.write(path, dict(zip(shapes, arrays, strict=True)))
    return arrays


def draw_images(digits: np.ndarray, *, seed: Sequence[int], first: int = 0, manner: Manner = USUAL) -> np.ndarray:
    """Drawings of these digits, as a canvas would hand them to a network.

    Args:
        digits: (n,) integers, 0 to 9.
        seed: whole numbers >= 0.  Image i depends on them, on `first + i` and on its
            digit, so that it does not matter how the work is split.
        first: place of the first image.
        manner: how they are written.

    Returns:
        (n, 28, 28) uint8, from `drawing.to_mnist`.

    Raises:
        ConfigError: something else than digits.
    """
    digits = np.asarray(digits)
    if digits.ndim != 1 or digits.dtype.kind not in "iu" or not np.isin(digits, list(STYLES)).all():
        raise ConfigError("digits", digits, f"whole numbers from 0 to {CLASSES - 1}")
    uniforms, normals = np.empty((len(digits), UNIFORMS)), np.empty((len(digits), NORMALS))
    for row in range(len(digits)):
        uniforms[row], normals[row] = numbers(np.random.default_rng([*seed, first + row]))
    chosen = np.array(
        [manner.style_index(int(digit), share) for digit, share in zip(digits, uniforms[:, 0], strict=True)]
    )
    drawings, pens = [np.empty((0, 2))] * len(digits), np.empty(len(digits))
    for digit, styles in manner.styles.items():
        for index, style in enumerate(styles):
            own = np.flatnonzero((digits == digit) & (chosen == index))
            if own.size:
                points, pens[own] = write(style, uniforms[own], normals[own], manner.variation, manner.even_pens)
                for row, drawing in zip(own.tolist(), _without_gaps(points, style, pens[own]), strict=True):
                    drawings[row] = drawing
    return many_to_mnist(render_many(drawings, pens))


def _without_gaps(points: np.ndarray, style: Style, pens: np.ndarray) -> list[np.ndarray]:
    """The (n, samples, 2) drawings, with points added where a thin pen would leave a stretched line open."""
    strokes = np.split(points, style.sample_starts[1:-1], axis=1)
    gaps = [np.hypot(*np.moveaxis(np.diff(stroke, axis=1), -1, 0)).max(axis=1) for stroke in strokes]
    open_lines = np.max(gaps, axis=0) > WIDEST_GAP * pens
    drawings = list(points)
    for row in np.flatnonzero(open_lines):
        drawings[row] = np.concatenate([filled(stroke[row], WIDEST_GAP * pens[row]) for stroke in strokes])
    return drawings


def _labels(count: int, seed: Sequence[int]) -> np.ndarray:
    """(count,) uint8: every ten in a row are the ten digits, in random order."""
    tens = np.tile(np.arange(CLASSES, dtype=np.uint8), (-(-count // CLASSES), 1))
    return np.random.default_rng(seed).permuted(tens, axis=1).reshape(-1)[:count]
