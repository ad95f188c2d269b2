"""Who is who: each browser has a token, random and its own; what it owns is marked with the token's hash.

A token, not a name or an account: nobody has to choose one, and it tells nothing about a
person.  Not an address of the network either: a class often shares one.  The store keeps hashes
alone, so that nobody who reads it can pass for somebody else.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from mnist_core.errors import NotAllowed

_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


class Rights:
    """How far somebody may go; the values are what `web` tells the pages."""

    TEACHER = "teacher"  # everything
    GUEST = "guest"  # looks, draws, teaches and trains within limits; changes and deletes what is their own
    ONLOOKER = "onlooker"  # a guest where guests may only look
    CLOSED = "closed"  # a guest where there are none


@dataclass(frozen=True)
class Limits:
    """How much one guest may ask for; the teacher may ask for all that there is.

    Attributes:
        epochs: of a run.
        images: that a run learns from.
        trials: of an experiment.
        drawings: kept under their handwriting.
    """

    epochs: int = 100
    images: int = 60_000
    trials: int = 100
    drawings: int = 2_000


@dataclass(frozen=True)
class Visitor:
    """Somebody who asks the store for something.

    Attributes:
        mark: hash of their browser's token, 32 hexadecimal characters, with which what they own is marked;
            empty for whoever sits at the machine with the command line, and for a worker.
        rights: one of `Rights`.
        limits: how much they may ask for where they are a guest.
    """

    mark: str = ""
    rights: str = Rights.TEACHER
    limits: Limits = Limits()

    @property
    def is_teacher(self) -> bool:
        """Whether they may do everything."""
        return self.rights == Rights.TEACHER

    @property
    def may_add(self) -> bool:
        """Whether they may train, teach, and keep what they draw."""
        return self.rights in (Rights.TEACHER, Rights.GUEST)

    def may_change(self, owner: str) -> bool:
        """Whether what is marked with `owner` is theirs to rename, stop and delete; the rest is the teacher's."""
        return self.is_teacher or (self.may_add and bool(owner) and owner == self.mark)

    def require_change(self, owner: str, what: str) -> None:
        """Refuse to change what is not theirs.

        Args:
            owner: the mark on it.
            what: it, such as "this run".

        Raises:
            NotAllowed: it belongs to somebody else.
        """
        self.require_adding()
        if not self.may_change(owner):
            raise NotAllowed(f"Only whoever made {what}, or the teacher, may change it.")

    def require_adding(self) -> None:
        """Refuse to keep anything for somebody who may only look.

        Raises:
            NotAllowed: they may only look.
        """
        if not self.may_add:
            raise NotAllowed("Guests may only look here just now. Ask your teacher to open Digit Lab for more.")

    def require_within(self, number: int, most: int, what: str) -> None:
        """Refuse more than a guest may ask for.

        Args:
            number: how many they ask for.
            most: one of `limits`.
            what: of which, as in "epochs in a run".

        Raises:
            NotAllowed: it is too many.
        """
        if not self.is_teacher and number > most:
            raise NotAllowed(f"Guests may ask for at most {most:,} {what}, not {number:,}. Ask for fewer.")


TEACHER = Visitor()


def new_token() -> str:
    """A token that nobody can guess: 32 hexadecimal characters."""
    return secrets.token_hex(16)


def is_token(text: object) -> bool:
    """Whether this may be a token; what a browser sends may be anything."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None


def mark_of(token: str) -> str:
    """With what the store marks the things of whoever has this token: half of its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]
