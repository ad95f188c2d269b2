"""Which trial a worker takes next, so that few networks are compiled more than once.

Compiling takes as long as an epoch or two.  Two workers that both took the oldest trial
would each compile every network of a search.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mnist_core.architectures import TrainingConfig
from mnist_core.runs import WORKING, Run

Kind = tuple  # what two settings share that are trained by one compiled program


def kind_of(config: TrainingConfig) -> Kind:
    """Equal for settings that one compiled program trains."""
    return config.layers, config.optimizer, config.loss, config.batch_size


def next_of(waiting: Sequence[str], trials: Sequence[Run], compiled: Collection[Kind]) -> str:
    """The run that a worker should take.

    Args:
        waiting: ids of the queued runs, oldest first; at least one.
        trials: those of the experiment that the oldest belongs to; none where it is a run of its own.
        compiled: kinds that this worker has trained before.

    Returns:
        The id of the oldest, unless its experiment has a waiting trial that fits better:
        one of a kind that is compiled here, or else of one that no other worker is training.
    """
    place = {run_id: index for index, run_id in enumerate(waiting)}
    elsewhere = {kind_of(trial.config) for trial in trials if trial.status in WORKING}

    def rank(trial: Run) -> tuple[int, int]:
        kind = kind_of(trial.config)
        return (0 if kind in compiled else 2 if kind in elsewhere else 1, place[trial.id])

    fitting = [trial for trial in trials if trial.id in place]
    return min(fitting, key=rank).id if fitting else waiting[0]
