"""The sides of a page: a menu of them, which the address follows and fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from ui.frame.address import Address, Parameter
from ui.frame.dead_links import forget_all
from ui.frame.kinds import OneOf


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


def view_parameter(views: Mapping[str, View], key: str) -> Parameter:
    """What the address says of the side; all of them by their names there, the usual one first."""
    usual = next(iter(views))
    return Parameter("view", OneOf(views), usual, key=key, words=f"{views[usual].label} is shown instead.")


def view_choice(views: Mapping[str, View], *, key: str) -> View:
    """The side that the address names, or that the reader chose.

    Args:
        views: as above.
        key: of the widget.
    """
    address = Address(view_parameter(views, key))
    address.fill()
    chosen = st.segmented_control(
        "View",
        list(views),
        format_func=lambda name: f"{views[name].icon} {views[name].label}",
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=forget_all,  # What the link asked another side for is no matter here.
    )
    address.follow()
    return views[chosen]
