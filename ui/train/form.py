"""The settings of a run: a form, and the address that fills it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from mnist_core.errors import ConfigError, DigitLabError
from mnist_core.network.choices import OPTIMIZERS
from mnist_core.network.kinds import Fraction, Number, OneOf, Switch, Whole
from mnist_core.network.run_settings import SETTINGS, Setting, TrainingConfig
from mnist_core.store.runs.names import usual_name
from mnist_core.store.runs.records import MAX_NAME, Run
from ui.frame import state
from ui.frame.address import carry
from ui.frame.dead_links import dead_link
from ui.frame.state import visitor
from ui.words.glossary import GLOSSARY, meaning
from ui.words.plain import plain
from ui.words.settings import LABELS, sentence

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
    main = [each for each in SETTINGS.values() if each.main]
    for each in main:
        WIDGETS[type(each.kind)](each)
    network = TrainingConfig(architecture=st.session_state.architecture)
    with st.expander("More settings", icon=":material/tune:", key="more_settings"):
        for each in SETTINGS.values():
            if each not in main and each.applies(network):
                WIDGETS[type(each.kind)](each)
    config = _config(network)
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
    options = setting.kind.options
    chosen = {"options": list(options), "format_func": setting.kind.say, "key": setting.name}
    if setting.main:
        st.radio(setting.label, **chosen, captions=[each.words for each in options.values()])
        return
    on_change = _follow_optimizer if setting.name == "optimizer" else None
    term = meaning(setting.name) if setting.name in GLOSSARY else None
    st.selectbox(setting.label, **chosen, on_change=on_change, help=term, persist_state="page")
    st.caption(options[st.session_state[setting.name]].words)


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
    return TrainingConfig(**{each.name: taken(each, st.session_state[key_of(each)]) for each in used})


def in_query(config: TrainingConfig) -> dict[str, str]:
    """What of the settings differs from the defaults, as this page's address carries it."""
    unusual = [each for each in SETTINGS.values() if not each.is_usual(config)]
    return {each.name: each.kind.write(getattr(config, each.name)) for each in unusual}


def _fill_from_address() -> None:
    """Give the form its first values: the address' where they can work, else the defaults."""
    missing = [each for each in SETTINGS.values() if key_of(each) not in st.session_state]
    if not missing:
        return
    notices = []
    for setting in SETTINGS.values():
        value = setting.usual
        if setting.name in st.query_params:
            try:
                value = _parsed(setting, st.query_params[setting.name])
            except ConfigError as error:
                notices.append(f"{sentence(error)} {value} is used instead.")
        if setting in missing:
            st.session_state[key_of(setting)] = held(setting, value)
    st.session_state[NOTICES] = notices


def key_of(setting: Setting) -> str:
    """The key of the widget that holds the setting."""
    return f"{setting.name}_percent" if isinstance(setting.kind, Fraction) else setting.name


def held(setting: Setting, value: object) -> object:
    """A value of the setting as its widget holds it."""
    if isinstance(setting.kind, Fraction):
        return round(100 * value, 4)
    return setting.kind.write(value) if isinstance(setting.kind, Number) else value


def taken(setting: Setting, value: object) -> object:
    """The inverse of `held`; a text that is no number is left for `TrainingConfig` to refuse."""
    if isinstance(setting.kind, Fraction):
        return round(value / 100, 6)
    return setting.kind.read(value) if isinstance(setting.kind, Number) else value


def _parsed(setting: Setting, text: str) -> object:
    value = setting.kind.read(text)
    setting.kind.check(setting.name, value)
    return value


def _write_address(config: TrainingConfig) -> None:
    """Keep in the address what differs from the defaults, so that a link reproduces the form."""
    query = in_query(config)
    for name in SETTINGS:
        carry(name, query.get(name))
