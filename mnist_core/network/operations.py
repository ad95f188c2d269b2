"""What layers compute, in NumPy: sums of their inputs, and functions of the sums."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from mnist_core.errors import ModelError
from mnist_core.numerals import decimal


def _sigmoid(z: np.ndarray) -> np.ndarray:
    # Through tanh, exp never overflows.
    return 0.5 * (np.tanh(0.5 * z) + 1)


def softmax(z: np.ndarray) -> np.ndarray:
    """(..., classes) parts of 1 of (..., classes) sums, of their dtype."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _erf(z: np.ndarray) -> np.ndarray:
    """The error function to 1.5e-7, which is less than float32 tells apart (Abramowitz and Stegun 1964, 7.1.26)."""
    t = 1 / (1 + 0.3275911 * np.abs(z))
    powers = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.sign(z) * (1 - powers * np.exp(-z * z))


def _selu(z: np.ndarray) -> np.ndarray:
    return _of(z, 1.0507009873554805) * np.where(z > 0, z, _of(z, 1.6732632423543772) * np.expm1(np.minimum(z, 0)))


def _of(z: np.ndarray, value: float) -> np.ndarray:
    return np.asarray(value, z.dtype)


# By keys of `choices.ACTIVATIONS`, and what networks from elsewhere have beside them.
ACTIVATIONS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "linear": lambda z: z,
    "relu6": lambda z: np.clip(z, 0, 6),
    "selu": _selu,
    "silu": lambda z: z * _sigmoid(z),
    "gelu": lambda z: (0.5 * z * (1 + _erf(z.astype(np.float64) / math.sqrt(2)))).astype(z.dtype),
    "softplus": lambda z: np.logaddexp(z, 0),
    "softmax": softmax,  # of outputs alone
}
_LEAKY = re.compile(r"leaky_relu\(([0-9.e-]{1,24})\)")


def leaky_relu(slope: float) -> str:
    """The name of a ReLU that lets so much of negative sums through."""
    return f"leaky_relu({slope:g})"


def leaky_slope(name: str) -> float | None:
    """The slope in a name that `leaky_relu` gives; `None` of any other."""
    leaky = _LEAKY.fullmatch(name)
    return decimal(leaky[1]) if leaky else None


def activation(name: object) -> Callable[[np.ndarray], np.ndarray]:
    """The function of sums that a key of `ACTIVATIONS` names, or `leaky_relu`.

    Raises:
        ModelError: there is none of this name.
    """
    if isinstance(name, str):
        if name in ACTIVATIONS:
            return ACTIVATIONS[name]
        slope = leaky_slope(name)
        if slope is not None:
            return lambda z: np.where(z > 0, z, _of(z, slope) * z)
    raise ModelError(f"there is no activation {name!r:.60}; there are {', '.join(ACTIVATIONS)}.")


def shares(scores: np.ndarray) -> np.ndarray:
    """(n, classes) scores divided by their row sums; a row of zeros gives equal shares."""
    totals = scores.sum(axis=1, keepdims=True)
    equal = np.full_like(scores, 1 / scores.shape[1])
    return np.divide(scores, totals, out=equal, where=totals > 0)


def _convolved(layer: Any, x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """(n, rows, columns, filters) sums of (n, H, W) or (n, H, W, channels) under every window of the kernel."""
    if x.ndim == 3:
        x = x[..., None]
    if layer.padding == "same":
        x = np.pad(x, ((0, 0), layer.margins(x.shape[1]), layer.margins(x.shape[2]), (0, 0)))
    size, _, channels, filters = kernel.shape
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    windows = windows[:, :: layer.strides, :: layer.strides]
    rows = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, size * size * channels)  # in the kernel's order
    return (rows @ kernel.reshape(-1, filters)).reshape(*windows.shape[:3], filters)


def _pooled(x: np.ndarray, size: int) -> list[np.ndarray]:
    """The pixels of each field of `size` x `size`: (n, H // size, W // size, ...) of each place in it."""
    height, width = (side - side % size for side in x.shape[1:3])
    return [x[:, row:height:size, column:width:size] for row in range(size) for column in range(size)]


SUMS: Mapping[str, Callable[..., np.ndarray]] = {  # by the kind of a layer
    "flatten": lambda layer, x: x.reshape(len(x), -1),
    "dense": lambda layer, x, kernel, bias: x @ kernel + bias,
    "conv2d": lambda layer, x, kernel, bias: _convolved(layer, x, kernel) + bias,
    "max_pooling2d": lambda layer, x: np.maximum.reduce(_pooled(x, layer.size)),
    "average_pooling2d": lambda layer, x: np.add.reduce(_pooled(x, layer.size)) / np.float32(layer.size**2),
    "scaling": lambda layer, x, factors, added: x * factors + added,
}
