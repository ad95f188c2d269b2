"""How much of the difference between trials each setting explains.

Functional ANOVA (Hutter, Hoos and Leyton-Brown 2014, "An efficient approach for assessing
hyperparameter importance") as Optuna has it: a random forest learns the accuracy from the
settings, and its variance is divided among them.  The seed is one of them: what it
explains is luck.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnist_core.errors import JobError
from mnist_core.experiments.plan import Plan
from mnist_core.insight.work import Work
from mnist_core.store.runs.records import Run, Status

FEWEST = 4  # finished trials
SEED = "seed"


def compute(work: Work) -> dict[str, np.ndarray]:
    """The importances of an experiment, in a worker.

    Options: `experiment`, its id; `finished`, how many trials were when it was asked.

    Returns:
        `names`, (n,) texts, the most important first; `shares`, (n,) float64 that sum to 1;
        `finished`, how many trials they are of.

    Raises:
        JobError: there are too few trials, or they read all alike.
    """
    identity = str(work.options["experiment"])
    plan = Plan.from_dict(work.store.experiments.get(identity).plan)
    finished = [run for run in work.store.trials.all(identity) if run.status == Status.FINISHED and run.tested]
    found = importances(plan, finished)
    return {
        "names": np.array(list(found), dtype=np.str_),
        "shares": np.array(list(found.values()), np.float64),
        "finished": np.array(len(finished)),
    }


def importances(plan: Plan, finished: Sequence[Run]) -> dict[str, float]:
    """Shares of the variance by setting, the largest first.

    A network that lacks a setting counts as having its default.

    Args:
        plan: says what varies.
        finished: trials that were measured.

    Raises:
        JobError: there are too few trials, or they read all alike.
    """
    from optuna.distributions import CategoricalDistribution
    from optuna.importance import FanovaImportanceEvaluator, get_param_importances

    from mnist_core.experiments.study import distribution_of, frozen, study_of

    names = [*plan.varying, *([SEED] if plan.seeds > 1 else [])]
    values = {name: list(dict.fromkeys(getattr(run.config, name) for run in finished)) for name in names}
    names = [name for name in names if len(values[name]) > 1]
    if len(finished) < FEWEST or not names:
        raise JobError(f"Importances need at least {FEWEST} finished trials with different settings.")
    if len({run.test_accuracy for run in finished}) == 1:
        raise JobError("All trials read alike, so that no setting explains anything.")
    ranged = {name for name in names if name in plan.ranges and all(_within(plan, name, each) for each in values[name])}
    distributions = {
        name: distribution_of(name, plan.ranges[name]) if name in ranged else CategoricalDistribution(values[name])
        for name in names
    }
    trials = [
        frozen(run, params={name: getattr(run.config, name) for name in names}, distributions=distributions)
        for run in finished
    ]
    found = get_param_importances(study_of(trials), evaluator=FanovaImportanceEvaluator(seed=0))
    return {name: float(share) for name, share in sorted(found.items(), key=lambda each: -each[1])}


def _within(plan: Plan, name: str, value: float) -> bool:
    return plan.ranges[name].low <= value <= plan.ranges[name].high
