"""A run as a notebook or a script that trains it again with Keras alone, to read and to run elsewhere.

Both are the same cells, of words and of code: a script holds them in the percent format
that Jupyter's editors open as cells.  They show the tutorial's own calls, not this
project's faster loop, so the first weights and the order of the images are others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mnist_core.data.mixture import CHOOSING
from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.errors import ModelError
from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.choices import LOSSES, OPTIMIZERS
from mnist_core.network.evaluation import accuracy_interval
from mnist_core.network.layers import Layer
from mnist_core.network.run_settings import TrainingConfig, settings_words
from mnist_core.store.runs.records import Run

MNIST = "MNIST"


@dataclass(frozen=True)
class Cell:
    """A paragraph of words, in Markdown, or of code, in Python."""

    kind: Literal["markdown", "code"]
    text: str


def obstacle(run: Run, *, lesson: bool) -> str:
    """Why the run cannot be trained again from its settings, as a sentence; empty where it can.

    Args:
        run: any run.
        lesson: whether it taught a network somebody's hand; see `lessons.Lesson`.
    """
    if lesson:
        return "It was taught from somebody's own drawings, which stay in Digit Lab: no settings bring them back."
    if run.imported:
        return "It was imported: how it was trained is not known here."
    return ""


def shortcomings(run: Run) -> list[str]:
    """What the cells do otherwise than the run did, as sentences that they begin with."""
    found = []
    if run.config.pen_styles:
        found.append(
            "The run also learned from digits drawn as people write them on a canvas (pen styles, and pen drawings "
            "where it was given any). They are not in this file: it trains on the data set alone, and reads digits "
            "that are drawn with a pen less well."
        )
    if run.data_name != MNIST:
        found.append(f"The run learned from {run.data_name.lower()}; this file takes MNIST, so its figures are others.")
    config = run.config
    if run.step < run.total_steps and not (config.patience or config.target_accuracy):
        done = run.config.epochs * run.step / run.total_steps if run.total_steps else 0.0
        found.append(f"The run ended after {done:.3g} of {run.config.epochs} epochs; this file trains all of them.")
    return found


def notebook(run: Run) -> str:
    """The run as the content of a Jupyter notebook (nbformat 4.5)."""
    entries = []
    for index, cell in enumerate(cells(run)):
        entry: dict[str, object] = {"cell_type": cell.kind, "id": f"cell-{index}", "metadata": {}, "source": cell.text}
        if cell.kind == "code":
            entry |= {"execution_count": None, "outputs": []}
        entries.append(entry)
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    content = {"cells": entries, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def script(run: Run) -> str:
    """The run as a Python script."""
    parts = []
    for cell in cells(run):
        if cell.kind == "markdown":
            lines = ["# %% [markdown]", *(f"# {line}".rstrip() for line in cell.text.split("\n"))]
        else:
            lines = ["# %%", cell.text]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def cells(run: Run) -> tuple[Cell, ...]:
    """The run, step by step.

    Raises:
        ModelError: it was imported, so that its settings are not known.
    """
    if run.imported:
        raise ModelError(obstacle(run, lesson=False))
    return tuple(_cells(run))


def _cells(run: Run) -> Iterator[Cell]:
    config = run.config
    one_hot = LOSSES[config.loss].one_hot
    yield _words(
        f"# {' '.join(run.name.split())}",
        f"This trains a run of Digit Lab again, with Keras alone: {settings_words(config)}. " + _result(run),
        *shortcomings(run),
        "It needs Python with TensorFlow: `pip install tensorflow`. The seed fixes the first weights and the order "
        "of the images, but not to those that they were in Digit Lab: expect the same accuracy up to chance.",
    )
    yield _code(
        "import os",
        "",
        "import keras",
        "import numpy as np",
        "",
        f"keras.utils.set_random_seed({config.seed})",
    )
    yield _words(
        "## The images",
        "60,000 handwritten digits to learn from and 10,000 to be tested on, each of 28 x 28 pixels from 0 to 255. "
        "Keras fetches them once; where `DIGITLAB_MNIST` names an `mnist.npz` on this machine, that is read instead.",
    )
    yield _code(
        'path = os.environ.get("DIGITLAB_MNIST")',
        "if path:",
        "    with np.load(path) as file:",
        '        x_train, y_train, x_test, y_test = (file[key] for key in ("x_train", "y_train", "x_test", "y_test"))',
        "else:",
        "    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()",
        "print(x_train.shape, x_test.shape)",
    )
    if config.training_images:
        yield _words(f"Only {config.training_images:,} of them are learned from, which the seed chooses:")
        yield _code(
            f"chosen = np.random.default_rng({[config.seed, CHOOSING]}).permutation(len(y_train))"
            f"[:{config.training_images}]",
            "x_train, y_train = x_train[chosen], y_train[chosen]",
        )
    if config.straighten:
        yield _words("## Upright digits", *_STRAIGHTEN_WORDS)
        yield _code(*_STRAIGHTEN)
    yield _words("Networks learn best from small numbers: the pixels are scaled to lie between 0 and 1.")
    yield _code("x_train = x_train / 255", "x_test = x_test / 255")
    yield _words("## The network", ARCHITECTURES[config.architecture].words)
    yield _code(*_model(config.layers), "model.summary()")
    yield _words("## Training", _training_words(config))
    labels = ("y_train", "y_test")
    if one_hot:
        ones = ", ".join(str(int(each == 3)) for each in range(config.classes))
        yield _words(f"This loss compares with {config.classes} numbers, not with one label: 3 becomes {ones}.")
        yield _code(*(f"each_{name} = keras.utils.to_categorical({name}, {config.classes})" for name in labels))
        labels = ("each_y_train", "each_y_test")
    yield _code(f'model.compile(optimizer={_optimizer(config)}, loss="{config.loss}", metrics=["accuracy"])')
    fit = f"x_train, {labels[0]}, batch_size={config.batch_size}, epochs={config.epochs}, verbose=2"
    if early := _early(config):
        yield _words(*(words for words, _ in early))
        yield _code(*(line for _, lines in early for line in lines))
        names = ", ".join(
            name for name, used in (("patience", config.patience), ("enough", config.target_accuracy)) if used
        )
        fit += f", validation_data=(x_test, {labels[1]}), callbacks=[{names}]"
    yield _code(f"model.fit({fit})")
    yield _words("## How well does it read?", "Asked about images that it has never seen:")
    yield _code(
        f"loss, accuracy = model.evaluate(x_test, {labels[1]}, verbose=0)",
        'print(f"Test accuracy: {accuracy:.4f}, {accuracy * len(y_test):,.0f} of {len(y_test):,} right")',
    )
    yield _words(
        "## One prediction", "The first test image: an output for each class, and the one whose output is largest."
    )
    yield _code(
        "outputs = model.predict(x_test, verbose=0)",
        "print(outputs[0].round(3))",
        'print(f"It reads {outputs[0].argmax()}; the label says {y_test[0]}")',
    )
    yield _words(
        "## What does it confuse?",
        "The confusion matrix: a row for each class that an image is, a column for each that it was read as. "
        "What lies off the diagonal are mistakes.",
    )
    yield _code(
        f"confusion_matrix = np.zeros(({config.classes}, {config.classes}), int)",
        "np.add.at(confusion_matrix, (y_test, outputs.argmax(axis=1)), 1)",
        "print(confusion_matrix)",
    )


def _words(*paragraphs: str) -> Cell:
    return Cell("markdown", "\n\n".join(paragraphs))


def _code(*lines: str) -> Cell:
    return Cell("code", "\n".join(lines))


def _result(run: Run) -> str:
    if run.correct is None or run.tested is None or run.test_accuracy is None:
        return "It was not tested there."
    low, high = accuracy_interval(run.correct, run.tested)
    return (
        f"There it read {run.correct:,} of {run.tested:,} test images, {100 * run.test_accuracy:.2f} % "
        f"(95 % interval {100 * low:.1f} to {100 * high:.1f} %)."
    )


def _training_words(config: TrainingConfig) -> str:
    times = "once" if config.epochs == 1 else f"{config.epochs:,} times"
    return (
        f"{OPTIMIZERS[config.optimizer].label}: {OPTIMIZERS[config.optimizer].words} "
        f"{LOSSES[config.loss].label}: {LOSSES[config.loss].words} "
        f"The network sees every image {times}, {config.batch_size:,} at a time."
    )


def _early(config: TrainingConfig) -> list[tuple[str, list[str]]]:
    """What may end the training before its last epoch: in words, and as lines of code."""
    found = []
    if config.patience:
        stop = "keras.callbacks.EarlyStopping"
        found.append(
            (
                f"It ends once the loss on the test images has not fallen for {config.patience} epochs, and the best "
                "weights come back.",
                [f'patience = {stop}(monitor="val_loss", patience={config.patience}, restore_best_weights=True)'],
            )
        )
    if config.target_accuracy:
        found.append(
            (
                f"It ends at {100 * config.target_accuracy:g} % of the test images right.",
                [
                    "def stop_when_enough(epoch, logs):",
                    f'    model.stop_training |= logs["val_accuracy"] >= {config.target_accuracy!r}',
                    "",
                    "",
                    "enough = keras.callbacks.LambdaCallback(on_epoch_end=stop_when_enough)",
                ],
            )
        )
    return found


def _optimizer(config: TrainingConfig) -> str:
    if (config.optimizer, config.learning_rate) == ("adam", 0.001):  # Keras' own, as the tutorial writes it.
        return '"adam"'
    return f"keras.optimizers.{OPTIMIZERS[config.optimizer].label}(learning_rate={config.learning_rate!r})"


def _model(layers: tuple[Layer, ...]) -> list[str]:
    lines = ["model = keras.Sequential(", "    ["]
    lines.append(f"        keras.Input({IMAGE_SHAPE}),")
    if layers[0].kind == "conv2d":
        lines.append(f"        keras.layers.Reshape({(*IMAGE_SHAPE, 1)}),  # Keras wants the one channel named.")
    lines += [f"        keras.layers.{_KERAS[layer.kind](layer)}," for layer in layers]
    return [*lines, "    ]", ")"]


_KERAS: Mapping[str, Callable[[Any], str]] = {
    "flatten": lambda layer: "Flatten()",
    "dense": lambda layer: f'Dense({layer.units}, activation="{layer.activation}")',
    "conv2d": lambda layer: f'Conv2D({layer.filters}, {layer.kernel_size}, activation="{layer.activation}")',
    "max_pooling2d": lambda layer: f"MaxPooling2D({layer.size})",
}

# `mnist_core.drawing.slant` for readers: one image at a time, and none of its tricks.
_STRAIGHTEN_WORDS = (
    "People lean their digits. Each row is shifted until the ink no longer leans: by the slope of the line that fits "
    "the ink's columns to its rows, which second moments give (LeCun and others 1998 call it deslanting). Whoever "
    "asks this network has to set the digits upright, too.",
)
_STRAIGHTEN = '''def straighten(image):
    """The image (28 x 28, 0 to 255), sheared about its centre of mass until it is upright."""
    rows, columns = np.indices(image.shape)
    weights = image / max(image.sum(), 1)
    row, column = (weights * rows).sum(), (weights * columns).sum()
    spread = (weights * (rows - row) ** 2).sum()
    lean = -(weights * (rows - row) * (columns - column)).sum() / spread if spread > 1e-6 else 0
    shifts = np.clip(lean, -1, 1) * (row - np.arange(28))
    line = np.arange(-1, 29)  # a blank pixel at each end
    shifted = [np.interp(line[1:-1] + shift, line, np.pad(ink, 1)) for shift, ink in zip(shifts, image)]
    return np.array(shifted).round()


x_train = np.array([straighten(image) for image in x_train])  # a minute
x_test = np.array([straighten(image) for image in x_test])'''.split("\n")
