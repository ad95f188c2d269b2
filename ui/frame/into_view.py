"""Scroll to what a press has opened or asked for, where it is out of sight."""

from __future__ import annotations

import time

import streamlit as st

from ui.frame.components import component


def come_into_view(
    container: str, turn: int | None = None, *, enough: float = 0.0, room: bool = False, keep: bool = False
) -> None:
    """Scroll to the container with this key, unless all of it is seen.

    Args:
        container: its key.
        turn: scrolls when this is new on the page and when it changes; `None` for each time it is drawn.
        enough: nothing is scrolled either while the container begins within this share of the window, from its top.
        room: whether the container is made as high as the window, so that its top can be reached although what it
            is to hold may not be there yet.
        keep: looks again for two seconds: what is drawn meanwhile moves the page, unless its reader does.
    """
    turn = time.monotonic_ns() if turn is None else turn
    with st.container(gap=None):  # Or the component without a height would leave a gap of its own.
        component("into_view.js")(
            data={"container": container, "turn": str(turn), "enough": enough, "room": room, "keep": keep},
            key=f"{container}_in_view",
            height=0,
        )
