"""The Mistakes page: one network, seen from several sides; the address carries the side as `view`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from ui.judged import Judged
from ui.mistakes import cells, figures_view, labels, map_view, mystery, stress_view

KEY, NAME = "mistakes_view", "view"  # of the widget, and in the address


@dataclass(frozen=True)
class View:
    """One side of the page.

    Attributes:
        label: in the menu.
        icon: Material icon.
        draw: draws it; called outside of fragments.
    """

    label: str
    icon: str
    draw: Callable[[Judged], None]


VIEWS: Mapping[str, View] = {
    "matrix": View("Matrix", ":material/grid_on:", cells.view),
    "map": View("Map", ":material/scatter_plot:", map_view.view),
    "figures": View("Figures", ":material/table_chart:", figures_view.view),
    "mystery": View("Mystery digits", ":material/help_center:", mystery.view),
    "labels": View("Suspected labels", ":material/label_off:", labels.view),
    "stress": View("Stress lab", ":material/fitness_center:", stress_view.view),
}


def view_choice() -> View:
    """The side that the address names, or that the reader chose."""
    usual = next(iter(VIEWS))
    if KEY not in st.session_state:
        asked = st.query_params.get(NAME, usual)
        if asked not in VIEWS:
            st.info(
                f"The link names a view {asked[:60]!r}, which is not here; {VIEWS[usual].label} is shown instead.",
                icon=":material/link_off:",
            )
        st.session_state[KEY] = asked if asked in VIEWS else usual
    chosen = st.segmented_control(
        "View",
        list(VIEWS),
        format_func=lambda key: f"{VIEWS[key].icon} {VIEWS[key].label}",
        key=KEY,
        required=True,
        label_visibility="collapsed",
    )
    if chosen == usual:
        st.query_params.pop(NAME, None)
    else:
        st.query_params[NAME] = chosen
    return VIEWS[chosen]
