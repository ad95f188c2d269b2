"""Why a network said that: pixels, hidden units and patches, and what each was worth.

Everything compares two digits, and everything is counted in logits, the sums of the last
layer before its activation: their difference decides, and it can be taken apart exactly.

Not covered: softmax attributions, and averages over many images.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.errors import ImageError, ModelError
from mnist_core.network.layers import Dense, Flatten
from mnist_core.network.network import Network
from mnist_core.network.operations import activation

NEARLY_ZERO = 1e-9  # a sum so small that its secant is drowned by rounding
PATCH, STRIDE = 4, 2  # pixels; a patch about as wide as a stroke of MNIST, moved by half its width


@dataclass(frozen=True)
class Evidence:
    """What each pixel contributed to one digit against another.

    Attributes:
        digit: the digit that positive contributions speak for.
        against: the digit that negative ones speak for.
        pixels: (28, 28) float32 contributions in logits.
        bias: what is no pixel's: the biases, as far as active units pass them on.
        piecewise_linear: whether the network is linear where this image is, so that
            each contribution is also what taking the pixel's ink away would cost, as
            long as the same units stay active.
    """

    digit: int
    against: int
    pixels: np.ndarray
    bias: float
    piecewise_linear: bool

    @property
    def difference(self) -> float:
        """The logit of `digit` minus that of `against`: all contributions and the bias."""
        return float(self.pixels.sum(dtype=np.float64)) + self.bias


@dataclass(frozen=True)
class Unit:
    """One hidden unit and what it said.

    Attributes:
        index: its place in the layer, from 0.
        weights: (28, 28) float32, what it weighs of the image.
        activation: its output for the image.
        contribution: to the logit of one digit minus that of another.
    """

    index: int
    weights: np.ndarray
    activation: float
    contribution: float


def can_be_taken_apart(network: Network) -> bool:
    """Whether `evidence` works for the network: it is made of flatten and dense layers alone."""
    return all(isinstance(layer, Flatten | Dense) for layer in network.layers)


def as_seen(network: Network, image: np.ndarray) -> tuple[Network, np.ndarray]:
    """The image as the network's first layer sees it, and the network without what brought it there.

    Args:
        network: any network; one that straightens slant is given back without that.
        image: (28, 28) uint8.

    Raises:
        ImageError: any other shape or dtype.
    """
    if not isinstance(image, np.ndarray) or image.shape != IMAGE_SHAPE or image.dtype != np.uint8:
        received = f"{image.shape} {image.dtype}" if isinstance(image, np.ndarray) else type(image).__name__
        raise ImageError(f"expected one image, (28, 28) uint8, got {received}.")
    if not network.straighten:
        return network, image
    return replace(network, straighten=False), network.prepare(image[None])[0]


def evidence(network: Network, image: np.ndarray, digit: int, against: int) -> Evidence:
    """What each pixel contributed to the logit of `digit` minus that of `against`.

    The contributions and the bias sum to that difference, whatever the network:

    - Linear networks, and those with ReLU or no activation: a network of ReLUs is linear
      between the places where a unit switches on or off, so a contribution is the pixel
      times the slope through the units that are active, and nothing is approximated.
    - Sigmoid, tanh and ELU: the same with the secant of each unit, from what it gives for
      a sum of 0 to what it gives now (the "rescale" rule of DeepLIFT, Shrikumar et al.
      2017).  The sums are exact; how the bend of a unit is divided among its pixels is a
      convention.

    Args:
        network: flatten and dense layers only; see `can_be_taken_apart`.
        image: (28, 28) uint8, 0 background, 255 ink.  A network that straightens slant is
            explained on the straightened image, see `as_seen`.
        digit: 0 to 9.
        against: another digit.

    Raises:
        ImageError: any other shape or dtype.
        ModelError: the network has other layers, or the digits are no two digits.
    """
    network, image = as_seen(network, image)
    layers = _dense_layers(network)
    _, slopes, offsets = _passes(layers, image)
    weights, bias = _difference(layers[-1], digit, against)
    for (kernel, shift, _), slope, offset in zip(layers[-2::-1], slopes[::-1], offsets[::-1], strict=True):
        bias += weights @ offset
        weights = weights * slope
        bias += weights @ shift
        weights = kernel @ weights
    pixels = (weights * _flat(image)).astype(np.float32).reshape(IMAGE_SHAPE)
    linear = all(name in {"relu", "linear"} for _, _, name in layers[:-1])
    return Evidence(digit, against, pixels, float(bias), linear)


def loudest_units(network: Network, image: np.ndarray, digit: int, against: int, count: int = 8) -> list[Unit]:
    """The units of the first hidden layer that moved the difference of the two logits most, loudest first.

    Their contributions, taken over all units of a network with one hidden layer, and the
    difference of the last layer's biases sum to the difference of the logits.

    Args and errors are those of `evidence`; a network without a hidden layer has none.
    """
    network, image = as_seen(network, image)
    layers = _dense_layers(network)
    weights, _ = _difference(layers[-1], digit, against)
    if len(layers) == 1:
        return []
    outputs, slopes, _ = _passes(layers, image)
    for (kernel, _, _), slope in zip(layers[-2:0:-1], slopes[:0:-1], strict=True):
        weights = kernel @ (weights * slope)
    contributions = weights * outputs[0]
    order = np.argsort(-np.abs(contributions), kind="stable")[:count]
    pictures = layers[0][0].T.astype(np.float32)
    return [
        Unit(int(i), pictures[i].reshape(IMAGE_SHAPE), float(outputs[0][i]), float(contributions[i])) for i in order
    ]


def occlusion(
    network: Network, image: np.ndarray, digit: int, against: int, *, patch: int = PATCH, stride: int = STRIDE
) -> np.ndarray:
    """By how much the logit of `digit` minus that of `against` falls where a patch is blanked.

    Zeiler and Fergus (2014), "Visualizing and understanding convolutional networks".
    Works for every network and needs no gradient; unlike `evidence` it does not sum to
    the difference, since what two patches are worth together is not what each is worth.

    Args:
        network: any.
        image: (28, 28) uint8, as for `evidence`.
        digit: 0 to 9.
        against: another digit.
        patch: side of the square that is blanked, in pixels.
        stride: pixels from one place of it to the next.

    Returns:
        (28, 28) float32: the mean fall over all patches that cover the pixel; 0 where no
        patch has any ink to take away.

    Raises:
        ImageError: any other shape or dtype.
        ModelError: the digits are no two digits.
    """
    _check_digits(digit, against, network.outputs)
    network, image = as_seen(network, image)
    size = IMAGE_SHAPE[0]
    starts = sorted({*range(0, size - patch + 1, stride), size - patch})
    corners = [(row, column) for row in starts for column in starts]
    inked = [(r, c) for r, c in corners if image[r : r + patch, c : c + patch].any()]
    blanked = np.repeat(image[None], len(inked) + 1, axis=0)  # The last one stays whole.
    for place, (row, column) in enumerate(inked):
        blanked[place, row : row + patch, column : column + patch] = 0
    logits = network.logits(blanked)
    differences = logits[:, digit] - logits[:, against]
    falls, times = np.zeros(IMAGE_SHAPE, np.float32), np.zeros(IMAGE_SHAPE, np.float32)
    for row, column in corners:
        times[row : row + patch, column : column + patch] += 1
    for (row, column), fall in zip(inked, differences[-1] - differences[:-1], strict=True):
        falls[row : row + patch, column : column + patch] += fall
    return falls / times


def _dense_layers(network: Network) -> list[tuple[np.ndarray, np.ndarray, str]]:
    """(kernel, bias, activation) of each dense layer, in float64."""
    if not can_be_taken_apart(network):
        kinds = ", ".join(layer.kind for layer in network.layers)
        raise ModelError(f"evidence needs flatten and dense layers only, got {kinds}; use occlusion.")
    return [
        (arrays[0].astype(np.float64), arrays[1].astype(np.float64), layer.activation)
        for layer, arrays in zip(network.layers, network.weights, strict=True)
        if isinstance(layer, Dense)
    ]


def _passes(
    layers: list[tuple[np.ndarray, np.ndarray, str]], image: np.ndarray
) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
    """(output, slope, offset) of each hidden layer: output = slope * sum + offset, slope by secant from 0."""
    x = _flat(image)
    outputs, slopes, offsets = [], [], []
    for kernel, shift, name in layers[:-1]:
        z = x @ kernel + shift
        x = activation(name)(z)
        at_zero = np.broadcast_to(activation(name)(np.zeros(1)), z.shape)
        slope = np.divide(x - at_zero, z, out=np.zeros_like(z), where=np.abs(z) > NEARLY_ZERO)
        outputs.append(x)
        slopes.append(slope)
        offsets.append(at_zero)
    return outputs, slopes, offsets


def _difference(layer: tuple[np.ndarray, np.ndarray, str], digit: int, against: int) -> tuple[np.ndarray, float]:
    kernel, shift, _ = layer
    _check_digits(digit, against, len(shift))
    return kernel[:, digit] - kernel[:, against], float(shift[digit] - shift[against])


def _check_digits(digit: int, against: int, classes: int) -> None:
    if digit == against or not {digit, against} <= set(range(classes)):
        raise ModelError(f"two different digits can be compared, got {digit!r} and {against!r}.")


def _flat(image: np.ndarray) -> np.ndarray:
    return image.reshape(-1).astype(np.float64) / 255
