"""What the address carries of the game: which one, how far it is, and the guesses made."""

from __future__ import annotations

from mnist_core.errors import ConfigError
from mnist_core.numerals import whole
from ui.frame.address import Address, Parameter
from ui.frame.kinds import Checked, Whole
from ui.mistakes.mystery.outcome import SIGNS

SEED, AT, GUESSES = "mystery_seed", "mystery_at", "mystery_guesses"  # key of the widget; in session state
MAX_SEED = 9_999
MOST = 100  # guesses
END = "end"  # after the last image
OPEN = "-"  # not guessed yet


def _at(text: str) -> int:
    """From 0; people count from 1."""
    number = MAX_SEED if text == END else whole(text)
    if number is None or not 1 <= number <= MAX_SEED:
        raise ConfigError("at", text, f"the number of an image, or {END!r}")
    return number - 1


def _guesses(text: str) -> list[str]:
    if len(text) > MOST or not set(text) <= {*SIGNS, OPEN}:
        raise ConfigError("guesses", text, f"at most {MOST} digits, 'x' for neither and {OPEN!r} for none yet")
    return list(text)


def _written(guesses: list[str]) -> str:
    return "".join(guesses).rstrip(OPEN)


ADDRESS = Address(
    Parameter("seed", Whole(0, MAX_SEED), 0, key=SEED, label="game", always=True),
    Parameter("at", Checked(_at, lambda at: str(at + 1)), 0, key=AT, label="image", always=True),
    Parameter("guesses", Checked(_guesses, _written), list, key=GUESSES),
)
