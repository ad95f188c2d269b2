"""For which pixels a network from elsewhere was made: measured, since its file does not say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mnist_core.data.dataset import Dataset
from mnist_core.exchange.importing.folding import folded
from mnist_core.exchange.importing.notes import RAW_PIXELS, SETTLED
from mnist_core.network.layers import Scaling
from mnist_core.network.network import Network

TRIED = 2_000  # test images that tell
FIRST = 250  # of them, by which most ways are left out
LIKELY = 3  # ways that are tried with all of them, where the file's own seems wrong
SURE = 3.3  # standard deviations: by chance one of eight ways is better by as much once in a hundred files


@dataclass(frozen=True)
class Reading:
    """A network and how it read the first test images.

    Attributes:
        network: for images of 0 to 255 as every network here takes them.
        words: what the network is given.
        right: (n,) bool, which it read right.
    """

    network: Network
    words: str
    right: np.ndarray

    @property
    def correct(self) -> int:
        """How many it read right."""
        return int(self.right.sum())

    @property
    def tested(self) -> int:
        """Of how many."""
        return len(self.right)


def readings(network: Network, dataset: Dataset) -> list[Reading]:
    """Ways to read with the network: that of its file, and the best of the others where the file leaves a doubt."""
    first, *others = [_read(each, words, dataset, FIRST) for each, words in _ways(network, dataset)]
    others.sort(key=lambda reading: -reading.correct)
    # Where the file's own is as good as any, one other has to be beaten; else those that are alike in few images.
    likely = others[: 1 if not others or first.correct >= others[0].correct else LIKELY]
    first, *others = [_read(each.network, each.words, dataset, TRIED) for each in (first, *likely)]
    return [first, *sorted(others, key=lambda reading: -reading.correct)[:1]]


def chosen(found: list[Reading]) -> Reading:
    """The first reading, unless the other is better by more than chance, image by image (McNemar 1947)."""
    first, *others = found
    for other in others:
        gained, lost = int((other.right & ~first.right).sum()), int((first.right & ~other.right).sum())
        if gained - lost > SURE * np.sqrt(gained + lost):
            return other
    return first


def _read(network: Network, words: str, dataset: Dataset, images: int) -> Reading:
    return Reading(network, words, network.classify(dataset.x_test[:images]) == dataset.y_test[:images])


def _ways(network: Network, dataset: Dataset) -> Iterator[tuple[Network, str]]:
    if network.about.get(SETTLED):
        yield network, "the pixels that its file names"
        return
    unit = (network, "pixels from 0 to 1")
    raw = (_given(network, 255, 0), "pixels from 0 to 255")
    yield from (raw, unit) if network.about.get(RAW_PIXELS) else (unit, raw)
    yield _given(network, 2, -1), "pixels from -1 to 1"
    mean, spread = dataset.x_train.mean() / 255, dataset.x_train.std() / 255
    yield _given(network, 1 / spread, -mean / spread), "pixels less their mean, divided by their standard deviation"
    yield _given(network, -1, 1), "dark ink on white, pixels from 0 to 1"
    yield _given(network, -255, 255), "dark ink on white, pixels from 0 to 255"
    yield _given(network, -2, 1), "dark ink on white, pixels from -1 to 1"
    yield replace(network, straighten=True), "digits set upright, pixels from 0 to 1"


def _given(network: Network, factor: float, added: float) -> Network:
    """The network that is given every pixel, from 0 to 1, times `factor` and plus `added`."""
    scaled = (np.array([factor]), np.array([added]))
    layers, weights = folded((Scaling(), *network.layers), (scaled, *network.weights))
    return replace(network, layers=layers, weights=weights)
