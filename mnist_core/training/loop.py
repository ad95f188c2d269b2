"""Training a network in chunks of steps, with progress, control and a state to go on from.

With `program` and `trainer` the part of the project that needs TensorFlow, which takes
seconds and hundreds of megabytes: it runs in worker processes and on the command line,
never in the web server.  What it reports, `workers.recorder` writes down.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from mnist_core.data.dataset import Dataset
from mnist_core.data.mixture import Pool
from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.network.network import Network
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.training.chunks import CHUNK_STEPS, chunks, one_ahead
from mnist_core.training.program import program_for
from mnist_core.training.trainer import Batch, Measurement, Seen, Trainer

MEASURE_SECONDS = 0.5  # between two measurements of the test images, at least, and
MEASURE_SHARE = 0.1  # of the time goes to them: a convolution takes a second
PAUSE_SECONDS = 0.02  # between two looks at `control` while paused


@dataclass(frozen=True)
class Progress:
    """How far a run is, reported about 15 times an epoch at steps that the seed fixes.

    Attributes:
        step: steps done; `total_steps` when finished.
        epoch: passes over the training images done, e.g. 1.4.
        loss: training loss, averaged over the images since the last report.
        accuracy: fraction of those images that were read right, before their step.
        test_loss: loss on all test images, measured at every epoch's end and, where that is
            wanted, up to twice a second between; `None` where this report did not.
        test_accuracy: fraction of the test images read right, or `None`.
        images_per_second: trained since the run began, pauses not counted.
        seconds: of training so far, pauses not counted.
        epoch_ended: whether this report closes an epoch.
        network: copies the weights as they are now; until the run ends.
        state: weights, optimizer and position, from which `train` can go on.
    """

    step: int
    total_steps: int
    epoch: float
    loss: float
    accuracy: float
    test_loss: float | None
    test_accuracy: float | None
    images_per_second: float
    seconds: float
    epoch_ended: bool
    network: Callable[[], Network]
    state: Callable[[], bytes]


@dataclass(frozen=True)
class Checkpoint:
    """Between two chunks of steps: where a run stands, and could go on from.

    Attributes:
        step: steps done.
        epoch: passes over the training images done.
        resting: whether it waits here, or ends here, as `control` asked.
        batch: the images of the last step, `None` before the first.
        network: copies the weights as they are now.
        state: as that of `Progress`.
    """

    step: int
    epoch: float
    resting: bool
    batch: Batch | None
    network: Callable[[], Network]
    state: Callable[[], bytes]


@dataclass(frozen=True)
class TrainedRun:
    """What a run leaves.

    Attributes:
        network: the trained network.
        history: every report, in order.
        scores: (n, classes) float32, the outputs for the test images.
        correct: how many of the test images it reads right.
        stopped: whether `control` ended it before its last epoch.
        step: steps done.
        seconds: of training, pauses not counted.
        kept_epoch: the epoch whose weights these are, where it is not the last one.
        cause: why the run ended by itself before its last epoch, `Cause.REACHED` or `PATIENCE`; else empty.
    """

    network: Network
    history: tuple[Progress, ...]
    scores: np.ndarray
    correct: int
    stopped: bool
    step: int
    seconds: float
    kept_epoch: int | None = None
    cause: str = ""

    @property
    def test_accuracy(self) -> float:
        """Fraction of the test images read right."""
        return self.correct / len(self.scores)


def train(
    config: TrainingConfig,
    dataset: Dataset,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    on_checkpoint: Callable[[Checkpoint], None] | None = None,
    control: Callable[[], str | int] | None = None,
    resume: bytes | None = None,
    initial: Network | None = None,
    falling: bool = False,
    between: bool = True,
    chunk_steps: int = CHUNK_STEPS,
    pool: Callable[[], Pool] | None = None,
    look: Callable[[], object] = lambda: None,
) -> TrainedRun:
    """Train a network and measure it.

    The same config on the same data and machine gives the same weights and the same
    reports to the last bit, wherever it was paused or resumed.  (Which reports between the
    ends of epochs measure the test images depends on the time.)

    Args:
        config: the settings.
        dataset: the images.
        on_progress: called with every report.
        on_checkpoint: called between chunks, and once more where the run comes to rest.
        control: asked between chunks, several times a second: "run"; "pause" (waits
            until it says something else); a number of steps (trains until so many are
            done, and then waits); or "stop" (ends with what was learned).
        resume: a state of a run with the same config and data, but for its epochs.
        initial: a network of the same layers to start from, instead of random weights.
        falling: let the learning rate fall to nothing over the run, report by report.
        between: measure the test images between the ends of epochs as well, for who watches.
        chunk_steps: steps in one call into the compiled graph, at most; another number is
            another program, which may round otherwise.
        pool: gives the digits that come beside the data set, where the settings want
            any; drawn by `synthetic` by default.
        look: called several times a second while the images are prepared, before `control`
            is; what it raises ends it.

    Raises:
        ConfigError: the batch is larger than the data.
        Diverged: the loss or a weight ceased to be a number.
        ModelError: `resume` or `initial` does not fit the config.
    """
    with program_for(config) as program:
        trainer = Trainer(config, dataset, program, initial=initial, pool=pool, look=look)
        if resume is not None:
            trainer.restore(resume)
        loop = _Loop(trainer, on_progress, on_checkpoint, control or (lambda: "run"), falling, between, chunk_steps)
        return loop.run()


def prepare(config: TrainingConfig, dataset: Dataset, *, images: int) -> None:
    """Compile what a run with this config needs, so that it starts at once.

    Args:
        config: the settings.
        dataset: its test images.
        images: how many images the run will be trained on.
    """
    blank = np.broadcast_to(np.zeros((), np.uint8), (images, *IMAGE_SHAPE))
    stand_in = replace(dataset, x_train=blank, y_train=np.zeros(images, np.uint8))
    with program_for(config) as program:
        trainer = Trainer(config, stand_in, program)
        trainer.advance(next(chunks(config, trainer.mixture, first_step=0, chunk_steps=CHUNK_STEPS)))
        trainer.measure()


class _Loop:
    """One run from where its trainer stands to its end."""

    def __init__(
        self,
        trainer: Trainer,
        on_progress: Callable[[Progress], None] | None,
        on_checkpoint: Callable[[Checkpoint], None] | None,
        control: Callable[[], str | int],
        falling: bool,
        between: bool,
        chunk_steps: int,
    ):
        self._trainer, self._falling, self._between, self._chunk_steps = trainer, falling, between, chunk_steps
        self._on_progress, self._on_checkpoint, self._control = on_progress, on_checkpoint, control
        self._history: list[Progress] = []
        self._clock, self._first_step = _Clock(), trainer.step
        self._measured_at, self._wait = 0.0, MEASURE_SECONDS
        self._measured: tuple[int, Measurement] | None = None  # the latest, and at which step

    def run(self) -> TrainedRun:
        trainer, stopped = self._trainer, False
        goal = self._goal()
        while trainer.goes_on:
            if goal is None or goal <= trainer.step:
                self._check_in(resting=True)
                if goal is None:
                    stopped = True
                    break
                with self._clock.paused():
                    while goal is not None and goal <= trainer.step:
                        time.sleep(PAUSE_SECONDS)
                        goal = self._goal()
            else:
                goal = self._train_to(goal)
        return self._ended(stopped)

    def _train_to(self, goal: int) -> int | None:
        """Train until `goal` steps are done, or `control` wants another goal; returns the new one."""
        trainer = self._trainer
        coming = chunks(
            trainer.config,
            trainer.mixture,
            first_step=trainer.step,
            last_step=goal,
            chunk_steps=self._chunk_steps,
        )
        for chunk in one_ahead(coming):
            if self._falling:
                trainer.slow_down(1 - chunk.begun)
            trainer.advance(chunk, goes_on=lambda: self._goal() == goal)
            if trainer.step < chunk.step:  # It was asked for something else in the middle of a large batch.
                return self._goal()
            if chunk.reported:
                self._report(chunk.measured)
            if not trainer.goes_on:
                break
            self._check_in(resting=False)
            if (wanted := self._goal()) != goal:
                return wanted
        return goal

    def _goal(self) -> int | None:
        """The step to train to, as `control` has it: one that is done already to wait, `None` to stop."""
        command = self._control()
        if command == "stop":
            return None
        total = self._trainer.total_steps
        return {"run": total, "pause": 0}[command] if isinstance(command, str) else min(command, total)

    def _check_in(self, *, resting: bool) -> None:
        trainer = self._trainer
        if self._on_checkpoint:
            self._on_checkpoint(
                Checkpoint(trainer.step, trainer.epoch, resting, trainer.batch, trainer.network, trainer.state)
            )

    def _report(self, measured: bool) -> None:
        trainer, clock, seen = self._trainer, self._clock, self._trainer.seen
        epoch_ended = trainer.step % trainer.steps_per_epoch == 0
        asked = clock.seconds
        due = measured or asked - self._measured_at >= self._wait
        measurement = self._measure() if epoch_ended or (self._between and due) else None
        seconds = clock.seconds
        if measurement:
            self._measured_at, self._wait = seconds, max(MEASURE_SECONDS, (seconds - asked) / MEASURE_SHARE)
            if epoch_ended:
                trainer.end_epoch(measurement)
        trainer.seen = Seen()
        self._history.append(
            Progress(
                step=trainer.step,
                total_steps=trainer.total_steps,
                epoch=trainer.epoch,
                loss=seen.loss / seen.images,
                accuracy=seen.correct / seen.images,
                test_loss=measurement.loss if measurement else None,
                test_accuracy=measurement.correct / len(measurement.scores) if measurement else None,
                images_per_second=(trainer.step - self._first_step) * trainer.config.batch_size / seconds,
                seconds=seconds,
                epoch_ended=epoch_ended,
                network=trainer.network,
                state=trainer.state,
            )
        )
        if self._on_progress:
            self._on_progress(self._history[-1])

    def _measure(self) -> Measurement:
        """What the network makes of the test images as it is now; once at a step."""
        step = self._trainer.step
        if self._measured is None or self._measured[0] != step:
            self._measured = step, self._trainer.measure()
        return self._measured[1]

    def _ended(self, stopped: bool) -> TrainedRun:
        trainer, stopping = self._trainer, self._trainer.stopping
        goes_back = stopping.goes_back and not stopped
        if goes_back:
            trainer.go_back()
            self._measured = None  # These are the weights of another step.
        final = self._measure()
        return TrainedRun(
            network=trainer.network(),
            history=tuple(self._history),
            scores=final.scores,
            correct=final.correct,
            stopped=stopped,
            step=trainer.step,
            seconds=self._clock.seconds,
            kept_epoch=stopping.best_epoch if goes_back else None,
            cause="" if stopped else stopping.cause,
        )


class _Clock:
    """Seconds since it was made, pauses left out."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._start

    @contextmanager
    def paused(self) -> Iterator[None]:
        entered = time.perf_counter()
        try:
            yield
        finally:
            self._start += time.perf_counter() - entered
