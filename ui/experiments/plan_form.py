"""The form of a plan of one's own."""

from __future__ import annotations

from typing import Any

import streamlit as st

from mnist_core.experiments.plan import METHODS, PARAMETERS, Plan, Range, value_words
from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.kinds import OneOf
from mnist_core.network.run_settings import SETTINGS, TrainingConfig
from ui.experiments.address import LABELS, METHOD, VARIED, is_drawn, parsed, values_key
from ui.frame.views import menu, select


def plan_form() -> Plan:
    """The plan as it stands in the form.

    Raises:
        ConfigError: something of it cannot be; the form is drawn all the same.
    """
    varied = st.multiselect(
        "What varies",
        PARAMETERS,
        format_func=PARAMETERS.__getitem__,
        key=VARIED,
        placeholder="Choose settings",
        persist_state="page",
    )
    st.caption(
        "Everything else stays as in the tutorial. The page's address keeps the plan: a link to it fills this form."
    )
    names = {name: name.capitalize() for name in METHODS}
    method = menu("How settings are chosen", names, key=METHOD, persist_state="page")
    st.caption(METHODS[method])
    texts: dict[str, str] = {}
    choices: dict[str, tuple[Any, ...]] = {}
    ranges: dict[str, Range] = {}
    for name in (each for each in PARAMETERS if each in varied):
        kind = SETTINGS[name].kind
        if isinstance(kind, OneOf):
            choices[name] = _several(name, kind)
        elif kind.options:
            choices[name] = tuple(kind.options)
        else:
            texts[name] = _text(name, method)
    options = _options(method, varied)
    for name, text in texts.items():
        tried = parsed(name, text)
        if isinstance(tried, Range):
            ranges[name] = tried
        else:
            choices[name] = tried
    return Plan(choices=choices, ranges=ranges, method=method, **options)


def _several(name: str, kind: OneOf) -> tuple[str, ...]:
    chosen = st.multiselect(
        PARAMETERS[name],
        list(kind.options),
        format_func=lambda key: value_words(name, key),
        key=values_key(name, ""),
        persist_state="page",
    )
    return tuple(chosen)


def _text(name: str, method: str) -> str:
    text = st.text_input(PARAMETERS[name], key=values_key(name, method), persist_state="page")
    words = "Values with commas between them"
    if is_drawn(name, method):
        words += f", or a range such as {SETTINGS[name].drawn}"
    nought = SETTINGS[name].kind.nought
    st.caption(f"{words}{f'; 0 for {nought}' if nought else ''}.")
    return text


def _options(method: str, varied: list[str]) -> dict[str, Any]:
    """What is left of the plan: the base, seeds, and how a search goes."""
    base: dict[str, Any] = {}
    numbers: dict[str, int] = {}
    with st.container(horizontal=True, key="plan_numbers"):
        if "architecture" not in varied:
            labels = {key: each.label for key, each in ARCHITECTURES.items()}
            key = "plan_base_architecture"
            base["architecture"] = select(PARAMETERS["architecture"], labels, key=key, width=260, persist_state="page")
        if "epochs" not in varied:
            base["epochs"] = _number("epochs", "plan_base_epochs")
        for name in ("seeds", *(("settings", "search_seed") if method == "random" else ())):
            numbers[name] = _number(name, f"plan_{name}")
    st.caption(
        "Every setting is trained with each of the seeds."
        + (" The search seed fixes what is drawn: same plan, same settings." if method == "random" else "")
    )
    pruning = st.checkbox("Give up trials that fall behind", key="plan_pruning", persist_state="page")
    st.caption("At the end of an epoch, a trial that reads less than the median of the finished ones did is ended.")
    return {"base": TrainingConfig(**base), "pruning": pruning, **numbers}


def _number(name: str, key: str) -> int:
    return st.number_input(LABELS[name], step=1, key=key, width=140, persist_state="page")
