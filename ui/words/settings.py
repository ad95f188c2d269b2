"""What is wrong with a setting, in words."""

from __future__ import annotations

from collections.abc import Mapping

from mnist_core.errors import ConfigError, DigitLabError
from mnist_core.network.run_settings import SETTINGS

LABELS: Mapping[str, str] = {name: each.label for name, each in SETTINGS.items()}


def sentence(error: DigitLabError, labels: Mapping[str, str] = LABELS) -> str:
    """What an error says, with a setting by the name that it has in the form."""
    if not isinstance(error, ConfigError):
        return str(error)
    words = str(error).replace(error.field, labels.get(error.field, error.field), 1)
    return words[0].upper() + words[1:]
