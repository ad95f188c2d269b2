"""The settings in which two networks differ, in people's words."""

from __future__ import annotations

from dataclasses import fields

import streamlit as st

from mnist_core.network.architectures import ARCHITECTURES, REGISTRIES, TrainingConfig, network_words
from mnist_core.numerals import numeral
from ui.compare.sides import Side
from ui.parts.tables import csv_button, csv_text, table_html
from ui.words.settings import LABELS

NOT_HERE, NOT_KNOWN = "does not apply", "not known"
KNOWN_OF_IMPORTED = ("architecture", "hidden_units", "activation", "outputs", "straighten")


def settings(a: Side, b: Side) -> None:
    """Draw in what A and B differ, and under it all settings of both, to read and to download."""
    st.subheader("Settings that differ")
    rows = setting_rows(a, b)
    different = [row for row in rows if row[1] != row[2]]
    if different:
        st.html(table_html(("Setting", "A", "B"), different))
    else:
        st.markdown("None: every setting is the same, the seed included.")
    with st.expander("All settings", icon=":material/tune:"):
        st.html(table_html(("Setting", "A", "B"), rows))
        csv_button(
            csv_text(("setting", "a", "b", "differs"), [(*row, "yes" if row[1] != row[2] else "no") for row in rows]),
            "compare-settings",
            "Every setting of A and of B, and whether it differs.",
        )


def setting_rows(a: Side, b: Side) -> list[tuple[str, str, str]]:
    """Each setting with its value in A and in B, called as on the Train page."""
    values_a, values_b = _values(a), _values(b)
    return [(label, values_a[label], values_b[label]) for label in values_a]


def _values(side: Side) -> dict[str, str]:
    return {
        **{LABELS[field.name]: _value(side, field.name) for field in fields(TrainingConfig)},
        "Pen drawings": side.pen_drawings,
        "Weights": side.when,
        "Taught from": side.parent_name or "nothing: it was trained from the start",
    }


def _value(side: Side, name: str) -> str:
    run = side.judged.trained.run
    if run is not None and run.imported and name not in KNOWN_OF_IMPORTED:
        return NOT_KNOWN
    return _words(side.config, name)


def _words(config: TrainingConfig, name: str) -> str:
    optional = {option for each in ARCHITECTURES.values() for option in each.options}
    value = getattr(config, name)
    if name == "architecture":
        return network_words(config)
    if name in optional and name not in ARCHITECTURES[config.architecture].options:
        return NOT_HERE
    if name in REGISTRIES:
        return REGISTRIES[name][value].label
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "training_images" and not value:
        return "all"
    return f"{value:g}" if name == "learning_rate" else str(value) if name == "seed" else numeral(value)
