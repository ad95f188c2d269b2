"""Of which kind a value is: what it may be, and how it is read from a text, written and said.

Settings of a run are of these kinds, and so is what an address carries.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from mnist_core.errors import ConfigError
from mnist_core.numerals import decimal, numeral, whole

T = TypeVar("T")


class ValueKind(Generic[T]):
    """What kinds have in common.

    Attributes:
        options: all values, where they are few; a registry of them, where they have words.
        nought: what 0 is called, where it is no amount.
    """

    options: Collection[T] = ()
    nought: str = ""

    @property
    def expected(self) -> str:
        """What a refusal says of the values that it may have."""
        raise NotImplementedError

    def fits(self, value: Any) -> bool:
        """Whether it may have the value."""
        raise NotImplementedError

    def check(self, name: str, value: object) -> None:
        """Raise `ConfigError` where what has this name may not have the value."""
        if not self.fits(value):
            raise ConfigError(name, value, self.expected)

    def read(self, name: str, text: str) -> T:
        """The value that a text of an address, a form or the command line says of what has this name.

        Raises:
            ConfigError: it says none, or one that may not be.
        """
        value = self.parse(text)
        if value is None or not self.fits(value):
            raise ConfigError(name, text, self.expected)
        return value

    def parse(self, text: str) -> T | None:
        """The value that a text says, whether it may be or not; `None` for no value of this kind."""
        raise NotImplementedError

    def write(self, value: T) -> str:
        """The text that says the value."""
        return str(value)

    def say(self, value: T) -> str:
        """The value in words for people."""
        return self.nought if self.nought and not value else self.write(value)

    def size(self, value: T) -> float:
        """The amount that a value stands for, where it stands for one."""
        raise NotImplementedError

    def in_order(self, values: Collection[T]) -> list[T]:
        """The values, the smallest first or as their registry has them."""
        return [option for option in self.options if option in values]


@dataclass(frozen=True)
class OneOf(ValueKind[str]):
    """One of several names, or a key of a registry.

    Attributes:
        options: all of them.
        earlier: what links of earlier versions call them.
    """

    options: Collection[str]
    earlier: Mapping[str, str] = field(default_factory=dict)

    @property
    def expected(self) -> str:
        return "one of " + ", ".join(self.options)

    def fits(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.options

    def parse(self, text: str) -> str:
        return self.earlier.get(text, text)

    def say(self, value: str) -> str:
        return self.options[value].label if isinstance(self.options, Mapping) else value


@dataclass(frozen=True)
class Switch(ValueKind[bool]):
    """On or off."""

    options = (False, True)

    @property
    def expected(self) -> str:
        return "true or false"

    def fits(self, value: Any) -> bool:
        return isinstance(value, bool)

    def parse(self, text: str) -> bool | None:
        return {"true": True, "false": False}.get(text)

    def write(self, value: bool) -> str:
        return str(value).lower()

    def say(self, value: bool) -> str:
        return "yes" if value else "no"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


N = TypeVar("N", int, float)


class _Number(ValueKind[N]):
    unlimited = False

    def size(self, value: N) -> float:
        """The amount that the value stands for: where there is no limit, 0 is more than any number."""
        return float("inf") if self.unlimited and not value else float(value)

    def in_order(self, values: Collection[N]) -> list[N]:
        return sorted(values, key=self.size)


@dataclass(frozen=True)
class Whole(_Number[int]):
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

    def parse(self, text: str) -> int | None:
        return whole(text)

    def say(self, value: int) -> str:
        return numeral(value) if self.grouped and (value or not self.nought) else super().say(value)


class _Decimal(_Number[float]):
    def parse(self, text: str) -> float | None:
        return decimal(text.strip())

    def write(self, value: float) -> str:
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

    def say(self, value: float) -> str:
        return self.nought if self.nought and not value else f"{100 * value:g}\N{NO-BREAK SPACE}%"
