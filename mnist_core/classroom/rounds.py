"""What may happen to a class and its rounds: from one value to the next, without a database or a clock.

A round is open, closed, revealed.  It asks for one thing after the other: the drawing, then what classmates
read; the first vote, then the second.  While it is open answers come in and can be changed; once it is closed
none do, until it is opened again or the next step is.  Between two votes it is discussed.  Revealed, it shows what
came of it; hidden again, it can be opened again.  One round is on, and at most that one is open: going to another
closes it.

Each of these takes a room and gives it as it is then, or raises `Refused`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mnist_core.classroom.limits import LIMITS, Limits
from mnist_core.classroom.nicknames import LANGUAGES
from mnist_core.classroom.rules import refused
from mnist_core.drawing.images import CLASSES
from mnist_core.store.rooms.records import Kind, Question, Room, Round, State

Move = Callable[[Room], Room]

DRAW, READ, VOTE = "draw", "read", "vote"
STEPS: Mapping[str, tuple[str, ...]] = {
    Kind.DRAW: (DRAW,),
    Kind.TEACH: (DRAW,),
    Kind.FOOL: (DRAW, READ),
    Kind.GUESS: (VOTE, VOTE),
    Kind.HAND: (VOTE,),
}
MOST_NETWORKS = 3  # on a phone: each has 0.1 to 0.3 MB


def asks(round: Round) -> str:
    """What the round asks for just now: `DRAW`, `READ` or `VOTE`."""
    return STEPS[round.kind][round.step]


def next_asked(round: Round) -> str:
    """What it asks for after that; empty where nothing comes."""
    return "".join(STEPS[round.kind][round.step + 1 :][:1])


def drawings_asked(round: Round) -> int:
    """How many drawings everybody is asked for; 0 in a round without any."""
    return len(round.digits) * round.each if DRAW in STEPS[round.kind] else 0


def digit_of(round: Round, slot: int) -> int:
    """What the drawing in a slot is to be: all digits in turn, then all of them again."""
    return round.digits[slot % len(round.digits)]


def begin(
    kind: str,
    *,
    digits: Sequence[int] = (),
    each: int = 1,
    prompt: str = "",
    question: Question | None = None,
    about: int = 0,
    silent: bool | None = None,
    seed: int = 0,
    limits: Limits = LIMITS,
) -> Move:
    """The move that begins another round, open, and leaves the one that is on.

    Args:
        kind: one of `Kind`.
        digits: what is to be drawn: one or more, each once; all ten where a network is to be taught and none are named.
        each: how often every digit is drawn.
        prompt: in the teacher's words; empty for the usual ones.
        question: what is voted on, where the kind asks for votes.
        about: number of the earlier round whose drawings it is about; where the kind needs one.
        silent: whether phones keep what the network reads to themselves; by default where the network is to be
            fooled or taught, and where one votes.
        seed: of whatever is drawn by lot.
        limits: what a round may ask for.

    Raises:
        Refused: from the move, or here, where the round cannot be.
    """
    if kind not in STEPS:
        raise refused("kind")
    asked = STEPS[kind]
    digits = tuple(digits) or (tuple(range(CLASSES)) if kind == Kind.TEACH else ())
    if DRAW in asked:
        fits = digits and len(set(digits)) == len(digits) and all(digit in range(CLASSES) for digit in digits)
        if (
            not fits
            or not 1 <= each <= limits.drawings // len(digits)
            or (kind == Kind.FOOL and len(digits) * each > 1)
        ):
            raise refused("digits", drawings=1 if kind == Kind.FOOL else limits.drawings)
    if VOTE in asked:
        question = _checked_question(question, limits)
    if prompt.strip() and not _is_text(prompt, limits.text):
        raise refused("text", text=limits.text)
    if silent is None:
        silent = kind != Kind.DRAW

    def move(room: Room) -> Room:
        if len(room.rounds) >= limits.rounds:
            raise refused("rounds", rounds=limits.rounds)
        if kind == Kind.HAND and not has_drawings(room, about):
            raise refused("about")
        number = len(room.rounds) + 1
        made = Round(
            number,
            kind,
            prompt=prompt.strip(),
            digits=digits if DRAW in asked else (),
            each=each if DRAW in asked else 1,
            question=question if VOTE in asked else None,
            about=about if kind == Kind.HAND else 0,
            silent=silent,
            seed=seed,
        )
        return replace(_left(room), rounds=(*_left(room).rounds, made), current=number, large="")

    return move


def has_drawings(room: Room, number: int) -> bool:
    """Whether the room has a round of this number in which people draw."""
    return 1 <= number <= len(room.rounds) and DRAW in STEPS[room.rounds[number - 1].kind]


def go_to(number: int) -> Move:
    """The move to an earlier round, or a later one again, as it was left."""

    def move(room: Room) -> Room:
        if not 1 <= number <= len(room.rounds):
            raise refused("round", number=number)
        return room if number == room.current else replace(_left(room), current=number, large="")

    return move


def close(room: Room) -> Room:
    """No answer counts any more."""
    return _set(room, State.OPEN, state=State.CLOSED)


def reopen(room: Room) -> Room:
    """Answers count again, to what was asked last."""
    return _set(room, State.CLOSED, State.DISCUSSED, state=State.OPEN)


def discuss(room: Room) -> Room:
    """Have people talk about what they have voted; the vote that follows is `advance`."""
    if room.round is not None and next_asked(room.round) != VOTE:
        raise refused("move", state=room.round.state)
    return _set(room, State.CLOSED, state=State.DISCUSSED)


def advance(room: Room, *, shown: Mapping[str, Sequence[str]] | None = None) -> Room:
    """On to the next that the round asks for.

    Args:
        room: its round is closed or discussed, and asks for another thing.
        shown: who is asked to read which drawings, where that comes next; see `results.fooling`.
    """
    if room.round is None:
        raise refused("not yet")
    if not next_asked(room.round):
        raise refused("move", state=room.round.state)
    given = {person: tuple(ids) for person, ids in (shown or {}).items()}
    step = room.round.step + 1
    return _set(room, State.CLOSED, State.DISCUSSED, state=State.OPEN, step=step, shown=given)


def reveal(room: Room) -> Room:
    """Show what came of it, as the network reads it that answers on phones now, whatever they are given later."""
    return _set(room, State.CLOSED, State.DISCUSSED, state=State.REVEALED, network="".join(room.networks[:1]))


def read_by(network: str) -> Move:
    """The move that has another network read the drawings of the round that is revealed, by its key."""
    return lambda room: _set(room, State.REVEALED, network=network)


def hide(room: Room) -> Room:
    """Show it no longer."""
    return _set(room, State.REVEALED, state=State.CLOSED)


def pause(room: Room) -> Room:
    """Ask all phones to wait.  What was on its way still counts: nothing drawn is lost by a pause."""
    return replace(room, paused=True)


def go_on(room: Room) -> Room:
    """Let them go on."""
    return replace(room, paused=False)


def shut(room: Room) -> Room:
    """Let nobody new in."""
    return replace(room, is_shut=True)


def unshut(room: Room) -> Room:
    """Let people join again."""
    return replace(room, is_shut=False)


def hide_names(room: Room) -> Room:
    """Leave nicknames off the wall."""
    return replace(room, hides_names=True)


def show_names(room: Room) -> Room:
    """Put nicknames on the wall."""
    return replace(room, hides_names=False)


def speak(*languages: str) -> Move:
    """The move that sets the languages of pages, the projector's first."""
    known = tuple(dict.fromkeys(each for each in languages if each in LANGUAGES))
    if not known:
        raise refused("languages")
    return lambda room: replace(room, languages=known)


def answer_with(*networks: str) -> Move:
    """The move that sets the networks that answer on phones, by their keys; none for silence."""
    if len(networks) > MOST_NETWORKS:
        raise refused("networks", networks=MOST_NETWORKS)
    return lambda room: replace(room, networks=tuple(networks))


def show_large(answer_id: str = "") -> Move:
    """The move that has the projector show one drawing large; none any more where none is named."""
    return lambda room: replace(room, large=answer_id)


def keep(room: Room) -> Room:
    """Note that drawings of the class were kept, without names: phones say so when it ends."""
    return replace(room, kept=True)


def taught(number: int, *runs: str, compared: bool = False) -> Move:
    """The move that notes runs as taught by the drawings of a round; those of few and of many where `compared`."""

    def move(room: Room) -> Room:
        if not has_drawings(room, number):
            raise refused("about")
        round = room.rounds[number - 1]
        changed = replace(round, runs=tuple(dict.fromkeys((*round.runs, *runs))))
        changed = replace(changed, compared=runs) if compared else changed
        return replace(room, rounds=(*room.rounds[: number - 1], changed, *room.rounds[number:]))

    return move


def _left(room: Room) -> Room:
    """The room as it is when another round comes: the one that is on is closed, if it was open."""
    return close(room) if room.round is not None and room.round.state == State.OPEN else room


def _set(room: Room, *was: str, **values: Any) -> Room:
    """The room with its round changed, which has to be in one of these states."""
    if room.round is None:
        raise refused("not yet")
    if room.round.state not in was:
        raise refused("move", state=room.round.state)
    place = room.current - 1
    changed = replace(room.round, **values)
    return replace(room, rounds=(*room.rounds[:place], changed, *room.rounds[place + 1 :]))


def _checked_question(question: Question | None, limits: Limits) -> Question:
    wrong = refused("question", choices=limits.choices, choice=limits.choice)
    if question is None or not _is_text(question.text, limits.text):
        raise wrong
    choices = tuple(choice.strip() if isinstance(choice, str) else "" for choice in question.choices)
    if not 2 <= len(choices) <= limits.choices or len(set(choices)) < len(choices):
        raise wrong
    if not all(_is_text(choice, limits.choice) for choice in choices):
        raise wrong
    if question.answer is not None and question.answer not in range(len(choices)):
        raise wrong
    return replace(question, text=question.text.strip(), choices=choices)


def _is_text(text: object, most: int) -> bool:
    return isinstance(text, str) and 1 <= len(text.strip()) <= most and text.strip().isprintable()
