"""The form of a new experiment and the page's address: a link fills the form, and the address follows it.

A question is `?question=how-many-units&seeds=5`; a plan of one's own is
`?plan=grid&vary=hidden_units,activation&hidden_units=25,50&epochs=5`, or `plan=random` with
ranges such as `learning_rate=0.001 to 0.1`.  What is as usual is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from mnist_core.errors import ConfigError
from mnist_core.experiments.plan import METHODS, PARAMETERS, RANGED, Plan, Range
from mnist_core.experiments.presets import PRESETS
from mnist_core.network.kinds import Switch
from mnist_core.network.run_settings import SETTINGS
from mnist_core.numerals import whole
from ui.frame.address import carry
from ui.frame.dead_links import dead_link
from ui.words.settings import sentence

KIND, PRESET, METHOD, VARIED = "experiment_kind", "experiment_preset", "plan_method", "plan_varied"  # keys of widgets
NOTICES = "experiment_notices"
LABELS: Mapping[str, str] = {
    **PARAMETERS,
    "question": "Question",
    "plan": "Plan",
    "vary": "What varies",
    "seed": "Seed",
    "seeds": "Seeds",
    "settings": "Settings drawn",
    "search_seed": "Search seed",
    "pruning": "Give up trials that fall behind",
}
FIRST = ("hidden_units", "activation")
USUAL_BASE: Mapping[str, object] = {"architecture": "hidden", "epochs": 3}  # where they do not vary
SEVERAL = 3  # of the choices that a registry has
RANGE = re.compile(r"^\s*(\S+)\s+to\s+(\S+)\s*$")
SAMPLE = Plan(choices={"learning_rate": (0.001,)}, seeds=1)  # to try a single number in


@dataclass(frozen=True)
class _Field:
    """One widget of the form.

    Attributes:
        name: in the address.
        key: of the widget.
        usual: its value where the address says nothing.
        read: the value that a text in the address says; raises `ConfigError` where it cannot be.
    """

    name: str
    key: str
    usual: object
    read: Callable[[str], object]


def values_key(name: str, method: str) -> str:
    """The key of the widget with what is tried of a setting."""
    if SETTINGS[name].kind.options:
        return f"plan_{name}"
    return f"plan_{name}_{'drawn' if is_drawn(name, method) else ''}"


def seeds_key(preset: str) -> str:
    """The key of the widget with a question's seeds."""
    return f"experiment_seeds_{preset}"


def is_drawn(name: str, method: str) -> bool:
    """Whether the method may draw the setting's values from a range."""
    return method == "random" and name in RANGED


def fill(images: int) -> None:
    """Give the form its first values, those of the address where they can work, and say where they cannot.

    Args:
        images: how many training images there are: presets depend on it.
    """
    now = st.session_state
    if KIND not in now:
        notices = _read_all(st.query_params.to_dict(), images)
        now[NOTICES] = f"The link asks for what cannot be. {' '.join(notices)}" if notices else ""
    if now.get(NOTICES):
        dead_link(now[NOTICES])


def follow(images: int) -> None:
    """Have the address say what stands in the form; for a form that was not refused."""
    now = st.session_state
    said = {"plan": now[METHOD]} if now[KIND] == "own" else {}
    for field in _fields(images):
        text = _in_address(now[field.key])
        if text != _in_address(field.usual):
            said[field.name] = text
    for name in LABELS:
        carry(name, said.get(name))


def parsed(name: str, text: str) -> tuple | Range:
    """The values or the range that a text says; what is no number is left for `Plan` to refuse."""
    if name in RANGED and (found := RANGE.match(text)):
        low, high = (SETTINGS[name].kind.read(part) for part in found.groups())
        if not all(isinstance(end, (int, float)) for end in (low, high)):
            raise ConfigError(name, text, "two numbers with 'to' between them")
        return Range(low, high, log=not SETTINGS[name].evenly)
    return tuple(SETTINGS[name].kind.read(part) for part in _parts(text))


def _fields(images: int) -> list[_Field]:
    """The widgets that are drawn as the form stands."""
    now = st.session_state
    if now[KIND] == "own":
        return _own_fields(now[METHOD], now[VARIED])
    usual_seeds = PRESETS[now[PRESET]].plan(images).seeds
    return [_QUESTION, _Field("seeds", seeds_key(now[PRESET]), usual_seeds, partial(_count, "seeds"))]


def _own_fields(method: str, varied: Sequence[str]) -> list[_Field]:
    fields = [_VARY]
    for name in (each for each in PARAMETERS if each in varied):
        setting = SETTINGS[name]
        if isinstance(setting.kind, Switch):  # There is nothing to choose.
            continue
        usual = setting.drawn if is_drawn(name, method) else setting.tried or list(setting.kind.options)[:SEVERAL]
        fields.append(_Field(name, values_key(name, method), usual, partial(_values, name, method)))
    for name, usual in USUAL_BASE.items():
        if name not in varied:
            fields.append(_Field(name, f"plan_base_{name}", usual, partial(_base, name)))
    numbers = {"seeds": 2, **({"settings": 12, "search_seed": 0} if method == "random" else {})}
    fields += [_Field(name, f"plan_{name}", usual, partial(_count, name)) for name, usual in numbers.items()]
    return [*fields, _Field("pruning", "plan_pruning", False, _switch)]


def _read_all(query: Mapping[str, str], images: int) -> list[str]:
    """Set all widgets of the form; returns a sentence for everything in the address that cannot be."""
    now, notices, known = st.session_state, [], set()

    def read(field: _Field) -> None:
        now[field.key] = field.usual
        known.add(field.name)
        if field.name in query:
            try:
                now[field.key] = field.read(query[field.name])
            except ConfigError as error:
                usual = ", ".join(_parts(_in_address(field.usual)))
                notices.append(f"{sentence(error, LABELS)} {usual} is used instead.")

    for method in METHODS:
        for varied in ((), tuple(PARAMETERS)):
            for field in _own_fields(method, varied):
                now[field.key] = field.usual
    now[KIND], now[PRESET], now[METHOD] = "question", _QUESTION.usual, _METHOD.usual
    if "plan" in query:
        now[KIND] = "own"
        read(_METHOD)
        read(_VARY)
    else:
        read(_QUESTION)
    for field in _fields(images):
        if field.name not in known:
            read(field)
    notices += [f"{LABELS[name]} has no part in this." for name in LABELS if name in query and name not in known]
    return notices


def _question(text: str) -> str:
    if text not in PRESETS:
        raise ConfigError("question", text, "one of " + ", ".join(PRESETS))
    return text


def _method(text: str) -> str:
    if text not in METHODS:
        raise ConfigError("plan", text, "one of " + ", ".join(METHODS))
    return text


def _varied(text: str) -> list[str]:
    names = list(dict.fromkeys(_parts(text)))
    for name in names:
        if name not in PARAMETERS:
            raise ConfigError("vary", name, "among " + ", ".join(PARAMETERS))
    return names


def _values(name: str, method: str, text: str) -> object:
    tried = tuple(_parts(text)) if SETTINGS[name].kind.options else parsed(name, text)
    kind = "ranges" if isinstance(tried, Range) else "choices"
    Plan(**{kind: {name: tried}}, method=method, settings=1, seeds=1)  # It says what is wrong with them.
    return list(tried) if SETTINGS[name].kind.options else ", ".join(_parts(text))


def _base(name: str, text: str) -> object:
    value = SETTINGS[name].kind.read(text)
    SETTINGS[name].kind.check(name, value)
    return value


def _count(name: str, text: str) -> int:
    return getattr(replace(SAMPLE, **{name: _whole(text)}), name)


def _switch(text: str) -> bool:
    value = Switch().read(text)
    Switch().check("pruning", value)
    return value


def _whole(text: str) -> int | str:
    """The number that the text says, or the text, to be refused."""
    number = whole(text)
    return text if number is None else number


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;]", text) if part.strip()]


def _in_address(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(_parts(value) if isinstance(value, str) else value if isinstance(value, Sequence) else [str(value)])


_QUESTION = _Field("question", PRESET, next(iter(PRESETS)), _question)
_METHOD = _Field("plan", METHOD, next(iter(METHODS)), _method)
_VARY = _Field("vary", VARIED, list(FIRST), _varied)
