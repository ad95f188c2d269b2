"""Nicknames that nobody has to moderate: a quality and an animal, drawn by lot, never typed.

A nickname is two numbers, so that every page tells it in its own language: (0, 0) is "Teal otter"
and "Loutre turquoise".  The words of a language are in a module each, in the same order.  They were
chosen for what they do not mean: an animal that is an insult, a slur or a joke in one of the languages
(owl, fox, goose, beaver, badger, crane, butterfly, hippo, ...) is left out of all, and so are colours
that people are told apart by.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from typing import Protocol

from mnist_core.classroom.nicknames import de, en, es, fi, fr

Nickname = tuple[int, int]


class Words(Protocol):
    """What the module of a language has.

    Attributes:
        QUALITIES: one for each place: the forms for the genders of `GENDERS`, separated by "/";
            where there is one form it serves all.
        ANIMALS: one for each place, with its gender behind it where the language has any: "Otter m".
        GENDERS: letters of the genders, in the order of the forms; empty where there are none.
        FIRST: whether the quality stands before the animal.
    """

    @property
    def QUALITIES(self) -> tuple[str, ...]: ...
    @property
    def ANIMALS(self) -> tuple[str, ...]: ...
    @property
    def GENDERS(self) -> str: ...
    @property
    def FIRST(self) -> bool: ...


LANGUAGES: dict[str, Words] = {"en": en, "de": de, "fr": fr, "es": es, "fi": fi}
NUMBER = len(en.QUALITIES) * len(en.ANIMALS)  # of nicknames


def told(nickname: Nickname, language: str = "en") -> str:
    """The nickname in a language: "Teal otter", "Türkiser Otter"; in English where the language is not known."""
    words = LANGUAGES.get(language, en)
    forms = words.QUALITIES[nickname[0]].split("/")
    animal, gender = words.ANIMALS[nickname[1]], ""
    if words.GENDERS:
        animal, _, gender = animal.rpartition(" ")
    quality = forms[words.GENDERS.index(gender)] if len(forms) > 1 else forms[0]
    name = f"{quality} {animal}" if words.FIRST else f"{animal} {quality}"
    return name[0].upper() + name[1:]


def draw(taken: Collection[Nickname], *, below: Callable[[int], int] = secrets.randbelow) -> Nickname:
    """A nickname by lot that nobody has.

    Args:
        taken: those that somebody has, fewer than there are.
        below: a whole number by lot, from 0 to below its argument.

    Raises:
        ValueError: all are taken.
    """
    animals = len(en.ANIMALS)
    free = sorted(set(range(NUMBER)) - {first * animals + second for first, second in taken})
    if not free:
        raise ValueError(f"all {NUMBER:,} nicknames are taken")
    return divmod(free[below(len(free))], animals)
