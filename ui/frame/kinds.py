"""Of which kind a part of an address is: how its text is read, of which range it is, and how it is written.

What cannot be is refused with a sentence: `read` raises an error of this project, `Partly` where a list holds
something that can be as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from mnist_core.errors import ConfigError, DigitLabError
from mnist_core.numerals import whole
from ui.words.settings import sentence


class Partly(DigitLabError):
    """Some of a list cannot be.

    Attributes:
        value: what can be.
    """

    def __init__(self, errors: Iterable[DigitLabError], value: list[object]):
        self.value = value
        super().__init__(" ".join(map(sentence, errors)))


@dataclass(frozen=True)
class OneOf:
    """One of several.

    Attributes:
        options: all of them, or what gives them when they are needed.
        earlier: what links of earlier versions call them.
        choice: whether widgets of this kind choose, other than those in which people type and drag.
    """

    options: Iterable[object] | Callable[[], Iterable[object]]
    earlier: Mapping[str, str] = field(default_factory=dict)
    choice: bool = True

    def read(self, label: str, text: str) -> object:
        """The option that the text names."""
        options = {self.write(option): option for option in _now(self.options)}
        named = self.earlier.get(text, text)
        if named not in options:
            raise ConfigError(label, text, f"one of {', '.join(options)}")
        return options[named]

    @staticmethod
    def write(value: object) -> str:
        """The text that names the option."""
        return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`, which may be told when it is needed."""

    low: int
    high: int | Callable[[], int]
    choice: bool = False

    def read(self, label: str, text: str) -> int:
        """The number that the text says."""
        number, high = whole(text), _now(self.high)
        if number is None or not self.low <= number <= high:
            raise ConfigError(label, text, f"a whole number from {self.low:,} to {high:,}")
        return number

    @staticmethod
    def write(value: object) -> str:
        """The number in digits."""
        return str(value)


@dataclass(frozen=True)
class Checked:
    """What a function makes of a text, or refuses.

    Attributes:
        check: gives the value; raises an error of this project.
        write: gives its text.
        choice: as above.
    """

    check: Callable[[str], object]
    write: Callable[[object], str] = str
    choice: bool = False

    def read(self, label: str, text: str) -> object:
        """What the text says."""
        return self.check(text)


@dataclass(frozen=True)
class Listed:
    """Several of a kind with commas between them, each once.

    Attributes:
        kind: of each.
        most: how many are read.
        choice: as above.
    """

    kind: OneOf | Whole | Checked
    most: int
    choice: bool = True

    def read(self, label: str, text: str) -> list[object]:
        """All that the text names."""
        values, errors = [], []
        for part in dict.fromkeys(part for part in text.split(",") if part):
            try:
                values.append(self.kind.read(label, part))
            except DigitLabError as error:
                errors.append(error)
        if errors:
            raise Partly(errors, values[: self.most])
        return values[: self.most]

    def write(self, value: Iterable[object]) -> str:
        """The texts of all."""
        return ",".join(map(self.kind.write, value))


Kind = OneOf | Whole | Checked | Listed
SWITCH = OneOf((False, True))
DIGIT = OneOf(range(10))


def _now(value: object) -> object:
    return value() if callable(value) else value
