"""Which of the images behind a number a gallery leaves out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ui.judged import Judged

FILTERS: Mapping[str, str] = {"all": "All", "wrong": "Only wrong", "right": "Only right"}


def kept(judged: Judged, places: np.ndarray, name: str) -> tuple[np.ndarray, str]:
    """The places that the filter keeps, and a sentence where it cannot be told."""
    right = judged.evaluation.predicted[places] == judged.data.y_test[places]
    return {"all": places, "wrong": places[~right], "right": places[right]}[name], ""
