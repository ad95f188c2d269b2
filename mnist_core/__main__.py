"""The command line: `python -m mnist_core data | train | evaluate | classify | benchmark`.

Results go to standard output, words and progress to standard error; with `--json` the
output is one JSON value.  The exit code is 0 for success, 2 for bad input (as argparse
has it), 130 when interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib import metadata
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from mnist_core import dataset as datasets
from mnist_core import pen_drawings
from mnist_core.architectures import ACTIVATIONS, ARCHITECTURES, LOSSES, OPTIMIZERS, OUTPUTS, TrainingConfig
from mnist_core.dataset import Dataset
from mnist_core.drawing import to_mnist
from mnist_core.errors import DigitLabError
from mnist_core.evaluation import Evaluation, accuracy_interval, digit_figures, most_confused
from mnist_core.mixture import DRAWINGS_SHARE, Pool, people_and
from mnist_core.network import Network, pretrained, pretrained_names, shares
from mnist_core.settings import Settings
from mnist_core.store import Store
from mnist_core.uploads import read_picture

BENCHMARKS = ("training", "drawing", "certainty", "teaching", "latency", "exploring")
BAD_INPUT = 2
WATCH_SECONDS = 0.2  # between two looks at a run

words = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except DigitLabError as error:
        words.print(f"[red]error:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130
    return 0


def data(options: argparse.Namespace) -> None:
    """Which source of images is in use, and whether it is verified."""
    found = _dataset()
    _print(
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


def train(options: argparse.Namespace) -> None:
    """Train a network here and now; the run is kept in the store, where the app finds it too."""
    fields = TrainingConfig().to_dict()
    chosen = {name: value for name, value in vars(options).items() if name in fields and value is not None}
    config = TrainingConfig.from_dict(chosen)
    pool = None
    if options.pen_drawings:
        if not config.pen_styles:
            raise DigitLabError("--pen-drawings come among the pen styles: give --pen-styles, too.")
        drawings = pen_drawings.read(options.pen_drawings)
        pool = partial(people_and, drawings, seed=config.seed)
    found = _dataset()
    store = Store(Settings.from_environment().database_url)
    steps = config.steps_per_epoch(len(found.x_train)) * config.epochs
    run = store.create_run(config, data_name=found.name, data_digest=found.digest, total_steps=steps)
    training = threading.Thread(target=_train, args=(store, run.id, pool), name="training")
    training.start()
    try:
        _watch(store, run.id, training)
    except KeyboardInterrupt:
        store.command(run.id, "stop")  # What was learned is kept.
        training.join()
    run = store.run(run.id)
    if run.test_accuracy is None:
        raise DigitLabError(run.message or f"Run {run.id} was stopped before it had learned anything.")
    about = {
        "run": run.id,
        "architecture": config.architecture,
        "config": config.to_dict(),
        "seed": config.seed,
        "data": found.name,
        "data_digest": found.digest,
        "correct": run.correct,
        "tested": run.tested,
        "test_accuracy": run.test_accuracy,
        "seconds": round(run.seconds, 2),
    }
    if options.pen_drawings:
        writers = len(np.unique(drawings.writers))
        about["pen_drawings"] = {"drawings": len(drawings.labels), "writers": writers, "share": DRAWINGS_SHARE}
    if options.save:
        _save(options.save, store.snapshot(run.id), about)
    _print(about, options, short=("run", "architecture", "test_accuracy", "correct", "tested", "seconds"))


def evaluate(options: argparse.Namespace) -> None:
    """Measure a trained network on the test images."""
    name, network = _network(options)
    found = _dataset()
    result = Evaluation.of(network.scores(found.x_test), found.y_test)
    matrix = result.confusion_matrix
    _print(
        {
            "network": name,
            "data": found.name,
            "test_accuracy": result.accuracy,
            "correct": result.correct,
            "tested": len(result.labels),
            "interval_95": list(accuracy_interval(result.correct, len(result.labels))),
            "confusion_matrix": matrix.tolist(),
            "digits": [vars(figures) for figures in digit_figures(matrix)],
            "most_confused": [pair._asdict() for pair in most_confused(matrix)],
        },
        options,
        short=("network", "data", "test_accuracy", "correct", "tested", "interval_95"),
    )


def classify(options: argparse.Namespace) -> None:
    """Read the digit in a picture file."""
    name, network = _network(options)
    try:
        content = options.picture.read_bytes()
    except OSError as cause:
        raise DigitLabError(f"{options.picture} cannot be read: {cause.strerror or cause}.") from cause
    scores = network.scores(to_mnist(read_picture(content))[None])
    _print(
        {
            "network": name,
            "digit": int(scores[0].argmax()),
            "scores": [round(float(score), 6) for score in scores[0]],
            "shares": [round(float(share), 6) for share in shares(scores)[0]],
        },
        options,
        short=("network", "digit", "shares"),
    )


def benchmark(options: argparse.Namespace) -> None:
    """Measure this machine against a reference, both in the same run."""
    try:
        import benchmarks
    except ImportError as cause:
        raise DigitLabError("Benchmarks run from the project's own folder; change to it first.") from cause
    figures = benchmarks.run(options.topic, report=lambda sentence: words.print(sentence, style="dim", highlight=False))
    if options.json:
        print(json.dumps([figure.to_dict() for figure in figures], indent=1))
        return
    table = Table("figure", "value", "unit", "reference", "target", "holds")
    for figure in figures:
        table.add_row(*figure.to_row())
    Console().print(table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mnist_core", description=__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(function: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        summary = function.__doc__ or ""
        added = commands.add_parser(function.__name__, help=summary, description=summary)
        added.add_argument("--json", action="store_true", help="print one JSON value and nothing else")
        added.set_defaults(command=function)
        return added

    command(data)
    training = command(train)
    defaults = TrainingConfig()
    for name, kind, choices in (
        ("architecture", str, ARCHITECTURES),
        ("epochs", int, None),
        ("hidden-units", int, None),
        ("activation", str, ACTIVATIONS),
        ("optimizer", str, OPTIMIZERS),
        ("learning-rate", float, None),
        ("loss", str, LOSSES),
        ("batch-size", int, None),
        ("seed", int, None),
        ("outputs", str, OUTPUTS),
        ("training-images", int, None),
    ):
        default = getattr(defaults, name.replace("-", "_"))
        listed = f"; one of {', '.join(choices)}" if choices else ""
        training.add_argument(f"--{name}", type=kind, help=f"default {default}{listed}")
    training.add_argument("--straighten", action="store_true", default=None, help="set all digits upright")
    training.add_argument(
        "--pen-styles", action="store_true", default=None, help="add digits as people write them on a canvas"
    )
    training.add_argument(
        "--pen-drawings",
        type=Path,
        metavar="FILE.npz",
        help="put real ones among them: a file as of the UCI pen digits",
    )
    training.add_argument("--save", type=Path, metavar="FILE.npz", help="also write the network to this file")
    for function in (evaluate, classify):
        asking = command(function)
        which = asking.add_mutually_exclusive_group()
        names = ", ".join(pretrained_names())
        which.add_argument("--architecture", default="hidden", help=f"a pretrained network: {names}; default hidden")
        which.add_argument("--run", metavar="ID", help="a run in the store")
        if function is classify:
            asking.add_argument("picture", type=Path, help="PNG, JPEG or similar; light or dark ink, any size")
    command(benchmark).add_argument("topic", choices=BENCHMARKS)
    return parser


def _dataset() -> Dataset:
    """The data set in use, its arrival shown as a progress bar on a terminal."""
    with _bar() as bar:
        task = bar.add_task("", total=1.0)
        found = datasets.load(
            Settings.from_environment(),
            on_progress=lambda sentence, fraction: bar.update(task, description=sentence, completed=fraction or 0),
        )
    for note in found.notes:
        words.print(f"[yellow]note:[/yellow] {escape(note)}", highlight=False)
    if not found.is_mnist:
        words.print("[yellow]note:[/yellow] These figures are from synthetic digits, not from MNIST.")
    return found


def _train(store: Store, run_id: str, pool: Callable[[], Pool] | None) -> None:
    from mnist_core import worker  # TensorFlow: seconds, so only where it is needed.

    worker.warm_up()
    worker.train_run(store, run_id, pool=pool)


def _watch(store: Store, run_id: str, training: threading.Thread) -> None:
    """Show how far the run is until it ends."""
    with _bar() as bar:
        task = bar.add_task("Starting TensorFlow", total=1.0)
        run = store.run(run_id)
        # A worker of the app may have taken the run from the queue: then it is trained there.
        while training.is_alive() or run.is_live:
            training.join(WATCH_SECONDS)
            if not training.is_alive():
                time.sleep(WATCH_SECONDS)
            run = store.run(run_id)
            if run.step:
                accuracy = [
                    metric.test_accuracy for metric in store.metrics(run_id) if metric.test_accuracy is not None
                ]
                reached = f", {100 * accuracy[-1]:.1f} % of the test images right" if accuracy else ""
                epoch = run.config.epochs * run.step / run.total_steps
                description = f"Epoch {epoch:.1f} of {run.config.epochs}{reached}"
                bar.update(task, total=run.total_steps, completed=run.step, description=description)


def _network(options: argparse.Namespace) -> tuple[str, Network]:
    """The name and the weights of the network that the options ask for."""
    if options.run is None:
        return options.architecture, pretrained(options.architecture)
    found = Store(Settings.from_environment().database_url).snapshot(options.run)
    if found is None:
        raise DigitLabError(f"Run {options.run} has not learned anything yet. Wait for its first snapshot.")
    return options.run, found


def _save(path: Path, network: Network, about: dict[str, object]) -> None:
    """Write the network and, beside it, where it comes from as JSON."""
    packages = {name: metadata.version(name) for name in ("keras", "numpy")}
    provenance = {
        **{name: value for name, value in about.items() if name != "run"},  # The run lives in one store only.
        # Files by their names: where they lie is nobody's business.
        "command": " ".join(["python -m mnist_core", *(_name(word) for word in sys.argv[1:])]),
        "versions": {"python": platform.python_version(), **packages},
    }
    files = {
        path: replace(network, about=provenance).to_bytes(),
        path.with_suffix(".json"): (json.dumps(provenance, indent=1) + "\n").encode(),
    }
    try:
        for target, content in files.items():
            temporary = target.with_name(f".{target.name}.{os.getpid()}")
            temporary.write_bytes(content)
            temporary.replace(target)
    except OSError as cause:
        raise DigitLabError(f"{path} cannot be written: {cause.strerror or cause}.") from cause


def _name(word: str) -> str:
    return Path(word).name if os.path.isabs(word) else word


def _bar() -> Progress:
    """A progress bar on standard error; silent where that is not a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=words,
        disable=not words.is_terminal,
        transient=True,
    )


def _print(result: dict[str, object], options: argparse.Namespace, short: tuple[str, ...] | None = None) -> None:
    """The result as JSON, or as lines of which `short` names those worth reading."""
    if options.json:
        print(json.dumps(result))
        return
    for name in short or result:
        print(f"{name.replace('_', ' '):>16}  {result[name]}")


if __name__ == "__main__":
    sys.exit(main())
