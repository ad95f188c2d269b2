"""The training images most like an image: an exact search over all of them.

Distances are Euclidean over the 784 pixels.  One pass over the images, a block at a
time, tells them apart as 32-bit floats do; those that rounding could have put in the
wrong place are measured again in integers.  A copy of the images as floats would make
the pass three times faster, and take 188 MB.  Pruning by sums of 4x4 blocks was measured
too: a drawing that is like no training image prunes nothing, and takes longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mnist_core.drawing.images import CLASSES, IMAGE_SHAPE
from mnist_core.errors import ImageError

BLOCK = 512  # images: as floats, 1.6 MB, which stay in a core's cache
# Two squared distances may each be off by half of it: by twice what 784 roundings of 32-bit floats can do to a
# product of two images, which is 784 * 255**2 at most, and a last rounding.
SLACK = 4 * 784 * 2.0**-24 * 784 * 255**2 + 16
PIXELS = 784


@dataclass(frozen=True)
class Found:
    """Images near another one, nearest first.

    Attributes:
        indices: (k,) int64 places among the training images.
        labels: (k,) uint8 their digits.
        distances: (k,) float64 Euclidean distances over pixels of 0 to 255.
        overlaps: (k,) float64 in [0, 1]: how much of their ink the two share; see `overlap`.
    """

    indices: np.ndarray
    labels: np.ndarray
    distances: np.ndarray
    overlaps: np.ndarray


class Means(NamedTuple):
    """Means over the nearest training images of each digit, each (m, classes) float32; cf. `Found`."""

    distances: np.ndarray
    overlaps: np.ndarray


class Neighbours:
    """Training images to search; holds no copy of them, only their squared lengths.

    Args:
        images: (n, 28, 28) uint8, read but never written.
        labels: (n,) uint8.

    Raises:
        ImageError: arrays of other shapes or types.
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray):
        if images.dtype != np.uint8 or images.shape != (len(labels), *IMAGE_SHAPE):
            raise ImageError(f"expected (n, 28, 28) uint8 and n labels, got {images.shape} and {len(labels)}.")
        self._rows = images.reshape(len(images), PIXELS)
        self.labels = labels
        self._squares = np.empty(len(images), np.int32)
        for start in range(0, len(images), BLOCK):
            block = self._rows[start : start + BLOCK].astype(np.int32)
            self._squares[start : start + BLOCK] = np.einsum("ij,ij->i", block, block)

    def nearest(self, image: np.ndarray, count: int, *, digit: int | None = None) -> Found:
        """The `count` images nearest to `image`, ties by their place; fewer where there are fewer.

        Args:
            image: (28, 28) uint8.
            count: how many, at least 1.
            digit: only images of this digit; `None` for all.

        Raises:
            ImageError: any other shape or dtype.
        """
        return self.nearest_of(image, count, (digit,))[0]

    def nearest_of(self, image: np.ndarray, count: int, digits: tuple[int | None, ...]) -> list[Found]:
        """As `nearest` for several digits (`None` for all); only images of these digits are looked at."""
        if not isinstance(image, np.ndarray) or image.shape != IMAGE_SHAPE or image.dtype != np.uint8:
            raise ImageError(f"expected one image, (28, 28) uint8, got {np.shape(image)}.")
        return [self._found(image, count, digit) for digit in digits]

    def means(self, images: np.ndarray, count: int, *, classes: int = CLASSES) -> Means:
        """How far many images are from the training images of each class, and how much ink they share with them.

        Args:
            images: (m, 28, 28) uint8.
            count: how many of the nearest to take the mean over.
            classes: how many there are.

        Returns:
            Means as 32-bit floats round them; for a digit that has no training image the
            distance is infinite and the overlap 0.
        """
        asked = images.reshape(len(images), PIXELS).astype(np.float32)
        squares = np.einsum("ij,ij->i", asked, asked)[:, None]
        means = Means(*(np.full((len(images), classes), none, np.float32) for none in (np.inf, 0)))
        for digit in range(classes):
            places = np.flatnonzero(self.labels == digit)
            nearest = lengths = np.empty((len(images), 0), np.float32)
            for start in range(0, len(places), 2 * BLOCK):
                block = places[start : start + 2 * BLOCK]
                distances = asked @ self._rows[block].astype(np.float32).T
                distances *= -2
                distances += self._squares[block]
                distances += squares
                nearest = np.concatenate([nearest, distances], axis=1)
                lengths = np.concatenate([lengths, np.broadcast_to(self._squares[block], distances.shape)], axis=1)
                if nearest.shape[1] > count:
                    kept = np.argpartition(nearest, count - 1, axis=1)[:, :count]
                    nearest, lengths = (np.take_along_axis(each, kept, axis=1) for each in (nearest, lengths))
            if len(places):
                nearest = np.maximum(nearest, 0)
                means.distances[:, digit] = np.sqrt(nearest).mean(axis=1)
                means.overlaps[:, digit] = overlap(nearest, squares, lengths).mean(axis=1)
        return means

    def _nearly(self, image: np.ndarray, places: np.ndarray | None) -> np.ndarray:
        """(k,) float32: squared distances of the images at these places (`None` for all), up to `SLACK` / 2."""
        # Blank rows of the image add nothing to a product, so they are not even read.
        inked = np.flatnonzero(image.any(axis=1))
        first, last = (28 * int(inked[0]), 28 * int(inked[-1]) + 28) if inked.size else (0, 0)
        part = image.reshape(PIXELS)[first:last].astype(np.float32)
        products = np.empty(len(self.labels) if places is None else len(places), np.float32)
        rows = np.empty((BLOCK, last - first), np.float32)  # Once: new memory for each block would cost more than it.
        for start in range(0, len(products), BLOCK):
            # A slice where all are meant: places would copy the block once more.
            block = slice(start, start + BLOCK) if places is None else places[start : start + BLOCK]
            these = products[start : start + BLOCK]
            np.copyto(rows[: len(these)], self._rows[block, first:last])
            np.matmul(rows[: len(these)], part, out=these)
        square = int((image.astype(np.int64) ** 2).sum())
        squares = self._squares if places is None else self._squares[places]
        return (squares - 2.0 * products.astype(np.float64) + square).astype(np.float32)

    def _found(self, image: np.ndarray, count: int, digit: int | None) -> Found:
        places = np.arange(len(self.labels)) if digit is None else np.flatnonzero(self.labels == digit)
        if len(places) > count:
            near = self._nearly(image, None if digit is None else places)
            places = places[near <= np.partition(near, count - 1)[count - 1] + SLACK]
        whole = image.reshape(PIXELS).astype(np.int32)
        squared = np.empty(len(places), np.int64)
        for start in range(0, len(places), BLOCK):
            difference = self._rows[places[start : start + BLOCK]].astype(np.int32) - whole
            squared[start : start + BLOCK] = np.einsum("ij,ij->i", difference, difference)
        order = np.lexsort((places, squared))[:count]
        places, squared = places[order], squared[order]
        shared = overlap(squared, int(whole @ whole), self._squares[places])
        return Found(places, self.labels[places], np.sqrt(squared), shared)


def overlap(squared_distances: np.ndarray, one: np.ndarray | int, other: np.ndarray) -> np.ndarray:
    """How much of their ink pairs of images share, from 0 for none to 1 for equal ones; 0 where both are blank.

    Twice the product over the sum of the squares, pixel by pixel: the coefficient of Dice
    (1945) for grey values.  The distance of two images is small also where both have
    little ink and none of it in common; this is not.

    Args:
        squared_distances: of the pairs.
        one: sums of the squared pixels of their first images.
        other: and of their second ones.
    """
    both = np.asarray(one + other, np.float64)
    apart = np.ones(np.broadcast(squared_distances, both).shape)
    return 1 - np.divide(squared_distances, both, out=apart, where=both > 0)
