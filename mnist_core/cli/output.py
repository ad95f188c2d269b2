"""What commands print: results to standard output, words and progress to standard error."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from mnist_core.errors import DigitLabError, Diverged
from mnist_core.store.runs.records import Cause, Run

words = Console(stderr=True)
ENDED: Mapping[str, str] = {
    Cause.REACHED: "reached its accuracy at step",
    Cause.PATIENCE: "test loss no longer fell at step",
    Cause.MEDIAN: "read less than the median at step",
}


def bar() -> Progress:
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


def print_result(result: dict[str, object], options: argparse.Namespace, short: tuple[str, ...] | None = None) -> None:
    """The result as JSON, or as lines of which `short` names those worth reading."""
    if options.json:
        print(json.dumps(result))
        return
    for name in short or result:
        print(f"{name.replace('_', ' '):>16}  {result[name]}")


def what_happened(run: Run) -> str:
    """What became of a run beside its status, in one line; empty where there is nothing to say."""
    if run.cause == Cause.DIVERGED and run.cause_step is not None:
        return str(Diverged(run.cause_step, run.config.learning_rate))
    facts = {
        "worker lost at step": run.lost_step,
        "taken up again at step": run.resumed_step,
        ENDED.get(run.cause, ""): run.cause_step,
        "weights are those of epoch": run.kept_epoch,
    }
    told = [f"{words} {number:,}" for words, number in facts.items() if words and number is not None]
    return "; ".join([*told, *([run.message] if run.message else [])])


def write(files: Mapping[Path, bytes]) -> None:
    """Write files, each in one step or not at all.  Raises `DigitLabError` where one cannot be."""
    for path, content in files.items():
        try:
            temporary = path.with_name(f".{path.name}.{os.getpid()}")
            temporary.write_bytes(content)
            temporary.replace(path)
        except (OSError, ValueError) as cause:
            raise DigitLabError(f"{path} cannot be written: {getattr(cause, 'strerror', None) or cause}.") from cause
