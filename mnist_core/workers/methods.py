"""Who works an analysis out: the method of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from mnist_core.data.dataset import Dataset
from mnist_core.errors import JobError
from mnist_core.experiments import importance
from mnist_core.insight.all_images import history, label_errors, placement, stress
from mnist_core.insight.work import Work, version_of
from mnist_core.store.analyses import Analysis
from mnist_core.store.store import Store

METHODS: Mapping[str, Callable[[Work], dict[str, np.ndarray]]] = {  # by `Analysis.kind`
    "importance": importance.compute,
    "history": history.compute,
    "map": placement.compute,
    "suspects": label_errors.compute,
    "stress": stress.compute,
}


def compute(analysis: Analysis, dataset: Dataset, store: Store) -> dict[str, np.ndarray]:
    """Work an analysis out, in this process.

    Raises:
        JobError: the network has changed since it was asked for.
        DigitLabError: the method cannot be used on it.
    """
    if analysis.network and version_of(store, analysis.network) != analysis.version:
        raise JobError("The run has trained on meanwhile. Look again for its newest state.")
    if analysis.kind not in METHODS:
        raise JobError(f"This worker knows no analysis {analysis.kind!r}. Start workers of the page's own version.")
    return METHODS[analysis.kind](Work(dataset, analysis.options, store, analysis.network))
