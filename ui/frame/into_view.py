"""Scroll to what a press has opened or asked for, where it is out of sight."""

from __future__ import annotations

import time

import streamlit as st


def come_into_view(container: str, turn: int | None = None, *, enough: float = 0.0, room: bool = False) -> None:
    """Scroll to the container with this key, unless all of it is seen.

    Args:
        container: its key.
        turn: scrolls when this is new on the page and when it changes; `None` for each time it is drawn.
        enough: nothing is scrolled either while the container begins within this share of the window, from its top.
        room: whether the container is made as high as the window, so that its top can be reached although what it
            is to hold may not be there yet.
    """
    turn = time.monotonic_ns() if turn is None else turn
    # Registered anew each time: Streamlit remembers it for one runtime only, and each AppTest is one.
    component = st.components.v2.component("digitlab_come_into_view", js=JS)
    with st.container(gap=None):  # Or the component without a height would leave a gap of its own.
        component(
            data={"container": container, "turn": str(turn), "enough": enough, "room": room},
            key=f"{container}_in_view",
            height=0,
        )


JS = """
export default function ({ parentElement, data }) {
  if (parentElement.turn === data.turn) return;
  parentElement.turn = data.turn;
  const container = document.querySelector(`.st-key-${data.container}`);
  if (!container) return;
  if (data.room) container.style.minHeight = "95vh";
  const { top, bottom } = container.getBoundingClientRect();
  if (top >= 0 && (bottom <= innerHeight || top < data.enough * innerHeight)) return;
  container.style.scrollMarginTop = "0.75rem";
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  container.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
}
"""
