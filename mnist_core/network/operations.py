"""What layers compute, in NumPy: sums of their inputs, and functions of the sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from mnist_core.errors import ModelError


def _sigmoid(z: np.ndarray) -> np.ndarray:
    # Through tanh, exp never overflows.
    return 0.5 * (np.tanh(0.5 * z) + 1)


def softmax(z: np.ndarray) -> np.ndarray:
    """(..., classes) parts of 1 of (..., classes) sums, of their dtype."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


ACTIVATIONS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {  # by keys of `choices.ACTIVATIONS`
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "linear": lambda z: z,
    "softmax": softmax,  # of outputs alone
}


def activation(name: str) -> Callable[[np.ndarray], np.ndarray]:
    """The function of sums that a key of `ACTIVATIONS` names.

    Raises:
        ModelError: there is none of this name.
    """
    if name not in ACTIVATIONS:
        raise ModelError(f"there is no activation {name!r}; there are {', '.join(ACTIVATIONS)}.")
    return ACTIVATIONS[name]


def shares(scores: np.ndarray) -> np.ndarray:
    """(n, classes) scores divided by their row sums; a row of zeros gives equal shares."""
    totals = scores.sum(axis=1, keepdims=True)
    equal = np.full_like(scores, 1 / scores.shape[1])
    return np.divide(scores, totals, out=equal, where=totals > 0)


def _convolved(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """(n, rows, columns, filters) sums of (n, H, W) or (n, H, W, channels) under every window of the kernel."""
    if x.ndim == 3:
        x = x[..., None]
    size, _, channels, filters = kernel.shape
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    rows = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, size * size * channels)  # in the kernel's order
    return (rows @ kernel.reshape(-1, filters)).reshape(*windows.shape[:3], filters)


def _pooled(x: np.ndarray, size: int) -> np.ndarray:
    """(n, H // size, W // size, ...): the largest of each `size` x `size` pixels."""
    height, width = (side - side % size for side in x.shape[1:3])
    parts = [x[:, row:height:size, column:width:size] for row in range(size) for column in range(size)]
    return np.maximum.reduce(parts)


SUMS: Mapping[str, Callable[..., np.ndarray]] = {  # by the kind of a layer
    "flatten": lambda layer, x: x.reshape(len(x), -1),
    "dense": lambda layer, x, kernel, bias: x @ kernel + bias,
    "conv2d": lambda layer, x, kernel, bias: _convolved(x, kernel) + bias,
    "max_pooling2d": lambda layer, x: _pooled(x, layer.size),
}
