"""The two networks that are compared, A and B: each with its weights at one time of its training."""

from __future__ import annotations

from dataclasses import dataclass

from mnist_core.data.dataset import Dataset
from mnist_core.errors import ModelError, RunNotFound
from mnist_core.network.network import pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.numerals import brief, count, numeral
from ui import networks
from ui.networks import Trained
from ui.networks.on_test_images import Judged
from ui.words.run_words import epochs_done


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two.

    Attributes:
        letter: "A" or "B".
        judged: the network, and what it says of the test images.
        parent: key of the network that it was taught from, `None` where it was not.
    """

    letter: str
    judged: Judged
    parent: str | None = None

    @classmethod
    def of(cls, letter: str, trained: Trained, data: Dataset, step: int | None, parent: str | None) -> Side:
        """The network at a step of which a snapshot was kept; `None` for its last weights.

        Raises:
            RunNotFound: it was deleted meanwhile.
            ModelError: it kept no weights, or none at that step.
        """
        judged = Judged.of(trained, data) if step is None else Judged.at(trained, data, step)
        if judged is None:
            at = f" at step {numeral(step)}" if step is not None else ""
            raise ModelError(f"{trained.title} kept no weights{at}. Choose another time of its training.")
        return cls(letter, judged, parent)

    @property
    def name(self) -> str:
        """What people call it, with the time where it is not the last one."""
        name, epoch = self.judged.trained.name, self.judged.epoch
        return name if epoch is None else f"{name} after {brief(epoch)} epochs"

    @property
    def config(self) -> TrainingConfig:
        """The settings that it was trained with."""
        trained = self.judged.trained
        if trained.run is not None:
            return trained.run.config
        return TrainingConfig.from_dict(pretrained(trained.key).about["config"])

    @property
    def when(self) -> str:
        """How far its training was, in words."""
        run, epoch = self.judged.trained.run, self.judged.epoch
        if run is None:
            return "those that come with the app"
        if run.imported:
            return "imported"
        done = epochs_done(run) if epoch is None else epoch
        return f"after {brief(done)} of {count(run.config.epochs, 'epoch')}"

    @property
    def pen_drawings(self) -> str:
        """How many drawings of people it learned from besides, in words."""
        drawn = {} if self.judged.trained.run else pretrained(self.judged.trained.key).about.get("pen_drawings", {})
        return f"{numeral(drawn['drawings'])} of {drawn['writers']} people" if drawn else "none"

    @property
    def data_digest(self) -> str:
        """Identifies the images that it was trained on."""
        trained = self.judged.trained
        return trained.run.data_digest if trained.run else str(pretrained(trained.key).about["data_digest"])

    @property
    def parent_name(self) -> str:
        """What people call the network that it was taught from; empty where there was none."""
        if self.parent is None:
            return ""
        try:
            return networks.find(self.parent).name
        except RunNotFound:
            return "a network that was deleted"


def refusal(a: Side, b: Side, data: Dataset) -> str | None:
    """Why the two cannot be compared on these images, as sentences; `None` where they can.

    Two networks that come with the app may be asked images that neither was trained on:
    both are strangers to them.
    """
    if (a.judged.trained.key, a.judged.step) == (b.judged.trained.key, b.judged.step):
        return (
            f"A and B are the same network, {a.name}. Choose another one for A or for B, or another time of its "
            "training."
        )
    strangers = a.data_digest == b.data_digest != data.digest and not (a.judged.trained.run or b.judged.trained.run)
    for side in (a, b):
        if side.data_digest != data.digest and not strangers:
            name = side.judged.trained.data_name
            others = f"{name} as well, but not the same" if name == data.name else name
            return (
                f"{side.letter}, {side.name}, was trained on other images ({others}) than the test images in use "
                f"({data.name}). A comparison would show the difference of the images, not of the networks. Choose a "
                f"network that was trained on {'these' if name == data.name else data.name}, or train one."
            )
    return None
