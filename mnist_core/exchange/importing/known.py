"""Which of the app's networks a network from elsewhere is."""

from __future__ import annotations

from mnist_core.errors import ConfigError, ModelError
from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.layers import Dense, Layer
from mnist_core.network.network import Network
from mnist_core.network.run_settings import TrainingConfig


def config_of(network: Network) -> TrainingConfig:
    """Settings whose layers are those of the network.

    How it was trained is not known: all other settings are the defaults.

    Raises:
        ModelError: no entry of `ARCHITECTURES` has such layers.
    """
    hidden = network.layers[-2] if len(network.layers) > 1 else None
    options: dict[str, object] = {}
    if isinstance(hidden, Dense):
        options = {"hidden_units": hidden.units, "activation": hidden.activation}
    for name, entry in ARCHITECTURES.items():
        try:
            chosen = {option: options[option] for option in entry.options if option in options}
            outputs = getattr(network.layers[-1], "activation", "")
            told = {
                "architecture": name,
                "outputs": outputs,
                "straighten": network.straighten,
                "classes": network.outputs,
            }
            config = TrainingConfig.from_dict({**told, **chosen})
        except ConfigError:
            continue
        if config.layers == network.layers:
            return config
    needed = "; ".join(f"{entry.label}: {_words(TrainingConfig(name).layers)}" for name, entry in ARCHITECTURES.items())
    raise ModelError(
        f"Its layers are {_words(network.layers)}. Needed is one of these, with any number of hidden units: {needed}."
    )


def _words(layers: tuple[Layer, ...]) -> str:
    return ", ".join(_title(layer) for layer in layers)


def _title(layer: Layer) -> str:
    return f"{layer.title} ({layer.units})" if isinstance(layer, Dense) else layer.title
