"""Of which kind a setting of a run is: what it may be, and how its values are read, written and said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from mnist_core.errors import ConfigError
from mnist_core.network.choices import Choice
from mnist_core.numerals import decimal, numeral, whole


class SettingKind:
    """What kinds have in common.

    Attributes:
        options: all values, where they are few; a registry of them, where they have words.
        nought: what 0 is called, where it is no amount.
    """

    options: Collection[Any] = ()
    nought: str = ""

    @property
    def expected(self) -> str:
        """What a refusal says of the values that it may have."""
        raise NotImplementedError

    def fits(self, value: Any) -> bool:
        """Whether it may have the value."""
        raise NotImplementedError

    def check(self, name: str, value: object) -> None:
        """Raise `ConfigError` where the setting of this name may not have the value."""
        if not self.fits(value):
            raise ConfigError(name, value, self.expected)

    def read(self, text: str) -> object:
        """The value that a text of an address, a form or the command line says; the text, to be refused, for none."""
        return text

    def write(self, value: Any) -> str:
        """The text that says the value."""
        return str(value)

    def say(self, value: Any) -> str:
        """The value in words for people."""
        return self.nought if self.nought and not value else self.write(value)

    def in_order(self, values: Collection[Any]) -> list[Any]:
        """The values, the smallest first or as their registry has them."""
        return [option for option in self.options if option in values]


@dataclass(frozen=True)
class OneOf(SettingKind):
    """A key of a registry."""

    options: Mapping[str, Choice]

    @property
    def expected(self) -> str:
        return "one of " + ", ".join(self.options)

    def fits(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.options

    def say(self, value: Any) -> str:
        return self.options[value].label


@dataclass(frozen=True)
class Switch(SettingKind):
    """On or off."""

    options = (False, True)

    @property
    def expected(self) -> str:
        return "true or false"

    def fits(self, value: Any) -> bool:
        return isinstance(value, bool)

    def read(self, text: str) -> object:
        return {"true": True, "false": False}.get(text, text)

    def write(self, value: Any) -> str:
        return str(value).lower()

    def say(self, value: Any) -> str:
        return "yes" if value else "no"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class _Number(SettingKind):
    unlimited = False

    def size(self, value: float) -> float:
        """The amount that the value stands for: where there is no limit, 0 is more than any number."""
        return float("inf") if self.unlimited and not value else float(value)

    def in_order(self, values: Collection[Any]) -> list[Any]:
        return sorted(values, key=self.size)


@dataclass(frozen=True)
class Whole(_Number):
    """A whole number from `low` to `high`; `grouped` where it counts something, with commas between thousands."""

    low: int
    high: int
    nought: str = ""
    unlimited: bool = False
    grouped: bool = True

    @property
    def expected(self) -> str:
        return f"a whole number from {self.low:,} to {self.high:,}"

    def fits(self, value: Any) -> bool:
        return _is_number(value) and isinstance(value, int) and self.low <= value <= self.high

    def read(self, text: str) -> object:
        number = whole(text)
        return text if number is None else number

    def say(self, value: Any) -> str:
        return numeral(value) if self.grouped and (value or not self.nought) else super().say(value)


class _Decimal(_Number):
    def read(self, text: str) -> object:
        number = decimal(text.strip())
        return text if number is None else number

    def write(self, value: Any) -> str:
        return f"{value:.12g}"


@dataclass(frozen=True)
class Number(_Decimal):
    """A number above `low` and at most `high`."""

    low: float
    high: float

    @property
    def expected(self) -> str:
        return f"a number above {self.low:g} and at most {self.high:g}"

    def fits(self, value: Any) -> bool:
        return _is_number(value) and self.low < value <= self.high


@dataclass(frozen=True)
class Fraction(_Decimal):
    """From 0 to 1, said in percent."""

    nought: str = ""

    @property
    def expected(self) -> str:
        return f"a fraction from 0 ({self.nought or 'nothing'}) to 1"

    def fits(self, value: Any) -> bool:
        return _is_number(value) and 0 <= value <= 1

    def say(self, value: Any) -> str:
        return self.nought if self.nought and not value else f"{100 * value:g}\N{NO-BREAK SPACE}%"
