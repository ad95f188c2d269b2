"""A network in training: its position in the run, and the state from which the run can go on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.data.dataset import Dataset
from mnist_core.data.mixture import Mixture, Pool
from mnist_core.drawing.images import DIGITS, IMAGE_SHAPE
from mnist_core.errors import ConfigError, Diverged, ModelError
from mnist_core.network.network import Network
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.training.chunks import Chunk
from mnist_core.training.program import Program
from mnist_core.training.stopping import Stopping
from mnist_core.training.tensorflow import keras


@dataclass(frozen=True)
class Measurement:
    """Mean loss on the test images, how many were read right, and their (n, classes) float32 outputs."""

    loss: float
    correct: int
    scores: np.ndarray


@dataclass(frozen=True)
class Batch:
    """The images of one step, as the network read them just before it.

    Attributes:
        loss: their mean loss.
        correct: how many were read right.
        images: how many they were.
    """

    loss: float
    correct: int
    images: int


@dataclass
class Seen:
    """Sums over the images trained since the last report.

    In double precision and step by step, so that they are the same however the steps were
    cut into chunks.
    """

    loss: float = 0.0
    correct: int = 0
    images: int = 0

    def add(self, losses: np.ndarray, correct: np.ndarray, batch: int) -> None:
        """Count (steps,) mean losses and images read right, of `batch` images each."""
        for loss in losses.tolist():
            self.loss += loss * batch
        self.correct += int(correct.sum())
        self.images += batch * len(losses)


class Trainer:
    """A program at work on one run.

    Args:
        config: the settings.
        dataset: the images.
        program: of this kind of network; the trainer has it for itself.
        initial: a network to start from, instead of random weights.
        pool: as for `training.train`.
        look: likewise.

    Attributes:
        step: steps done.
        seen: since the last report.
        batch: that of the last step, `None` before the first in this process.
        stopping: what the ends of epochs have shown.
    """

    def __init__(
        self,
        config: TrainingConfig,
        dataset: Dataset,
        program: Program,
        *,
        initial: Network | None = None,
        pool: Callable[[], Pool] | None = None,
        look: Callable[[], object] = lambda: None,
    ):
        if config.classes != len(dataset.classes):
            raise ConfigError("classes", config.classes, f"{len(dataset.classes)}, as many as {dataset.name} has")
        self.config, self.dataset = config, dataset
        self.steps_per_epoch = config.steps_per_epoch(len(dataset.x_train))
        self.total_steps = self.steps_per_epoch * config.epochs
        self.step, self.seen, self.stopping = 0, Seen(), Stopping(config)
        self.batch: Batch | None = None
        self.mixture = Mixture.of(config, dataset, pool, look=look)
        self._best: list[np.ndarray] = []  # the model's variables after the best epoch, where that matters
        self._program = program
        program.start(config, initial)

    @property
    def epoch(self) -> float:
        """Passes over the training images done."""
        return self.step / self.steps_per_epoch

    @property
    def goes_on(self) -> bool:
        """Whether there are steps left to do."""
        return self.step < self.total_steps and not self.stopping.ended

    def advance(self, chunk: Chunk, *, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Train one chunk, or its first steps where it shall not go on.

        Args:
            chunk: the chunk.
            goes_on: as for `Program.advance`.

        Raises:
            Diverged: the loss ceased to be a number.
        """
        arrays = chunk.images, chunk.labels
        losses, correct = self._program.advance(*arrays, chunk.first, chunk.last, goes_on=goes_on)
        lost = np.flatnonzero(~np.isfinite(losses))
        if len(lost):
            raise Diverged(self.step + int(lost[0]) + 1, self.config.learning_rate)
        self.seen.add(losses, correct, chunk.labels.shape[1])
        if len(losses):
            self.batch = Batch(float(losses[-1]), int(correct[-1]), chunk.labels.shape[1])
        self.step += len(losses)

    def slow_down(self, share: float) -> None:
        """Set the learning rate to this share of that of the config."""
        self._program.optimizer.learning_rate = self.config.learning_rate * share

    def measure(self) -> Measurement:
        """Loss and outputs on all test images."""
        labels = self.mixture.y_test
        scores, loss = self._program.measure(self.mixture.x_test, labels)
        return Measurement(loss / len(scores), int((scores.argmax(axis=1) == labels).sum()), scores)

    def end_epoch(self, measured: Measurement) -> None:
        """Take down what was measured at the end of an epoch, and the weights if they are the best so far."""
        epoch = self.step // self.steps_per_epoch
        better = self.stopping.epoch_ended(epoch, measured.loss, measured.correct / len(measured.scores))
        if better and self.config.patience:
            self._best = self._numbers(self._program.model.variables)

    def go_back(self) -> None:
        """Take the weights of the best epoch; the optimizer and the step stay as they are."""
        for variable, array in zip(self._program.model.variables, self._best, strict=True):
            variable.assign(array)

    def network(self) -> Network:
        """A copy of the weights as they are now.

        Raises:
            Diverged: they have ceased to be numbers.
        """
        arrays: Iterator[np.ndarray] = iter(self._numbers(self._program.model.weights))
        weights: list[tuple[np.ndarray, ...]] = []
        shape: tuple[int, ...] = IMAGE_SHAPE
        for layer in self.config.layers:
            weights.append(tuple(next(arrays) for _ in layer.weight_shapes(shape)))
            shape = layer.output_shape(shape)
        if not all(np.isfinite(array).all() for layer in weights for array in layer):
            raise Diverged(self.step, self.config.learning_rate)
        return Network(
            self.config.layers,
            tuple(weights),
            {
                "config": self.config.to_dict(),
                "data": self.dataset.name,
                "data_digest": self.dataset.digest,
                **({} if self.dataset.classes == DIGITS else {"classes": list(self.dataset.classes)}),
            },
            self.config.straighten,
        )

    def state(self) -> bytes:
        """All that the run goes on from: variables, position, and what was counted on the way."""
        seen, stopping = self.seen, self.stopping
        buffer = io.BytesIO()
        arrays = {
            "step": np.array(self.step),
            "seen": np.array([seen.loss, seen.correct, seen.images]),
            "stopping": np.array(
                [stopping.best_loss, stopping.best_epoch, stopping.waited, stopping.epoch, stopping.accuracy]
            ),
            **{f"v{index}": array for index, array in enumerate(self._numbers(self._program.variables))},
            **{f"best{index}": array for index, array in enumerate(self._best)},
        }
        np.savez(buffer, **arrays)  # type: ignore[arg-type]  # NumPy's types take every array for `allow_pickle`.
        return buffer.getvalue()

    def restore(self, state: bytes) -> None:
        """Go on from what `state` returned.

        Raises:
            ModelError: it is of another run, or damaged.
        """
        variables = self._program.variables
        try:
            with np.load(io.BytesIO(state), allow_pickle=False) as file:
                step = int(file["step"])
                arrays = _numbered(file, "v")
                # Those of earlier versions lack what follows: they were taken at reports only.
                best = _numbered(file, "best")
                seen = file["seen"].tolist() if "seen" in file else (0.0, 0, 0)
                stopping = file["stopping"].tolist() if "stopping" in file else None
            if [array.shape for array in arrays] != [tuple(variable.shape) for variable in variables]:
                raise ValueError("it holds other variables")
            if not 0 <= step <= self.total_steps:
                raise ValueError(f"it stands at step {step:,} of {self.total_steps:,}")
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as cause:
            raise ModelError(f"The saved state does not fit this run: {cause}.") from cause
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)
        self.step, self._best = step, best
        self.seen = Seen(seen[0], int(seen[1]), int(seen[2]))
        if stopping:
            self.stopping = Stopping(
                self.config, stopping[0], int(stopping[1]), int(stopping[2]), int(stopping[3]), stopping[4]
            )

    @staticmethod
    def _numbers(variables: Sequence[keras.Variable]) -> list[np.ndarray]:
        return [variable.numpy() for variable in variables]


def _numbered(file: np.lib.npyio.NpzFile, name: str) -> list[np.ndarray]:
    found: list[np.ndarray] = []
    while f"{name}{len(found)}" in file:
        found.append(file[f"{name}{len(found)}"])
    return found
