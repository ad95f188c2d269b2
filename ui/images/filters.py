"""Which of the images behind a number a gallery leaves out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ui.images.fates import fates
from ui.networks.on_test_images import Judged

FILTERS: Mapping[str, str] = {
    "all": "All",
    "wrong": "Wrong",
    "right": "Right",
    "never": "Never learned",
    "forgotten": "Forgotten",
}
BY_FATE = ("never", "forgotten")  # those that need a history


def kept(judged: Judged, places: np.ndarray, name: str) -> np.ndarray | None:
    """The places that the filter keeps, in their order; `None` where only a history that is not at hand could tell."""
    if name == "all":
        return places
    if name in BY_FATE:
        found = fates(judged)
        return None if found is None else places[getattr(found.learned, name)[places]]
    right = judged.evaluation.predicted[places] == judged.data.y_test[places]
    return places[right == (name == "right")]
