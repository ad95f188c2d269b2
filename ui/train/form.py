"""The settings of a run: a form that the address fills."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import streamlit as st

from mnist_core.data import mixture
from mnist_core.errors import DigitLabError
from mnist_core.network.choices import OPTIMIZERS
from mnist_core.network.kinds import Fraction, Number, OneOf, Switch, Whole
from mnist_core.network.run_settings import SETTINGS, Setting, TrainingConfig
from mnist_core.store.runs.names import usual_name
from mnist_core.store.runs.records import MAX_NAME, Run
from ui.frame import state
from ui.frame.state import visitor
from ui.frame.views import select
from ui.train.address import FORM, in_query, key_of, taken
from ui.words.glossary import GLOSSARY, meaning
from ui.words.plain import plain
from ui.words.settings import LABELS, sentence


def training_form() -> TrainingConfig:
    """The settings as they stand in the form, which the page's address fills and follows.

    Raises:
        ConfigError: a setting is out of range; the form is drawn all the same.
    """
    FORM.fill()
    main = [each for each in SETTINGS.values() if each.main]
    for each in main:
        WIDGETS[type(each.kind)](each)
    network = TrainingConfig(architecture=st.session_state.architecture)
    with st.expander("More settings", icon=":material/tune:", key="more_settings"):
        for each in SETTINGS.values():
            if each not in main and each.applies(network):
                WIDGETS[type(each.kind)](each)
    config = _config(network)
    FORM.follow(in_query(config))
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
    config = replace(config, classes=len(data.classes))
    mixture.check(config, data)
    run = state.store().runs.create(
        config,
        data_name=data.name,
        data_digest=data.digest,
        total_steps=config.epochs * config.steps_per_epoch(len(data.x_train)),
        name=name if name.strip() else None,
        parent=parent,
        visitor=visitor().mark,
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


def _whole_number(setting: Setting) -> None:
    # No bounds: TrainingConfig refuses with a sentence where the widget would clamp.
    st.number_input(setting.label, step=1, key=setting.name, persist_state="page")
    st.caption(setting.words)


def _number_as_text(setting: Setting) -> None:
    # Text, because a number field would quietly put right what should be explained.
    st.text_input(setting.label, key=setting.name)
    st.caption(setting.words)


def _percentage(setting: Setting) -> None:
    # In percent here, as people say it; a fraction in the settings and in the address.
    st.number_input(f"{setting.label} (%)", step=0.5, format="%g", key=key_of(setting), persist_state="page")
    st.caption(setting.words)


def _switch(setting: Setting) -> None:
    st.checkbox(setting.label, key=setting.name, persist_state="page")
    st.caption(setting.words)


def _one_of(setting: Setting) -> None:
    registry: Any = setting.kind.options
    labels = {key: each.label for key, each in registry.items()}
    if setting.main:
        captions = [each.words for each in registry.values()]
        st.radio(setting.label, list(labels), format_func=labels.__getitem__, captions=captions, key=setting.name)
        return
    on_change = _follow_optimizer if setting.name == "optimizer" else None
    term = meaning(setting.name) if setting.name in GLOSSARY else None
    chosen = select(setting.label, labels, key=setting.name, on_change=on_change, help=term, persist_state="page")
    st.caption(registry[chosen].words)


WIDGETS: Mapping[type, Callable[[Setting], None]] = {
    OneOf: _one_of,
    Switch: _switch,
    Whole: _whole_number,
    Number: _number_as_text,
    Fraction: _percentage,
}


def _follow_optimizer() -> None:
    """Each optimizer starts from its own usual learning rate."""
    st.session_state.learning_rate = f"{OPTIMIZERS[st.session_state.optimizer].default_learning_rate:g}"


def _config(network: TrainingConfig) -> TrainingConfig:
    """Settings that the network lacks keep their defaults, so that equal runs look equal."""
    used = [each for each in SETTINGS.values() if each.applies(network)]
    return TrainingConfig.from_dict({each.name: taken(each, st.session_state[key_of(each)]) for each in used})
