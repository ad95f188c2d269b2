"""What the hidden units of a network do on many images: which are dead, which double another, what excites them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.network.layers import Conv2D, Dense, MaxPooling2D
from mnist_core.network.network import Network

ALIKE = 0.95  # correlation of two units' activations from which one doubles the other
BEST = 4  # images that excite a unit most
SHARES = 101  # places at which the activations are kept, from the lowest to the highest
CHUNK = 250  # images at once: what each layer makes of them is all in memory


@dataclass(frozen=True)
class Doubled:
    """A unit that rises and falls with an earlier one.

    Attributes:
        unit: its place in the layer, from 0.
        like: that of the other one.
        correlation: of their activations, at least `ALIKE`.
    """

    unit: int
    like: int
    correlation: float


@dataclass(frozen=True)
class LayerUnits:
    """What the units of one layer did on n images; of a filter the strongest pixel of its map counts.

    Attributes:
        layer: its place among the network's layers.
        dead: units whose activation was never above 0, or never changed.
        doubled: units that double another, the first that each doubles.
        best: (units, `BEST`) int64, the images that excited each most, the most first.
        levels: (units, `SHARES`) float32, the activations at even shares of the images, rising.
    """

    layer: int
    dead: tuple[int, ...]
    doubled: tuple[Doubled, ...]
    best: np.ndarray
    levels: np.ndarray


def units(network: Network, images: np.ndarray) -> list[LayerUnits]:
    """What the units of each hidden layer do on (n, 28, 28) uint8 images; layers in order, none of a linear network.

    Raises:
        ImageError: any other shape or dtype.
    """
    hidden = [
        place for place, layer in enumerate(network.layers[:-1]) if isinstance(layer, Dense | Conv2D | MaxPooling2D)
    ]
    parts: dict[int, list[np.ndarray]] = {place: [] for place in hidden}
    if hidden:
        for start in range(0, len(images), CHUNK):
            outputs = network.activations(images[start : start + CHUNK])
            for place in hidden:
                values = outputs[place]
                parts[place].append(values if values.ndim == 2 else values.max(axis=(1, 2)))
    return [_of(place, np.concatenate(found)) for place, found in parts.items()]


def _of(layer: int, values: np.ndarray) -> LayerUnits:
    """The units of a layer whose activations on n images are (n, units) float32."""
    dead = (values.max(axis=0) <= 0) | (np.ptp(values, axis=0) == 0)
    count = min(BEST, len(values))
    few = np.argpartition(-values, count - 1, axis=0)[:count]
    order = np.take_along_axis(few, np.argsort(-np.take_along_axis(values, few, axis=0), axis=0, kind="stable"), axis=0)
    levels = np.quantile(values, np.linspace(0, 1, SHARES), axis=0).T.astype(np.float32)
    return LayerUnits(layer, tuple(np.flatnonzero(dead).tolist()), _doubled(values, dead), order.T, levels)


def _doubled(values: np.ndarray, dead: np.ndarray) -> tuple[Doubled, ...]:
    living = np.flatnonzero(~dead)
    if len(living) < 2 or len(values) < 2:
        return ()
    found = np.asarray(np.corrcoef(values[:, living].astype(np.float64), rowvar=False))
    pairs = []
    for place in range(1, len(living)):
        like = int(found[place, :place].argmax())
        if found[place, like] >= ALIKE:
            pairs.append(Doubled(int(living[place]), int(living[like]), float(found[place, like])))
    return tuple(pairs)
