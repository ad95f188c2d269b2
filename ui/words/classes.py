"""What images are called by what they are of."""

from __future__ import annotations

from mnist_core.data.dataset import Dataset
from mnist_core.numerals import an


def called(data: Dataset, label: int) -> str:
    """The class of a label in a sentence: "a 7"; of other things than digits their name."""
    return an(label) if data.is_of_digits else data.classes[label]
