"""How soon a worker obeys, what the store costs an epoch, and what a second worker brings."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from benchmarks import Figure, Part, experiments, lists, simple
from benchmarks.recording import OVERHEAD, overhead
from benchmarks.worker import seconds_to_rest
from mnist_core.data import dataset
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings

TIMES = 5


def _obedience(architecture: str, command: str) -> Part:
    """Seconds from a command in the store to a worker that waits, or that has stored all and is free."""
    name = f"{architecture}: {command} to idle worker, median of {TIMES}"

    def measure() -> Iterator[Figure]:
        data = dataset.load(Settings.from_environment())
        seconds = seconds_to_rest(TrainingConfig(architecture, epochs=500), data, command, TIMES)
        words = "each " + ", ".join(f"{each:.2f}" for each in seconds) + " s"
        yield Figure.at_most(name, statistics.median(seconds), "s", 0.5, words)

    return simple(f"Asking a worker to {command} while it trains the {architecture} network", 30, measure, name)


PARTS = (
    simple(
        f"Searches of {experiments.SEARCH.trial_count} trials with one worker and with two, in turn",
        150,
        lambda: [experiments.speed_up()],
        experiments.SPEED_UP_NAME,
    ),
    simple("A page open on a running experiment", 45, lambda: [experiments.page_share()], experiments.PAGE_SHARE_NAME),
    *(_obedience(name, command) for name in ("hidden", "convolutional") for command in ("pause", "stop")),
    simple(f"Lists of runs with {lists.MANY:,} runs in the store", 20, lambda: [lists.cost()], lists.COST),
    simple("Epochs with and without a store in turn", 60, lambda: [overhead()], OVERHEAD),
)
