"""Runs of the store from the command line: list them, stop and delete several at once."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from rich.console import Console
from rich.prompt import Confirm
from rich.table import Table

from mnist_core.cli.output import what_happened, words
from mnist_core.cli.parser import Add, whole_number
from mnist_core.errors import DigitLabError
from mnist_core.settings import Settings
from mnist_core.store.runs.records import LIVE, Run, Status
from mnist_core.store.store import Store

STATUSES = sorted(value for name, value in vars(Status).items() if name.isupper())


def add_to(command: Add) -> None:
    """Add `runs` to the commands."""
    parser = command(runs)
    parser.add_argument("action", choices=("list", "stop", "delete"))
    parser.add_argument("id", nargs="*", help="of the runs; `list` shows them")
    parser.add_argument("--all", action="store_true", help="stop all that go on; delete all that have ended")
    parser.add_argument("--status", choices=STATUSES, help="of these alone")
    parser.add_argument("--most", type=whole_number, default=50, help="how many to list, newest first; default 50")
    parser.add_argument("--yes", action="store_true", help="delete without asking")


def runs(options: argparse.Namespace) -> None:
    """List the runs of the store, or stop or delete several of them; trials belong to their experiments."""
    store = Store(Settings.from_environment().database_url)
    if options.action == "list":
        _list(store, options)
        return
    chosen = _chosen(store, options)
    if options.action == "delete" and chosen and not options.yes:
        _confirm(chosen)
    change = store.runs.many.stop if options.action == "stop" else store.runs.many.delete
    done = change({run.id: run.revision for run in chosen})
    left = [run.id for run in chosen if run.id not in done]
    what = "stopped" if options.action == "stop" else "deleted"
    if options.json:
        print(json.dumps({what: done, "left": left}))
        return
    print(f"{len(done):,} {what}{f', {len(left):,} left: changed meanwhile, or trials' if left else ''}")


def _list(store: Store, options: argparse.Namespace) -> None:
    found = [run for run in store.runs.lists.all() if options.status in (None, run.status)]
    shown = found[: max(0, options.most)]
    if options.json:
        listed = [{**asdict(run), "message": what_happened(run), "test_accuracy": run.test_accuracy} for run in shown]
        for each in listed:
            del each["visitor"]  # Who has it may act for that browser.
        print(json.dumps({"runs": listed, "total": len(found)}))
        return
    table = Table("id", "name", "status", "right", "of", "experiment")
    for run in shown:
        right = ("", "") if run.test_accuracy is None else (f"{run.correct:,}", f"{run.tested:,}")
        table.add_row(run.id, run.name, run.status, *right, run.experiment or "")
    Console().print(table)
    words.print(f"{len(shown):,} of {len(found):,} runs", style="dim", highlight=False)


def _chosen(store: Store, options: argparse.Namespace) -> list[Run]:
    """The runs that were named, or all that can be stopped or deleted.

    Raises:
        DigitLabError: neither was said, or one of the ids is none, or of a run that cannot.
    """
    if bool(options.id) == options.all:
        raise DigitLabError(f"Say which: `runs {options.action} ID ...`, or `runs {options.action} --all`.")
    stop = options.action == "stop"
    if options.all:
        every = [run for run in store.runs.lists.all() if run.experiment is None and (run.status in LIVE) == stop]
        return [run for run in every if options.status in (None, run.status)]
    chosen = [store.runs.get(run_id) for run_id in dict.fromkeys(options.id)]
    for run in chosen:
        if run.experiment is not None:
            raise DigitLabError(f"Run {run.id} is a trial of experiment {run.experiment}, which would miss it.")
        if run.is_live and not stop:
            raise DigitLabError(f"Run {run.id} is {run.status}. Stop it first: `runs stop {run.id}`.")
    return chosen


def _confirm(chosen: list[Run]) -> None:
    if not sys.stdin.isatty():
        raise DigitLabError(f"Nothing was deleted. Add --yes to delete {len(chosen):,} runs with weights and curves.")
    question = f"Delete {len(chosen):,} runs with weights and curves? Nothing brings them back."
    if not Confirm.ask(question, console=words, default=False):
        raise DigitLabError("Nothing was deleted.")
