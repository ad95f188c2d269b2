"""Optuna's part in an experiment: what is drawn at random, and studies made from the store's trials.

Optuna brings tested samplers, pruners and importances, and knows settings that only some
networks have.  Its own database is not used: a study is built in memory from the trials
in the store whenever one is needed, so that there is one truth, and nothing to lose beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import optuna
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, Trial, TrialState, create_trial

from mnist_core.experiments.plan import PARAMETERS, Plan, Range
from mnist_core.network.kinds import Whole
from mnist_core.network.run_settings import SETTINGS, TrainingConfig, effective
from mnist_core.store.runs.records import Run, Status

optuna.logging.set_verbosity(optuna.logging.WARNING)
TRIES = 20  # draws for each setting that is asked for, before there seem to be no others

STATES: Mapping[str, TrialState] = {
    Status.FINISHED: TrialState.COMPLETE,
    Status.PRUNED: TrialState.PRUNED,
    Status.FAILED: TrialState.FAIL,
}


def drawn(plan: Plan) -> list[TrainingConfig]:
    """The settings that the plan's random search draws, no two alike; the same for the same plan.

    There are fewer than asked for where the plan has no more.
    """
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=plan.search_seed))
    found: dict[TrainingConfig, None] = {}
    for _ in range(TRIES * plan.settings):
        if len(found) == plan.settings:
            break
        found.setdefault(effective(plan.completed(_suggested(plan, study.ask()))))
    return list(found)


def _suggested(plan: Plan, trial: Trial) -> dict[str, object]:
    """A value for each setting that varies; the network comes first, and what it lacks is not asked for."""
    values: dict[str, object] = {}
    for name in PARAMETERS:
        if not SETTINGS[name].applies(plan.completed(values)):
            continue
        if name in plan.choices:
            values[name] = trial.suggest_categorical(name, plan.choices[name])
        elif name in plan.ranges:
            bounds = plan.ranges[name]
            if isinstance(SETTINGS[name].kind, Whole):
                values[name] = trial.suggest_int(name, int(bounds.low), int(bounds.high), log=bounds.log)
            else:
                values[name] = trial.suggest_float(name, bounds.low, bounds.high, log=bounds.log)
    return values


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
