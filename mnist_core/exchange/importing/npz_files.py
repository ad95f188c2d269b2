"""An `.npz` file as a `Network`: one of Digit Lab's own, or plain arrays in Keras' order."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterator

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.errors import ModelError
from mnist_core.exchange.importing.notes import NOTES, SETTLED
from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.kinds import Whole
from mnist_core.network.layers import Dense, Flatten, Layer
from mnist_core.network.network import MAX_FILE_BYTES, Network
from mnist_core.network.run_settings import SETTINGS, TrainingConfig

MOST_ARRAYS = 50


def read(content: bytes, archive: zipfile.ZipFile) -> Network:
    """The network in an `.npz` file.

    Raises:
        ModelError: it holds pickles, or other arrays than those of a network.
    """
    names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
    if len(names) > MOST_ARRAYS:
        raise ModelError(f"It holds {len(names):,} arrays; no network here has as many.")
    together = sum(_checked_bytes(archive, name) for name in names)
    if together > MAX_FILE_BYTES:
        raise ModelError(f"Its arrays have {together:,} bytes together: no network here is as large.")
    if "header" in names:
        network = Network.from_bytes(content)
        return Network(network.layers, network.weights, {NOTES: [], SETTLED: True}, network.straighten)
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = [file[name] for name in sorted(names, key=_place)]
    if any(array.dtype.kind != "f" for array in arrays):
        kinds = ", ".join(str(array.dtype) for array in arrays)
        raise ModelError(f"Its arrays are of type {kinds}; weights are floating point numbers.")
    return _assembled([array.astype(np.float32) for array in arrays])


def _checked_bytes(archive: zipfile.ZipFile, name: str) -> int:
    """How many bytes an array takes; refuses it by what is written before its values, which are not read for it."""
    with archive.open(f"{name}.npy") as stream:
        version = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read_header(stream)
    if dtype.hasobject:
        raise ModelError(
            f"Its array {name[:60]} is a pickle, which is code: no file may run code here. Save arrays of numbers, "
            "each by itself."
        )
    if np.prod(shape, dtype=float) * dtype.itemsize > MAX_FILE_BYTES:
        raise ModelError(f"Its array {name[:60]} is {shape}: no network here is as large.")
    return math.prod(shape) * dtype.itemsize


def _place(name: str) -> tuple[int, str]:
    found = re.fullmatch(r"arr_([0-9]{1,3})", name)  # as numpy.savez names them
    if found is None:
        raise ModelError(
            f"Its array {name[:60]} has a name of its own. Save the weights in Keras' order: "
            "numpy.savez(path, *model.get_weights())."
        )
    return int(found.group(1)), name


def _assembled(arrays: list[np.ndarray]) -> Network:
    shapes = [array.shape for array in arrays]
    for layers, words in _candidates(shapes):
        if _weight_shapes(layers) == shapes:
            left = iter(arrays)
            taken = [tuple(next(left) for _ in each) for each in _by_layer(layers)]
            return Network(layers, tuple(taken), {NOTES: [f"The file does not say activations: {words}."]})
    known = "; ".join(f"{name}: {_weight_shapes(TrainingConfig(name).layers)}" for name in ARCHITECTURES)
    raise ModelError(
        f"Its arrays are {shapes[:12]}. Needed are those of dense layers, or of one of these networks: {known}. "
        "Others can come as .keras."
    )


def _candidates(shapes: list[tuple[int, ...]]) -> Iterator[tuple[tuple[Layer, ...], str]]:
    """Layers that may have arrays of these shapes, and what is taken for granted of them."""
    units = shapes[0][-1] if shapes and shapes[0] else 0
    kind = SETTINGS["hidden_units"].kind
    assert isinstance(kind, Whole)
    for name in ARCHITECTURES:
        config = TrainingConfig(name, hidden_units=units if kind.fits(units) else kind.low)
        yield config.layers, "those of Digit Lab's own network are taken"
    widths = [shape[0] for shape in shapes[1::2] if len(shape) == 1 and kind.fits(shape[0])]
    if widths:
        dense = (*(Dense(width, "relu") for width in widths[:-1]), Dense(widths[-1], "softmax"))
        yield (Flatten(), *dense), "ReLU is taken, and softmax for the outputs"


def _weight_shapes(layers: tuple[Layer, ...]) -> list[tuple[int, ...]]:
    return [shape for shapes in _by_layer(layers) for shape in shapes]


def _by_layer(layers: tuple[Layer, ...]) -> list[tuple[tuple[int, ...], ...]]:
    found: list[tuple[tuple[int, ...], ...]] = []
    shape: tuple[int, ...] = IMAGE_SHAPE
    for layer in layers:
        found.append(layer.weight_shapes(shape))
        shape = layer.output_shape(shape)
    return found
