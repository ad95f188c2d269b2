"""Let runs leave as files, and networks come from files, on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from mnist_core.cli.data import add_choice, dataset
from mnist_core.cli.output import print_result, write
from mnist_core.cli.parser import Add
from mnist_core.errors import DigitLabError
from mnist_core.exchange import exports
from mnist_core.exchange.exports import EXPORTS, Export
from mnist_core.exchange.importing.examine import examine
from mnist_core.network.network import Network
from mnist_core.settings import Settings
from mnist_core.store.runs.records import Run
from mnist_core.store.store import Store


def add_to(command: Add) -> None:
    """Add `export` and `import` to the commands."""
    leaving = command(export)
    leaving.add_argument("--run", required=True, metavar="ID", help="a run in the store")
    leaving.add_argument(
        "--format",
        required=True,
        choices=EXPORTS,
        help="; ".join(f"{name}: {each.words}" for name, each in EXPORTS.items()),
    )
    leaving.add_argument("--to", required=True, type=Path, metavar="FILE", help="where to write it")
    coming = command(import_)
    coming.add_argument("file", type=Path, help="what Keras (.keras) or NumPy (.npz) saved")
    add_choice(coming)
    coming.add_argument("--name", default="", help="of the run; by default the file's")


def export(options: argparse.Namespace) -> None:
    """Write a run to a file: its weights, or how to train it again."""
    store = Store(Settings.from_environment().database_url)
    run, network = store.runs.get(options.run), store.runs.results.snapshot(options.run)
    if network is None:
        raise DigitLabError(f"Run {options.run} has not learned anything yet. Wait for its first snapshot.")
    chosen = EXPORTS[options.format]
    content = _content(chosen, options.format, run, network, lesson=run.id in store.lessons.parents())
    write({options.to: content})
    notes = exports.notes(chosen, run)
    print_result({"run": run.id, "format": options.format, "bytes": len(content), "notes": notes}, options)


def import_(options: argparse.Namespace) -> None:
    """Make a run of a network that Keras or NumPy saved; nothing in the file is executed."""
    try:
        content = options.file.read_bytes()
    except OSError as cause:
        raise DigitLabError(f"{options.file} cannot be read: {cause.strerror or cause}.") from cause
    store = Store(Settings.from_environment().database_url)
    found = dataset(options.data)
    run = store.runs.imports.add(examine(content, options.file.name, found), found, name=options.name)
    print_result(
        {
            "run": run.id,
            "name": run.name,
            "architecture": run.config.architecture,
            "correct": run.correct,
            "tested": run.tested,
            "test_accuracy": run.test_accuracy,
            "words": run.message,
        },
        options,
    )


def _content(chosen: Export, name: str, run: Run, network: Network, *, lesson: bool) -> bytes:
    if chosen.write is not None:
        return exports.content(chosen, run, network, lesson=lesson)
    from mnist_core.exchange import model_files  # TensorFlow: seconds, so only where it is needed.

    return model_files.FILES[name](network)
