"""Activations as Keras writes them, by name, as an object or as a layer, and what they are called here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mnist_core.errors import ModelError
from mnist_core.network.operations import ACTIVATIONS, leaky_relu

Settings = Mapping[str, object]
LAYERS = ("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax")
# Keras' names for what is called otherwise here; a slope is that of Keras' function.
_NAMES = {"swish": "silu", "leaky_relu": leaky_relu(0.2)}


def of(value: object, name: str) -> str:
    """What the activation of a layer is called here.

    Args:
        value: its setting `activation`: a name, an object, or `None` for none.
        name: of the layer.

    Raises:
        ModelError: it cannot be computed here.
    """
    if value is None:
        return "linear"
    if isinstance(value, dict) and value.get("class_name") in LAYERS:
        return of_layer(str(value["class_name"]), value.get("config") or {}, name)
    if not isinstance(value, str):  # Keras writes functions as objects.
        raise ModelError(f"The layer {name} has an activation of its own making. Keras' own by name can be read.")
    called = _NAMES.get(value, value)
    if called not in ACTIVATIONS and called not in _NAMES.values():
        known = ", ".join([*ACTIVATIONS, "leaky_relu"])
        raise ModelError(f"The layer {name} has the activation {value[:60]}. These can be read: {known}.")
    return called


def of_layer(kind: str, config: Settings, name: str) -> str:
    """The activation that a layer of `LAYERS` is, by its kind and its settings; name and errors are those of `of`."""
    if kind == "Activation":
        return of(config.get("activation"), name)
    return _OF_LAYERS[kind](config, name)


def _relu(config: Settings, name: str) -> str:
    most, slope = config.get("max_value"), config.get("negative_slope") or 0.0
    if config.get("threshold"):
        raise ModelError(f"The ReLU layer {name} has threshold={config['threshold']!r:.20}; only 0 can be read.")
    if most is None:
        return _leaky(slope, name) if slope else "relu"
    if most != 6 or slope:
        raise ModelError(f"The ReLU layer {name} has max_value={most!r:.20}; only none, or 6, can be read.")
    return "relu6"


def _elu(config: Settings, name: str) -> str:
    if config.get("alpha", 1.0) != 1:
        raise ModelError(f"The ELU layer {name} has alpha={config['alpha']!r:.20}; only 1 can be read.")
    return "elu"


def _softmax(config: Settings, name: str) -> str:
    if config.get("axis", -1) not in (-1, 1, [-1], [1]):
        raise ModelError(
            f"The Softmax layer {name} has axis={config['axis']!r:.20}; only that of the outputs can be read."
        )
    return "softmax"


def _leaky(slope: object, name: str) -> str:
    if isinstance(slope, bool) or not isinstance(slope, int | float) or not 0 <= slope <= 1:
        raise ModelError(f"The layer {name} has a slope of {slope!r:.20} for negative sums; 0 to 1 can be read.")
    return leaky_relu(slope)


_OF_LAYERS: Mapping[str, Callable[[Settings, str], str]] = {
    "ReLU": _relu,
    "LeakyReLU": lambda config, name: _leaky(config.get("negative_slope", config.get("alpha", 0.3)), name),
    "ELU": _elu,
    "Softmax": _softmax,
}
