"""Whether an answer is sure: the network has little doubt, and the image is like the digit that it answers.

Ten outputs always have a largest one, and a network that never saw a letter gives many of
them with full conviction: over MNIST, no threshold on outputs, probabilities or margins
refuses more than half of the letters and scribbles without refusing people's digits as well.
What tells them apart is how like the image is to the training images of that digit.  Two
measures, since each has a gap: a dash is near to every thin 4, for both have little ink, but
shares little of it; and much ink shares much with any digit, but is far from it.  A dot,
brought to the size of a digit, is a disc, and like a 0 whose hole has closed.

The thresholds are the data's: beyond them lie, from the training images of their own digit,
`FAR` and `APART` of the test images.  `python -m mnist_core.insight.one_image.reference` computes MNIST's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mnist_core.data.dataset import Dataset
from mnist_core.errors import DataError
from mnist_core.insight.one_image.gauges import measures
from mnist_core.insight.one_image.neighbours import Neighbours

NEAREST = 5  # training images over which measures are means
FAR, APART = 0.025, 0.01  # fractions of the test images that the thresholds call unlike their digit
SAMPLE = 1_000  # test images, evenly spaced, from which they are taken
INK = 255  # a distance of 1 is one pixel of full ink
BLOT = 8.0  # pixels: five of MNIST's 60,000 training images have a broader pen, and a disc of a digit's size has 9.7
LEAST = 0.5  # probability below which it is more likely another digit than this


class Limits(NamedTuple):
    """The largest mean distance, in pixels of full ink, and the smallest mean overlap, from 0 to 1, of a digit."""

    distance: float
    overlap: float


@dataclass(frozen=True)
class Likeness:
    """How like an image is to the training images of one digit.

    Attributes:
        digit: that digit.
        distance: mean distance to the nearest `NEAREST` of them, in pixels of full ink.
        overlap: mean of `neighbours.overlap` with the same ones.
        width: of the image's pen, in pixels, as `gauges.measures`.
        limits: the thresholds.
    """

    digit: int
    distance: float
    overlap: float
    width: float
    limits: Limits

    @property
    def is_near(self) -> bool:
        """Whether the image may pass for that digit."""
        return self.distance <= self.limits.distance and self.overlap >= self.limits.overlap and self.width <= BLOT


def is_sure(probability: float, likeness: Likeness) -> bool:
    """The one rule of what counts as sure.

    Args:
        probability: of the digit that is answered, as `Network.probabilities` gives it.
        likeness: to that digit.
    """
    return probability >= LEAST and likeness.is_near


def likenesses(neighbours: Neighbours, image: np.ndarray, digits: Sequence[int], limits: Limits) -> dict[int, Likeness]:
    """The likeness of one (28, 28) uint8 image to each of these digits.

    Raises:
        ImageError: any other shape or dtype.
    """
    asked = tuple(dict.fromkeys(digits))
    found = neighbours.nearest_of(image, NEAREST, asked)
    width = float(measures(image[None])["width"][0]) if image.any() else 0.0
    return {
        digit: Likeness(
            digit,
            float(each.distances.mean()) / INK if len(each.distances) else float("inf"),
            float(each.overlaps.mean()) if len(each.overlaps) else 0.0,
            width,
            limits,
        )
        for digit, each in zip(asked, found, strict=True)
    }


def limits_of(neighbours: Neighbours, data: Dataset, *, sample: int = SAMPLE) -> Limits:
    """The thresholds for a data set; some seconds for 60,000 training images.

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
    means = neighbours.means(data.x_test[chosen], NEAREST, classes=len(data.classes))
    distances, overlaps = (each[np.arange(len(chosen)), data.y_test[chosen]] for each in means)
    return Limits(float(np.quantile(distances, 1 - FAR)) / INK, float(np.quantile(overlaps, APART)))
