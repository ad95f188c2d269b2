"""Train a network from the command line."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from mnist_core.cli.data import add_choice, dataset
from mnist_core.cli.output import bar, print_result, what_happened, write
from mnist_core.cli.parser import Add, number, program, whole_number
from mnist_core.data import pen_drawings
from mnist_core.data.mixture import DRAWINGS_SHARE, Pool, people_and
from mnist_core.drawing.images import DIGITS
from mnist_core.errors import DigitLabError
from mnist_core.network.kinds import Fraction, Number, OneOf, Switch, ValueKind, Whole
from mnist_core.network.network import Network
from mnist_core.network.run_settings import SETTINGS, TrainingConfig
from mnist_core.settings import Settings
from mnist_core.store.runs.records import Cause, Status
from mnist_core.store.store import Store

READ: Mapping[type[ValueKind[Any]], Callable[[str], object]] = {
    OneOf: str,
    Whole: whole_number,
    Number: number,
    Fraction: number,
}
WATCH_SECONDS = 0.2  # between two looks at a run


def add_to(command: Add) -> None:
    """Add `train` to the commands."""
    training = command(train)
    for name, setting in SETTINGS.items():
        option, words = f"--{name.replace('_', '-')}", (setting.words or setting.label).replace("%", "%%")
        if isinstance(setting.kind, Switch):
            training.add_argument(option, action="store_true", default=None, help=words)
            continue
        listed = f" One of {', '.join(setting.kind.options)}." if setting.kind.options else ""
        training.add_argument(option, type=READ[type(setting.kind)], help=f"{words}{listed} Default {setting.usual}.")
    training.add_argument(
        "--pen-drawings",
        type=Path,
        metavar="FILE.npz",
        help="put real ones among them: a file as of the UCI pen digits",
    )
    add_choice(training)
    training.add_argument("--save", type=Path, metavar="FILE.npz", help="also write the network to this file")


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
    found = dataset(options.data)
    config = replace(config, classes=len(found.classes))
    store = Store(Settings.from_environment().database_url)
    steps = config.steps_per_epoch(len(found.x_train)) * config.epochs
    run = store.runs.create(config, data_name=found.name, data_digest=found.digest, total_steps=steps)
    failed: list[BaseException] = []
    training = threading.Thread(target=_train, args=(store, run.id, pool, failed), name="training")
    training.start()
    try:
        _watch(store, run.id, training, failed)
    except KeyboardInterrupt:
        store.runs.command(run.id, "stop")  # What was learned is kept.
        training.join()
    if failed:
        _give_up(store, run.id, failed[0])
        raise failed[0]
    run, network = store.runs.get(run.id), store.runs.results.snapshot(run.id)
    if run.test_accuracy is None or network is None:
        raise DigitLabError(what_happened(run) or f"Run {run.id} was stopped before it had learned anything.")
    about: dict[str, object] = {
        "run": run.id,
        "architecture": config.architecture,
        "config": config.to_dict(),
        "seed": config.seed,
        "data": found.name,
        "data_digest": found.digest,
        **({} if found.classes == DIGITS else {"classes": list(found.classes)}),
        "correct": run.correct,
        "tested": run.tested,
        "test_accuracy": run.test_accuracy,
        "seconds": round(run.seconds, 2),
    }
    if options.pen_drawings:
        writers = len(np.unique(drawings.writers))
        about["pen_drawings"] = {"drawings": len(drawings.labels), "writers": writers, "share": DRAWINGS_SHARE}
    if options.save:
        _save(options.save, network, about)
    print_result(about, options, short=("run", "architecture", "test_accuracy", "correct", "tested", "seconds"))


def _train(store: Store, run_id: str, pool: Callable[[], Pool] | None, failed: list[BaseException]) -> None:
    """Train the run; what goes wrong with that itself, a package that is missing for example, is put into `failed`."""
    try:
        from mnist_core.workers import worker  # TensorFlow: seconds, so only where it is needed.

        worker.warm_up()
        worker.train_run(store, run_id, pool=pool)
    except BaseException as error:
        failed.append(error)


def _give_up(store: Store, run_id: str, error: BaseException) -> None:
    """Nobody shall wait for the run, or take it from the queue later."""
    with suppress(DigitLabError):
        if store.runs.get(run_id).status == Status.QUEUED:  # Otherwise a worker of the app has taken it.
            message = f"{type(error).__name__}: {error}"
            store.runs.progress.finish(run_id, Status.FAILED, cause=Cause.ERROR, message=message)


def _watch(store: Store, run_id: str, training: threading.Thread, failed: list[BaseException]) -> None:
    """Show how far the run is until it ends, or cannot go on."""
    with bar() as shown:
        task = shown.add_task("Starting TensorFlow", total=1.0)
        run = store.runs.get(run_id)
        # A worker of the app may have taken the run from the queue: then it is trained there.
        while training.is_alive() or (run.is_live and not failed):
            training.join(WATCH_SECONDS)
            if not training.is_alive():
                time.sleep(WATCH_SECONDS)
            run = store.runs.get(run_id)
            if run.step:
                accuracy = [
                    point.test_accuracy
                    for point in store.runs.results.metrics(run_id)
                    if point.test_accuracy is not None
                ]
                reached = f", {100 * accuracy[-1]:.1f} % of the test images right" if accuracy else ""
                epoch = run.config.epochs * run.step / run.total_steps
                description = f"Epoch {epoch:.1f} of {run.config.epochs}{reached}"
                shown.update(task, total=run.total_steps, completed=run.step, description=description)


def _save(path: Path, network: Network, about: dict[str, object]) -> None:
    """Write the network and, beside it, where it comes from as JSON."""
    packages = {name: metadata.version(name) for name in ("keras", "numpy")}
    provenance = {
        **{name: value for name, value in about.items() if name != "run"},  # The run lives in one store only.
        # Files by their names: where they lie is nobody's business.
        "command": " ".join([program(), *(_name(word) for word in sys.argv[1:])]),
        "versions": {"python": platform.python_version(), **packages},
    }
    write(
        {
            path: replace(network, about=provenance).to_bytes(),
            path.with_suffix(".json"): (json.dumps(provenance, indent=1) + "\n").encode(),
        }
    )


def _name(word: str) -> str:
    return Path(word).name if os.path.isabs(word) else word
