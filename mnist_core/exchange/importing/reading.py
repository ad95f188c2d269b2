"""For which pixels a network from elsewhere was made: measured, since its file does not say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mnist_core.data.dataset import Dataset
from mnist_core.exchange.importing.notes import RAW_PIXELS, SETTLED
from mnist_core.network.evaluation import accuracy_interval
from mnist_core.network.layers import Conv2D, Dense
from mnist_core.network.network import Network

TRIED = 2_000  # test images for each way


@dataclass(frozen=True)
class Reading:
    """A network and how it read the first test images.

    Attributes:
        network: for images of 0 to 255 as every network here takes them.
        words: what the network is given.
        correct: how many it read right.
        tested: of how many.
    """

    network: Network
    words: str
    correct: int
    tested: int


def readings(network: Network, dataset: Dataset) -> list[Reading]:
    """The ways to read with the network, that of its file first; one where the file leaves no doubt.

    Weights times 255 see pixels of 0 to 1 as the network saw pixels of 0 to 255.
    """
    images, labels = dataset.x_test[:TRIED], dataset.y_test[:TRIED]
    found = []
    for each, words in _ways(network):
        correct = int((each.scores(images).argmax(axis=1) == labels).sum())
        found.append(Reading(each, words, correct, len(labels)))
    return found


def chosen(found: list[Reading]) -> Reading:
    """The first reading, unless another one is better by more than chance: their 95 % intervals lie apart."""
    first, best = found[0], max(found, key=lambda reading: reading.correct)
    surely = accuracy_interval(best.correct, best.tested)[0] > accuracy_interval(first.correct, first.tested)[1]
    return best if surely else first


def _ways(network: Network) -> Iterator[tuple[Network, str]]:
    raw = (_scaled(network, 255), "pixels from 0 to 255")
    unit = (network, "pixels from 0 to 1")
    if network.about.get(SETTLED):
        yield network, "the pixels that its file names"
        return
    yield from (raw, unit) if network.about.get(RAW_PIXELS) else (unit, raw)
    yield replace(network, straighten=True), "digits set upright, pixels from 0 to 1"


def _scaled(network: Network, factor: float) -> Network:
    """The network with the kernel of its first layer that has one times `factor`."""
    weights = list(network.weights)
    first = next(index for index, layer in enumerate(network.layers) if isinstance(layer, Dense | Conv2D))
    kernel, bias = weights[first]
    weights[first] = (kernel * np.float32(factor), bias)
    return replace(network, weights=tuple(weights))
