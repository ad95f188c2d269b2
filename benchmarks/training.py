"""Training against Keras' `fit` and against the bare matrix products, in one run."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np

from benchmarks import Figure, simple
from benchmarks.worker import from_click_to_evaluation, memory_of_short_runs
from mnist_core.data import dataset
from mnist_core.data.dataset import Dataset
from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.numerals import count
from mnist_core.settings import Settings
from mnist_core.training.loop import Progress, train
from mnist_core.training.tensorflow import keras, tf

# Keras shall have all cores, as it has by default. Not by a variable: the workers that are measured would have it, too.
tf.config.threading.set_intra_op_parallelism_threads(os.cpu_count())

ROUNDS = 5
SEEDS = {"linear": 3, "hidden": 3, "convolutional": 1}
LEAST_ACCURACY = {"linear": 92.0, "hidden": 97.4, "convolutional": 98.3}
SECONDS = {"linear": 15, "hidden": 20, "convolutional": 25}  # that the runs take
AGAINST = {
    "hidden": (
        "hidden: epoch after the first, against Keras fit",
        "hidden: epoch after the first, against the bare matrix products",
    ),
    "convolutional": ("convolutional: epoch after the first, against Keras fit",),
}
WHOLE = "hidden: 5 epochs from submit to stored evaluation, warm worker, against fit + evaluate"
MEMORY = "worker memory, largest of runs 6 to 50 against run 5"


def _accuracy(architecture: str) -> Iterator[Figure]:
    data, seeds = _data(), SEEDS[architecture]
    runs = [train(TrainingConfig(architecture, seed=seed), data) for seed in range(seeds)]
    accuracies = [100 * run.test_accuracy for run in runs]
    yield Figure.at_least(
        _accuracy_name(architecture),
        statistics.mean(accuracies),
        "%",
        LEAST_ACCURACY[architecture],
        "each " + ", ".join(f"{accuracy:.2f}" for accuracy in accuracies) + f" % of {len(data.y_test):,}",
    )


def _hidden_against_keras() -> Iterator[Figure]:
    ours, fit, products = _epochs("hidden", _data())
    for title, name, reference, bound in zip(
        AGAINST["hidden"], ("Keras fit", "the bare matrix products"), (fit, products), (0.20, 2.0), strict=True
    ):
        yield Figure.at_most(
            title,
            statistics.median(a / b for a, b in zip(ours, reference, strict=True)),
            "x reference",
            bound,
            f"ours {statistics.median(ours):.2f} s, {name} {statistics.median(reference):.2f} s",
        )


def _convolutional_against_keras() -> Iterator[Figure]:
    ours, fit, _ = _epochs("convolutional", _data(), rounds=2)
    yield Figure.at_most(
        AGAINST["convolutional"][0],
        statistics.median(a / b for a, b in zip(ours, fit, strict=True)),
        "x reference",
        0.60,
        f"ours {statistics.median(ours):.2f} s, Keras fit {statistics.median(fit):.2f} s",
    )


def _whole() -> Iterator[Figure]:
    data = _data()
    tutorial = _tutorial(data)
    whole = from_click_to_evaluation(TrainingConfig("hidden"), data)
    yield Figure.at_most(WHOLE, whole / tutorial, "x reference", 0.30, f"ours {whole:.1f} s, tutorial {tutorial:.1f} s")


def _memory() -> Iterator[Figure]:
    memory = memory_of_short_runs(50)
    yield Figure.at_most(
        MEMORY,
        max(memory[5:]) / memory[4],
        "x reference",
        1.10,
        f"run 5 {memory[4]:.0f} MB, run 50 {memory[-1]:.0f} MB",
    )


@cache
def _data() -> Dataset:
    return dataset.load(Settings.from_environment())


def _accuracy_name(architecture: str) -> str:
    return f"{architecture}: test accuracy, mean of {count(SEEDS[architecture], 'seed')}"


def _epochs(architecture: str, data: Dataset, *, rounds: int = ROUNDS) -> tuple[list[float], list[float], list[float]]:
    """Seconds of single epochs: ours after the first, `fit` after its first, the products of the hidden network."""
    model, images = _MODELS[architecture](), data.x_train / 255
    model.fit(images, data.y_train, epochs=1, verbose=0)
    ours: list[float] = []
    fit: list[float] = []
    products: list[float] = []

    def between_epochs(progress: Progress) -> None:
        """The references run between our epochs, so that all three see the same machine."""
        if not progress.epoch_ended:
            return
        now = time.perf_counter()
        if progress.epoch > 1:
            ours.append(now - started[-1])
            fit.append(_seconds(lambda: model.fit(images, data.y_train, epochs=1, verbose=0)))
            products.append(_seconds(lambda: _matrix_products(len(data.x_train))))
        started.append(time.perf_counter())

    started = [time.perf_counter()]
    train(TrainingConfig(architecture, epochs=1 + rounds), data, on_progress=between_epochs)
    return ours, fit, products


def _tutorial(data: Dataset) -> float:
    """Seconds that the tutorial's script takes from data to evaluation, imports not counted."""

    def script() -> None:
        model = _tutorial_model()
        model.fit(data.x_train / 255, data.y_train, epochs=5, verbose=0)
        model.evaluate(data.x_test / 255, data.y_test, verbose=0)

    return _seconds(script)


def _tutorial_model() -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(100, activation="relu"),
            keras.layers.Dense(10, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _convolutional_model() -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(8, 5, activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Conv2D(16, 5, activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


_MODELS = {"hidden": _tutorial_model, "convolutional": _convolutional_model}


def _matrix_products(images: int) -> None:
    """The five products of one epoch of 784-100-10 with batches of 32, and nothing else."""
    rng = np.random.default_rng(0)
    x, kernel1, kernel2 = (rng.random(shape, np.float32) for shape in ((32, 784), (784, 100), (100, 10)))
    for _ in range(images // 32):
        hidden = x @ kernel1
        slopes = hidden @ kernel2
        hidden_slopes = slopes @ kernel2.T
        hidden.T @ slopes
        x.T @ hidden_slopes


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


PARTS = (
    *(
        simple(
            f"Training {name} with {count(SEEDS[name], 'seed')}",
            SECONDS[name],
            partial(_accuracy, name),
            _accuracy_name(name),
        )
        for name in ARCHITECTURES
    ),
    simple(
        "Epochs of the hidden network, fit and bare matrix products in turn",
        40,
        _hidden_against_keras,
        *AGAINST["hidden"],
    ),
    simple(
        "Epochs of the convolutional network and of fit in turn",
        50,
        _convolutional_against_keras,
        *AGAINST["convolutional"],
    ),
    simple("The tutorial's script, then the same through the worker", 45, _whole, WHOLE),
    simple("Fifty short runs in one worker", 60, _memory, MEMORY),
)
