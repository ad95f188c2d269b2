"""Networks and their training step as compiled TensorFlow graphs.

`keras.Model.fit` spends most of its time between the steps of networks this small.
Here a whole chunk of steps is one call into one graph that XLA compiles; the images
travel as bytes and are divided by 255 inside.  The optimizer and the loss are Keras'
own objects, so a step computes what `train_on_batch` computes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.errors import ModelError
from mnist_core.network.choices import LOSSES
from mnist_core.network.layers import Conv2D, Layer, summarise
from mnist_core.network.network import Network
from mnist_core.network.run_settings import Kind, TrainingConfig
from mnist_core.training.forward import forward
from mnist_core.training.tensorflow import keras, tf

MOST_PROGRAMS = 8  # that are kept while no run uses them
MEASURED_AT_ONCE = 250  # images: what a convolution makes of them stays in the processor's cache
WHOLE = 1_000  # images in a batch, at most: of a larger one the gradients are added up, in parts of
PART = 250

KERAS_LAYERS: dict[str, Callable[..., keras.layers.Layer]] = {
    "flatten": lambda layer, seed: keras.layers.Flatten(),
    "conv2d": lambda layer, seed: keras.layers.Conv2D(
        layer.filters,
        layer.kernel_size,
        layer.strides,
        layer.padding,
        activation=layer.activation,
        kernel_initializer=keras.initializers.GlorotUniform(seed),
    ),
    "max_pooling2d": lambda layer, seed: keras.layers.MaxPooling2D(layer.size),
    "dense": lambda layer, seed: keras.layers.Dense(
        layer.units, activation=layer.activation, kernel_initializer=keras.initializers.GlorotUniform(seed)
    ),
}

KERAS_LOSSES: dict[str, type[keras.Loss]] = {
    "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
    "mean_squared_error": keras.losses.MeanSquaredError,
}

Variables = tuple[tf.Tensor, tf.TensorArray, tf.TensorArray]  # of a loop: a place, and what is gathered

_free: list[tuple[Kind, Program]] = []  # that no run uses, the one that was used last at the end
_choosing = threading.Lock()
_measurers = ThreadPoolExecutor(2, thread_name_prefix="measuring")


class Program:
    """A model with its optimizer, and the graphs that train and measure it.

    Kept and started anew for the next run of the same kind: compiling takes a second,
    and TensorFlow never gives back the 15 MB of a compiled graph.  The run that has it
    has it for itself: see `program_for`.
    """

    def __init__(self, layers: tuple[Layer, ...], optimizer: str, loss: str):
        self._layers = layers
        self._classes = summarise(layers)[-1].output_shape[0]
        self.model = keras_model(layers, seed=0)
        self.optimizer = keras.optimizers.get(optimizer)
        self.optimizer.build(self.model.trainable_variables)
        self._first = [variable.numpy() for variable in self.optimizer.variables]
        self._loss = KERAS_LOSSES[loss](reduction="none")
        self._one_hot = LOSSES[loss].one_hot
        self._run = _graph(self._steps)
        self._add = _graph(self._added)
        self._apply = _graph(self._applied)
        # XLA makes nothing of dense layers alone that would be worth the time to compile it.
        slow = isinstance(layers[0], Conv2D)
        self._measure = _graph(self._outputs, jit_compile=slow)
        self._shares = 2 if slow else 1  # measured at a time: who asks to stop waits for the test images as well

    @property
    def variables(self) -> list[keras.Variable]:
        """All that a step changes: the model's variables first, then the optimizer's."""
        return [*self.model.variables, *self.optimizer.variables]

    def start(self, config: TrainingConfig, initial: Network | None) -> None:
        """Set every variable to what it is before the first step of a run."""
        if initial is None:
            self.model.set_weights(keras_model(self._layers, config.seed).get_weights())
        elif initial.layers != self._layers:
            raise ModelError("The network to start from has other layers than this run.")
        else:
            self.model.set_weights([array for arrays in initial.weights for array in arrays])
        for variable, value in zip(self.optimizer.variables, self._first, strict=True):
            variable.assign(value)
        self.optimizer.learning_rate = config.learning_rate

    def advance(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        first: int,
        last: int,
        *,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> tuple[np.ndarray, np.ndarray]:
        """One optimizer step for each of the batches `first` to below `last` of a chunk.

        Which of them is no part of the compiled program: a step computes the same to the
        last bit, alone or among others, where a loop of its own length would not.

        Args:
            images: (steps, batch, 28, 28) uint8.
            labels: (steps, batch) uint8.
            first: the first batch.
            last: the one behind the last.
            goes_on: asked between the parts of a batch of more than `WHOLE` images; where it
                says no, nothing of that batch has been done.

        Returns:
            (n,) float32 mean losses of the batches, and (n,) int32 how many of each were read
            right, both before the step; n is last - first, unless it did not go on.
        """
        if labels.shape[1] > WHOLE:
            return self._advance_in_parts(images[first:last], labels[first:last], goes_on)
        losses, correct = self._run(tf.constant(images), tf.constant(labels), tf.constant(first), tf.constant(last))
        return losses.numpy()[first:last], correct.numpy()[first:last]

    def _advance_in_parts(
        self, images: np.ndarray, labels: np.ndarray, goes_on: Callable[[], bool]
    ) -> tuple[np.ndarray, np.ndarray]:
        losses: list[np.float32] = []
        correct: list[int] = []
        for pixels, truth in zip(images, labels, strict=True):
            batch = tf.constant(len(truth), tf.float32)
            gradients = [tf.zeros_like(variable.value) for variable in self.model.trainable_variables]
            loss, right = np.float32(0), 0
            for begin in range(0, len(truth), PART):
                if not goes_on():
                    return np.array(losses, np.float32), np.array(correct, np.int32)
                part = slice(begin, begin + PART)
                number = tf.constant(len(truth[part]))
                arrays = tf.constant(_filled(pixels[part], PART)), tf.constant(_filled(truth[part], PART))
                gradients, more, read = self._add(gradients, *arrays, number, batch)
                loss, right = loss + more.numpy(), right + int(read)
            self._apply(gradients)
            losses.append(loss)
            correct.append(right)
        return np.array(losses, np.float32), np.array(correct, np.int32)

    def measure(self, images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
        """(n, classes) float32 outputs for (n, 28, 28) uint8 images, and the sum of their losses."""
        images_of_all = MEASURED_AT_ONCE * self._shares
        filled = -(-len(labels) // images_of_all) * images_of_all
        pixels = _filled(images, filled).reshape(self._shares, -1, MEASURED_AT_ONCE, *IMAGE_SHAPE)
        truth = _filled(labels, filled).reshape(self._shares, -1, MEASURED_AT_ONCE)
        shares = _measurers.map(self._measure_share, pixels, truth)
        outputs, losses = (np.concatenate(arrays).reshape(filled, -1) for arrays in zip(*shares, strict=True))
        return outputs[: len(labels)], float(losses[: len(labels)].sum(dtype=np.float64))

    def _measure_share(self, pixels: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        outputs, losses = self._measure(tf.constant(pixels), tf.constant(labels))
        return outputs.numpy(), losses.numpy()

    def _targets(self, labels: tf.Tensor) -> tf.Tensor:
        return tf.one_hot(labels, self._classes) if self._one_hot else tf.cast(labels, tf.int32)

    def _steps(
        self, pixels: tf.Tensor, labels: tf.Tensor, first: tf.Tensor, last: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        steps = pixels.shape[0]
        losses = tf.TensorArray(tf.float32, steps, element_shape=())
        correct = tf.TensorArray(tf.int32, steps, element_shape=())

        def step(i: tf.Tensor, losses: tf.TensorArray, correct: tf.TensorArray) -> Variables:
            images = tf.cast(pixels[i], tf.float32) / 255.0
            with tf.GradientTape() as tape:
                outputs = self._forward(images)
                loss = tf.reduce_mean(self._loss(self._targets(labels[i]), outputs))
            variables = self.model.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            right = tf.equal(tf.argmax(outputs, axis=1, output_type=tf.int32), tf.cast(labels[i], tf.int32))
            return i + 1, losses.write(i, loss), correct.write(i, tf.reduce_sum(tf.cast(right, tf.int32)))

        # XLA would take a number of iterations for a constant, and compile every one of them anew.
        _, losses, correct = tf.while_loop(lambda i, *_: i < last, step, (first, losses, correct))
        return losses.stack(), correct.stack()

    def _added(
        self, gradients: list[tf.Tensor], pixels: tf.Tensor, labels: tf.Tensor, number: tf.Tensor, batch: tf.Tensor
    ) -> tuple[list[tf.Tensor], tf.Tensor, tf.Tensor]:
        """The gradients with those of the first `number` of these images, as part of a batch of so many."""
        counted = tf.range(pixels.shape[0]) < number
        with tf.GradientTape() as tape:
            outputs = self._forward(tf.cast(pixels, tf.float32) / 255.0)
            losses = self._loss(self._targets(labels), outputs)
            loss = tf.reduce_sum(tf.where(counted, losses, 0.0)) / batch
        new = tape.gradient(loss, self.model.trainable_variables)
        right = tf.equal(tf.argmax(outputs, axis=1, output_type=tf.int32), tf.cast(labels, tf.int32))
        total = [sum_ + each for sum_, each in zip(gradients, new, strict=True)]
        return total, loss, tf.reduce_sum(tf.cast(tf.logical_and(right, counted), tf.int32))

    def _applied(self, gradients: list[tf.Tensor]) -> None:
        self.optimizer.apply(gradients, self.model.trainable_variables)

    def _outputs(self, pixels: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        parts = pixels.shape[0]
        scores = tf.TensorArray(tf.float32, parts, element_shape=(MEASURED_AT_ONCE, self._classes))
        losses = tf.TensorArray(tf.float32, parts, element_shape=(MEASURED_AT_ONCE,))

        def part(i: tf.Tensor, scores: tf.TensorArray, losses: tf.TensorArray) -> Variables:
            outputs = self._forward(tf.cast(pixels[i], tf.float32) / 255.0)
            return i + 1, scores.write(i, outputs), losses.write(i, self._loss(self._targets(labels[i]), outputs))

        _, scores, losses = tf.while_loop(lambda i, *_: i < parts, part, (tf.constant(0), scores, losses))
        return scores.stack(), losses.stack()

    def _forward(self, images: tf.Tensor) -> tf.Tensor:
        return forward(self._layers, [variable.value for variable in self.model.variables], images)


# AutoGraph would read the source of what it compiles and rewrite it: where it cannot, a loop over tensors fails.
_graph = partial(tf.function, autograph=False, jit_compile=True)


def _filled(array: np.ndarray, length: int) -> np.ndarray:
    """The array with zeros behind it, up to this length."""
    if len(array) == length:
        return array
    return np.concatenate([array, np.zeros((length - len(array), *array.shape[1:]), array.dtype)])


@contextmanager
def program_for(config: TrainingConfig) -> Iterator[Program]:
    """A program that trains runs of this kind, in a `with` that has it for itself.

    One that was used before where it is free, else another: a run that is paused keeps
    its own for hours, and nobody shall wait for it.  So a process has no more of a kind
    than it trains at a time.
    """
    with _choosing:
        place = next((place for place in reversed(range(len(_free))) if _free[place][0] == config.kind), None)
        program = Program(config.layers, config.optimizer, config.loss) if place is None else _free.pop(place)[1]
    try:
        yield program
    finally:
        with _choosing:
            _free.append((config.kind, program))
            del _free[:-MOST_PROGRAMS]


def kinds_at_hand() -> frozenset[Kind]:
    """Of the runs for which this process has a program that is free."""
    with _choosing:
        return frozenset(kind for kind, _ in _free)


def keras_model(layers: tuple[Layer, ...], seed: int) -> keras.Model:
    """The layers as a Keras model; the seed fixes its first weights."""
    seeds = np.random.SeedSequence(seed).generate_state(len(layers))
    stack = [KERAS_LAYERS[layer.kind](layer, int(seeds[index])) for index, layer in enumerate(layers)]
    if isinstance(layers[0], Conv2D):
        stack.insert(0, keras.layers.Reshape((*IMAGE_SHAPE, 1)))  # Keras wants the one channel named.
    return keras.Sequential([keras.Input(IMAGE_SHAPE), *stack])
