"""The sides of a page: a menu of them, which the address follows and fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from ui.frame.address import carry, hold
from ui.frame.dead_links import dead_link

NAME = "view"  # in the address


@dataclass(frozen=True)
class View:
    """One side of a page.

    Attributes:
        label: in the menu.
        icon: Material icon.
        draw: draws it, given what the page is about; called outside of fragments.
    """

    label: str
    icon: str
    draw: Callable[..., None]


def view_choice(views: Mapping[str, View], *, key: str) -> View:
    """The side that the address names, or that the reader chose.

    Args:
        views: all of them, the usual one first, by their names in the address.
        key: of the widget.
    """
    usual = next(iter(views))
    if key not in st.session_state:
        asked = st.query_params.get(NAME, usual)
        if asked not in views:
            dead_link(
                f"The link names a view {asked[:60]!r}, which is not here; {views[usual].label} is shown instead."
            )
        st.session_state[key] = asked if asked in views else usual
    hold(key)
    chosen = st.segmented_control(
        "View",
        list(views),
        format_func=lambda name: f"{views[name].icon} {views[name].label}",
        key=key,
        required=True,
        label_visibility="collapsed",
    )
    carry(NAME, chosen, usual)
    return views[chosen]
