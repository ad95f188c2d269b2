"""The images that everything works on: found, fetched, verified, handed out.

Sources, in this order: `DIGITLAB_MNIST`; the project's `data/`, the user's data folder
and Keras' cache; a download; the synthetic set.  Only the real MNIST, verified by its
content, is ever called MNIST.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from mnist_core.data import download as downloads
from mnist_core.data import mnist_files
from mnist_core.data.catalogue import MNIST, PARTS, SYNTHETIC
from mnist_core.data.download import HOSTS, Host, OnProgress, Patience
from mnist_core.data.files import npz
from mnist_core.data.mnist_files import NPZ_NAME, Arrays
from mnist_core.drawing.images import DIGITS
from mnist_core.errors import DataError, DownloadError
from mnist_core.settings import Settings

MNIST_DIGEST = mnist_files.digest(part.sha256 for part in mnist_files.PARTS)
PROJECT_DATA = Path(__file__).resolve().parents[2] / "data"
NO_DOWNLOAD = "No download was tried, because DIGITLAB_OFFLINE is set."


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training and test images with their labels; the arrays are read-only.

    Attributes:
        x_train: (n, 28, 28) uint8, 0 background, 255 ink; n is 60,000 in MNIST.
        y_train: (n,) uint8, places in `classes`.
        x_test: (m, 28, 28) uint8; m is 10,000 in MNIST.
        y_test: (m,) uint8.
        name: what people call it; of the two that the app has by itself "MNIST" and "Synthetic digits".
        digest: SHA-256 that identifies the content, in hexadecimal.
        location: the path or address it came from.
        notes: sentences about what was found and refused, or tried in vain.
        classes: what the images are of, by the labels; those of MNIST are "0" to "9".
        drawn: whether they were written with a pen, so that drawing one makes sense.

    Raises:
        DataError: arrays of other shapes or types.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    name: str
    digest: str
    location: str
    notes: tuple[str, ...] = ()
    classes: tuple[str, ...] = DIGITS
    drawn: bool = True

    def __post_init__(self) -> None:
        for images, labels in (("x_train", "y_train"), ("x_test", "y_test")):
            x, y = getattr(self, images), getattr(self, labels)
            if x.shape != (len(y), 28, 28) or y.ndim != 1 or x.dtype != np.uint8 or y.dtype != np.uint8:
                raise DataError(
                    self.location,
                    f"expected {images} (n, 28, 28) uint8 and {labels} (n,) uint8, "
                    f"got {x.shape} {x.dtype} and {y.shape} {y.dtype}.",
                )
            for key, array in ((images, x), (labels, y)):
                view = array.view()  # The caller's own array stays as it was.
                view.setflags(write=False)
                object.__setattr__(self, key, view)

    @property
    def is_of_digits(self) -> bool:
        """Whether its classes are the ten digits, which people draw here."""
        return self.drawn and self.classes == DIGITS

    @property
    def is_mnist(self) -> bool:
        """Whether these are the 70,000 images of MNIST, and nothing else."""
        return self.digest == MNIST_DIGEST


def read_mnist(path: str | Path) -> Dataset:
    """MNIST from an `mnist.npz`, or from a folder with it or with the four IDX files.

    Raises:
        DataError: missing, damaged, or not MNIST; names the file.
    """
    path = Path(os.path.expanduser(path))
    return _mnist(mnist_files.read(path), str(path))


def load(
    settings: Settings,
    *,
    on_progress: OnProgress | None = None,
    download: bool = True,
    hosts: tuple[Host, ...] = HOSTS,
    patience: Patience | None = None,
) -> Dataset:
    """The data set to use: the first source that has one.

    Args:
        settings: `mnist`, `home` and `offline` matter here.
        on_progress: called with a sentence and a fraction in [0, 1], or `None` where unknown.
        download: false where nothing may be fetched even if `settings` would allow it.
        hosts: where to download from.
        patience: how long to wait for them.

    Returns:
        MNIST, or the synthetic set where MNIST cannot be had; `notes` says why.

    Raises:
        DataError: `DIGITLAB_MNIST` names something that is not MNIST.
    """
    report = on_progress or (lambda words, fraction: None)
    report("Looking for MNIST", None)
    if settings.mnist is not None:
        return _named(settings.mnist)
    notes: list[str] = []
    for path in _places(settings):
        try:
            return replace(read_mnist(path), notes=tuple(notes))
        except DataError as problem:
            notes.append(str(problem))
    if download and settings.offline:
        notes.append(NO_DOWNLOAD)
    elif download:
        try:
            arrays, address = downloads.fetch(hosts=hosts, patience=patience, on_progress=report)
        except DownloadError as problem:
            notes.append(str(problem))
        else:
            return _kept(arrays, address, settings, notes)
    return synthetic_digits(settings, on_progress=report, notes=notes)


def synthetic_digits(
    settings: Settings, *, on_progress: OnProgress | None = None, notes: Sequence[str] = ()
) -> Dataset:
    """The set that the app draws by itself, from the cache in `home` where it is there."""
    from mnist_core.data import synthetic  # Needed only where MNIST cannot be had.

    arrays = synthetic.load(settings.home, on_progress=on_progress)
    return Dataset(
        *arrays,
        name=SYNTHETIC,
        digest=mnist_files.digest(map(mnist_files.array_digest, arrays)),
        location="drawn from strokes by mnist_core.data.synthetic",
        notes=tuple(notes),
    )


def digest_of(arrays: Mapping[str, np.ndarray], classes: Sequence[str]) -> str:
    """SHA-256 that identifies these arrays, by the names of `PARTS`, with these names of their classes; hexadecimal."""
    parts = [mnist_files.array_digest(np.ascontiguousarray(arrays[part])) for part in PARTS]
    return mnist_files.digest([*parts, json.dumps(list(classes))])


def at_hand(settings: Settings) -> bool:
    """Whether `load` has a place to look at before it downloads or draws anything."""
    return settings.mnist is not None or any(True for _ in _places(settings))


def install(content: BinaryIO | Path | Sequence[BinaryIO | Path], settings: Settings) -> Dataset:
    """Take MNIST from the user: verify it, then put it where `load` finds it.

    Args:
        content: an npz, a folder, or the four IDX files in any order (gzipped or not, under
            any names): paths or seekable binary streams.
        settings: `home` is where it goes, as `mnist.npz`.

    Returns:
        The data set, now in `home`.

    Raises:
        DataError: it is not MNIST, or `home` cannot be written to; what was in `home` stays.
    """
    items = list(content) if isinstance(content, Sequence) else [content]
    arrays = _read_upload(items)
    path = settings.home / NPZ_NAME
    npz.write(path, arrays)
    return _mnist(arrays, str(path))


def _mnist(arrays: Arrays, location: str, notes: Sequence[str] = ()) -> Dataset:
    x_train, y_train, x_test, y_test = (arrays[part.key] for part in mnist_files.PARTS)
    return Dataset(
        x_train, y_train, x_test, y_test, name=MNIST, digest=MNIST_DIGEST, location=location, notes=tuple(notes)
    )


def _named(path: Path) -> Dataset:
    try:
        return read_mnist(path)
    except DataError as problem:
        raise DataError(
            "DIGITLAB_MNIST", f"{problem} Let it name mnist.npz or the folder with the four IDX files, or unset it."
        ) from problem


def _places(settings: Settings) -> Iterator[Path]:
    """What exists of the places where MNIST may lie, best first."""
    keras = Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"), "datasets")
    if os.path.exists(PROJECT_DATA / NPZ_NAME):
        yield PROJECT_DATA / NPZ_NAME
    if mnist_files.has_idx(PROJECT_DATA):
        yield PROJECT_DATA
    for path in (settings.home / NPZ_NAME, keras / NPZ_NAME):
        if os.path.exists(path):
            yield path


def _kept(arrays: Arrays, address: str, settings: Settings, notes: list[str]) -> Dataset:
    path = settings.home / NPZ_NAME
    try:
        npz.write(path, arrays)
    except DataError as problem:
        # What arrived is verified and in memory: use it now, and fetch it again next time.
        return _mnist(arrays, address, [*notes, f"MNIST was downloaded but not kept. {problem}"])
    return _mnist(arrays, str(path), notes)


def _read_upload(items: list[BinaryIO | Path]) -> Arrays:
    if len(items) == 1 and isinstance(items[0], (str, Path)):
        return mnist_files.read(Path(items[0]))
    with contextlib.ExitStack() as stack:
        streams = []
        for item in items:
            name = getattr(item, "name", None) or "The uploaded file"
            if isinstance(item, (str, Path)):
                name = item
                try:
                    item = stack.enter_context(open(item, "rb"))
                except OSError as cause:
                    raise DataError(name, f"cannot be read ({cause.strerror or cause}).") from cause
            streams.append((item, name))
        if len(streams) == 1:
            return mnist_files.read_stream(*streams[0])
        return mnist_files.read_idx_files(streams)
