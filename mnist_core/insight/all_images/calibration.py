"""Whether a network is right as often as it says: reliability curve, calibration error, and the temperature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.errors import ModelError
from mnist_core.network.evaluation import Interval, accuracy_interval
from mnist_core.network.operations import softmax

BINS = 15  # as Guo et al. 2017
COOLEST, HOTTEST, HALVINGS = 0.05, 20.0, 40


@dataclass(frozen=True)
class Bin:
    """Images whose highest part lies in one interval.

    Attributes:
        low: the interval's end that is not part of it.
        high: the one that is.
        places: (count,) int64 of its images, in their order.
        correct: how many of them were read right.
        confidence: mean of their highest parts; `None` without images.
    """

    low: float
    high: float
    places: np.ndarray
    correct: int
    confidence: float | None

    @property
    def count(self) -> int:
        """How many images it holds."""
        return len(self.places)

    @property
    def accuracy(self) -> float | None:
        """Fraction read right; `None` without images."""
        return self.correct / self.count if self.count else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the accuracy (Wilson); `None` without images."""
        return accuracy_interval(self.correct, self.count) if self.count else None


@dataclass(frozen=True)
class Calibration:
    """How a network's confidence compares with its accuracy.

    Attributes:
        bins: `BINS` of them, of equal width, from 0 to 1.
        confidence: mean of all highest parts.
        accuracy: fraction of all images read right.
        error: the expected calibration error: the mean difference between accuracy and
            confidence of the bins, weighted by their images (Guo et al. 2017).
    """

    bins: tuple[Bin, ...]
    confidence: float
    accuracy: float
    error: float


def calibration(parts: np.ndarray, labels: np.ndarray) -> Calibration:
    """The calibration of what a network says.

    Args:
        parts: (n, 10) float32 of `Network.probabilities`, or of `network.shares`; n at least 1.
        labels: (n,) uint8 true digits.

    Raises:
        ModelError: there are no rows, or some that are not finite.
    """
    if not len(parts):
        raise ModelError("calibration needs outputs for at least one image.")
    if not np.isfinite(parts).all():
        raise ModelError("some outputs are not numbers, so that they say nothing of how sure the network was.")
    confidences = parts.max(axis=1).astype(np.float64)
    right = parts.argmax(axis=1) == labels
    edges = np.linspace(0, 1, BINS + 1)
    # As many inner edges as lie below a confidence; one that lies on an edge belongs to the bin that ends there.
    numbers = np.searchsorted(edges[1:-1], confidences)
    bins = tuple(_bin(edges[i], edges[i + 1], np.flatnonzero(numbers == i), right, confidences) for i in range(BINS))
    off = (abs(each.correct - each.confidence * each.count) for each in bins if each.confidence is not None)
    error = sum(off) / len(parts)
    return Calibration(bins, float(confidences.mean()), float(right.mean()), float(error))


def temperature(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None) -> float:
    """What to divide (n, 10) logits by, so that the softmax makes the (n,) labels most probable (Guo et al. 2017).

    Between `COOLEST` and `HOTTEST`.  The loss is convex in the inverse, whose derivative is
    halved in on: how far the mean logit, by the probabilities, is above the label's.

    Args:
        logits: of images that the network did not learn from.
        labels: their true digits.
        weights: (n,) of the images; all alike by default.
    """
    sums = logits.astype(np.float64)
    of_labels = sums[np.arange(len(labels)), labels]
    low, high = 1 / HOTTEST, 1 / COOLEST
    for _ in range(HALVINGS):
        inverse = (low + high) / 2
        slope = np.average((softmax(sums * inverse) * sums).sum(axis=1) - of_labels, weights=weights)
        low, high = (low, inverse) if slope > 0 else (inverse, high)
    return 2 / (low + high)


def _bin(low: float, high: float, places: np.ndarray, right: np.ndarray, confidences: np.ndarray) -> Bin:
    confidence = float(confidences[places].mean()) if len(places) else None
    return Bin(float(low), float(high), places, int(right[places].sum()), confidence)
