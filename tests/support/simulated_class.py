"""People of a class who draw as people do: each in styles of their own, drawn by the generator of synthetic digits."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.classroom import from_phones
from mnist_core.classroom.phones import Phones
from mnist_core.data.synthetic import STYLES, draw_digit
from mnist_core.store.rooms.records import Round
from mnist_core.store.store import Store
from mnist_core.store.visitors import new_token

CANVAS = 300  # pixels of a phone's


@dataclass
class SimulatedPhone:
    """A phone in the hand of somebody with habits.

    Attributes:
        phones: of the server.
        code: of the class.
        seed: of the person's styles.
        token: of the phone.
    """

    phones: Phones
    code: str
    seed: int
    token: str

    def strokes(self, digit: int, again: int = 0) -> list[list[list[float]]]:
        """The digit as this person writes it, a little different each time."""
        own = np.random.default_rng([self.seed, digit])
        style = own.choice([each.name for each in STYLES[digit]])
        path = draw_digit(digit, np.random.default_rng([self.seed, digit, again]), str(style))
        return [(stroke[:: max(1, len(stroke) // 24)] * CANVAS).round(1).tolist() for stroke in path]

    @property
    def round(self) -> Round:
        """The round that is on."""
        round = self.phones.view(self.code, self.token).round
        if round is None:
            raise ValueError("no round is on")
        return round

    def draw(self) -> None:
        """Draw all that the round asks for."""
        view = self.phones.view(self.code, self.token)
        digits = self.round.digits
        for slot in range(view.drawings):
            self.send(slot, strokes=self.strokes(digits[slot % len(digits)], slot))

    def vote(self, choice: int) -> None:
        """Vote."""
        self.send(0, value=choice)

    def read(self, digits: Sequence[int]) -> None:
        """Say of each drawing which of the digits it is, in turn."""
        view = self.phones.view(self.code, self.token)
        for slot, each in enumerate(view.to_read):
            self.send(slot, value=digits[slot % len(digits)], about=each.id)

    def send(self, slot: int, **what: object) -> None:
        """Send an answer to what the round asks for now."""
        round = self.round
        numbers = {"round": round.number, "step": round.step, "slot": slot, "take": 1, "sent": secrets.token_hex(8)}
        self.phones.answer(self.code, self.token, from_phones.read(numbers | what))


def simulated_class(store: Store, code: str, people: int, *, first: int = 0) -> list[SimulatedPhone]:
    """So many phones that have joined; the same people for the same `first`."""
    phones = Phones(store)
    joined = [SimulatedPhone(phones, code, first + number, new_token()) for number in range(people)]
    for each in joined:
        phones.join(code, each.token)
    return joined
