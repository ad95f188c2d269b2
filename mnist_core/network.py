"""A trained network in NumPy: load, answer, look inside.

The web server answers drawings with this module, in microseconds and without
TensorFlow.  Files are `.npz` archives read with `allow_pickle=False`: a file from
a stranger can be refused, but it can never run code.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np

from mnist_core.architectures import IMAGE_SHAPE, LAYER_KINDS, Dense, Flatten, Layer
from mnist_core.errors import ImageError, ModelError

PRETRAINED = Path(__file__).with_name("pretrained")
MAX_FILE_BYTES = 64 * 2**20  # unpacked; the largest network the form allows is a tenth of it
CHUNK = 2_048  # images per forward pass: bounds memory without costing speed


def _sigmoid(z: np.ndarray) -> np.ndarray:
    # Through tanh, exp never overflows.
    return 0.5 * (np.tanh(0.5 * z) + 1)


_ACTIVATIONS = {
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "linear": lambda z: z,
}


@dataclass(frozen=True)
class Network:
    """Layers with their weights.

    Attributes:
        layers: input to output, as `TrainingConfig.layers`.
        weights: one tuple of float32 arrays per layer, in Keras' order.
        about: plain values that travel with the file (settings, accuracy, origin).

    Raises:
        ModelError: weights that do not fit the layers, or are not finite.
    """

    layers: tuple[Layer, ...]
    weights: tuple[tuple[np.ndarray, ...], ...]
    about: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape: tuple[int, ...] = IMAGE_SHAPE
        if len(self.weights) != len(self.layers):
            raise ModelError(f"{len(self.layers)} layers came with weights for {len(self.weights)}.")
        for layer, arrays in zip(self.layers, self.weights, strict=True):
            expected = layer.weight_shapes(shape)
            received = tuple(array.shape for array in arrays)
            if received != expected:
                raise ModelError(f"a {layer.kind} layer needs weights of {expected}, got {received}.")
            if not all(np.isfinite(array).all() for array in arrays):
                raise ModelError("the weights hold values that are not finite: training went astray.")
            shape = layer.output_shape(shape)
        if shape != (10,):
            raise ModelError(f"the network must end in ten outputs, this one ends in {shape}.")

    def scores(self, images: np.ndarray) -> np.ndarray:
        """Raw outputs of the last layer.

        Args:
            images: (n, 28, 28) uint8, 0 background, 255 ink.

        Returns:
            (n, 10) float32; with sigmoid outputs each in [0, 1], rows not summing to 1.

        Raises:
            ImageError: any other shape or dtype.
        """
        _check_images(images)
        if not len(images):
            return np.zeros((0, 10), np.float32)
        chunks = range(0, len(images), CHUNK)
        return np.concatenate([self._forward(images[start : start + CHUNK])[-1] for start in chunks])

    def logits(self, images: np.ndarray) -> np.ndarray:
        """What the last layer sums up before its activation; (n, 10) float32.

        Where outputs saturate, scores of nearly 1 look alike; their logits still tell
        them apart.  Args are those of `scores`.

        Raises:
            ImageError: any other shape or dtype.
            ModelError: the last layer is not a dense one.
        """
        if not isinstance(self.layers[-1], Dense):
            raise ModelError(f"logits need a network that ends in a dense layer, not in a {self.layers[-1].kind} one.")
        _check_images(images)
        if not len(images):
            return np.zeros((0, 10), np.float32)
        kernel, bias = self.weights[-1]
        chunks = range(0, len(images), CHUNK)
        return np.concatenate([self._forward(images[start : start + CHUNK])[-2] @ kernel + bias for start in chunks])

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Shares: `scores` divided by their sum, which is what the loss sees; (n, 10) float32."""
        return shares(self.scores(images))

    def classify(self, images: np.ndarray) -> np.ndarray:
        """The digit with the highest score for each image; (n,) int64 in 0 to 9."""
        return self.scores(images).argmax(axis=1)

    def activations(self, images: np.ndarray) -> list[np.ndarray]:
        """Output of every layer in order, each (n, ...) float32; the last is `scores`.

        Args and errors are those of `scores`; for a few images, since all is kept.
        """
        _check_images(images)
        return self._forward(images)

    def _forward(self, images: np.ndarray) -> list[np.ndarray]:
        x = images.astype(np.float32) / np.float32(255)
        outputs = []
        for layer, arrays in zip(self.layers, self.weights, strict=True):
            if isinstance(layer, Flatten):
                x = x.reshape(len(x), -1)
            elif isinstance(layer, Dense):
                kernel, bias = arrays
                x = _ACTIVATIONS[layer.activation](x @ kernel + bias)
            outputs.append(x)
        return outputs

    @property
    def parameters(self) -> int:
        """How many numbers were learned."""
        return sum(array.size for arrays in self.weights for array in arrays)

    def to_bytes(self) -> bytes:
        """The network as the content of an `.npz` file."""
        header = {
            "layers": [{"kind": layer.kind, **asdict(layer)} for layer in self.layers],
            "about": dict(self.about),
        }
        arrays = {
            f"{index}_{position}": array
            for index, arrays in enumerate(self.weights)
            for position, array in enumerate(arrays)
        }
        buffer = io.BytesIO()
        # Uncompressed: trained weights shrink by a fifteenth, for twenty times the time, several times a second.
        np.savez(buffer, header=np.array(json.dumps(header)), **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Network:
        """The inverse of `to_bytes`.  Raises `ModelError` for anything else."""
        return cls.load(io.BytesIO(content))

    @classmethod
    def load(cls, path: str | Path | BinaryIO) -> Network:
        """The network in an `.npz` file of this project.

        Raises:
            ModelError: the file is missing, damaged, too large, or holds something else.
        """
        name = getattr(path, "name", path) if not isinstance(path, io.BytesIO) else "The file"
        try:
            with zipfile.ZipFile(path) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > MAX_FILE_BYTES:
                raise ModelError(f"{name} unpacks to {unpacked:,} bytes; a network has at most {MAX_FILE_BYTES:,}.")
            if hasattr(path, "seek"):
                path.seek(0)
            with np.load(path, allow_pickle=False) as file:
                header = json.loads(str(file["header"]))
                layers = tuple(_layer(entry) for entry in header["layers"])
                weights = tuple(
                    tuple(
                        file[f"{index}_{position}"].astype(np.float32)
                        for position in range(2 if isinstance(layer, Dense) else 0)
                    )
                    for index, layer in enumerate(layers)
                )
            return cls(layers, weights, header["about"])
        except ModelError:
            raise
        except Exception as cause:  # zipfile, zlib and NumPy raise nearly everything over damaged bytes.
            raise ModelError(f"{name} does not hold a network of Digit Lab: {cause}") from cause


@cache
def pretrained(name: str) -> Network:
    """The network of this name that comes with the project, e.g. "linear" or "hidden".

    Raises:
        ModelError: there is none of this name.
    """
    if name not in pretrained_names():
        raise ModelError(f"there is no pretrained network {name!r}; there are {', '.join(pretrained_names())}.")
    return Network.load(PRETRAINED / f"{name}.npz")


@cache
def pretrained_names() -> tuple[str, ...]:
    """Names that `pretrained` takes, in alphabetical order."""
    return tuple(sorted((path.stem for path in PRETRAINED.glob("*.npz")), reverse=True))


def shares(scores: np.ndarray) -> np.ndarray:
    """(n, 10) scores divided by their row sums; a row of zeros gives ten equal shares."""
    totals = scores.sum(axis=1, keepdims=True)
    equal = np.full_like(scores, 1 / scores.shape[1])
    return np.divide(scores, totals, out=equal, where=totals > 0)


def activation(name: str) -> Callable[[np.ndarray], np.ndarray]:
    """The function of sums that a key of `ACTIVATIONS` names.

    Raises:
        ModelError: there is none of this name.
    """
    if name not in _ACTIVATIONS:
        raise ModelError(f"there is no activation {name!r}; there are {', '.join(_ACTIVATIONS)}.")
    return _ACTIVATIONS[name]


def _layer(entry: dict) -> Layer:
    options = dict(entry)
    layer = LAYER_KINDS[options.pop("kind")](**options)
    if isinstance(layer, Dense) and layer.activation not in _ACTIVATIONS:
        raise ValueError(f"unknown activation {layer.activation!r}")
    return layer


def _check_images(images: np.ndarray) -> None:
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.shape[1:] != IMAGE_SHAPE:
        received = f"{images.shape} {images.dtype}" if isinstance(images, np.ndarray) else type(images).__name__
        raise ImageError(f"expected (n, 28, 28) uint8, got {received}.")
