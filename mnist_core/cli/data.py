"""The images that commands work on."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from rich.markup import escape

from mnist_core.cli.output import bar, print_result, words
from mnist_core.cli.parser import Add
from mnist_core.data import dataset as files
from mnist_core.data.catalogue import KNOWN, SYNTHETIC
from mnist_core.data.dataset import Dataset
from mnist_core.drawing.images import DIGITS
from mnist_core.errors import DataError, StoreError
from mnist_core.exchange import dataset_files
from mnist_core.settings import Settings
from mnist_core.store import datasets
from mnist_core.store.store import Store

FEWEST_OF_DIGEST = 6  # characters of a digest that name a data set


def add_to(command: Add) -> None:
    """Add `data` to the commands."""
    add_choice(command(data))


def add_choice(command: argparse.ArgumentParser) -> None:
    """Add the option that says which data set is meant."""
    command.add_argument(
        "--data",
        metavar="NAME or FILE",
        help="the data set: mnist, synthetic, one that was brought, by its name or the beginning of its digest, or a "
        "file to bring: an npz, a CSV, a folder of IDX files, or a zip archive of those or of pictures in a folder for "
        "each class. Default: the one in use",
    )


def data(options: argparse.Namespace) -> None:
    """Which source of images is in use, and whether it is verified; brings one that is in a file."""
    found = dataset(options.data)
    print_result(
        {
            "name": found.name,
            "location": found.location,
            "verified": found.is_mnist,
            "digest": found.digest,
            "training_images": len(found.y_train),
            "test_images": len(found.y_test),
            "classes": list(found.classes),
            "notes": list(found.notes),
        },
        options,
    )


def dataset(name: str | None = None) -> Dataset:
    """The data set of this name or in this file, its arrival shown as a progress bar on a terminal.

    Args:
        name: as for the option; the one in use where `None`.

    Raises:
        DataError: there is none of this name, or the file holds none.
    """
    settings = Settings.from_environment()
    try:
        store = Store(settings.database_url)
        source = store.datasets.chosen() if name is None else _source(store, name)
        load = partial(store.datasets.load, source)
    except StoreError:  # MNIST needs none.
        if name is not None:
            raise
        load = partial(files.load)
    with bar() as shown:
        task = shown.add_task("", total=1.0)
        found = load(
            settings,
            on_progress=lambda sentence, fraction: shown.update(task, description=sentence, completed=fraction or 0),
        )
    for note in found.notes:
        words.print(f"[yellow]note:[/yellow] {escape(note)}", highlight=False)
    if found.name == SYNTHETIC:
        words.print("[yellow]note:[/yellow] These figures are from synthetic digits, not from MNIST.")
    return found


def _source(store: Store, name: str) -> str:
    """What the store calls the data set of this name; one in a file is brought first."""
    said = name.casefold()
    if said in (datasets.USUAL, datasets.SYNTHETIC):
        return said
    kept = store.datasets.all()
    for each in kept:
        begins = len(said) >= FEWEST_OF_DIGEST and each.digest.startswith(said)
        if begins or said in (each.name.casefold(), each.known):
            return each.digest
    path = Path(name)
    if not path.exists():
        there = ", ".join([datasets.USUAL, datasets.SYNTHETIC, *(each.name for each in kept)])
        known = f" {KNOWN[said].name} has to be brought first: {KNOWN[said].home}." if said in KNOWN else ""
        raise DataError(name, f"there is no such data set or file; there are {there}.{known}")
    paths = sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]
    try:
        contents = [(each.name, each.read_bytes()) for each in paths]
    except OSError as cause:
        raise DataError(name, f"cannot be read ({cause.strerror or cause}).") from cause
    found = dataset_files.read_apart(contents)
    return store.datasets.keep(found, name=path.stem, drawn=found.classes == DIGITS).digest
