"""Which trial a worker takes next, so that a search ends soon.

Compiling takes as long as an epoch or two: two workers that both took the oldest trial
would each compile every network of a search.  And what takes longest is begun first, so
that no worker is left with a long one at the end (Graham 1969, "Bounds on Multiprocessing
Timing Anomalies").
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mnist_core.network.run_settings import Kind
from mnist_core.store.runs.records import WORKING, Run


def next_of(waiting: Sequence[str], trials: Sequence[Run], compiled: Collection[Kind]) -> str:
    """The run that a worker should take.

    Args:
        waiting: ids of the queued runs, oldest first; at least one.
        trials: those of the experiment that the oldest belongs to; none where it is a run of its own.
        compiled: kinds that this worker has at hand.

    Returns:
        The id of the oldest, unless its experiment has a waiting trial that fits better:
        one of a kind that is compiled here, or else the longest of those that no other
        worker is training.
    """
    place = {run_id: index for index, run_id in enumerate(waiting)}
    elsewhere = {trial.config.kind for trial in trials if trial.status in WORKING}

    def rank(trial: Run) -> tuple[int, int, int]:
        config = trial.config
        fits = 0 if config.kind in compiled else 2 if config.kind in elsewhere else 1
        return fits, -trial.total_steps * config.batch_size * config.multiplications, place[trial.id]

    fitting = [trial for trial in trials if trial.id in place]
    return min(fitting, key=rank).id if fitting else waiting[0]
