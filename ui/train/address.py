"""What the Train page's address carries: the run that it shows, and what in the form is not as usual."""

from __future__ import annotations

from functools import partial

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


def held(setting: Setting, value: object) -> object:
    """A value of the setting as its widget holds it."""
    if isinstance(setting.kind, Fraction):
        return round(100 * value, 4)
    return setting.kind.write(value) if isinstance(setting.kind, Number) else value


def taken(setting: Setting, value: object) -> object:
    """The inverse of `held`; a text that is no number is left for `TrainingConfig` to refuse."""
    if isinstance(setting.kind, Fraction):
        return round(value / 100, 6)
    return setting.kind.read(value) if isinstance(setting.kind, Number) else value


def _read(setting: Setting, text: str) -> object:
    value = setting.kind.read(text)
    setting.kind.check(setting.name, value)
    return held(setting, value)


def _written(setting: Setting, value: object) -> str:
    return setting.kind.write(taken(setting, value))


def _parameter(setting: Setting) -> Parameter:
    kind = Checked(partial(_read, setting), partial(_written, setting), choice=bool(setting.kind.options))
    words = f"{setting.usual} is used instead."
    return Parameter(setting.name, kind, held(setting, setting.usual), key_of(setting), setting.label, words)


RUN = Parameter("run", Checked(lambda key: state.store().runs.get(key)), words="")
# The address follows the form by `in_query`: settings that the chosen network lacks are not said.
FORM = Address(*map(_parameter, SETTINGS.values()))
ADDRESS = Address(RUN, *FORM)
