"""Labels that are suspected to be wrong: confident learning over out-of-sample predictions.

The method is that of Northcutt, Jiang and Chuang 2021 ("Confident Learning: Estimating
Uncertainty in Dataset Labels", arXiv:1911.00068) in the authors' own library, cleanlab.
It takes seconds and 170 MB to import, with pandas, SciPy and scikit-learn: in a worker
only, within the function that needs it.

Predictions are the softmax of what the last layer sums up, not the shares of the
outputs: sigmoids near 1 saturate, so that the digit that an image plainly is has half of
the shares only (the median in MNIST's test set is 0.40 to 0.56), and a small share for
the label says little.  Several networks speak with the mean of theirs.

Of the ten test labels with a majority of voters for another digit, the 100 lowest
normalised margins hold seven, with the mean of the networks of `COMPANY`; six to eight
with other means of several networks, two to seven with a single one.  The other scores
find seven each with `COMPANY`.  With shares instead of softmax, margins found one to
seven and the other scores none to three: that decided for softmax.  The margin is the
paper's own order for pruning, and the one that names the other digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.data.dataset import Dataset
from mnist_core.drawing.slant import straighten
from mnist_core.errors import JobError
from mnist_core.insight.work import Work
from mnist_core.network.choices import Choice
from mnist_core.network.network import Network, pretrained
from mnist_core.network.operations import softmax
from mnist_core.network.run_settings import TrainingConfig

if TYPE_CHECKING:
    from numpy.typing import NDArray

# All that come along but the linear ones, which misread five times as many images.
COMPANY = ("hidden", "convolutional", "hidden-draw-ready", "convolutional-draw-ready")
SPLITS: Mapping[str, Choice] = {
    "test": Choice("Test images", "No network has learned from these, so that any may judge their labels."),
    "train": Choice(
        "Training images",
        "Five networks are trained, each without a fifth of the images, and each answers for the fifth it never saw.",
    ),
}
SCORES: Mapping[str, Choice] = {
    "normalized_margin": Choice(
        "Normalised margin", "Probability of the label minus the largest one of another digit, from -1 to 1."
    ),
    "self_confidence": Choice("Self-confidence", "Probability of the label, from 0 to 1."),
    "confidence_weighted_entropy": Choice(
        "Confidence-weighted entropy",
        "Probability of the label, higher where only two or three digits compete; from 0 up.",
    ),
}
FOLDS = 5
# Of 60,000 training images this reads 58,434 right out-of-sample; without straightening, 58,016.
LEARNER = TrainingConfig(architecture="hidden", epochs=3)


@dataclass(frozen=True, eq=False)
class Suspects:
    """What confident learning says of every label of a split.

    Attributes:
        labels: (n,) uint8, the given ones.
        suggested: (n,) uint8, the digit with the largest share besides the label.
        scores: by key of `SCORES`, (n,) float32; the lower, the more suspected.
        counted: (n,) bool, whether the image is off the diagonal of the confident joint,
            that is, whether confident learning itself takes its label for wrong.
        correct: images whose label has the largest share.
    """

    labels: NDArray[np.uint8]
    suggested: NDArray[np.uint8]
    scores: Mapping[str, NDArray[np.float32]]
    counted: NDArray[np.bool_]
    correct: int

    @classmethod
    def of(cls, result: Mapping[str, np.ndarray], labels: np.ndarray) -> Suspects:
        """From the arrays of `compute` and the (n,) labels that they are about."""
        scores = {name: result[name] for name in SCORES}
        return cls(labels, result["suggested"], scores, result["counted"], int(result["correct"]))

    def order(self, by: str = "normalized_margin") -> np.ndarray:
        """(n,) int64 places in the split, the most suspected first; equal scores in the order of places."""
        return np.argsort(self.scores[by], kind="stable")

    def ranks(self, by: str = "normalized_margin") -> np.ndarray:
        """(n,) int64: 1 for the most suspected label, n for the least."""
        ranks = np.empty(len(self.labels), np.int64)
        ranks[self.order(by)] = np.arange(1, len(ranks) + 1)
        return ranks

    @property
    def share(self) -> np.ndarray:
        """(n,) float32 shares of the labels."""
        return self.scores["self_confidence"]

    @property
    def suggested_share(self) -> np.ndarray:
        """(n,) float32 shares of the digits suggested."""
        return self.share - self.scores["normalized_margin"]


def compute(work: Work) -> dict[str, np.ndarray]:
    """The suspects of a split, in a worker; read the result with `Suspects.of`.

    Options: `split`, a key of `SPLITS`.  The test images are judged by `work.network`,
    or by the networks of `COMPANY` where the analysis names none; the training images by
    cross-validation, whatever the network.

    Raises:
        JobError: there is no such split, or outputs are not numbers.
        ModelError: the network does not end in a dense layer.
    """
    split = work.options["split"]
    if split not in SPLITS:
        raise JobError(f"There is no split {split!r}; there are {' and '.join(SPLITS)}.")
    if split == "train":
        labels, predictions = work.dataset.y_train, cross_validated(work.dataset)
    else:
        networks = [work.network] if work.key else [pretrained(name) for name in COMPANY]
        labels = work.dataset.y_test
        predictions = np.mean([predicted(network.logits(work.dataset.x_test)) for network in networks], axis=0)
    return {**scored(predictions, labels), "counted": counted(predictions, labels)}


def predicted(logits: np.ndarray) -> np.ndarray:
    """(n, classes) float64 probabilities: the softmax of (n, classes) sums, whatever the network's temperature.

    Raises:
        JobError: a sum is not a finite number.
    """
    if not np.isfinite(logits).all():
        bad = int((~np.isfinite(logits).all(axis=1)).sum())
        raise JobError(
            f"The network's outputs are not numbers for {bad:,} of {len(logits):,} images. Choose another network."
        )
    return softmax(logits.astype(np.float64))


def scored(predictions: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """The scores of cleanlab's three rankings, and the digit suggested.

    Two equal cleanlab's up to scale.  The third keeps the order that entropy over
    confidence gives: cleanlab 2.9 takes log(1 + x) / x of it, which is 0 for x < 1e-16,
    so that the images it is surest of rank as the most suspected ones.

    Args:
        predictions: (n, classes) float64, rows sum to 1.
        labels: (n,) uint8.
    """
    rows = np.arange(len(labels))
    others = predictions.copy()
    others[rows, labels] = -1
    share, suggested = predictions[rows, labels], others.argmax(axis=1)
    entropy = -(predictions * np.log(np.clip(predictions, 1e-300, 1))).sum(axis=1) / np.log(predictions.shape[1])
    return {
        "suggested": suggested.astype(np.uint8),
        "normalized_margin": (share - others[rows, suggested]).astype(np.float32),
        "self_confidence": share.astype(np.float32),
        "confidence_weighted_entropy": (share / np.clip(entropy, 1e-30, None)).astype(np.float32),
        "correct": np.array((predictions.argmax(axis=1) == labels).sum(), np.int64),
    }


def counted(predictions: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,) bool: off the diagonal of the confident joint, by cleanlab; arguments as for `scored`."""
    from cleanlab.filter import find_label_issues  # Heavy; only in a worker.

    # One job: a worker must not fork, it holds TensorFlow's threads.
    return find_label_issues(labels.astype(np.int64), predictions, filter_by="confident_learning", n_jobs=1)


def folds(images: int) -> np.ndarray:
    """(images,) int64 in 0 to `FOLDS` - 1, of equal numbers up to one, the same at every call."""
    return np.random.default_rng(0).permutation(images) % FOLDS


def cross_validated(dataset: Dataset) -> np.ndarray:
    """(n, classes) float64 out-of-sample probabilities for the training images; trains `FOLDS` networks.

    Digits are set upright once, which is as good as `straighten` in the config and faster.
    """
    predictions = np.zeros((len(dataset.y_train), len(dataset.classes)))
    upright = replace(dataset, x_train=straighten(dataset.x_train))
    for held_out, network in _fold_networks(upright):
        predictions[held_out] = predicted(network.logits(upright.x_train[held_out]))
    return predictions


def _fold_networks(dataset: Dataset) -> Iterator[tuple[np.ndarray, Network]]:
    from mnist_core.training import loop  # TensorFlow; only in a worker.

    fold = folds(len(dataset.y_train))
    for number in range(FOLDS):
        held_out = fold == number
        rest = replace(
            dataset,
            x_train=dataset.x_train[~held_out],
            y_train=dataset.y_train[~held_out],
            # What it measures on the way matters to nobody: a few images keep that short.
            x_test=dataset.x_test[:100],
            y_test=dataset.y_test[:100],
        )
        yield held_out, loop.train(replace(LEARNER, seed=number, classes=len(dataset.classes)), rest).network
