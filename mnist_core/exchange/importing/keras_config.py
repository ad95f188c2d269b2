"""What a `.keras` file says of its model: a chain of layers, from an allow-list, with settings that we can follow.

The format is that of Keras 3 (keras.saving): `config.json` names classes, which Keras
would import and call.  Here names are only compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mnist_core.errors import ModelError
from mnist_core.exchange.importing import keras_activations

MODELS = ("Sequential", "Functional")
MOST_LAYERS = 100
MOST_NAMED = 10  # layers that one message names
Settings = Mapping[str, object]


@dataclass(frozen=True)
class KerasLayer:
    """A layer of a chain.

    Attributes:
        kind: its class.
        name: for people.
        config: its settings.
        group: where its weights are in the file: names of groups, one within the other.
    """

    kind: str
    name: str
    config: Settings
    group: tuple[str, ...] = ()


def _is(name: str, *allowed: object) -> Callable[[Settings], str]:
    """A check that a setting has one of these values, or is not there."""

    def problem(config: Settings) -> str:
        value = config.get(name, allowed[0])
        return "" if value in allowed else f"{name}={value!r:.60}; only {allowed[0]!r} can be computed"

    return problem


def _strides(config: Settings) -> str:
    strides, size = config.get("strides"), config.get("pool_size")
    return "" if strides in (None, size) else f"strides={strides!r:.60}; only those of its pool_size can be computed"


_LAST = _is("data_format", "channels_last")
_POOLING = (_is("padding", "valid", "same"), _strides, _LAST)
_GLOBAL = (_is("keepdims", False), _LAST)
# Layers that do something while the network is trained, and nothing in use.
TRAINING_ALONE = (
    "Dropout", "SpatialDropout2D", "GaussianDropout", "AlphaDropout", "GaussianNoise", "ActivityRegularization",
    "RandomRotation", "RandomTranslation", "RandomZoom", "RandomContrast", "RandomFlip",
)  # fmt: skip
# The layers that can be computed, and what their settings must be.
LAYERS: Mapping[str, tuple[Callable[[Settings], str], ...]] = {
    "InputLayer": (_is("sparse", False), _is("ragged", False)),
    "Reshape": (),
    "Rescaling": (),
    "Flatten": (_LAST,),
    "Dense": (_is("quantization_config", None), _is("lora_rank", None)),
    "Conv2D": (
        _is("padding", "valid", "same"),
        _is("strides", *([step, step] for step in range(1, 5))),
        _is("dilation_rate", [1, 1]),
        _is("groups", 1),
        _is("lora_rank", None),
        _LAST,
    ),
    "MaxPooling2D": _POOLING,
    "AveragePooling2D": _POOLING,
    "GlobalMaxPooling2D": _GLOBAL,
    "GlobalAveragePooling2D": _GLOBAL,
    "BatchNormalization": (_is("axis", -1, [-1], 1, [1], 3, [3]),),
    **dict.fromkeys(keras_activations.LAYERS, ()),
    **dict.fromkeys(TRAINING_ALONE, ()),
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
    layers, problems = _listed(settings, kind, ("layers",))
    if problems:
        more = len(problems) - MOST_NAMED
        also = f" And {more} more." if more > 0 else ""
        known = ", ".join(kind for kind in LAYERS if kind not in (*TRAINING_ALONE[1:], "InputLayer"))
        raise ModelError(f"{' '.join(problems[:MOST_NAMED])}{also} These layers can be computed here: {known}.")
    inputs = [layer for layer in layers if layer.kind == "InputLayer"]
    first = layers[0]
    shape = first.config.get("batch_shape", first.config.get("batch_input_shape", settings.get("build_input_shape")))
    if not isinstance(shape, list) or not all(isinstance(side, int) for side in shape[1:]):
        raise ModelError("It does not say the shape of its input. Save it after it was trained.")
    return tuple(shape[1:]), [layer for layer in layers if layer not in inputs]


def _listed(settings: Settings, model: object, group: tuple[str, ...]) -> tuple[list[KerasLayer], list[str]]:
    """The layers of a model, those of models within it in their place, and what is wrong with which.

    Args:
        settings: of the model.
        model: its class.
        group: where weights of its layers are.
    """
    entries = settings.get("layers")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_LAYERS:
        raise ModelError(f"Its list of layers is missing, or has more than {MOST_LAYERS} entries.")
    layers: list[KerasLayer] = []
    problems: list[str] = []
    seen: Counter[str] = Counter()
    for place, entry in enumerate(map(_dict, entries)):
        kind, config = str(entry.get("class_name")), _dict(entry.get("config"))
        own = (*group, _group(kind, seen))
        if kind in MODELS:
            within, wrong = _listed(config, kind, (*own, "layers"))
            layers += within if not layers else [layer for layer in within if layer.kind != "InputLayer"]
            problems += wrong
        elif kind == "InputLayer" and place:
            raise ModelError("It has more than one input. A network that sees one image is needed.")
        else:
            layer = KerasLayer(kind, _short(config.get("name", kind)), config, own)
            layers.append(layer)
            problems += _problems(layer)
    if model == "Functional" and not problems:
        _check_chain(settings, [_dict(entry) for entry in entries])
    return layers, problems


def _group(kind: str, seen: Counter[str]) -> str:
    # Keras names groups after classes and numbers those of a class (keras.src.saving.saving_lib).
    name = re.sub(r"(?<=[a-z])([A-Z])", r"_\1", re.sub(r"\W+", "", kind)).lower()
    seen[name] += 1
    return f"{name}_{seen[name] - 1}" if seen[name] > 1 else name


def _problems(layer: KerasLayer) -> list[str]:
    if layer.kind not in LAYERS:
        return [f"It holds a {_short(layer.kind)} layer ({layer.name})."]
    found = (check(layer.config) for check in LAYERS[layer.kind])
    return [f"The {layer.kind} layer {layer.name} has {problem}." for problem in found if problem]


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
            if not _is_output(history, before):
                raise branches
            # Augmentation has it from the start, and is told otherwise in use.
            augments = str(entry.get("class_name")).startswith("Random")
            if _dict(node.get("kwargs")).get("training") is True and not augments:
                raise ModelError(
                    f"Its layer {_short(entry.get('name'))} is told to do in use what it does in training, too: "
                    "answers would be left to chance."
                )
        before = entry.get("name")
    outputs = settings.get("output_layers")
    if not _is_output(outputs[0] if isinstance(outputs, list) and len(outputs) == 1 else outputs, before):
        raise branches


def _is_output(history: object, name: object) -> bool:
    """Whether it stands for the one output of the layer of this name."""
    return isinstance(history, list) and len(history) == 3 and history[0] == name and history[2] == 0


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _short(value: object) -> str:
    return str(value)[:60]
