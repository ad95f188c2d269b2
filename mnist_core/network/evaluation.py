"""What a network gets right and wrong: figures, and the images behind them.

Everything here works on arrays of scores and labels, so that it serves stored
outputs, a fresh forward pass and the synthetic set alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mnist_core.drawing.images import CLASSES

UNREAD = -1  # the digit read where outputs are not finite numbers
SMALLEST = float(np.finfo(np.float32).tiny)  # of probabilities that have a logarithm
Z95 = 1.959964  # standard normal quantile of a two-sided 95 % interval


class Interval(NamedTuple):
    """A range that covers the true value in 95 of 100 samples; fractions in [0, 1]."""

    low: float
    high: float


class Score(NamedTuple):
    """How many of the test images were read right, and how many there were."""

    correct: int
    tested: int

    @property
    def accuracy(self) -> float:
        """The fraction read right."""
        return self.correct / self.tested


class Confusion(NamedTuple):
    """`count` images of the digit `true` were read as `predicted`."""

    true: int
    predicted: int
    count: int  # type: ignore[assignment]  # Nobody asks how often a tuple of three holds something.


@dataclass(frozen=True)
class DigitFigures:
    """Figures of one digit; `None` where nothing was there to divide by.

    Attributes:
        precision: of the images read as this digit, the fraction that are.
        recall: of the images of this digit, the fraction read as it.
        f1: harmonic mean of the two.
        support: images of this digit.
    """

    digit: int
    precision: float | None
    recall: float | None
    f1: float | None
    support: int


@dataclass(frozen=True)
class Evaluation:
    """A network's answers to labelled images.

    Attributes:
        scores: (n, classes) float32, the raw outputs.
        labels: (n,) uint8, the true digits.
        predicted: (n,) int64, what `read` makes of the scores.
    """

    scores: np.ndarray
    labels: np.ndarray
    predicted: np.ndarray

    @classmethod
    def of(cls, scores: np.ndarray, labels: np.ndarray) -> Evaluation:
        """The evaluation of (n, classes) scores against (n,) labels."""
        return cls(scores, labels, read(scores))

    @property
    def classes(self) -> int:
        """How many there are to tell apart."""
        return self.scores.shape[1]

    @property
    def correct(self) -> int:
        """How many images were read right."""
        return int((self.predicted == self.labels).sum())

    @property
    def accuracy(self) -> float:
        """Fraction read right; `nan` without images."""
        return self.correct / len(self.labels) if len(self.labels) else float("nan")

    @property
    def confusion_matrix(self) -> np.ndarray:
        """(classes, classes) int64 counts; see `confusion_matrix`."""
        return confusion_matrix(self.labels, self.predicted, self.classes)

    @property
    def digits(self) -> list[DigitFigures]:
        """The figures of each digit; an image without an answer is one that was not read as it."""
        return digit_figures(self.confusion_matrix, np.bincount(self.labels, minlength=self.classes))


def read(scores: np.ndarray) -> np.ndarray:
    """(n,) int64: the digit with the highest of (n, classes) scores, `UNREAD` where one of them is not finite."""
    return np.where(np.isfinite(scores).all(axis=1), scores.argmax(axis=1), UNREAD)


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray, classes: int = CLASSES) -> np.ndarray:
    """(classes, classes) int64: row is what images are, column what they are read as; `UNREAD` ones are in no cell."""
    answered = predicted != UNREAD
    pairs = labels[answered].astype(np.int64) * classes + predicted[answered].astype(np.int64)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def digit_figures(matrix: np.ndarray, images: np.ndarray | None = None) -> list[DigitFigures]:
    """Precision, recall and F1 of each digit from a (classes, classes) confusion matrix.

    Args:
        matrix: see `confusion_matrix`.
        images: (classes,) how many there are of each digit, where some are in no cell; the sums of the rows by default.
    """
    figures = []
    for digit in range(len(matrix)):
        right, named = int(matrix[digit, digit]), int(matrix[:, digit].sum())
        support = int(matrix[digit].sum() if images is None else images[digit])
        figures.append(
            DigitFigures(
                digit,
                precision=right / named if named else None,
                recall=right / support if support else None,
                f1=2 * right / (named + support) if named + support else None,
                support=support,
            )
        )
    return figures


def most_confused(matrix: np.ndarray, limit: int = 10) -> list[Confusion]:
    """The cells off the diagonal with the highest counts, highest first; empty cells are left out."""
    errors = matrix.copy()
    np.fill_diagonal(errors, 0)
    order, classes = np.argsort(-errors, axis=None, kind="stable")[:limit], len(matrix)
    return [
        Confusion(int(cell) // classes, int(cell) % classes, int(errors.flat[cell]))
        for cell in order
        if errors.flat[cell]
    ]


def losses(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,) float64 cross-entropy of each image: minus the logarithm of the true digit's probability.

    It is what Keras trains with sparse categorical cross-entropy, whether outputs are
    sigmoids or a softmax, where the network's temperature is 1.

    Args:
        probabilities: (n, classes) float32, as `Network.probabilities`.
        labels: (n,) the true digits.
    """
    of_truth = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return -np.log(np.clip(of_truth, SMALLEST, 1))


def worst_first(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,) int64 places sorted by falling loss, args as for `losses`; equal losses keep their order."""
    return np.argsort(-losses(probabilities, labels), kind="stable")


def accuracy_interval(correct: int, total: int) -> Interval:
    """The 95 % interval of an accuracy (Wilson 1927), which stays within [0, 1].

    Raises:
        ValueError: there are no images, or more right than there are.
    """
    if not 0 <= correct <= total or not total:
        raise ValueError(f"expected 0 <= correct <= total and total > 0, got {correct} of {total}")
    share, z2 = correct / total, Z95**2 / total
    middle = (share + z2 / 2) / (1 + z2)
    half = Z95 * np.sqrt(share * (1 - share) / total + z2 / (4 * total)) / (1 + z2)
    # Exact at the ends, where the rounding of the root would leave the interval short of 0 or 1.
    return Interval(0.0 if correct == 0 else float(middle - half), 1.0 if correct == total else float(middle + half))
