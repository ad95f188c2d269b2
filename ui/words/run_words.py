"""A run in words: its settings, its state, its result."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from mnist_core.network.evaluation import accuracy_interval
from mnist_core.network.run_settings import settings_words
from mnist_core.numerals import count, duration, interval, numeral, out_of, percent
from mnist_core.store.runs.records import Metric, Run, Status

STATUS_WORDS: Mapping[str, str] = {
    Status.QUEUED: "waiting",
    Status.RUNNING: "training",
    Status.PAUSED: "paused",
    Status.FINISHED: "finished",
    Status.STOPPED: "stopped",
    Status.INTERRUPTED: "interrupted",
    Status.FAILED: "failed",
    Status.PRUNED: "given up early",
}

EPOCH_ROUNDING = 1e-6


def run_settings_words(run: Run) -> str:
    """All settings of the run in one line; of an imported one, what is known of them."""
    return settings_words(run.config, of_network=run.imported)


def progress_words(run: Run, metrics: Sequence[Metric]) -> str:
    """How well it reads now, and against an epoch ago, in a sentence; empty before anything was measured."""
    tested = [(each.epoch, each.test_accuracy) for each in metrics if each.test_accuracy is not None]
    if not tested:
        return ""
    now, accuracy = tested[-1]
    wrong = round(1_000 * (1 - accuracy))
    epoch = min(max(1, math.ceil(now)), run.config.epochs)
    words = f"Epoch {out_of(epoch, run.config.epochs)}: {count(wrong, 'image')} wrong per 1,000"
    # Ends of epochs are always measured; between them the last measurement that is a whole epoch old.
    before = [accuracy for epoch, accuracy in tested if now - 1.5 < epoch <= now - 1 + EPOCH_ROUNDING]
    if not before:
        return f"{words}."
    change = wrong - round(1_000 * (1 - before[-1]))
    than = f"{numeral(abs(change))} {'fewer' if change < 0 else 'more'} than" if change else "as many as"
    return f"{words}, {than} an epoch ago."


def batch_words(batch: Mapping[str, Any]) -> str:
    """What the last batch before a pause was to the network, e.g. "Step 4,501: ..."."""
    return (
        f"Step {numeral(batch['step'])}: of the {count(batch['images'], 'image')} in its batch "
        f"{numeral(batch['correct'])} were read right, with a loss of {numeral(batch['loss'], 4)}. The weights "
        "below are those after it."
    )


def accuracy_words(correct: int, tested: int) -> str:
    """An accuracy with what it is of, and how sure it is."""
    return f"{right_words(correct, tested)}, {percent(correct / tested, 2)}, {interval_words(correct, tested)}"


def right_words(correct: int, tested: int) -> str:
    """How many of how many were read right."""
    return f"{out_of(correct, tested)} right"


def interval_words(correct: int, tested: int) -> str:
    """How sure an accuracy is, e.g. "95 % interval 97.3 to 97.9 %"."""
    low, high = accuracy_interval(correct, tested)
    return interval(low, high)


def epochs_done(run: Run) -> float:
    """Passes over the training images that the run has done."""
    return run.config.epochs * run.step / run.total_steps if run.total_steps else 0.0


def time_left(run: Run) -> str:
    """How long the run still takes at its present pace, or an empty string while nobody knows."""
    if not run.images_per_second:
        return ""
    return duration((run.total_steps - run.step) * run.config.batch_size / run.images_per_second)


def file_stem(run: Run) -> str:
    """A file name for the run's downloads, without an ending."""
    words = re.sub(r"[^a-z0-9]+", "-", run.name.lower()).strip("-")
    return f"{words or 'digitlab'}-{run.id}"
