"""A choice among a few, and the sides of a page: a menu of them, which the address follows and fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from ui.frame.address import Address, Parameter
from ui.frame.dead_links import forget_all
from ui.frame.kinds import OneOf

T = TypeVar("T")


def menu(label: str, words: Mapping[T, str], *, key: str, **options: Any) -> T:
    """Draw a choice among a few, of which one is always chosen; gives that, the first until there is one.

    Args:
        label: what is chosen.
        words: what can be, and what is on it.
        key: of the widget, which the address or the page fills.
        options: as for `st.segmented_control`.
    """
    chosen = st.segmented_control(label, list(words), format_func=words.__getitem__, key=key, required=True, **options)
    return next(iter(words)) if chosen is None else chosen


def select(label: str, words: Mapping[T, str], *, key: str, **options: Any) -> T:
    """Draw a choice among many, as a list that opens; the arguments are those of `menu`, for `st.selectbox`."""
    chosen = st.selectbox(label, list(words), format_func=words.__getitem__, key=key, **options)
    return next(iter(words)) if chosen is None else chosen


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


def view_parameter(views: Mapping[str, View], key: str) -> Parameter[str]:
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
    chosen = menu(
        "View",
        {name: f"{view.icon} {view.label}" for name, view in views.items()},
        key=key,
        label_visibility="collapsed",
        on_change=forget_all,  # What the link asked another side for is no matter here.
    )
    address.follow()
    return views[chosen]
