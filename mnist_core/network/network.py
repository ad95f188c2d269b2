"""A trained network in NumPy: load, answer, look inside.

The web server answers drawings with this module, in microseconds and without
TensorFlow.  Files are `.npz` archives read with `allow_pickle=False`: a file from
a stranger can be refused, but it can never run code.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE, MOST_CLASSES, check_images
from mnist_core.drawing.slant import straighten
from mnist_core.errors import ModelError
from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.layers import Conv2D, Dense, Layer, channels, described, from_description
from mnist_core.network.operations import SUMS, activation, softmax

PRETRAINED = Path(__file__).with_name("weights")
TEMPERATURES = PRETRAINED / "temperatures.json"  # of `benchmarks.temperatures`
DRAW_READY = "-draw-ready"  # at the end of the names of those that have seen how people draw
MAX_FILE_BYTES = 64 * 2**20  # unpacked; the largest network the form allows is a tenth of it
CHUNK = 2_048  # images per forward pass: bounds memory without costing speed
CONVOLVED = 128  # of them at once where there are windows: their copies stay in the processor's cache
MAX_WINDOWS = 8 * 2**20  # bytes of those copies, for networks from elsewhere that have many


class Answers(NamedTuple):
    """What a network says of n images: its raw outputs and how sure it is of each class, each (n, classes) float32."""

    scores: np.ndarray
    probabilities: np.ndarray


@dataclass(frozen=True)
class Network:
    """Layers with their weights.

    Attributes:
        layers: input to output, as `TrainingConfig.layers`.
        weights: one tuple of float32 arrays per layer, in Keras' order.
        about: plain values that travel with the file (settings, accuracy, origin).
        straighten: whether it learned from digits set upright, so that it sets upright
            what it is asked about.
        temperature: what the sums of the last layer are divided by before they become
            probabilities (Guo et al. 2017); above 0.  With 1 they are what training made of them.
        calibrated_on: the images that the temperature was fitted on, in words; empty where it was not.

    Raises:
        ModelError: weights that do not fit the layers or are not finite, or such a temperature.
    """

    layers: tuple[Layer, ...]
    weights: tuple[tuple[np.ndarray, ...], ...]
    about: Mapping[str, Any] = field(default_factory=dict)
    straighten: bool = False
    temperature: float = 1.0
    calibrated_on: str = ""

    def __post_init__(self) -> None:
        shape: tuple[int, ...] = IMAGE_SHAPE
        if not 0 < self.temperature < float("inf"):
            raise ModelError(f"a temperature lies above 0 and is finite, got {self.temperature}.")
        if len(self.weights) != len(self.layers):
            raise ModelError(f"{len(self.layers)} layers came with weights for {len(self.weights)}.")
        for layer, arrays in zip(self.layers, self.weights, strict=True):
            expected = layer.weight_shapes(shape)
            if min(layer.output_shape(shape)) < 1:
                raise ModelError(f"a {layer.kind} layer has no room on an input of {shape}.")
            received = tuple(array.shape for array in arrays)
            if received != expected:
                raise ModelError(f"a {layer.kind} layer needs weights of {expected}, got {received}.")
            if not all(np.isfinite(array).all() for array in arrays):
                raise ModelError("the weights hold values that are not finite: training went astray.")
            shape = layer.output_shape(shape)
        if len(shape) != 1 or not 2 <= shape[0] <= MOST_CLASSES:
            raise ModelError(f"the network must end in 2 to {MOST_CLASSES} outputs, this one ends in {shape}.")
        if any(getattr(layer, "activation", "") == "softmax" for layer in self.layers[:-1]):
            raise ModelError("a softmax works on the last outputs only, and this network has one within.")

    def scores(self, images: np.ndarray) -> np.ndarray:
        """Raw outputs of the last layer.

        Args:
            images: (n, 28, 28) uint8, 0 background, 255 ink.

        Returns:
            (n, classes) float32; with sigmoid outputs each in [0, 1], rows not summing to 1; with softmax summing to 1.

        Raises:
            ImageError: any other shape or dtype.
        """
        check_images(images)
        if not len(images):
            return np.zeros((0, self.outputs), np.float32)
        return np.concatenate([self._forward(part)[0][-1] for part in self._parts(images)])

    def logits(self, images: np.ndarray) -> np.ndarray:
        """What the last layer sums up before its activation; (n, classes) float32.

        Where outputs saturate, scores of nearly 1 look alike; their logits still tell
        them apart.  Args are those of `scores`.

        Raises:
            ImageError: any other shape or dtype.
            ModelError: the last layer is not a dense one.
        """
        self._check_sums()
        check_images(images)
        if not len(images):
            return np.zeros((0, self.outputs), np.float32)
        return np.concatenate([self._forward(part)[1] for part in self._parts(images)])

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """How sure the network is of each class: the softmax of its logits over its temperature.

        Keras remembers the logits behind sigmoid outputs and trains their softmax, so these,
        and not the shares of the outputs, are as often right as they say (README, "certainty").
        Trained with binary cross-entropy they follow too: of ten separate answers of which
        just one holds, each holds with a probability in proportion to its odds, exp(logit).
        Measured over five epochs of the hidden network: off by 0.5 points with cross-entropy, by
        1.3 with the binary one, by 1.2 with squared error.

        Args and errors are those of `logits`.

        Returns:
            (n, classes) float32, each row summing to 1; `nan` where the logits are no numbers.
        """
        return self.answers(images).probabilities

    def answers(self, images: np.ndarray) -> Answers:
        """`scores` and `probabilities` of the same images from one pass; args and errors are those of `logits`."""
        self._check_sums()
        check_images(images)
        if not len(images):
            return Answers(*np.zeros((2, 0, self.outputs), np.float32))
        parts = [self._forward(part) for part in self._parts(images)]
        scores = np.concatenate([outputs[-1] for outputs, _ in parts])
        return Answers(scores, self._softened(np.concatenate([sums for _, sums in parts])))

    def classify(self, images: np.ndarray) -> np.ndarray:
        """The class with the highest score for each image; (n,) int64, from 0."""
        return self.scores(images).argmax(axis=1)

    def prepare(self, images: np.ndarray) -> np.ndarray:
        """What the first layer sees of the images, (n, 28, 28) uint8: set upright where the network learned so.

        Args and errors are those of `scores`, which does this itself.
        """
        check_images(images)
        return straighten(images) if self.straighten and len(images) else images

    def activations(self, images: np.ndarray) -> list[np.ndarray]:
        """Output of every layer in order, each (n, ...) float32; the last is `scores`.

        Args and errors are those of `scores`; for a few images, since all is kept.
        """
        check_images(images)
        return self._forward(images)[0]

    def _parts(self, images: np.ndarray) -> Iterator[np.ndarray]:
        size = CHUNK
        shape: tuple[int, ...] = IMAGE_SHAPE
        for layer in self.layers:
            before, shape = shape, layer.output_shape(shape)
            if isinstance(layer, Conv2D):
                windows = 4 * shape[0] * shape[1] * layer.kernel_size**2 * channels(before)  # bytes for one image
                size = min(size, CONVOLVED, max(1, MAX_WINDOWS // windows))
        return (images[start : start + size] for start in range(0, len(images), size))

    def _check_sums(self) -> None:
        if not isinstance(self.layers[-1], Dense):
            raise ModelError(f"logits need a network that ends in a dense layer, not in a {self.layers[-1].kind} one.")

    def _softened(self, logits: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore"):  # Infinite sums of a network that went astray give `nan`.
            return softmax(logits / np.float32(self.temperature))

    def _forward(self, images: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """The output of every layer, and what the last one summed up before its activation."""
        x = self.prepare(images).astype(np.float32) / np.float32(255)
        outputs, sums = [], x
        for layer, arrays in zip(self.layers, self.weights, strict=True):
            sums = SUMS[layer.kind](layer, x, *arrays)
            x = activation(getattr(layer, "activation", "linear"))(sums)
            outputs.append(x)
        return outputs, sums

    @property
    def outputs(self) -> int:
        """How many numbers it answers with, one a class."""
        shape: tuple[int, ...] = IMAGE_SHAPE
        for layer in self.layers:
            shape = layer.output_shape(shape)
        return shape[0]

    @property
    def classes(self) -> tuple[str, ...]:
        """What its outputs stand for, as the data set says that it was trained on; numbers where nobody does."""
        said = self.about.get("classes")
        if isinstance(said, list | tuple) and len(said) == self.outputs and all(isinstance(each, str) for each in said):
            return tuple(said)
        return tuple(map(str, range(self.outputs)))

    @property
    def parameters(self) -> int:
        """How many numbers were learned."""
        return sum(array.size for arrays in self.weights for array in arrays)

    def to_bytes(self) -> bytes:
        """The network as the content of an `.npz` file."""
        header = {
            "layers": described(self.layers),
            "about": dict(self.about),
            "straighten": self.straighten,
            "temperature": self.temperature,
            "calibrated_on": self.calibrated_on,
        }
        arrays = {
            f"{index}_{position}": array
            for index, arrays in enumerate(self.weights)
            for position, array in enumerate(arrays)
        }
        buffer = io.BytesIO()
        # Uncompressed: trained weights shrink by a fifteenth, for twenty times the time, several times a second.
        np.savez(buffer, header=np.array(json.dumps(header)), **arrays)  # type: ignore[arg-type]  # NumPy's types take every array for `allow_pickle`.
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
                layers = from_description(header["layers"])
                weights: list[tuple[np.ndarray, ...]] = []
                shape: tuple[int, ...] = IMAGE_SHAPE
                for index, layer in enumerate(layers):
                    count = len(layer.weight_shapes(shape))
                    weights.append(tuple(file[f"{index}_{position}"].astype(np.float32) for position in range(count)))
                    shape = layer.output_shape(shape)
            # Files from before there was a choice do not name it.
            upright = header.get("straighten", False) is True
            temperature, on = float(header.get("temperature", 1)), str(header.get("calibrated_on", ""))
            return cls(layers, tuple(weights), header["about"], upright, temperature, on)
        except ModelError:
            raise
        except Exception as cause:  # zipfile, zlib and NumPy raise nearly everything over damaged bytes.
            raise ModelError(f"{name} does not hold a network of Digit Lab: {cause}") from cause


@cache
def pretrained(name: str) -> Network:
    """The network of this name that comes with the project, e.g. "linear" or "hidden-draw-ready".

    Raises:
        ModelError: there is none of this name.
    """
    if name not in pretrained_names():
        raise ModelError(f"there is no pretrained network {name!r}; there are {', '.join(pretrained_names())}.")
    # Fitted after training, and on other images: kept beside the files, not in them.
    fitted = json.loads(TEMPERATURES.read_text(encoding="utf-8"))["networks"].get(name, {})
    network = Network.load(PRETRAINED / f"{name}.npz")
    return replace(network, **{key: fitted[key] for key in ("temperature", "calibrated_on") if key in fitted})


@cache
def pretrained_names() -> tuple[str, ...]:
    """Names that `pretrained` takes: the plain networks as `ARCHITECTURES` lists them, then the draw-ready ones."""
    order = [f"{name}{ending}" for ending in ("", DRAW_READY) for name in ARCHITECTURES]
    return tuple(name for name in order if (PRETRAINED / f"{name}.npz").is_file())


@cache
def pretrained_version(name: str) -> str:
    """A text that changes when the weights that come with the project do: stores outlive its versions."""
    digest = hashlib.sha256()
    for array in (array for layer in pretrained(name).weights for array in layer):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:16]
