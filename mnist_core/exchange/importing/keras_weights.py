"""The weights in a `.keras` file: plain HDF5 data sets, looked at before a byte of them is read."""

from __future__ import annotations

import io
from typing import Any

import h5py
import numpy as np

from mnist_core.errors import ModelError
from mnist_core.exchange.importing.keras_config import KerasLayer


class KerasWeights:
    """The arrays of layers in the content of a `model.weights.h5`."""

    def __init__(self, content: bytes):
        # From memory, so that no name in it can ever lead to another file.
        self._file = h5py.File(io.BytesIO(content), "r")

    def of(self, layer: KerasLayer, shapes: tuple[tuple[int, ...], ...]) -> tuple[np.ndarray, ...]:
        """The layer's arrays, float32; wherever in the file its group is.

        Args:
            layer: whose they are.
            shapes: what they must be.

        Raises:
            ModelError: they are missing, of other shapes, or no plain data sets.
        """
        return tuple(
            self._array(layer, (*layer.group, "vars", str(index)), shape) for index, shape in enumerate(shapes)
        )

    def _array(self, layer: KerasLayer, path: tuple[str, ...], shape: tuple[int, ...]) -> np.ndarray:
        place: Any = self._file
        for name in path:
            link = place.get(name, getlink=True) if isinstance(place, h5py.Group) else None
            if link is None:
                raise ModelError(f"It lacks weights of the layer {layer.name}: there is no {'/'.join(path)} in it.")
            if not isinstance(link, h5py.HardLink):
                raise ModelError(f"Its weights {'/'.join(path)} are a link to elsewhere, which is not followed.")
            place = place[name]
        return _checked(place, "/".join(path), layer, shape)


def _checked(data: object, path: str, layer: KerasLayer, shape: tuple[int, ...]) -> np.ndarray:
    if not isinstance(data, h5py.Dataset):
        raise ModelError(f"Its weights {path} are no array.")
    if data.is_virtual or data.external:
        raise ModelError(f"Its weights {path} are kept in another file, which is not opened.")
    if data.shape != shape:
        raise ModelError(f"The layer {layer.name} needs weights of the shape {shape}, its file has {data.shape}.")
    if data.dtype.kind != "f":
        raise ModelError(f"The layer {layer.name} has weights of type {data.dtype}; floating point numbers are needed.")
    if data.chunks is not None:  # Whole by whole, as Keras writes them: packed ones can be bombs.
        raise ModelError(f"Its weights {path} are packed in pieces. Save the model with Keras itself.")
    return data[()].astype(np.float32)
