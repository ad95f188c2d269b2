"""What commands print: results to standard output, words and progress to standard error."""

from __future__ import annotations

import argparse
import json

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

words = Console(stderr=True)


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
