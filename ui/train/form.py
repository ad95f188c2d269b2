"""The settings of a run: a form, and the address that fills it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields

import streamlit as st

from mnist_core.errors import ConfigError, DigitLabError
from mnist_core.network.architectures import (
    ACTIVATIONS,
    ARCHITECTURES,
    INTEGER_RANGES,
    LOSSES,
    OPTIMIZERS,
    OUTPUTS,
    SWITCHES,
    TrainingConfig,
)
from mnist_core.numerals import decimal, whole
from mnist_core.store.runs.names import usual_name
from mnist_core.store.runs.records import MAX_NAME, Run
from ui.frame import state
from ui.frame.address import carry
from ui.frame.dead_links import dead_link
from ui.frame.visitor import visitor
from ui.words.glossary import meaning
from ui.words.plain import plain
from ui.words.settings import LABELS, WORDS, sentence

DEFAULTS = TrainingConfig()
PERCENT = "target_percent"  # in session state
TRUTHS: Mapping[str, bool] = {"true": True, "false": False}  # in the address
NOTICES = "training_form_notices"


def training_form() -> TrainingConfig:
    """The settings as they stand in the form, which the page's address fills and follows.

    Raises:
        ConfigError: a setting is out of range; the form is drawn all the same.
    """
    _fill_from_address()
    if st.session_state.get(NOTICES):
        words = " ".join(["The link asks for what cannot be.", *st.session_state[NOTICES]])
        dead_link(words)
    architecture = st.radio(
        LABELS["architecture"],
        list(ARCHITECTURES),
        format_func=lambda key: ARCHITECTURES[key].label,
        captions=[entry.words for entry in ARCHITECTURES.values()],
        key="architecture",
    )
    used = ARCHITECTURES[architecture].options
    _whole_number("epochs")
    for field in SWITCHES:
        st.checkbox(LABELS[field], key=field, persist_state="page")
        st.caption(WORDS[field])
    with st.expander("More settings", icon=":material/tune:", key="more_settings"):
        if "hidden_units" in used:
            _whole_number("hidden_units")
        if "activation" in used:
            _choice("activation", ACTIVATIONS)
        _choice("optimizer", OPTIMIZERS, on_change=_follow_optimizer)
        # Text, because a number field would quietly put right what should be explained.
        st.text_input(LABELS["learning_rate"], key="learning_rate")
        st.caption(WORDS["learning_rate"])
        _choice("loss", LOSSES, help=meaning("loss"))
        _choice("outputs", OUTPUTS)
        _whole_number("batch_size")
        _whole_number("training_images")
        _whole_number("seed")
        _whole_number("patience")
        # In percent here, as people say it; a fraction in the settings and in the address.
        st.number_input(f"{LABELS['target_accuracy']} (%)", step=0.5, format="%g", key=PERCENT, persist_state="page")
        st.caption(WORDS["target_accuracy"])
    config = _config(used)
    _write_address(config)
    return config


def run_name(config: TrainingConfig | None) -> str:
    """Draw the field for what the next run is called; empty where its settings are to name it."""
    return st.text_input(
        "Name",
        max_chars=MAX_NAME,
        key="run_name",
        placeholder=usual_name(config) if config else "",
        help="What it is called in every list. Left empty, its settings name it.",
        persist_state="page",
    )


def start(config: TrainingConfig, *, name: str = "", parent: str | None = None, run_id: str | None = None) -> Run:
    """A new run with these settings on the data set in use, queued and handed to the workers.

    Args:
        config: the settings.
        name: for people; its settings name it where this is blank.
        parent: id of the run that it takes the place of, if any.
        run_id: as for `Runs.create`.

    Raises:
        ConfigError: the batch is larger than the data.
        DataError: there are no images to train on.
        StoreError: the run could not be written down.
    """
    data = state.dataset()
    run = state.store().runs.create(
        config,
        data_name=data.name,
        data_digest=data.digest,
        total_steps=config.epochs * config.steps_per_epoch(len(data.x_train)),
        name=name if name.strip() else None,
        parent=parent,
        visitor=visitor(),
        run_id=run_id,
    )
    state.jobs().submit(run.id)
    return run


@contextmanager
def refused(labels: Mapping[str, str] = LABELS) -> Iterator[None]:
    """Draw what stands in the way of a start as a sentence at the form, and settings by the names they have there."""
    try:
        yield
    except DigitLabError as error:
        st.error(plain(sentence(error, labels)), icon=":material/error:")


def _whole_number(field: str) -> None:
    # No bounds: TrainingConfig refuses with a sentence where the widget would clamp.
    st.number_input(LABELS[field], step=1, key=field, persist_state="page")
    st.caption(WORDS[field])


def _choice(field: str, registry: Mapping, on_change=None, help: str | None = None) -> None:
    chosen = st.selectbox(
        LABELS[field],
        list(registry),
        format_func=lambda key: registry[key].label,
        key=field,
        on_change=on_change,
        help=help,
        persist_state="page",
    )
    st.caption(registry[chosen].words)


def _follow_optimizer() -> None:
    """Each optimizer starts from its own usual learning rate."""
    st.session_state.learning_rate = f"{OPTIMIZERS[st.session_state.optimizer].default_learning_rate:g}"


def _config(used: tuple[str, ...]) -> TrainingConfig:
    """Settings that the network lacks keep their defaults, so that equal runs look equal."""
    optional = {option for entry in ARCHITECTURES.values() for option in entry.options}
    values = {
        field.name: st.session_state[field.name]
        for field in fields(TrainingConfig)
        if field.name != "target_accuracy" and (field.name not in optional or field.name in used)
    }
    values["target_accuracy"] = round(st.session_state[PERCENT] / 100, 6)
    values["learning_rate"] = _number(values["learning_rate"])
    return TrainingConfig(**values)


def _number(text: str) -> float | str:
    """The number that the text says, or the text, for `TrainingConfig` to refuse."""
    number = decimal(text.strip())
    return text if number is None else number


def in_address(value: object) -> str:
    """A setting as this page's address carries it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def in_query(config: TrainingConfig) -> dict[str, str]:
    """What of the settings differs from the defaults, as this page's address carries it."""
    values = {field.name: getattr(config, field.name) for field in fields(TrainingConfig)}
    return {name: in_address(value) for name, value in values.items() if value != getattr(DEFAULTS, name)}


def _fill_from_address() -> None:
    """Give the form its first values: the address' where they can work, else the defaults."""
    if all(_key(field.name) in st.session_state for field in fields(TrainingConfig)):
        return
    notices = []
    for field in fields(TrainingConfig):
        name, value = field.name, getattr(DEFAULTS, field.name)
        if name in st.query_params:
            try:
                value = _parsed(name, st.query_params[name])
            except ConfigError as error:
                notices.append(f"{sentence(error)} {value} is used instead.")
        if name == "target_accuracy":
            value = round(100 * value, 4)
        if _key(name) not in st.session_state:
            st.session_state[_key(name)] = in_address(value) if name == "learning_rate" else value
    st.session_state[NOTICES] = notices


def _key(name: str) -> str:
    return PERCENT if name == "target_accuracy" else name


def _parsed(name: str, text: str) -> object:
    value: object = text
    if name in INTEGER_RANGES:
        value = text if (number := whole(text)) is None else number
    elif name in SWITCHES:
        value = TRUTHS.get(text, text)
    elif name in ("learning_rate", "target_accuracy"):
        value = _number(text)
    TrainingConfig(**{name: value})
    return value


def _write_address(config: TrainingConfig) -> None:
    """Keep in the address what differs from the defaults, so that a link reproduces the form."""
    query = in_query(config)
    for field in fields(TrainingConfig):
        carry(field.name, query.get(field.name))
