"""Giving up trials that fall behind, at the ends of epochs, in the worker that trains them.

Optuna's median pruner decides: a trial goes on while the best it has read so far is not
below the median of what the finished trials read at the same epoch (Golovin et al. 2017,
"Google Vizier", the median stopping rule).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from mnist_core.errors import ExperimentNotFound
from mnist_core.store.runs.records import Run
from mnist_core.store.store import Store

if TYPE_CHECKING:
    from mnist_core.training.loop import Progress

BEGIN_AFTER = 4  # finished trials: a median of fewer says little


class Pruning:
    """Looks at a trial whenever an epoch of it ends; what it needs of the others is in the store.

    Attributes:
        median: the fraction of the test images that the trial fell below and is given up for; `None` while it is not.
    """

    def __init__(self, store: Store, run: Run, experiment: str):
        self._store, self._run, self._experiment = store, run, experiment
        self._epochs: dict[int, float] = {}  # that ended here: the store has those before
        self.median: float | None = None

    def look(self, progress: Progress) -> None:
        """Take note of an epoch that ended, and decide whether there shall be another."""
        if not progress.epoch_ended or progress.test_accuracy is None:
            return
        self._epochs[round(progress.epoch)] = progress.test_accuracy
        if progress.step < progress.total_steps:
            others = self._store.trials.epoch_accuracies(self._experiment, also=self._run.id)
            own = others.pop(self._run.id, {}) | self._epochs
            self.median = fallen_below(own, list(others.values()))


def pruning_of(store: Store, run: Run) -> Pruning | None:
    """What gives the run up early; `None` where it is no trial, or its experiment gives none up."""
    if run.experiment is None:
        return None
    try:
        wanted = store.experiments.get(run.experiment).plan.get("pruning")
    except ExperimentNotFound:  # Deleted just now, and the run with it: whoever trains it finds out.
        return None
    return Pruning(store, run, run.experiment) if wanted else None


def watched(
    pruning: Pruning | None, on_progress: Callable[[Progress], None], control: Callable[[], str | int]
) -> tuple[Callable[[Progress], None], Callable[[], str | int]]:
    """The two callbacks of `training.train`, with the pruning's eye on what passes."""
    if pruning is None:
        return on_progress, control

    def look(progress: Progress) -> None:
        on_progress(progress)
        pruning.look(progress)

    def command() -> str | int:
        return "stop" if pruning.median is not None else control()

    return look, command


def fallen_below(own: Mapping[int, float], others: Sequence[Mapping[int, float]]) -> float | None:
    """The median that a trial is given up below after its latest epoch; `None` where it goes on.

    Args:
        own: the fraction that it read right at the end of each epoch, from 1.
        others: the same of the trials that are finished.
    """
    if len(others) < BEGIN_AFTER:
        return None
    import optuna  # 0.3 s, where it is used only.
    from optuna.trial import TrialState, create_trial

    from mnist_core.experiments.study import study_of

    epoch = max(own)
    finished = [create_trial(value=list(each.values())[-1], intermediate_values=dict(each)) for each in others if each]
    asked = create_trial(state=TrialState.RUNNING, intermediate_values=dict(own))
    pruner = optuna.pruners.MedianPruner(n_startup_trials=BEGIN_AFTER, n_min_trials=BEGIN_AFTER)
    if not pruner.prune(study_of(finished, pruner=pruner), asked):
        return None
    return median([each[epoch] for each in others if epoch in each])
