"""What the Train page's address carries: the run that it shows, and what in the form is not as usual."""

from __future__ import annotations

from functools import partial
from typing import Any

from mnist_core.network.kinds import Fraction, Number
from mnist_core.network.run_settings import SETTINGS, Setting, TrainingConfig
from ui.frame import state
from ui.frame.address import Address, Parameter
from ui.frame.kinds import Checked


def in_query(config: TrainingConfig) -> dict[str, str]:
    """What of the settings differs from the defaults, as this page's address carries it."""
    unusual = [each for each in SETTINGS.values() if not each.is_usual(config)]
    return {each.name: each.kind.write(getattr(config, each.name)) for each in unusual}


def key_of(setting: Setting) -> str:
    """The key of the widget that holds the setting."""
    return f"{setting.name}_percent" if isinstance(setting.kind, Fraction) else setting.name


def held(setting: Setting, value: Any) -> Any:
    """A value of the setting as its widget holds it."""
    if isinstance(setting.kind, Fraction):
        return round(100 * value, 4)
    return setting.kind.write(value) if isinstance(setting.kind, Number) else value


def taken(setting: Setting, value: Any) -> Any:
    """The inverse of `held`.

    Raises:
        ConfigError: a text is no number, or one that may not be.
    """
    if isinstance(setting.kind, Fraction):
        return round(value / 100, 6)
    return setting.kind.read(setting.name, value) if isinstance(setting.kind, Number) else value


def _read(setting: Setting, text: str) -> Any:
    return held(setting, setting.kind.read(setting.name, text))


def _written(setting: Setting, value: Any) -> str:
    return setting.kind.write(taken(setting, value))


def _parameter(setting: Setting) -> Parameter[Any]:
    return Parameter(
        setting.name,
        Checked(partial(_read, setting), partial(_written, setting)),
        held(setting, setting.usual),
        key=key_of(setting),
        label=setting.label,
        words=f"{setting.usual} is used instead.",
        choice=bool(setting.kind.options),
    )


RUN = Parameter("run", Checked(lambda key: state.store().runs.get(key)), words="")
# The address follows the form by `in_query`: settings that the chosen network lacks are not said.
FORM = Address(*map(_parameter, SETTINGS.values()))
ADDRESS = Address(RUN, *FORM)
