"""The form of a plan of one's own."""

from __future__ import annotations

import re

import streamlit as st

from mnist_core.architectures import ARCHITECTURES, INTEGER_RANGES, REGISTRIES, SWITCHES, TrainingConfig
from mnist_core.errors import ConfigError
from mnist_core.experiments.plan import METHODS, PARAMETERS, RANGED, Plan, Range, value_words

USUAL = {
    "hidden_units": "25, 50, 100, 200",
    "learning_rate": "0.0003, 0.001, 0.003",
    "batch_size": "16, 32, 128",
    "epochs": "2, 5, 10",
    "training_images": "1000, 10000, 0",
}
USUAL_RANGES = {
    "hidden_units": "8 to 256",
    "learning_rate": "0.0001 to 0.03",
    "batch_size": "8 to 256",
    "epochs": "1 to 8",
}
RANGE = re.compile(r"^\s*(\S+)\s+to\s+(\S+)\s*$")
EVEN = ("epochs",)  # ranges whose numbers are drawn evenly, not by orders of magnitude
FIRST = ("hidden_units", "activation")


def plan_form() -> Plan:
    """The plan as it stands in the form.

    Raises:
        ConfigError: something of it cannot be; the form is drawn all the same.
    """
    varied = st.multiselect(
        "What varies",
        list(PARAMETERS),
        default=list(FIRST),
        format_func=PARAMETERS.get,
        key="plan_varied",
        placeholder="Choose settings",
    )
    st.caption("Everything else stays as in the tutorial.")
    method = st.segmented_control(
        "How settings are chosen",
        list(METHODS),
        format_func=str.capitalize,
        default="grid",
        key="plan_method",
        required=True,
    )
    st.caption(METHODS[method])
    texts, choices = {}, {}
    for name in (each for each in PARAMETERS if each in varied):
        if name in REGISTRIES:
            choices[name] = _several(name)
        elif name in SWITCHES:
            choices[name] = (False, True)
        else:
            texts[name] = _text(name, method)
    options = _options(method, varied)
    ranges = {}
    for name, text in texts.items():
        parsed = _parsed(name, text)
        (ranges if isinstance(parsed, Range) else choices)[name] = parsed
    return Plan(choices=choices, ranges=ranges, method=method, **options)


def _several(name: str) -> tuple:
    registry = REGISTRIES[name]
    chosen = st.multiselect(
        PARAMETERS[name],
        list(registry),
        default=list(registry)[:3],
        format_func=lambda key: value_words(name, key),
        key=f"plan_{name}",
    )
    return tuple(chosen)


def _text(name: str, method: str) -> str:
    drawn = method == "random" and name in RANGED
    text = st.text_input(
        PARAMETERS[name], value=(USUAL_RANGES if drawn else USUAL)[name], key=f"plan_{name}_{'drawn' if drawn else ''}"
    )
    words = "Values with commas between them" + (", or a range such as " + USUAL_RANGES[name] if drawn else "")
    st.caption(f"{words}{'; 0 for all images' if name == 'training_images' else ''}.")
    return text


def _options(method: str, varied: list[str]) -> dict[str, object]:
    """What is left of the plan: the base, seeds, and how a search goes."""
    base = {}
    with st.container(horizontal=True, key="plan_numbers"):
        if "architecture" not in varied:
            base["architecture"] = st.selectbox(
                PARAMETERS["architecture"],
                list(ARCHITECTURES),
                index=1,
                format_func=lambda key: ARCHITECTURES[key].label,
                key="plan_base_architecture",
                width=260,
            )
        if "epochs" not in varied:
            base["epochs"] = st.number_input("Epochs", value=3, step=1, key="plan_base_epochs", width=140)
        seeds = st.number_input("Seeds", value=2, step=1, key="plan_seeds", width=140)
        drawn = {}
        if method == "random":
            drawn["settings"] = st.number_input("Settings drawn", value=12, step=1, key="plan_settings", width=140)
            drawn["search_seed"] = st.number_input("Search seed", value=0, step=1, key="plan_search_seed", width=140)
    st.caption(
        "Every setting is trained with each of the seeds."
        + (" The search seed fixes what is drawn: same plan, same settings." if method == "random" else "")
    )
    pruning = st.checkbox("Give up trials that fall behind", key="plan_pruning")
    st.caption("At the end of an epoch, a trial that reads less than the median of the finished ones did is ended.")
    return {"base": TrainingConfig(**base), "seeds": seeds, "pruning": pruning, **drawn}


def _parsed(name: str, text: str) -> tuple | Range:
    """The values or the range that a text says; what is no number is left for `Plan` to refuse."""
    if name in RANGED and (found := RANGE.match(text)):
        low, high = (_number(name, part) for part in found.groups())
        if not all(isinstance(end, (int, float)) for end in (low, high)):
            raise ConfigError(name, text, "two numbers with 'to' between them")
        return Range(low, high, log=name not in EVEN)
    return tuple(_number(name, part.strip()) for part in re.split(r"[,;]", text) if part.strip())


def _number(name: str, text: str) -> int | float | str:
    try:
        return int(text) if name in INTEGER_RANGES else float(text)
    except ValueError:
        return text
