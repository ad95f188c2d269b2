"""What phones send, read as if anything might come, and which of two messages is the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from mnist_core.classroom.limits import LIMITS, Limits
from mnist_core.classroom.rules import refused
from mnist_core.drawing import reink, to_mnist
from mnist_core.drawing.paths import read_path
from mnist_core.errors import ImageError
from mnist_core.store.drawings import Strokes, tidy_strokes
from mnist_core.store.rooms.records import Answer

MOST_TAKES = 1_000_000
_SENT = re.compile(r"[0-9A-Za-z_-]{8,32}", re.ASCII)
_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)


@dataclass(frozen=True, eq=False)
class Message:
    """One answer of a phone, as it came.

    Attributes:
        round: number of the round that the phone was showing.
        step: of the round.
        slot: which of several answers to it, from 0.
        take: counts the messages for this slot, from 1: the phone raises it with each change, never
            when it sends the same once more.
        sent: 8 to 32 letters and digits, made by the phone, new with each change.
        value: the digit read or the place of the choice; `None` where it is a drawing.
        about: id of the drawing that was read.
        strokes: the path as it is kept, where it is a drawing.
        image: (28, 28) uint8, made of the path here: a phone's own picture is not believed.
    """

    round: int
    step: int
    slot: int
    take: int
    sent: str
    value: int | None = None
    about: str | None = None
    strokes: Strokes = ()
    image: np.ndarray | None = None


def read(value: object, *, limits: Limits = LIMITS) -> Message:
    """The message in what a phone sent as JSON.

    Args:
        value: an object with "round", "step", "slot", "take" and "sent"; and either "strokes", as
            `drawing.paths.read_path` reads them, or "value", with "about" where it is a reading.
        limits: how much a drawing may have.

    Raises:
        Refused: anything else.
    """
    if not isinstance(value, dict):
        raise refused("message")
    numbers: dict[str, Any] = {name: value.get(name) for name in ("round", "step", "slot", "take")}
    sent, about = value.get("sent"), value.get("about")
    if not all(_is_whole(each, 0, MOST_TAKES) for each in numbers.values()):
        raise refused("message")
    if not isinstance(sent, str) or not _SENT.fullmatch(sent):
        raise refused("message")
    if about is not None and not (isinstance(about, str) and _ID.fullmatch(about)):
        raise refused("message")
    if "strokes" in value:
        strokes, image = _drawn(value["strokes"], limits)
        return Message(**numbers, sent=sent, strokes=strokes, image=image)
    if not _is_whole(value.get("value"), -1, 100):
        raise refused("message")
    return Message(**numbers, sent=sent, value=value["value"], about=about)


def is_newer(message: Message, kept: Answer | None) -> bool:
    """Whether the message is to be kept in the place of what is there.

    Not where it is that very message, sent again since the phone never heard that it had arrived;
    nor where it was overtaken by one that the phone sent later.
    """
    return kept is None or (message.take >= kept.take and message.sent != kept.sent)


def _drawn(value: object, limits: Limits) -> tuple[Strokes, np.ndarray]:
    if not isinstance(value, list) or not all(isinstance(each, list) for each in value):
        raise refused("strokes")
    if not value:
        raise refused("blank")
    if len(value) > limits.strokes or sum(map(len, value)) > limits.points:
        raise refused("much")
    try:
        strokes = tidy_strokes(read_path(value))
    except ImageError as cause:
        raise refused("strokes") from cause
    return strokes, to_mnist(reink(strokes))


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
