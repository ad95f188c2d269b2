"""Another round: which kind, what it asks for, begun by one press."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from mnist_core.classroom import questions
from mnist_core.classroom.limits import LIMITS
from mnist_core.classroom.questions import KIT as TEXTS
from mnist_core.errors import ConfigError
from mnist_core.store.rooms.records import Kind, Question, Room
from ui.classroom import kit
from ui.classroom.controls import button, the_desk
from ui.classroom.words import task_of
from ui.frame.views import menu, select
from ui.words.language import _

KIND, PROMPT, DIGITS, FOOLED, EACH = "class_kind", "class_prompt", "class_digits", "class_fooled", "class_each"
ANSWERS, QUESTION, TEXT, CHOICES, RIGHT, ABOUT = (
    "class_answers", "class_question", "class_text", "class_choices", "class_right", "class_about",
)  # fmt: skip
OWN = "own"
ICONS: Mapping[str, str] = {
    Kind.DRAW: ":material/draw:",
    Kind.TEACH: ":material/school:",
    Kind.FOOL: ":material/theater_comedy:",
    Kind.GUESS: ":material/how_to_vote:",
    Kind.HAND: ":material/fingerprint:",
}


def kind_name(kind: str) -> str:
    """What a kind of round is called."""
    return {
        Kind.DRAW: _("Draw it"),
        Kind.TEACH: _("Teach it"),
        Kind.FOOL: _("Fool it"),
        Kind.GUESS: _("Guess"),
        Kind.HAND: _("Whose hand?"),
    }[kind]


def _about(kind: str) -> str:
    """What happens in a round of a kind."""
    return {
        Kind.DRAW: _("Everybody draws what you ask for. Reveal sorts the drawings by what the network reads in them."),
        Kind.TEACH: _("Everybody draws the ten digits. Then one press teaches one network from all of them."),
        Kind.FOOL: _(
            "Everybody draws so that people can read it and the network cannot. It counts if classmates still read it."
        ),
        Kind.GUESS: _("Vote, discuss, vote again, reveal."),
        Kind.HAND: _("Are the errors a few people's or everybody's? And whose digits are alike?"),
    }[kind]


def begin(room: Room) -> None:
    """Draw the choice of a round, and the button that begins it."""
    st.session_state.setdefault(KIND, Kind.DRAW)
    kind = menu(
        _("Next round"), {each: f"{icon} {kind_name(each)}" for each, icon in ICONS.items()}, key=KIND, wrap=True
    )
    st.caption(_about(kind))
    options = FORMS[kind](room)
    if options is not None:
        label = _("Begin: {round}", round=kind_name(kind))
        go = partial(_begin, room, kind, options)
        button(f"begin_{kind}", label, go, room, icon=":material/play_arrow:", type="primary")


def _begin(room: Room, kind: str, options: Callable[[], dict[str, object]]) -> bool:
    return the_desk().begin(room.code, kind, revision=room.revision, **options())


def _draw(room: Room) -> Callable[[], dict[str, object]]:
    st.session_state.setdefault(DIGITS, [7])
    _digits(DIGITS, _("Which digits"), several=True)
    _prompt(_("for example: a 7 as you write it at home"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state.setdefault(EACH, 1)
        st.number_input(_("Times each"), 1, 10, key=EACH, width=130)
        st.session_state.setdefault(ANSWERS, True)
        st.toggle(_("Phones say what the network reads"), key=ANSWERS)
    now = st.session_state
    return lambda: {
        "digits": sorted(now[DIGITS]),
        "prompt": now[PROMPT],
        "each": now[EACH],
        "silent": not now[ANSWERS],
    }


def _teach(room: Room) -> Callable[[], dict[str, object]]:
    st.session_state.setdefault(EACH, 1)
    st.number_input(_("Times each"), 1, max(1, LIMITS.drawings // 10), key=f"{EACH}_all", width=130)
    return lambda: {"each": st.session_state[f"{EACH}_all"]}


def _fool(room: Room) -> Callable[[], dict[str, object]]:
    st.session_state.setdefault(FOOLED, 3)
    _digits(FOOLED, _("Which digit"), several=False)
    return lambda: {"digits": [st.session_state[FOOLED]]}


def _guess(room: Room) -> Callable[[], dict[str, object]] | None:
    offered = [*kit.offered(room), OWN]
    if st.session_state.get(QUESTION) not in offered:
        st.session_state[QUESTION] = offered[0]
    chosen = select(_("Question"), {each: _question_label(each) for each in offered}, key=QUESTION)
    if chosen != OWN:
        if lesson := TEXTS[chosen].lesson:
            st.caption(_("What there is to learn: {lesson}", lesson=_(lesson)))
        return lambda: {"question": kit.question(st.session_state[QUESTION], room)}
    st.text_input(_("Your question"), key=TEXT, max_chars=LIMITS.text)
    st.text_area(
        _("Its choices, one a line"), key=CHOICES, height=110, help=_("2 to {most} choices", most=LIMITS.choices)
    )
    st.number_input(
        _("Which one is right"), 0, LIMITS.choices, key=RIGHT, width=180, help=_("0 where none is right or wrong")
    )
    return lambda: {"question": _own()}


def _hand(room: Room) -> Callable[[], dict[str, object]] | None:
    drawn = {each.number: each for each in kit.drawn_rounds(room)}
    if not drawn:
        st.info(_("This needs an earlier round in which the class has drawn."), icon=":material/info:")
        return None
    if st.session_state.get(ABOUT) not in drawn:
        st.session_state[ABOUT] = next(iter(drawn))
    st.selectbox(
        _("Drawings of"), list(drawn), format_func=lambda number: f"{number}. {task_of(drawn[number])}", key=ABOUT
    )

    def options() -> dict[str, object]:
        about = st.session_state[ABOUT]
        return {"about": about, "question": questions.errors(kit.errors_of(room, about))}

    return options


FORMS: Mapping[str, Callable[[Room], Callable[[], dict[str, object]] | None]] = {
    Kind.DRAW: _draw,
    Kind.TEACH: _teach,
    Kind.FOOL: _fool,
    Kind.GUESS: _guess,
    Kind.HAND: _hand,
}


def _digits(key: str, label: str, *, several: bool) -> None:
    if several:
        st.segmented_control(label, list(range(10)), key=key, selection_mode="multi", wrap=True)
    else:
        menu(label, {digit: str(digit) for digit in range(10)}, key=key, wrap=True)


def _prompt(example: str) -> None:
    st.text_input(_("In your own words, if you like"), key=PROMPT, max_chars=LIMITS.text, placeholder=example)


def _question_label(key: str) -> str:
    if key == OWN:
        return _("A question of your own")
    values = {"drawings": "…", "epoch": kit.AFTER, "percent": "…", "few": "…", "many": "…"}
    return _("Mystery digit: which digit is this?") if key == "mystery" else _(TEXTS[key].text, **values)


def _own() -> Question:
    now = st.session_state
    choices = [each.strip() for each in now[CHOICES].splitlines() if each.strip()]
    right = now[RIGHT]
    if right > len(choices):
        raise ConfigError(_("Which one is right"), right, _("at most {choices}", choices=len(choices)))
    return questions.own(now[TEXT], choices, right - 1 if right else None)
