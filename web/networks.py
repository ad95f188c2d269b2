"""Networks as browsers compute them: `web/js/network.js` unpacks what is packed here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.network.network import Network


def packed(named: Sequence[tuple[str, Network]]) -> bytes:
    """Networks with their names: the header's length as four bytes, the header as JSON, all weights as float32."""
    header: list[dict[str, object]] = []
    arrays: list[bytes] = []
    for name, network in named:
        layers: list[dict[str, object]] = []
        shape: tuple[int, ...] = IMAGE_SHAPE
        for layer, weights in zip(network.layers, network.weights, strict=True):
            layers.append({"kind": layer.kind, **asdict(layer), "shapes": layer.weight_shapes(shape)})
            arrays += [np.ascontiguousarray(each, "<f4").tobytes() for each in weights]
            shape = layer.output_shape(shape)
        about = {"straighten": network.straighten, "temperature": network.temperature}
        header.append({"name": name, **about, "layers": layers})
    words = json.dumps(header).encode()
    words += b" " * (-len(words) % 4)  # The weights begin at a whole word.
    return b"".join([len(words).to_bytes(4, "little"), words, *arrays])
