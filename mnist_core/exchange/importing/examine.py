"""A network in a file, asked about the test images before it is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

from mnist_core.data.dataset import Dataset
from mnist_core.errors import ModelError
from mnist_core.exchange.importing import reader
from mnist_core.exchange.importing.known import config_of
from mnist_core.exchange.importing.notes import NOTES
from mnist_core.exchange.importing.reading import Reading, chosen, readings
from mnist_core.store.runs.imports import Imported
from mnist_core.store.runs.records import MAX_NAME


def examine(content: bytes, file: str, dataset: Dataset, *, on_wait: Callable[[], None] = lambda: None) -> Imported:
    """The network in a file's content, asked about the test images.

    Args:
        content: of a `.keras` or `.npz` file.
        file: its name; where it lies is nobody's business and is left out.
        dataset: whose test images it is asked about.
        on_wait: see `mnist_core.exchange.apart.run`.

    Raises:
        ModelError: it cannot be read, or is none of the app's networks; the sentence says why.
    """
    file = " ".join(PurePath(file.replace("\\", "/")).name.split())[:MAX_NAME] or "The file"
    network = reader.read(content, file, on_wait=on_wait)
    if network.outputs != len(dataset.classes):
        raise ModelError(
            f"{file} cannot be imported. It has {network.outputs} outputs, and {dataset.name} has "
            f"{len(dataset.classes)} classes: choose the data set that it was trained on, on the Dataset page."
        )
    try:
        config_of(network)
    except ModelError as error:
        raise ModelError(f"{file} cannot be imported. {error}") from None
    found = readings(network, dataset)
    taken = chosen(found)
    notes = network.about.get(NOTES, ())
    told = notes if isinstance(notes, list | tuple) else ()
    words = " ".join([f"Imported from {file}.", *told, *_told(taken, found)])
    about = {"origin": words, "data": dataset.name, "data_digest": dataset.digest, "classes": list(dataset.classes)}
    network = replace(taken.network, about=about)
    scores = network.scores(dataset.x_test)
    correct = int((scores.argmax(axis=1) == dataset.y_test).sum())
    return Imported(file, network, config_of(network), scores, correct, words)


def _told(taken: Reading, found: list[Reading]) -> list[str]:
    if len(found) == 1:
        return []
    figures = ", ".join(f"{_share(reading)} with {reading.words}" for reading in found)
    told = [f"Of the first {taken.tested:,} test images it reads {figures}: it is given {taken.words}."]
    if 2 * taken.correct < taken.tested:
        told.append("However it is given them, it reads few: it may have learned from other images.")
    return told


def _share(reading: Reading) -> str:
    return f"{reading.correct:,} right"
