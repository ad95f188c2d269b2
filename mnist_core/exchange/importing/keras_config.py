"""What a `.keras` file says of its model: a chain of layers, from an allow-list, with settings that we can follow.

The format is that of Keras 3 (keras.saving): `config.json` names classes, which Keras
would import and call.  Here names are only compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mnist_core.errors import ModelError

MODELS = ("Sequential", "Functional")
MOST_LAYERS = 50
Settings = Mapping[str, object]


@dataclass(frozen=True)
class KerasLayer:
    """A layer: its class, its name for people, and its settings."""

    kind: str
    name: str
    config: Settings


def _is(name: str, *allowed: object) -> Callable[[Settings], str]:
    """A check that a setting has one of these values, or is not there."""

    def problem(config: Settings) -> str:
        value = config.get(name, allowed[0])
        return "" if value in allowed else f"{name}={value!r}; only {allowed[0]!r} can be read"

    return problem


def _strides(config: Settings) -> str:
    strides, size = config.get("strides"), config.get("pool_size")
    return "" if strides in (None, size) else f"strides={strides!r}; only those of its pool_size can be read"


_LAST = _is("data_format", "channels_last")
# The layers that can be read, and what their settings must be; `None` where any will do.
LAYERS: Mapping[str, tuple[Callable[[Settings], str], ...]] = {
    "InputLayer": (_is("sparse", False), _is("ragged", False)),
    "Reshape": (),
    "Rescaling": (),
    "Flatten": (_LAST,),
    "Dense": (_is("quantization_config", None), _is("lora_rank", None)),
    "Activation": (),
    "Dropout": (),
    "Conv2D": (
        _is("padding", "valid"),
        _is("strides", [1, 1]),
        _is("dilation_rate", [1, 1]),
        _is("groups", 1),
        _is("lora_rank", None),
        _LAST,
    ),
    "MaxPooling2D": (_is("padding", "valid"), _strides, _LAST),
}


def chain(config: object) -> tuple[tuple[int, ...], list[KerasLayer]]:
    """The shape of one input, and the layers from it to the outputs.

    Args:
        config: the content of `config.json`.

    Raises:
        ModelError: code, a layer or a setting that cannot be read, or no chain.
    """
    _refuse_code(config)
    kind, settings = _dict(config).get("class_name"), _dict(_dict(config).get("config"))
    if kind not in MODELS:
        raise ModelError(f"It holds a model of the class {_short(kind)}. A Sequential or functional model is needed.")
    entries = settings.get("layers")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_LAYERS:
        raise ModelError(f"Its list of layers is missing, or has more than {MOST_LAYERS} entries.")
    layers = [_layer(_dict(entry)) for entry in entries]
    if kind == "Functional":
        _check_chain(settings, [_dict(entry) for entry in entries])
    first, *rest = layers
    shape = first.config.get("batch_shape", first.config.get("batch_input_shape", settings.get("build_input_shape")))
    if first.kind != "InputLayer":
        rest = layers
    if any(layer.kind == "InputLayer" for layer in rest):
        raise ModelError("It has more than one input. A network that sees one image is needed.")
    if not isinstance(shape, list) or not all(isinstance(side, int) for side in shape[1:]):
        raise ModelError("It does not say the shape of its input. Save it after it was trained.")
    return tuple(shape[1:]), rest


def activation(layer: KerasLayer) -> str:
    """The name of the layer's activation.  Raises `ModelError` where it is none of Keras' own."""
    name = layer.config.get("activation")
    if name is None:
        return "linear"
    if not isinstance(name, str):  # Keras writes functions, and its own with settings, as objects.
        raise ModelError(f"The layer {layer.name} has an activation of its own making. Keras' own by name can be read.")
    return name


def _layer(entry: Settings) -> KerasLayer:
    kind, config = str(entry.get("class_name")), _dict(entry.get("config"))
    name = _short(config.get("name", kind))
    if kind not in LAYERS:
        raise ModelError(f"It holds a {_short(kind)} layer ({name}). Only these can be read: {', '.join(LAYERS)}.")
    for check in LAYERS[kind]:
        problem = check(config)
        if problem:
            raise ModelError(f"The {kind} layer {name} has {problem}.")
    return KerasLayer(kind, name, config)


def _refuse_code(value: object) -> None:
    """Refuse, by its name, whatever Keras would have to run or to import from elsewhere."""
    if isinstance(value, list):
        for each in value:
            _refuse_code(each)
    if not isinstance(value, dict):
        return
    kind = value.get("class_name")
    if kind in ("Lambda", "__lambda__"):
        name = _dict(value.get("config")).get("name", "without a name")
        raise ModelError(
            f"It holds a Lambda layer ({_short(name)}), which is code: no file may run code here. Build the network "
            "without it, and save it again."
        )
    if kind is not None and "config" in value and kind != "__keras_tensor__":
        module, registered = value.get("module"), value.get("registered_name")
        own = isinstance(module, str) and (module == "keras" or module.startswith("keras."))
        if not own or registered not in (None, kind):
            called = registered or (value.get("config") if kind == "function" else kind)
            raise ModelError(
                f"It holds a custom object ({_short(called)}), which is code of somebody's own: no file may run code "
                "here. Build the network of Keras' own layers, and save it again."
            )
    for name, each in value.items():
        if name != "compile_config":  # How it was trained; never looked at.
            _refuse_code(each)


def _check_chain(settings: Settings, entries: list[Settings]) -> None:
    """Refuse a functional model in which a layer has another input than the layer before it."""
    branches = ModelError("Its layers branch or share inputs. A chain of layers, one after the other, is needed.")
    before = None
    for entry in entries:
        nodes = entry.get("inbound_nodes")
        if not isinstance(nodes, list) or len(nodes) != (before is not None):
            raise branches
        for node in map(_dict, nodes):
            tensors = node.get("args")
            if not isinstance(tensors, list) or len(tensors) != 1:
                raise branches
            history = _dict(_dict(tensors[0]).get("config")).get("keras_history")
            if not isinstance(history, list) or history != [before, 0, 0]:
                raise branches
            if _dict(node.get("kwargs")).get("training") is True and entry.get("class_name") == "Dropout":
                raise ModelError("Its Dropout is told to drop in use, too: its answers would be left to chance.")
        before = entry.get("name")
    if settings.get("output_layers") not in ([before, 0, 0], [[before, 0, 0]]):
        raise branches


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _short(value: object) -> str:
    return str(value)[:60]
