"""A class, as values: the room with its rounds, the people in it, and what they answered.

They know no database and no rules; `mnist_core.classroom` says how they may change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from mnist_core.errors import StoreError
from mnist_core.store.drawings import Strokes


class Kind:
    """What a round is; the values are what the database holds."""

    DRAW = "draw"
    TEACH = "teach"
    FOOL = "fool"
    GUESS = "guess"
    HAND = "hand"


class State:
    """How far a round is; the values are what the database holds."""

    OPEN = "open"
    CLOSED = "closed"
    DISCUSSED = "discussed"
    REVEALED = "revealed"


@dataclass(frozen=True)
class Question:
    """A question with choices.

    Attributes:
        text: the question, in English where it is from a kit, else in the teacher's words.
        choices: two or more.
        answer: place of the right one; `None` where there is none to be right.
        kit: key of the kit's question, for pages in other languages; empty where it is the teacher's own.
        values: what the text of a kit's question is filled with.
        place: of the test image that is shown with it, if any.
    """

    text: str
    choices: tuple[str, ...]
    answer: int | None = None
    kit: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)
    place: int | None = None


@dataclass(frozen=True)
class Round:
    """One round of a class.

    Attributes:
        number: from 1, in the order in which they were begun.
        kind: one of `Kind`.
        state: one of `State`.
        step: what is asked just now, a place in the steps of its kind, from 0.
        prompt: in the teacher's words; empty for the usual ones.
        digits: what is to be drawn, in turn.
        each: how often every digit is drawn.
        question: what is voted on.
        about: number of the round whose drawings it is about; 0 for none.
        silent: whether phones give no answers of the network while one draws.
        seed: of whatever is drawn by lot.
        shown: ids of the drawings that each person is asked to read, by the person's id.
        runs: ids of the runs that were taught its drawings, the newest last.
        compared: of them the latest two that were taught by few people and by many.
        network: key of the one that reads its drawings, noted as it is revealed; empty before, or for the usual one.
    """

    number: int
    kind: str
    state: str = State.OPEN
    step: int = 0
    prompt: str = ""
    digits: tuple[int, ...] = ()
    each: int = 1
    question: Question | None = None
    about: int = 0
    silent: bool = False
    seed: int = 0
    shown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    runs: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    network: str = ""


@dataclass(frozen=True)
class Room:
    """One class.

    Attributes:
        code: six letters, by which phones join.
        created: seconds since 1970.
        revision: how often the teacher has changed what phones see; see `store.revisions`.
        activity: how often people have joined, sent, changed or left.
        current: number of the round that is on, 0 before the first.
        rounds: all that were begun; the round of number n is `rounds[n - 1]`.
        paused: whether phones are asked to wait.
        is_shut: whether nobody new may join.
        hides_names: whether nicknames are left off the wall.
        languages: codes of those that pages offer, the projector's first.
        networks: keys of the networks that answer on phones.
        large: id of the drawing that the projector shows large; empty for none.
        kept: whether drawings of it were kept or taken along, without names.
    """

    code: str
    created: float
    revision: int = 0
    activity: int = 0
    current: int = 0
    rounds: tuple[Round, ...] = ()
    paused: bool = False
    is_shut: bool = False
    hides_names: bool = False
    languages: tuple[str, ...] = ("en",)
    networks: tuple[str, ...] = ()
    large: str = ""
    kept: bool = False

    @property
    def round(self) -> Round | None:
        """The round that is on; `None` before the first."""
        return self.rounds[self.current - 1] if self.current else None

    @property
    def state(self) -> dict[str, object]:
        """What is kept as JSON: all but what has a column of its own."""
        return {name: value for name, value in asdict(self).items() if name not in _COLUMNS}

    @classmethod
    def of(cls, state: Mapping[str, Any], **columns: Any) -> Room:
        """The inverse of `state`.

        Raises:
            StoreError: another version of Digit Lab has made it.
        """
        try:
            rounds = tuple(_round(each) for each in state["rounds"])
            lists = {name: tuple(state[name]) for name in ("languages", "networks")}
            return cls(**{**state, **lists, **columns, "rounds": rounds})
        except (KeyError, TypeError) as cause:
            raise StoreError(
                f"The class {columns['code']} was begun by another version of Digit Lab. End it, and begin another."
            ) from cause


@dataclass(frozen=True)
class Person:
    """One phone in a class.

    Attributes:
        id: eight hexadecimal characters.
        nickname: places of its two words; see `classroom.nicknames`.
        removed: whether the teacher has sent it out.
        seen: the minute since 1970 in which it asked last, no finer; `None` where that was not noted yet.
    """

    id: str
    nickname: tuple[int, int]
    removed: bool = False
    seen: int | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What one person sent to one question.

    Attributes:
        person: id of who sent it.
        round: number of the round.
        step: of the round.
        slot: which of the drawings or readings that the step asks for, from 0.
        value: the digit that was to be drawn, or that was read, or the place of the choice; -1 for
            a drawing that cannot be read.
        take: counts what the phone sent, from 1: of two for one slot the later is the answer.
        sent: an id that the phone gave it, the same however often it sends it.
        about: id of the drawing that was read; `None` where it is not about one.
        image: (28, 28) uint8 where it is a drawing.
        strokes: the pen's path, int16 in canvas pixels, where it is a drawing and paths were asked for.
        hidden: whether the teacher has taken it off the wall.
        id: eight hexadecimal characters; empty until it is kept.
    """

    person: str
    round: int
    step: int
    slot: int
    value: int
    take: int
    sent: str
    about: str | None = None
    image: np.ndarray | None = None
    strokes: Strokes = ()
    hidden: bool = False
    id: str = ""


_COLUMNS = ("code", "created", "revision", "activity")


def _round(values: Mapping[str, Any]) -> Round:
    question = values["question"]
    if question is not None:
        question = Question(**{**question, "choices": tuple(question["choices"])})
    shown = {person: tuple(ids) for person, ids in values["shown"].items()}
    lists = {name: tuple(values[name]) for name in ("digits", "runs", "compared") if name in values}
    return Round(**{**values, **lists, "question": question, "shown": shown})
