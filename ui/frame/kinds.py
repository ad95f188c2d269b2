"""Of which kind a part of an address is: the kinds that settings have, and those that need a page to read them.

What cannot be is refused with a sentence: `read` raises an error of this project, `Partly` where a list holds
something that can be as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from mnist_core.drawing.images import CLASSES
from mnist_core.errors import DigitLabError
from mnist_core.network.kinds import OneOf as OneOf
from mnist_core.network.kinds import Switch as Switch
from mnist_core.network.kinds import Whole as Whole
from ui.words.settings import sentence

T = TypeVar("T")
DIGIT = Whole(0, CLASSES - 1)


class Kind(Protocol[T]):
    """What a table asks of a kind; `ValueKind` says what each does."""

    def read(self, name: str, text: str, /) -> T: ...

    def write(self, value: T, /) -> str: ...


class Partly(DigitLabError):
    """Some of a list cannot be.

    Attributes:
        value: what can be.
    """

    def __init__(self, errors: Iterable[DigitLabError], value: list[Any]):
        self.value = value
        super().__init__(" ".join(map(sentence, errors)))


@dataclass(frozen=True)
class UpTo:
    """A whole number from `low` to one that is told when it is needed."""

    low: int
    high: Callable[[], int]

    def read(self, name: str, text: str) -> int:
        """The number that the text says."""
        return Whole(self.low, self.high()).read(name, text)

    @staticmethod
    def write(value: int) -> str:
        """The number in digits."""
        return str(value)


@dataclass(frozen=True)
class Checked(Generic[T]):
    """What a function makes of a text, or refuses.

    Attributes:
        check: gives the value; raises an error of this project.
        write: gives its text.
    """

    check: Callable[[str], T]
    write: Callable[[T], str] = str

    def read(self, name: str, text: str) -> T:
        """What the text says."""
        return self.check(text)


@dataclass(frozen=True)
class Listed(Generic[T]):
    """Several of a kind with commas between them, each once.

    Attributes:
        kind: of each.
        most: how many are read.
    """

    kind: Kind[T]
    most: int

    def read(self, name: str, text: str) -> list[T]:
        """All that the text names."""
        values, errors = [], []
        for part in dict.fromkeys(part for part in text.split(",") if part):
            try:
                values.append(self.kind.read(name, part))
            except DigitLabError as error:
                errors.append(error)
        if errors:
            raise Partly(errors, values[: self.most])
        return values[: self.most]

    def write(self, value: Sequence[T]) -> str:
        """The texts of all."""
        return ",".join(map(self.kind.write, value))
