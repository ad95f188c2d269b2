"""How the commands read their options: each is a function, its first line what it does."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mnist_core.numerals import decimal, whole

Number = TypeVar("Number", int, float)
Command = Callable[[argparse.Namespace], None]
Add = Callable[[Command], argparse.ArgumentParser]


def parser_of(description: str, *subjects: Callable[[Add], None]) -> argparse.ArgumentParser:
    """The parser of all commands that these subjects add; `options.command` is the chosen one."""
    parser = argparse.ArgumentParser(prog=program(), description=description)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(function: Command) -> argparse.ArgumentParser:
        summary = (function.__doc__ or "").split("\n\n")[0]
        added = commands.add_parser(function.__name__.rstrip("_"), help=summary, description=summary)
        added.add_argument("--json", action="store_true", help="print one JSON value and nothing else")
        added.set_defaults(command=function)
        return added

    for add_to in subjects:
        add_to(command)
    return parser


def program() -> str:
    """What was typed to come here: the command that an installed package has, or the module."""
    return "digitlab" if Path(sys.argv[0]).stem == "digitlab" else "python -m mnist_core"


def whole_number(text: str) -> int:
    """The value of an option that is a whole number."""
    return _number(whole(text), text, "a whole number")


def number(text: str) -> float:
    """The value of an option that is a number."""
    return _number(decimal(text), text, "a number such as 0.001")


def _number(value: Number | None, text: str, expected: str) -> Number:
    if value is None:
        raise argparse.ArgumentTypeError(f"expected {expected}, got {text[:40]!r}")
    return value
