"""How much a class takes: what a school may change, and what stands between a server and a body of 10 MB."""

from __future__ import annotations

from dataclasses import dataclass

from mnist_core.settings import Settings


@dataclass(frozen=True)
class Limits:
    """How much one class takes.

    Attributes:
        people: phones in a room, those included that were sent out.
        drawings: of one person in one round.
        rooms: classes at a time.
        rounds: of one class.
        points: of one drawing as it is sent; what is kept of them says `store.drawings`.
        strokes: of one drawing as it is sent.
        choices: of a question.
        text: characters of a question or a prompt.
        choice: characters of a choice.
    """

    people: int = 120
    drawings: int = 40
    rooms: int = 30
    rounds: int = 60
    points: int = 4_000
    strokes: int = 100
    choices: int = 10
    text: int = 200
    choice: int = 60

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits of this server."""
        return cls(people=settings.class_people, drawings=settings.class_drawings)


LIMITS = Limits()

# For the server in front, which knows addresses; nothing here keeps one.
MOST_BYTES = 128 * 1024  # of one request of a phone: 4,000 points have half of it
WRONG_CODES, WITHIN = 60, 60.0  # tries of one address in so many seconds: a class shares one and mistypes; a guesser
# who uses them all finds one of 30 rooms in a week.
DAY = 24 * 60 * 60.0  # seconds after which a class that nobody ends is deleted
