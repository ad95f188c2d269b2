"""The networks: a new one is one more entry of `ARCHITECTURES`.

It drives the form on the Train page, the builder in `training`, the forward pass in `network` and the picture of
the layers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mnist_core.network.choices import Choice
from mnist_core.network.layers import Conv2D, Dense, Flatten, Layer, MaxPooling2D, from_description


@dataclass(frozen=True)
class Architecture(Choice):
    """A network: its layers as a function of the settings.

    Attributes:
        layers: `TrainingConfig` to the layers, input to output.
        options: names of the settings that only some networks have.
    """

    layers: Callable[..., tuple[Layer, ...]]
    options: tuple[str, ...] = ()


ARCHITECTURES: Mapping[str, Architecture] = {
    "linear": Architecture(
        label="Linear 784-10",
        words="Each digit weighs every pixel once. Ten pictures hold all it knows.",
        layers=lambda config: (Flatten(), Dense(config.classes, config.outputs)),
    ),
    "hidden": Architecture(
        label="Hidden layer 784-100-10",
        words="A layer of hidden units finds strokes first, then the digits weigh those.",
        layers=lambda config: (
            Flatten(),
            Dense(config.hidden_units, config.activation),
            Dense(config.classes, config.outputs),
        ),
        options=("hidden_units", "activation"),
    ),
    "convolutional": Architecture(
        label="Convolutional 8-16-10",
        words="Small filters look for edges and curves wherever they are; reads best and trains longest.",
        layers=lambda config: (
            Conv2D(8, 5, "relu"),
            MaxPooling2D(2),
            Conv2D(16, 5, "relu"),
            MaxPooling2D(2),
            Flatten(),
            Dense(config.classes, config.outputs),
        ),
    ),
}

ELSEWHERE = "elsewhere"  # the network of a file, of layers that none of the above has; never trained here
ALL: Mapping[str, Architecture] = {
    **ARCHITECTURES,
    ELSEWHERE: Architecture(
        label="From elsewhere 784-10",
        words="A network of other layers, which came from a file.",
        layers=lambda config: from_description(json.loads(config.elsewhere)),
    ),
}
