"""One network, judged on the test images of the data set in use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mnist_core.dataset import Dataset
from mnist_core.evaluation import Evaluation
from mnist_core.network import Network
from ui import networks
from ui.networks import Trained


@dataclass(frozen=True, eq=False)
class Judged:
    """A network and what it says of the test images.

    Attributes:
        trained: which network.
        data: the data set in use.
        scores: (n, 10) float32 outputs for its test images.
        step: of the snapshot that is shown; `None` for the last state.
        epoch: passes over the training images at that step; `None` for the last state.
    """

    trained: Trained
    data: Dataset
    scores: np.ndarray
    step: int | None = None
    epoch: float | None = None

    @classmethod
    def of(cls, trained: Trained, data: Dataset) -> Judged:
        """The network as it is now."""
        return cls(trained, data, networks.test_scores(trained))

    @cached_property
    def evaluation(self) -> Evaluation:
        """The answers against the labels."""
        return Evaluation.of(self.scores, self.data.y_test)

    @property
    def network(self) -> Network:
        """Its weights."""
        return networks.network(self.trained)

    @property
    def version(self) -> str:
        """A text that changes when the weights or the images do: for caches of what was made from them."""
        return f"{networks.version(self.trained)}-{self.step}-{self.data.digest}"
