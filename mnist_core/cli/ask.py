"""Ask a trained network from the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from mnist_core.cli.data import add_choice, dataset
from mnist_core.cli.output import print_result
from mnist_core.cli.parser import Add
from mnist_core.drawing.images import DIGITS
from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.picture import find_digits
from mnist_core.errors import DigitLabError
from mnist_core.exchange.uploads import read_apart
from mnist_core.network.evaluation import Evaluation, accuracy_interval, most_confused
from mnist_core.network.network import Network, pretrained, pretrained_names
from mnist_core.network.operations import shares
from mnist_core.settings import Settings
from mnist_core.store.store import Store


def add_to(command: Add) -> None:
    """Add `evaluate` and `classify` to the commands."""
    for function in (evaluate, classify):
        asking = command(function)
        which = asking.add_mutually_exclusive_group()
        names = ", ".join(pretrained_names())
        which.add_argument("--architecture", default="hidden", help=f"a pretrained network: {names}; default hidden")
        which.add_argument("--run", metavar="ID", help="a run in the store")
        if function is evaluate:
            add_choice(asking)
        if function is classify:
            asking.add_argument("picture", type=Path, help="PNG, JPEG or similar; light or dark ink, any size")


def evaluate(options: argparse.Namespace) -> None:
    """Measure a trained network on the test images."""
    name, network = _network(options)
    found = dataset(options.data or _data_of(options))
    if network.outputs != len(found.classes):
        raise DigitLabError(
            f"{name} tells {network.outputs} classes apart, and {found.name} has {len(found.classes)}: "
            "name the data set that it was trained on with --data."
        )
    result = Evaluation.of(network.scores(found.x_test), found.y_test)
    matrix = result.confusion_matrix
    print_result(
        {
            "network": name,
            "data": found.name,
            "test_accuracy": result.accuracy,
            "correct": result.correct,
            "tested": len(result.labels),
            "interval_95": list(accuracy_interval(result.correct, len(result.labels))),
            "confusion_matrix": matrix.tolist(),
            "digits": [vars(figures) for figures in result.digits],
            "most_confused": [pair._asdict() for pair in most_confused(matrix)],
        },
        options,
        short=("network", "data", "test_accuracy", "correct", "tested", "interval_95"),
    )


def classify(options: argparse.Namespace) -> None:
    """Read the digit in a picture file; of several, each, and the number that they make."""
    name, network = _network(options)
    try:
        content = options.picture.read_bytes()
    except OSError as cause:
        raise DigitLabError(f"{options.picture} cannot be read: {cause.strerror or cause}.") from cause
    inks = find_digits(read_apart(content)).digits
    scores, probabilities = network.answers(np.stack([to_mnist(ink) for ink in inks]))
    digit, classes = int(scores[0].argmax()), network.classes
    print_result(
        {
            "network": name,
            "digit": digit,
            **({} if classes == DIGITS else {"class": classes[digit]}),
            "number": "".join(classes[each] for each in scores.argmax(axis=1)),
            "probability": round(float(probabilities[0, digit]), 6),
            "probabilities": [round(float(each), 6) for each in probabilities[0]],
            "scores": [round(float(score), 6) for score in scores[0]],
            "shares": [round(float(share), 6) for share in shares(scores)[0]],
        },
        options,
        short=("network", "number", "digit", "probability", "probabilities"),
    )


def _network(options: argparse.Namespace) -> tuple[str, Network]:
    """The name and the weights of the network that the options ask for."""
    if options.run is None:
        return options.architecture, pretrained(options.architecture)
    found = Store(Settings.from_environment().database_url).runs.results.snapshot(options.run)
    if found is None:
        raise DigitLabError(f"Run {options.run} has not learned anything yet. Wait for its first snapshot.")
    return options.run, found


def _data_of(options: argparse.Namespace) -> str | None:
    """The digest of the data set that a run was made for, where that was brought; the one in use otherwise."""
    if options.run is None:
        return None
    store = Store(Settings.from_environment().database_url)
    digest = store.runs.get(options.run).data_digest
    return digest if store.datasets.find(digest) is not None else None
