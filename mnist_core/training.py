"""TensorFlow: train a network in compiled chunks of steps, with progress and control.

The only module that imports TensorFlow, which takes seconds and hundreds of
megabytes: it runs in worker processes and on the command line, never in the web
server.

`keras.Model.fit` spends most of its time between the steps of networks this small.
Here a whole chunk of steps is one call into one compiled graph, XLA where that helps
the architecture; the images travel as bytes and are divided by 255 inside.  The
optimizer and the loss are Keras' own objects, so a step computes what
`train_on_batch` computes.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow greets on stderr otherwise.
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf

from mnist_core.architectures import ARCHITECTURES, CLASSES, IMAGE_SHAPE, LOSSES, Conv2D, Layer, TrainingConfig
from mnist_core.chunks import CHUNK_STEPS, Chunk, chunks, one_ahead
from mnist_core.dataset import Dataset
from mnist_core.errors import ModelError, TrainingError
from mnist_core.mixture import Mixture, Pool
from mnist_core.network import Network

MEASURE_SECONDS = 0.25  # between two measurements of the test images, at least, and
MEASURE_SHARE = 0.1  # of the time goes to them: a convolution takes a second
PAUSE_SECONDS = 0.05  # between two looks at `control` while paused

_KERAS_LAYERS: dict[str, Callable[..., keras.layers.Layer]] = {
    "flatten": lambda layer, seed: keras.layers.Flatten(),
    "conv2d": lambda layer, seed: keras.layers.Conv2D(
        layer.filters,
        layer.kernel_size,
        activation=layer.activation,
        kernel_initializer=keras.initializers.GlorotUniform(seed),
    ),
    "max_pooling2d": lambda layer, seed: keras.layers.MaxPooling2D(layer.size),
    "dense": lambda layer, seed: keras.layers.Dense(
        layer.units, activation=layer.activation, kernel_initializer=keras.initializers.GlorotUniform(seed)
    ),
}

_KERAS_LOSSES: dict[str, type[keras.Loss]] = {
    "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
    "mean_squared_error": keras.losses.MeanSquaredError,
}


@dataclass(frozen=True)
class Progress:
    """How far a run is, reported about 15 times an epoch at steps that the seed fixes.

    Attributes:
        step: steps done; `total_steps` when finished.
        epoch: passes over the training images done, e.g. 1.4.
        loss: training loss, averaged over the images since the last report.
        accuracy: fraction of those images that were read right, before their step.
        test_loss: loss on all test images, measured at every epoch's end and up to four
            times a second between; `None` where this report did not.
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
class TrainedRun:
    """What a run leaves.

    Attributes:
        network: the trained network.
        history: every report, in order.
        scores: (n, 10) float32, the outputs for the test images.
        correct: how many of the test images it reads right.
        stopped: whether `control` ended it before its last epoch.
        step: steps done.
        seconds: of training, pauses not counted.
    """

    network: Network
    history: tuple[Progress, ...]
    scores: np.ndarray
    correct: int
    stopped: bool
    step: int
    seconds: float

    @property
    def test_accuracy(self) -> float:
        """Fraction of the test images read right."""
        return self.correct / len(self.scores)


def train(
    config: TrainingConfig,
    dataset: Dataset,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    control: Callable[[], str] | None = None,
    resume: bytes | None = None,
    initial: Network | None = None,
    falling: bool = False,
    chunk_steps: int = CHUNK_STEPS,
    pool: Callable[[], Pool] | None = None,
) -> TrainedRun:
    """Train a network and measure it.

    The same config on the same data and machine gives the same weights and the same
    reports, whatever the chunks, and wherever it was resumed.  (Which reports between
    the ends of epochs measure the test images depends on the time.)

    Args:
        config: the settings.
        dataset: the images.
        on_progress: called with every report.
        control: asked between chunks, several times a second: "run", "pause" (waits
            until it says something else) or "stop" (ends with what was learned).
        resume: a `Progress.state` of a run with the same config and data.
        initial: a network of the same layers to start from, instead of random weights.
        falling: let the learning rate fall to nothing over the run, report by report.
        chunk_steps: steps in one call into the compiled graph, at most.
        pool: gives the digits that come beside the data set, where the settings want
            any; drawn by `synthetic` by default.

    Raises:
        ConfigError: the batch is larger than the data.
        TrainingError: the loss ceased to be a number.
        ModelError: `resume` or `initial` does not fit the config.
    """
    control = control or (lambda: "run")
    program = _program_for(config)
    with program.in_use:
        trainer = _Trainer(config, dataset, program, initial=initial, pool=pool)
        return _train(trainer, on_progress, control, resume, falling, chunk_steps)


def prepare(config: TrainingConfig, dataset: Dataset, *, images: int) -> None:
    """Compile what a run with this config needs, so that it starts at once.

    Args:
        config: the settings.
        dataset: its test images.
        images: how many images the run will be trained on.
    """
    blank = np.broadcast_to(np.zeros((), np.uint8), (images, *IMAGE_SHAPE))
    stand_in = replace(dataset, x_train=blank, y_train=np.zeros(images, np.uint8))
    program = _program_for(config)
    with program.in_use:
        trainer = _Trainer(config, stand_in, program)
        trainer.advance(next(chunks(config, trainer.mixture, first_step=0, chunk_steps=CHUNK_STEPS)))
        trainer.measure()


def _train(
    trainer: _Trainer,
    on_progress: Callable[[Progress], None] | None,
    control: Callable[[], str],
    resume: bytes | None,
    falling: bool,
    chunk_steps: int,
) -> TrainedRun:
    config, mixture = trainer.config, trainer.mixture
    if resume is not None:
        trainer.restore(resume)
    history: list[Progress] = []
    first_step, clock, stopped = trainer.step, _Clock(), False
    measured_at, wait = 0.0, MEASURE_SECONDS
    seen_loss = seen_correct = seen_images = 0.0
    for chunk in one_ahead(chunks(config, mixture, first_step=first_step, chunk_steps=chunk_steps)):
        command = control()
        if command == "pause":
            with clock.paused():
                while (command := control()) == "pause":
                    time.sleep(PAUSE_SECONDS)
        if command == "stop":
            stopped = True
            break
        if falling:
            trainer.slow_down(1 - chunk.begun)
        loss, correct = trainer.advance(chunk)
        seen_loss, seen_correct = seen_loss + loss, seen_correct + correct
        seen_images += chunk.labels.size
        if chunk.reported:
            if not math.isfinite(seen_loss):
                raise TrainingError(
                    f"The loss is no longer a number after step {trainer.step:,}: a learning rate of "
                    f"{config.learning_rate:g} is too large here. Start again with a smaller one."
                )
            asked = clock.seconds
            measured = trainer.measure() if chunk.measured or asked - measured_at >= wait else None
            seconds = clock.seconds
            if measured:
                measured_at, wait = seconds, max(MEASURE_SECONDS, (seconds - asked) / MEASURE_SHARE)
            history.append(
                Progress(
                    step=trainer.step,
                    total_steps=trainer.total_steps,
                    epoch=trainer.epoch,
                    loss=seen_loss / seen_images,
                    accuracy=seen_correct / seen_images,
                    test_loss=measured.loss if measured else None,
                    test_accuracy=measured.correct / len(mixture.y_test) if measured else None,
                    images_per_second=(trainer.step - first_step) * config.batch_size / seconds,
                    seconds=seconds,
                    epoch_ended=trainer.step % trainer.steps_per_epoch == 0,
                    network=trainer.network,
                    state=trainer.state,
                )
            )
            seen_loss = seen_correct = seen_images = 0.0
            if on_progress:
                on_progress(history[-1])
    final = trainer.measure()
    return TrainedRun(
        network=trainer.network(),
        history=tuple(history),
        scores=final.scores,
        correct=final.correct,
        stopped=stopped,
        step=trainer.step,
        seconds=clock.seconds,
    )


def keras_file(network: Network) -> bytes:
    """The network as the content of a `.keras` file, which `keras.models.load_model` opens.

    Where the network sets digits upright, whoever asks the model has to do it: with
    `Network.prepare`, and then divide by 255.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        _model_of(network).save(path)
        return path.read_bytes()


def tflite_file(network: Network) -> bytes:
    """The network as the content of a `.tflite` file, which LiteRT's interpreter runs.

    It takes (n, 28, 28) float32 in [0, 1], n being 1 unless its input is resized, and gives
    (n, 10) float32, the outputs of `Network.scores`.  Upright digits as for `keras_file`.
    """
    with contextlib.redirect_stdout(io.StringIO()):  # The converter tells all that it does.
        return tf.lite.TFLiteConverter.from_keras_model(_model_of(network)).convert()


FILES: dict[str, Callable[[Network], bytes]] = {"keras": keras_file, "tflite": tflite_file}  # by keys of `EXPORTS`


class _Clock:
    """Seconds since it was made, pauses left out."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._start

    def paused(self) -> _Pause:
        return _Pause(self)


class _Pause:
    def __init__(self, clock: _Clock):
        self._clock = clock

    def __enter__(self) -> None:
        self._entered = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._clock._start += time.perf_counter() - self._entered


@dataclass(frozen=True)
class _Measurement:
    loss: float
    correct: int
    scores: np.ndarray


class _Trainer:
    """A model with its optimizer, its position in the run, and the compiled functions."""

    def __init__(
        self,
        config: TrainingConfig,
        dataset: Dataset,
        program: _Program,
        *,
        initial: Network | None = None,
        pool: Callable[[], Pool] | None = None,
    ):
        self.config, self.dataset = config, dataset
        self.steps_per_epoch = config.steps_per_epoch(len(dataset.x_train))
        self.total_steps = self.steps_per_epoch * config.epochs
        self.step = 0

        self.mixture = Mixture.of(config, dataset, pool)
        program.start(config, initial)
        self._model, self._optimizer = program.model, program.optimizer
        self._run, self._measure = program.run, program.measure

    @property
    def epoch(self) -> float:
        return self.step / self.steps_per_epoch

    def advance(self, chunk: Chunk) -> tuple[float, int]:
        """Train one chunk; returns the sum of its images' losses, and how many were read right."""
        loss, correct = self._run(tf.constant(chunk.images), tf.constant(chunk.labels))
        self.step = chunk.step
        return float(loss), int(correct)

    def slow_down(self, share: float) -> None:
        """Set the learning rate to this share of that of the config."""
        self._optimizer.learning_rate = self.config.learning_rate * share

    def measure(self) -> _Measurement:
        """Loss and outputs on all test images."""
        parts = [
            self._measure(self.mixture.x_test[start : start + 2_000], self.mixture.y_test[start : start + 2_000])
            for start in range(0, len(self.mixture.x_test), 2_000)
        ]
        scores = np.concatenate([outputs.numpy() for outputs, _ in parts])
        total = sum(float(loss) for _, loss in parts)
        correct = int((scores.argmax(axis=1) == self.mixture.y_test).sum())
        return _Measurement(total / len(scores), correct, scores)

    def network(self) -> Network:
        arrays: Iterator[np.ndarray] = (variable.numpy() for variable in self._model.weights)
        weights, shape = [], IMAGE_SHAPE
        for layer in self.config.layers:
            weights.append(tuple(next(arrays) for _ in layer.weight_shapes(shape)))
            shape = layer.output_shape(shape)
        return Network(
            self.config.layers,
            tuple(weights),
            {"config": self.config.to_dict(), "data": self.dataset.name, "data_digest": self.dataset.digest},
            self.config.straighten,
        )

    def state(self) -> bytes:
        buffer = io.BytesIO()
        variables = [*self._model.variables, *self._optimizer.variables]
        arrays = {f"v{index}": variable.numpy() for index, variable in enumerate(variables)}
        np.savez(buffer, step=self.step, **arrays)
        return buffer.getvalue()

    def restore(self, state: bytes) -> None:
        variables = [*self._model.variables, *self._optimizer.variables]
        try:
            with np.load(io.BytesIO(state), allow_pickle=False) as file:
                step = int(file["step"])
                arrays = [file[f"v{index}"] for index in range(len(file.files) - 1)]
            if [array.shape for array in arrays] != [tuple(variable.shape) for variable in variables]:
                raise ValueError("it holds other variables")
            if not 0 <= step <= self.total_steps:
                raise ValueError(f"it stands at step {step:,} of {self.total_steps:,}")
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as cause:
            raise ModelError(f"The saved state does not fit this run: {cause}.") from cause
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)
        self.step = step


class _Program:
    """A model with its optimizer, and the graphs that train and measure it.

    Kept and started anew for the next run of the same kind: compiling takes a second,
    and TensorFlow never gives back the 15 MB of a compiled graph.  `in_use` is held by
    the run that has it; another of its kind in this process waits.
    """

    def __init__(self, layers: tuple[Layer, ...], optimizer: str, loss: str, xla: bool):
        self.in_use = threading.Lock()
        self._layers = layers
        self.model = _model(layers, seed=0)
        self.optimizer = keras.optimizers.get(optimizer)
        self.optimizer.build(self.model.trainable_variables)
        self._first = [variable.numpy() for variable in self.optimizer.variables]
        self._loss = _KERAS_LOSSES[loss]()
        self._one_hot = LOSSES[loss].one_hot
        self.run = tf.function(self._steps, jit_compile=xla)
        self.measure = tf.function(self._outputs)

    def start(self, config: TrainingConfig, initial: Network | None) -> None:
        """Set every variable to what it is before the first step of a run."""
        if initial is None:
            self.model.set_weights(_model(self._layers, config.seed).get_weights())
        elif initial.layers != self._layers:
            raise ModelError("The network to start from has other layers than this run.")
        else:
            self.model.set_weights([array for arrays in initial.weights for array in arrays])
        for variable, value in zip(self.optimizer.variables, self._first, strict=True):
            variable.assign(value)
        self.optimizer.learning_rate = config.learning_rate

    def _targets(self, labels: tf.Tensor) -> tf.Tensor:
        return tf.one_hot(labels, CLASSES) if self._one_hot else tf.cast(labels, tf.int32)

    def _steps(self, pixels: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One optimizer step for each of (steps, batch, 28, 28) bytes and (steps, batch) labels.

        The number of steps is part of the shape: XLA loops faster over a known number.
        """
        total, correct = tf.constant(0.0), tf.constant(0)
        for i in tf.range(pixels.shape[0]):
            images = tf.cast(pixels[i], tf.float32) / 255.0
            with tf.GradientTape() as tape:
                outputs = self.model(images, training=True)
                loss = self._loss(self._targets(labels[i]), outputs)
            variables = self.model.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            total += loss * tf.cast(tf.shape(images)[0], tf.float32)
            right = tf.equal(tf.argmax(outputs, axis=1, output_type=tf.int32), tf.cast(labels[i], tf.int32))
            correct += tf.reduce_sum(tf.cast(right, tf.int32))
        return total, correct

    def _outputs(self, pixels: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        outputs = self.model(tf.cast(pixels, tf.float32) / 255.0, training=False)
        loss = self._loss(self._targets(labels), outputs)
        return outputs, loss * tf.cast(tf.shape(outputs)[0], tf.float32)


def _program_for(config: TrainingConfig) -> _Program:
    return _program(config.layers, config.optimizer, config.loss, ARCHITECTURES[config.architecture].compile_with_xla)


@lru_cache(maxsize=8)
def _program(layers: tuple[Layer, ...], optimizer: str, loss: str, xla: bool) -> _Program:
    return _Program(layers, optimizer, loss, xla)


def _model_of(network: Network) -> keras.Model:
    model = _model(network.layers, seed=0)
    model.set_weights([array for arrays in network.weights for array in arrays])
    return model


def _model(layers: tuple[Layer, ...], seed: int) -> keras.Model:
    """The layers as a Keras model; the seed fixes its first weights."""
    seeds = np.random.SeedSequence(seed).generate_state(len(layers))
    stack = [_KERAS_LAYERS[layer.kind](layer, int(seeds[index])) for index, layer in enumerate(layers)]
    if isinstance(layers[0], Conv2D):
        stack.insert(0, keras.layers.Reshape((*IMAGE_SHAPE, 1)))  # Keras wants the one channel named.
    return keras.Sequential([keras.Input(IMAGE_SHAPE), *stack])
