"""What the Experiments page's address carries: the experiment that is shown, or what stands in the form of a new one.

A question is `?question=how-many-units&seeds=5`; a plan of one's own is
`?plan=grid&vary=hidden_units,activation&hidden_units=25,50&epochs=5`, or `plan=random` with
ranges such as `learning_rate=0.001 to 0.1`.  What is as usual is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from mnist_core.errors import ConfigError
from mnist_core.experiments.plan import METHODS, PARAMETERS, RANGED, Plan, Range
from mnist_core.experiments.presets import PRESETS
from mnist_core.network.run_settings import SETTINGS
from mnist_core.numerals import whole
from ui.experiments.found import Found
from ui.frame import state
from ui.frame.address import Address, Parameter, hold
from ui.frame.kinds import Checked, Kind, OneOf, Switch, Whole

KIND, PRESET, METHOD, VARIED = "experiment_kind", "experiment_preset", "plan_method", "plan_varied"  # keys of widgets
TRIAL_KEY = "experiment_trial"
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
        for method in METHODS:
            for varied in ((), tuple(PARAMETERS)):
                for each in _own_fields(method, varied):
                    now[each.key] = each.usual  # Of what is not drawn yet, too.
        now[KIND], now[PRESET], now[METHOD] = "question", _QUESTION.usual, _METHOD.usual
        known = [_QUESTION]
        if _METHOD.said() is not None:
            now[KIND], known = "own", [_METHOD, _VARY]
        for each in known:
            each.fill()
        known += [each for each in _fields(images) if each not in known]
        for each in known:
            each.fill()
        names = [each.name for each in known]
        for each in FORM:
            if each.said() is not None and each.name not in names:
                each.refuse(f"{LABELS[each.name]} has no part in this.")
    hold(KIND)
    for each in (_METHOD, *_fields(images)):
        each.hold()


def follow(images: int) -> None:
    """Have the address say what stands in the form; for a form that was not refused."""
    now = st.session_state
    said = {"plan": now[METHOD]} if now[KIND] == "own" else {}
    FORM.follow(said | {each.name: each.text() for each in _fields(images)})


def parsed(name: str, text: str) -> tuple[Any, ...] | Range:
    """The values or the range that a text says.

    Raises:
        ConfigError: it says something else.
    """
    kind = SETTINGS[name].kind
    if name in RANGED and (found := RANGE.match(text)):
        low, high = map(kind.parse, found.groups())
        if low is None or high is None:
            raise ConfigError(name, text, "two numbers with 'to' between them")
        return Range(low, high, log=not SETTINGS[name].evenly)
    return tuple(kind.read(name, part) for part in _parts(text))


def _field(name: str, key: str, usual: Any, kind: Kind[Any], *, choice: bool = False) -> Parameter[Any]:
    words = f"{', '.join(_parts(kind.write(usual)))} is used instead."
    return Parameter(name, kind, usual, key=key, label=LABELS[name], words=words, choice=choice)


def _fields(images: int) -> list[Parameter[Any]]:
    """The widgets that are drawn as the form stands."""
    now = st.session_state
    if now[KIND] == "own":
        return _own_fields(now[METHOD], now[VARIED])
    usual_seeds = PRESETS[now[PRESET]].plan(images).seeds
    return [_QUESTION, _field("seeds", seeds_key(now[PRESET]), usual_seeds, _number_of("seeds"))]


def _own_fields(method: str, varied: Sequence[str]) -> list[Parameter[Any]]:
    fields = [_VARY]
    for name in (each for each in PARAMETERS if each in varied):
        setting = SETTINGS[name]
        if isinstance(setting.kind, Switch):  # There is nothing to choose.
            continue
        usual = setting.drawn if is_drawn(name, method) else setting.tried or list(setting.kind.options)[:SEVERAL]
        kind = Checked(partial(_values, name, method), _in_address)
        fields.append(_field(name, values_key(name, method), usual, kind, choice=bool(setting.kind.options)))
    for name, base in USUAL_BASE.items():
        if name not in varied:
            fields.append(_field(name, f"plan_base_{name}", base, SETTINGS[name].kind))
    numbers = {"seeds": 2, **({"settings": 12, "search_seed": 0} if method == "random" else {})}
    fields += [_field(name, f"plan_{name}", usual, _number_of(name)) for name, usual in numbers.items()]
    return [*fields, _field("pruning", "plan_pruning", False, Switch())]


def _varied(text: str) -> list[str]:
    names = list(dict.fromkeys(_parts(text)))
    for name in names:
        if name not in PARAMETERS:
            raise ConfigError("vary", name, "among " + ", ".join(PARAMETERS))
    return names


def _values(name: str, method: str, text: str) -> Any:
    tried = tuple(_parts(text)) if SETTINGS[name].kind.options else parsed(name, text)
    plan: dict[str, Any] = {"ranges" if isinstance(tried, Range) else "choices": {name: tried}}
    Plan(**plan, method=method, settings=1, seeds=1)  # It says what is wrong with them.
    return _parts(text) if SETTINGS[name].kind.options else ", ".join(_parts(text))


def _number_of(name: str) -> Checked[int]:
    return Checked(partial(_count, name))


def _count(name: str, text: str) -> int:
    number = whole(text)
    values: dict[str, Any] = {name: text if number is None else number}  # A text is refused.
    return getattr(replace(SAMPLE, **values), name)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;]", text) if part.strip()]


def _in_address(value: str | Sequence[str]) -> str:
    return ",".join(_parts(value) if isinstance(value, str) else value)


_QUESTION = _field("question", PRESET, next(iter(PRESETS)), OneOf(PRESETS))
_METHOD = _field("plan", METHOD, next(iter(METHODS)), OneOf(METHODS))
_VARY = _field("vary", VARIED, list(FIRST), Checked(_varied, _in_address), choice=True)
# All names of the form, to be said or not; how each is read depends on how the form stands, see `_fields`.
FORM = Address(*(Parameter(name, Checked(str), words="") for name in LABELS))
EXPERIMENT = Parameter("experiment", Checked(lambda key: Found.of(state.store(), key)), words="")
# Which there are depends on the experiment.
TRIAL = Parameter("trial", Whole(0, 10**6), key=TRIAL_KEY, choice=True, words="The best one is shown instead.")
