"""The settings in which two networks differ, in people's words."""

from __future__ import annotations

import streamlit as st

from mnist_core.network.run_settings import SETTINGS, Setting, network_words
from ui.compare.sides import Side
from ui.parts.tables import csv_button, csv_text, table_html

NOT_HERE, NOT_KNOWN = "does not apply", "not known"


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
        **{each.label: _value(side, each) for each in SETTINGS.values()},
        "Pen drawings": side.pen_drawings,
        "Weights": side.when,
        "Taught from": side.parent_name or "nothing: it was trained from the start",
    }


def _value(side: Side, setting: Setting) -> str:
    run, config = side.judged.trained.run, side.config
    if run is not None and run.imported and not setting.of_network:
        return NOT_KNOWN
    if setting.name == "architecture":
        return network_words(config)
    return setting.kind.say(getattr(config, setting.name)) if setting.applies(config) else NOT_HERE
