"""A class for tests: digits as a person's pen draws them, and phones that send them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import numpy as np

from mnist_core.classroom import from_phones
from mnist_core.classroom.from_phones import Message
from mnist_core.classroom.phones import Phones
from mnist_core.store.visitors import new_token

SEVEN = [[[60, 50], [160, 50], [250, 55], [190, 160], [140, 280]]]
ONE = [[[160, 40], [158, 120], [155, 200], [150, 280]]]


def path(digit: int, seed: int = 0) -> list[list[list[float]]]:
    """A digit's path as a phone sends it: a line for each of the digit's own places, a little different each time."""
    rng = np.random.default_rng([digit, seed])
    corners = np.random.default_rng(digit).uniform(40, 280, (5, 2))
    return [(corners + rng.normal(0, 4, corners.shape)).round(1).tolist()]


def drawn(round: int = 1, slot: int = 0, *, step: int = 0, take: int = 1, sent: str = "", strokes=None) -> Message:
    """A drawing that a phone sends."""
    sent = sent or secrets.token_hex(8)
    value = {"round": round, "step": step, "slot": slot, "take": take, "sent": sent}
    return from_phones.read(value | {"strokes": SEVEN if strokes is None else strokes})


def said(
    value: int, round: int = 1, slot: int = 0, *, step: int = 0, take: int = 1, about: str | None = None
) -> Message:
    """A vote, or a reading of a drawing, that a phone sends."""
    sent = secrets.token_hex(8)
    numbers = {"round": round, "step": step, "slot": slot, "take": take, "sent": sent}
    return from_phones.read(numbers | {"value": value, "about": about or None})


def posted(round: int = 1, slot: int = 0, *, take: int = 1, sent: str = "", **more: object) -> dict[str, object]:
    """A drawing as a phone posts it."""
    value = {"round": round, "step": 0, "slot": slot, "take": take, "sent": sent or secrets.token_hex(12)}
    return {**value, "strokes": SEVEN, **more}


@dataclass
class Phone:
    """One phone in a class."""

    phones: Phones
    code: str
    token: str = field(default_factory=new_token)

    def join(self) -> Phone:
        """The phone, in the class."""
        self.phones.join(self.code, self.token)
        return self

    def send(self, message: Message):
        """What became of an answer."""
        return self.phones.answer(self.code, self.token, message)

    @property
    def view(self):
        """What it shows."""
        return self.phones.view(self.code, self.token)
