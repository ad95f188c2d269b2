"""The images that commands work on."""

from __future__ import annotations

import argparse

from rich.markup import escape

from mnist_core.cli.output import bar, print_result, words
from mnist_core.cli.parser import Add
from mnist_core.data import dataset as datasets
from mnist_core.data.dataset import Dataset
from mnist_core.settings import Settings


def add_to(command: Add) -> None:
    """Add `data` to the commands."""
    command(data)


def data(options: argparse.Namespace) -> None:
    """Which source of images is in use, and whether it is verified."""
    found = dataset()
    print_result(
        {
            "name": found.name,
            "location": found.location,
            "verified": found.is_mnist,
            "digest": found.digest,
            "training_images": len(found.y_train),
            "test_images": len(found.y_test),
            "notes": list(found.notes),
        },
        options,
    )


def dataset() -> Dataset:
    """The data set in use, its arrival shown as a progress bar on a terminal."""
    with bar() as shown:
        task = shown.add_task("", total=1.0)
        found = datasets.load(
            Settings.from_environment(),
            on_progress=lambda sentence, fraction: shown.update(task, description=sentence, completed=fraction or 0),
        )
    for note in found.notes:
        words.print(f"[yellow]note:[/yellow] {escape(note)}", highlight=False)
    if not found.is_mnist:
        words.print("[yellow]note:[/yellow] These figures are from synthetic digits, not from MNIST.")
    return found
