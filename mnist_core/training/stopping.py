"""When a run ends before its last epoch by its own settings, and which epoch's weights it keeps.

Decided at the ends of epochs, where every run measures the test images, so that the
decision is the same whenever the run was paused or resumed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.records import Cause


@dataclass
class Stopping:
    """What the ends of epochs have shown so far; part of what a run goes on from.

    As Keras' `EarlyStopping(patience=..., restore_best_weights=True)` on the test loss,
    with an accuracy to reach beside it.  A patience or an accuracy of 0 means none.

    Attributes:
        best_loss: lowest test loss so far.
        best_epoch: the epoch after which it was measured, 0 before the first.
        waited: epochs since then.
        epoch: epochs done.
        accuracy: fraction of the test images read right after the last one.
    """

    config: TrainingConfig
    best_loss: float = math.inf
    best_epoch: int = 0
    waited: int = 0
    epoch: int = 0
    accuracy: float = 0.0

    def epoch_ended(self, epoch: int, loss: float, accuracy: float) -> bool:
        """Take down what was measured after an epoch; returns whether its weights are the best so far."""
        self.epoch, self.accuracy = epoch, accuracy
        better = loss < self.best_loss
        if better:
            self.best_loss, self.best_epoch, self.waited = loss, epoch, 0
        else:
            self.waited += 1
        return better

    @property
    def reached(self) -> bool:
        """Whether it reads as many test images as it was to reach."""
        return self.epoch > 0 and 0 < self.config.target_accuracy <= self.accuracy

    @property
    def ended(self) -> bool:
        """Whether the run ends here."""
        return bool(self.cause)

    @property
    def goes_back(self) -> bool:
        """Whether the run, if it ends here, keeps the weights of an earlier epoch."""
        return bool(self.config.patience) and not self.reached and self.best_epoch < self.epoch

    @property
    def cause(self) -> str:
        """Why the run ends here, `Cause.REACHED` or `PATIENCE`; empty where it goes on."""
        if self.reached:
            return Cause.REACHED
        return Cause.PATIENCE if 0 < self.config.patience <= self.waited else ""
