"""The settings of a run in words: what each is called, what it does, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping

from mnist_core.errors import ConfigError, DigitLabError
from mnist_core.network.architectures import PEN_SHARE
from mnist_core.numerals import percent

LABELS: Mapping[str, str] = {
    "architecture": "Network",
    "epochs": "Epochs",
    "hidden_units": "Hidden units",
    "activation": "Activation",
    "optimizer": "Optimizer",
    "learning_rate": "Learning rate",
    "loss": "Loss",
    "batch_size": "Batch size",
    "seed": "Seed",
    "straighten": "Straighten slant",
    "pen_styles": "Add pen styles",
    "patience": "Patience",
    "target_accuracy": "Enough at",
    "outputs": "Outputs",
    "training_images": "Training images",
}
FLATTERS = "What was chosen by the test images looks a little better on them than on new ones."
WORDS: Mapping[str, str] = {
    "epochs": "How often the network sees every training image.",
    "hidden_units": "How many patterns the layer can look for; more find more and take longer.",
    "learning_rate": "How far each step goes: too small learns slowly, too large jumps about.",
    "batch_size": "Images per step. Small batches learn more from each image, large ones run faster.",
    "patience": "End after so many epochs without a lower test loss, with the weights of the best one; 0 goes on. "
    + FLATTERS,
    "target_accuracy": "End once so many percent of the test images are read right; 0 trains all epochs. " + FLATTERS,
    "seed": "Fixes the first weights and the order of the images: same seed, same curve.",
    "straighten": "Every digit is set upright, in training and whenever the network is asked.",
    "pen_styles": "Each epoch also sees digits as people write them elsewhere than where MNIST was written: "
    f"crossed 7s, flagged 1s, open 4s; {percent(PEN_SHARE, 0)} of its images.",
    "training_images": "How many images there are to learn from, chosen by the seed; 0 for all.",
}


def sentence(error: DigitLabError, labels: Mapping[str, str] = LABELS) -> str:
    """What an error says, with a setting by the name that it has in the form."""
    if not isinstance(error, ConfigError):
        return str(error)
    words = str(error).replace(error.field, labels.get(error.field, error.field), 1)
    return words[0].upper() + words[1:]
