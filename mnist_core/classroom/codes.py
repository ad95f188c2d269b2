"""Codes by which phones join a class: six letters that are read off a wall and typed without a mistake."""

from __future__ import annotations

import secrets

LENGTH = 6
# Capital letters without
#   A E I O U Y   vowels, so that no code is a word, in any language, that somebody would rather not read on a wall;
#                 I and O would be taken for 1 and 0 besides, and U for V
#   L             in small letters a 1 or an I
#   Q             an O with a tail, in small letters a g
#   V             a U where it is written; said in German it is F, in Spanish B, and W where English is heard
#   N             an M where it is heard
ALPHABET = "BCDFGHJKMPRSTWXZ"
# Without vowels some groups of letters still mean something: what no code has in it.
UNWANTED = ("FCK", "FKK", "FTZ", "HJ", "KKK", "KZ", "SS", "WTF", "XXX")
# Digits are in no code: one that is typed is the letter that was taken for it.
TAKEN_FOR = str.maketrans({"2": "Z", "5": "S", "6": "G", "8": "B"})


def new_code() -> str:
    """A code that nobody can foresee: one of some 16 million."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not any(group in code for group in UNWANTED):
            return code


def read_code(text: object) -> str | None:
    """The code that somebody typed: small letters, spaces and hyphens do not matter; `None` where it can be none."""
    if not isinstance(text, str) or len(text) > 4 * LENGTH:
        return None
    code = "".join(text.upper().replace("-", " ").split()).translate(TAKEN_FOR)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
