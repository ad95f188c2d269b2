"""Optuna's part in an experiment: studies made from the store's trials.

Optuna brings tested pruners and importances, and knows settings that only some
networks have.  Its own database is not used: a study is built in memory from the trials
in the store whenever one is needed, so that there is one truth, and nothing to lose beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import optuna
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from mnist_core.experiments.plan import Range
from mnist_core.network.kinds import Whole
from mnist_core.network.run_settings import SETTINGS
from mnist_core.store.runs.records import Run, Status

optuna.logging.set_verbosity(optuna.logging.WARNING)

STATES: Mapping[str, TrialState] = {
    Status.FINISHED: TrialState.COMPLETE,
    Status.PRUNED: TrialState.PRUNED,
    Status.FAILED: TrialState.FAIL,
}


def distribution_of(name: str, bounds: Range) -> BaseDistribution:
    """Optuna's name for a range of the setting."""
    if isinstance(SETTINGS[name].kind, Whole):
        return IntDistribution(int(bounds.low), int(bounds.high), log=bounds.log)
    return FloatDistribution(bounds.low, bounds.high, log=bounds.log)


def study_of(trials: Sequence[FrozenTrial], *, pruner: optuna.pruners.BasePruner | None = None) -> optuna.Study:
    """A study in memory that has seen these trials; the accuracy is to be as large as can be."""
    study = optuna.create_study(direction="maximize", pruner=pruner or optuna.pruners.NopPruner())
    study.add_trials(trials)
    return study


def frozen(
    run: Run,
    *,
    params: Mapping[str, object] | None = None,
    distributions: Mapping[str, BaseDistribution] | None = None,
    epochs: Mapping[int, float] | None = None,
) -> FrozenTrial:
    """A run of the store as a trial of Optuna's.

    Args:
        run: the trial.
        params: what it was trained with.
        distributions: what these come from.
        epochs: the accuracy at the end of each epoch.
    """
    state = STATES.get(run.status, TrialState.RUNNING)
    return create_trial(
        state=state,
        value=run.test_accuracy if state == TrialState.COMPLETE else None,
        params=dict(params or {}),
        distributions=dict(distributions or {}),
        intermediate_values=dict(epochs or {}),
    )
