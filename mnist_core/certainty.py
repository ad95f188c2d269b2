"""Whether an image is like the digit that a network reads in it, or like no digit at all.

Ten outputs always have a largest one, and a network that never saw a letter gives many of
them with full conviction: over MNIST, no threshold on outputs, shares or margins refuses more
than half of the letters and scribbles without refusing people's digits as well.  What tells
them apart is the distance to the training images of the digit that was answered.

The threshold is data's: so far from the training images of their own digit lie all test
images but the farthest `REFUSED`.  `python -m mnist_core.reference` computes MNIST's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.dataset import Dataset
from mnist_core.errors import DataError
from mnist_core.neighbours import Neighbours

NEAREST = 5  # training images over which the distance is a mean
REFUSED = 0.03  # fraction of the test images that the threshold calls unsure
SAMPLE = 1_000  # test images, evenly spaced, from which it is taken
INK = 255  # a distance of 1 is one pixel of full ink


@dataclass(frozen=True)
class Certainty:
    """How like an image is to the training images of the digit that was answered.

    Attributes:
        digit: that digit.
        distance: mean distance to the nearest `NEAREST` of them, in pixels of full ink.
        limit: the threshold in the same unit.
    """

    digit: int
    distance: float
    limit: float

    @property
    def sure(self) -> bool:
        """Whether the image may pass for that digit."""
        return self.distance <= self.limit


def certainties(
    neighbours: Neighbours, image: np.ndarray, digits: tuple[int, ...], limit: float
) -> dict[int, Certainty]:
    """The certainty of each of these answers to one (28, 28) uint8 image.

    Raises:
        ImageError: any other shape or dtype.
    """
    asked = tuple(dict.fromkeys(digits))
    found = neighbours.nearest_of(image, NEAREST, asked)
    return {
        digit: Certainty(digit, float(each.distances.mean()) / INK if len(each.distances) else float("inf"), limit)
        for digit, each in zip(asked, found, strict=True)
    }


def limit_of(neighbours: Neighbours, data: Dataset, *, sample: int = SAMPLE) -> float:
    """The threshold for a data set, in pixels of full ink; some seconds for 60,000 training images.

    Args:
        neighbours: over the training images of `data`.
        data: gives the test images.
        sample: how many of them to measure.

    Raises:
        DataError: there are no test images.
    """
    if not len(data.y_test):
        raise DataError(data.location, "has no test images to take a threshold from.")
    chosen = np.unique(np.linspace(0, len(data.y_test) - 1, min(sample, len(data.y_test))).round().astype(np.intp))
    distances = neighbours.mean_distances(data.x_test[chosen], NEAREST)
    own = distances[np.arange(len(chosen)), data.y_test[chosen]]
    return float(np.quantile(own, 1 - REFUSED)) / INK
