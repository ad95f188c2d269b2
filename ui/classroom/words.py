"""The words of the class's page, in the language that it speaks: the browser's, on the projector the class's."""

from __future__ import annotations

from mnist_core.classroom import rounds
from mnist_core.classroom.nicknames import told
from mnist_core.errors import DigitLabError, Refused
from mnist_core.store.rooms.records import Kind, Person, Question, Room, Round, State
from ui.networks import Trained
from ui.words.language import _, language, share
from ui.words.settings import sentence
from web.classes.screen import question
from web.classes.screen import sentence as refusal
from web.classes.words import WORDS


def ends(low: float, high: float) -> dict[str, str]:
    """The ends of an interval in percent, "low" and "high", with one more digit where they would look the same."""
    digits = int(share(low) == share(high))
    return {"low": share(low, digits), "high": share(high, digits)}


def why_not(error: DigitLabError) -> str:
    """The sentence of an error."""
    return refusal(error, language()) if isinstance(error, Refused) else sentence(error)


def name_of(person: Person, room: Room) -> str:
    """A nickname, in the class's language: the wall, the desk and the phone itself call a phone the same."""
    return told(person.nickname, room.languages[0])


def network_name(trained: Trained) -> str:
    """What a network is called: that of a run as it was named, one that came with the app in the language."""
    return trained.name if trained.run else _(WORDS[trained.architecture])


def question_of(asked: Question) -> tuple[str, tuple[str, ...]]:
    """A question and its choices; what the teacher wrote stays as it is."""
    told = question(asked, language())
    return told["text"], tuple(told["choices"])


def arrow_words(asked: Question | None) -> str:
    """What the arrow in choices such as "3 → 9" means; empty where there is none."""
    if asked is None or asked.kit != "pair":
        return ""
    drawn, _arrow, read = asked.choices[0].split(" ")
    return _("{choice} means: drawn as {drawn}, read as {read}", choice=asked.choices[0], drawn=drawn, read=read)


def headline_of(round: Round) -> str:
    """What a round asks for just now: while classmates read, not what there is to be read."""
    if rounds.asks(round) == rounds.READ and round.state != State.REVEALED:
        return _("Which digits did your classmates draw?")
    return task_of(round)


def state_of(round: Round) -> str:
    """How far a round is, and in which of its steps where it has several."""
    state = {
        State.OPEN: _("open"),
        State.CLOSED: _("closed"),
        State.DISCUSSED: _("they discuss"),
        State.REVEALED: _("revealed"),
    }[round.state]
    if len(rounds.STEPS[round.kind]) < 2 or round.state in (State.DISCUSSED, State.REVEALED):
        return state
    step = {
        rounds.DRAW: _("they draw"),
        rounds.READ: _("classmates read"),
        rounds.VOTE: _("second vote") if round.step else _("first vote"),
    }[rounds.asks(round)]
    return f"{step} · {state}"


def task_of(round: Round) -> str:
    """What a round asks everybody for: in the teacher's words, else in the usual ones."""
    if round.question is not None:
        return question_of(round.question)[0]
    if round.prompt:
        return round.prompt
    digits = ", ".join(map(str, round.digits))
    if round.kind == Kind.FOOL:
        return _(WORDS["draw_fool"], digit=digits)
    if len(round.digits) == 1:
        return _(WORDS["draw"], digit=digits)
    if len(round.digits) == 10:
        return _("Draw all ten digits, one after the other")
    return _("Draw these digits: {digits}", digits=digits)
