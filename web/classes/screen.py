"""What one phone shows, as JSON in its language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from mnist_core.classroom import nicknames, rounds
from mnist_core.classroom.questions import KIT
from mnist_core.classroom.rules import REASONS
from mnist_core.classroom.to_phones import View
from mnist_core.errors import Refused
from mnist_core.store.rooms.records import Question, Round
from web.classes.networks import Offered
from web.classes.words import WORDS
from web.languages import numeral, translations


def screen(view: View, language: str, networks: Sequence[Offered]) -> dict[str, object]:
    """The view as plain values.

    Args:
        view: of the phone.
        language: one of `web.languages.languages()`.
        networks: those that answer.
    """
    return {
        "revision": view.revision,
        "name": nicknames.told(view.nickname, view.languages[0]),  # As the wall calls it.
        "paused": view.paused,
        "kept": view.kept,
        "networks": _networks(networks, view.taught, language),
        "round": None if view.round is None else _round(view, view.round, language, networks),
        "own": [asdict(each) for each in view.own],
        "toRead": [asdict(each) for each in view.to_read],
    }


def language_for(asked: str, spoken: tuple[str, ...]) -> str:
    """The language of somebody whose browser asks for one, in a class that is held in some."""
    return asked if asked in spoken else spoken[0]


def sentence(refusal: Refused, language: str) -> str:
    """Why something was refused."""
    return translations(language).gettext(REASONS[refusal.reason]).format(**refusal.values)


def question(asked: Question, language: str) -> dict[str, Any]:
    """A question in a language, with "text" and "choices"; a teacher's own stays as it was written."""
    text, choices = asked.text, list(asked.choices)
    if asked.kit in KIT:
        told, kit = translations(language).gettext, KIT[asked.kit]
        text = told(kit.text).format(**{name: numeral(value, language) for name, value in asked.values.items()})
        if kit.choices == asked.choices:
            choices = [_capital(told(each)) for each in choices]
    text = text.replace(" %", "\N{NO-BREAK SPACE}%")
    return {"text": text, "choices": choices, "answer": asked.answer, "image": asked.place is not None}


def _networks(networks: Sequence[Offered], taught: Sequence[str], language: str) -> list[dict[str, str]]:
    """Names and addresses; a run that the class has taught is its own, whatever long name it has."""
    told = translations(language).gettext
    ours = [each.key for each in networks if each.key in taught]
    found = []
    for each in networks:
        name = each.name or told(WORDS[each.architecture])
        if ours == [each.key]:
            name = told(WORDS["ours"])
        elif each.key in ours:
            name = told(WORDS["ours_of"]).format(number=ours.index(each.key) + 1)
        found.append({"name": name, "address": _address(each)})
    return found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _question(asked: Question, language: str) -> dict[str, Any]:
    """The question as phones show it: a mistake in words, for which a wall has a legend."""
    shown = question(asked, language)
    if asked.kit == "pair":
        words = translations(language).gettext(WORDS["pair"])
        shown["choices"] = [_pair(each, words) for each in shown["choices"]]
    return shown


def _pair(choice: str, words: str) -> str:
    """A mistake in words, "A 4 read as a 9" of "4 → 9"; a choice that is none as it is."""
    true, arrow, read = choice.partition(" → ")
    return words.format(true=true, read=read) if arrow else choice


def _decides(round: Round, networks: Sequence[Offered]) -> str:
    """Address of the network that the wall asks whether it was fooled; empty where phones do not have it."""
    decides = round.network or "".join(each.key for each in networks[:1])
    return next((_address(each) for each in networks if each.key == decides), "")


def _address(network: Offered) -> str:
    return f"networks/{network.key}/{network.version}"


def _round(view: View, round: Round, language: str, networks: Sequence[Offered]) -> dict[str, object]:
    return {
        "number": round.number,
        "kind": round.kind,
        "state": round.state,
        "step": round.step,
        "steps": len(rounds.STEPS[round.kind]),
        "asks": view.asks,
        "prompt": round.prompt,
        "silent": round.silent,
        "digits": [rounds.digit_of(round, slot) for slot in range(view.drawings)],
        "question": None if round.question is None else _question(round.question, language),
        "votes": [list(each) for each in view.votes],
        "readBy": list(view.read),
        "isReadable": view.is_readable,
        "decides": _decides(round, networks),
    }
