"""Measure this machine from the command line."""

from __future__ import annotations

import argparse
import json

from rich.console import Console
from rich.table import Table

from mnist_core.cli.output import words
from mnist_core.cli.parser import Add
from mnist_core.errors import DigitLabError

BENCHMARKS = ("training", "drawing", "pictures", "certainty", "teaching", "latency", "exploring", "scale", "class")


def add_to(command: Add) -> None:
    """Add `benchmark` to the commands."""
    command(benchmark).add_argument("topic", choices=BENCHMARKS)


def benchmark(options: argparse.Namespace) -> None:
    """Measure this machine against a reference, both in the same run."""
    try:
        from benchmarks import running
    except ImportError as cause:
        raise DigitLabError("Benchmarks run from the project's own folder; change to it first.") from cause
    figures = running.run(options.topic, report=lambda sentence: words.print(sentence, style="dim", highlight=False))
    if options.json:
        print(json.dumps([figure.to_dict() for figure in figures], indent=1))
        return
    table = Table("figure", "value", "unit", "reference", "target", "holds")
    for figure in figures:
        table.add_row(*figure.to_row())
    Console().print(table)
