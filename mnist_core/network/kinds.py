"""Of which kind a setting of a run is: what it may be, and how its values are read, written and said.

`check` raises a `ConfigError` for what cannot be.  `read` takes the text of an address, a form or the command line, and
leaves for `check` what it makes no sense of; `write` gives such a text; `say` words a value for people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from mnist_core.errors import ConfigError
from mnist_core.network.choices import Choice
from mnist_core.numerals import decimal, numeral, whole


@dataclass(frozen=True)
class OneOf:
    """A key of a registry."""

    options: Mapping[str, Choice]

    def check(self, name: str, value: object) -> None:
        """Raise `ConfigError` unless there is such an option."""
        if not isinstance(value, str) or value not in self.options:
            raise ConfigError(name, value, "one of " + ", ".join(self.options))

    def read(self, text: str) -> object:
        """The text: it names the option."""
        return text

    def write(self, value: str) -> str:
        """The option's name."""
        return value

    def say(self, value: str) -> str:
        """The option's label."""
        return self.options[value].label

    def in_order(self, values: Collection[str]) -> list[str]:
        """The values as the registry orders them."""
        return [option for option in self.options if option in values]


@dataclass(frozen=True)
class Switch:
    """On or off."""

    options = (False, True)

    def check(self, name: str, value: object) -> None:
        """Raise `ConfigError` unless it is one of both."""
        if not isinstance(value, bool):
            raise ConfigError(name, value, "true or false")

    def read(self, text: str) -> object:
        """What "true" and "false" say."""
        return {"true": True, "false": False}.get(text, text)

    def write(self, value: bool) -> str:
        """In lower case."""
        return str(value).lower()

    def say(self, value: bool) -> str:
        """Yes or no."""
        return "yes" if value else "no"

    def in_order(self, values: Collection[bool]) -> list[bool]:
        """Off comes first."""
        return sorted(values)


class _Numeric:
    """What numbers have in common."""

    options = ()
    nought = ""  # what 0 is called, where it is no amount
    unlimited = False  # whether 0 is more than any number

    def size(self, value: float) -> float:
        """The amount that the value stands for."""
        return float("inf") if self.unlimited and not value else float(value)

    def in_order(self, values: Collection[float]) -> list[float]:
        """The smallest first."""
        return sorted(values, key=self.size)


@dataclass(frozen=True)
class Whole(_Numeric):
    """A whole number from `low` to `high`; `grouped` where it counts something, with commas between thousands."""

    low: int
    high: int
    nought: str = ""
    unlimited: bool = False
    grouped: bool = True

    def check(self, name: str, value: object) -> None:
        """Raise `ConfigError` unless it is one within the bounds."""
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            raise ConfigError(name, value, f"a whole number from {self.low:,} to {self.high:,}")

    def read(self, text: str) -> object:
        """The number, of digits alone."""
        number = whole(text)
        return text if number is None else number

    def write(self, value: int) -> str:
        """In digits."""
        return str(value)

    def say(self, value: int) -> str:
        """With commas between thousands, or what nought is called."""
        return self.nought if self.nought and not value else numeral(value) if self.grouped else str(value)


class _Decimal(_Numeric):
    """What numbers with a point have in common."""

    def read(self, text: str) -> object:
        """The number, such as "0.001" or "1e-3"."""
        number = decimal(text.strip())
        return text if number is None else number

    def write(self, value: float) -> str:
        """As short as it can be."""
        return f"{value:.12g}"


@dataclass(frozen=True)
class Number(_Decimal):
    """A number above `low` and at most `high`."""

    low: float
    high: float

    def check(self, name: str, value: object) -> None:
        """Raise `ConfigError` unless it is one within the bounds."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not self.low < value <= self.high:
            raise ConfigError(name, value, f"a number above {self.low:g} and at most {self.high:g}")

    def say(self, value: float) -> str:
        """With six digits that count, at most."""
        return f"{value:g}"


@dataclass(frozen=True)
class Fraction(_Decimal):
    """From 0 to 1, said in percent."""

    nought: str = ""

    def check(self, name: str, value: object) -> None:
        """Raise `ConfigError` unless it is one."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            raise ConfigError(name, value, f"a fraction from 0 ({self.nought or 'nothing'}) to 1")

    def say(self, value: float) -> str:
        """In percent, or what nought is called."""
        return self.nought if self.nought and not value else f"{100 * value:g}\N{NO-BREAK SPACE}%"


SettingKind = OneOf | Switch | Whole | Number | Fraction
