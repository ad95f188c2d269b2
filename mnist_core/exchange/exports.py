"""The files as which a run leaves: for which program each is, and what is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mnist_core.errors import ModelError
from mnist_core.exchange import reproduce
from mnist_core.network.choices import LOSSES
from mnist_core.network.network import Network
from mnist_core.store.runs.records import Run

UPRIGHT = (
    "it learned from upright digits. Set yours upright as the notebook does, or with "
    "mnist_core.drawing.slant.straighten."
)

ONE_HOT = (
    "its loss compares with a number for each class, not with one label: model.evaluate wants "
    "keras.utils.to_categorical(labels, {classes})."
)


@dataclass(frozen=True)
class Export:
    """A format.

    Attributes:
        label: its name for people.
        ending: of a file's name, with its dot.
        mime: its media type.
        words: what it is for, in one line.
        write: the file's content from the run; `None` where only a worker, with TensorFlow, can make it.
        trains: whether it trains the run again, rather than holding its weights.
    """

    label: str
    ending: str
    mime: str
    words: str
    write: Callable[[Run, Network], bytes] | None = None
    trains: bool = False


EXPORTS: Mapping[str, Export] = {
    "keras": Export(
        "Keras",
        ".keras",
        "application/octet-stream",
        "The trained network for Keras: keras.models.load_model opens it.",
    ),
    "tflite": Export(
        "LiteRT",
        ".tflite",
        "application/octet-stream",
        "The trained network for phones and small devices: LiteRT (TensorFlow Lite) runs it.",
    ),
    "npz": Export(
        "NumPy",
        ".npz",
        "application/octet-stream",
        "Its weights as arrays, with the settings: numpy.load reads them, and so does Digit Lab.",
        lambda run, network: network.to_bytes(),
    ),
    "notebook": Export(
        "Notebook",
        ".ipynb",
        "application/x-ipynb+json",
        "Trains it again step by step, with words: for Jupyter or Colab.",
        lambda run, network: reproduce.notebook(run).encode(),
        trains=True,
    ),
    "script": Export(
        "Script",
        ".py",
        "text/x-python",
        "The same as a plain Python file.",
        lambda run, network: reproduce.script(run).encode(),
        trains=True,
    ),
}


def obstacle(export: Export, run: Run, *, lesson: bool) -> str:
    """Why the run cannot leave in this format, as a sentence; empty where it can.

    Args:
        export: an entry of `EXPORTS`.
        run: a run that has weights.
        lesson: whether it taught a network somebody's hand.
    """
    return reproduce.obstacle(run, lesson=lesson) if export.trains else ""


def notes(export: Export, run: Run) -> list[str]:
    """What whoever uses the file has to know about it, as sentences."""
    if export.trains:
        return reproduce.shortcomings(run)
    found = [UPRIGHT] if run.config.straighten and export.write is None else []
    if export is EXPORTS["keras"] and LOSSES[run.config.loss].one_hot:
        found.append(ONE_HOT.format(classes=run.config.classes))
    return found


def content(export: Export, run: Run, network: Network, *, lesson: bool) -> bytes:
    """The file in a format that needs no worker.

    Raises:
        ModelError: the run cannot leave in this format.
    """
    reason = obstacle(export, run, lesson=lesson)
    if reason:
        raise ModelError(f"There is no {export.label.lower()} of this run. {reason}")
    if export.write is None:
        raise ModelError(f"A {export.ending} file is made by a worker: ask `Jobs.exported`.")
    return export.write(run, network)
