"""Which of the app's networks a network from elsewhere is, or that it is none of them."""

from __future__ import annotations

from mnist_core.errors import ConfigError, ModelError
from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.layers import Dense
from mnist_core.network.network import Network
from mnist_core.network.run_settings import TrainingConfig

MOST_MULTIPLICATIONS = 40_000_000  # for one image: 10,000 test images then take some ten seconds


def config_of(network: Network) -> TrainingConfig:
    """Settings whose layers are those of the network.

    How it was trained is not known: all other settings are the defaults.

    Raises:
        ModelError: it needs more computing for one image than a page can wait for.
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
    config = TrainingConfig.of_layers(network.layers, straighten=network.straighten)
    if config.multiplications > MOST_MULTIPLICATIONS:
        raise ModelError(
            f"It multiplies {config.multiplications:,} times for one image; at most {MOST_MULTIPLICATIONS:,} can be "
            "waited for on a page. Bring one with fewer filters or units."
        )
    return config
