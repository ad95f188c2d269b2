"""Experiments: many runs that answer one question about the settings.

`plan` says what is tried, `presets` are questions worth asking, `search` chooses settings,
`results` reads the answers off the trials, and `start` makes the trials of a plan in the
store.  `study` is where Optuna is used; `search`, `pruning` and `importance` import it
when they are called.
"""

from __future__ import annotations

from dataclasses import replace

from mnist_core.drawing.images import CLASSES
from mnist_core.experiments.plan import PARAMETERS, Plan, Range, trial_name
from mnist_core.experiments.search import configs
from mnist_core.store.experiments import Experiment
from mnist_core.store.store import Store
from mnist_core.store.trials import NewTrial

__all__ = ["PARAMETERS", "Plan", "Range", "start"]


def start(
    store: Store,
    plan: Plan,
    *,
    name: str,
    data_name: str,
    data_digest: str,
    images: int,
    classes: int = CLASSES,
    visitor: str = "",
    experiment_id: str | None = None,
) -> Experiment:
    """A new experiment with the trials of the plan, queued; `Jobs.submit` has them trained.

    Args:
        store: where it is kept.
        plan: what is tried.
        name: for people.
        data_name: of the data set.
        data_digest: of the same.
        images: how many training images it has.
        classes: how many classes they are of.
        visitor: token of the browser that asks for it, empty where none does.
        experiment_id: as for `Experiments.create`.

    Raises:
        ConfigError: the plan does not fit the data, or the name is empty or too long.
        StoreError: the store refuses; nothing of the experiment is there then.
    """
    trials = [
        NewTrial(trial_name(plan, config), config, config.epochs * config.steps_per_epoch(images))
        for config in (replace(each, classes=classes) for each in configs(plan, images))
    ]
    return store.experiments.create(
        name,
        plan.to_dict(),
        trials,
        data_name=data_name,
        data_digest=data_digest,
        visitor=visitor,
        experiment_id=experiment_id,
    )
