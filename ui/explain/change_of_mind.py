"""What would change a network's mind, applied pixel by pixel."""

from __future__ import annotations

import zlib
from html import escape

import numpy as np
import streamlit as st

from mnist_core.insight.one_image.counterfactual import ChangeOfMind, change_of_mind
from mnist_core.network.network import Network
from mnist_core.numerals import count, percent
from ui.colours import AGAINST, BLUE, FOR, ORANGE, PENDING
from ui.explain.evidence import outlined
from ui.parts import pictures
from ui.parts.tables import Cell, table_html

SCALE = 10


def mind(network: Network, identity: str, image: np.ndarray, digit: int | None) -> None:
    """Draw the changes that make the network say `digit`, or another digit where that is `None`, one by one.

    Args:
        network: whose mind is changed.
        identity: a text that tells its weights from others.
        image: (28, 28) uint8.
        digit: 0 to 9.
    """
    found = _found(network, identity, image, digit)
    if not found.changes:
        st.info("No pixel is left to change.", icon=":material/block:")
        return
    key = f"why_step_{zlib.crc32(f'{identity} {found.digit}'.encode() + image.tobytes()):08x}"
    total = len(found.changes)
    if not found.found:
        st.warning(
            f"With {count(total, 'pixel')} changed, one after the other, it still says "
            f"{int(found.probabilities[-1].argmax())}, not {found.digit}. These are the changes that brought it "
            "nearest; another way may exist.",
            icon=":material/block:",
        )
    st.session_state.setdefault(key, 0)
    place = st.empty()
    with st.container(horizontal=True, vertical_alignment="bottom", key="why_stepping"):
        st.button(
            "Change the next pixel",
            icon=":material/redo:",
            key="why_next",
            on_click=_turn_to,
            args=(key, min(total, st.session_state[key] + 1)),
            disabled=st.session_state[key] >= total,
        )
        with st.container(width=320):
            done = st.slider("Changed pixels", 0, total, key=key, help="Arrow keys go through the changes too.")
    place.html(mind_html(found, done))


def mind_html(found: ChangeOfMind, done: int) -> str:
    """HTML of the image after the first `done` changes, with what the network says to it."""
    added, removed = (sum(each.adds == adds for each in found.changes) for adds in (True, False))
    parts = [
        words
        for number, words in (
            (added, f"inking {count(added, 'pixel')}"),
            (removed, f"blanking {count(removed, 'pixel')}"),
        )
        if number
    ]
    says = int(found.probabilities[done].argmax())
    title = (
        f"{' and '.join(parts).capitalize()} makes it say {found.digit} instead of {found.said}."
        if found.found
        else f"Towards {found.digit}: {count(len(found.changes), 'pixel')} did not get there."
    )
    shares = ((digit, float(found.probabilities[done][digit])) for digit in (found.said, found.digit))
    rows = [
        (str(digit), Cell(bar=share, colour=colour), percent(share))
        for (digit, share), colour in zip(shares, (ORANGE, BLUE), strict=True)
    ]
    picture = pictures.picture(changed_picture(found, done), f"The image after {done} changes", width=280)
    return (
        f'<div class="dl-mind">{picture}<div class="dl-minded"><p>'
        f'<strong>{escape(title)}</strong></p><p role="status">After {done} of {len(found.changes)} it says '
        f'<b class="dl-mind-says">{says}</b>.</p>'
        f"{table_html((), rows)}<p>Blue frames: ink added. Orange frames: ink taken away. Grey: still to "
        "come. Each step takes the pixel that helps most, and those that turn out unnecessary are put back; a shorter "
        "way may exist.</p></div></div>"
    )


def changed_picture(found: ChangeOfMind, done: int) -> np.ndarray:
    """(280, 280, 3) uint8: the image after `done` changes, a frame around each pixel that changes."""
    grey = found.after(done).repeat(SCALE, axis=0).repeat(SCALE, axis=1)
    colours = np.repeat(grey[..., None], 3, axis=2)
    for place, change in reversed(list(enumerate(found.changes))):
        frame = np.zeros(found.image.shape, bool)
        frame[change.row, change.column] = True
        colour = PENDING if place >= done else FOR if change.adds else AGAINST
        outlined(colours, frame, colour)
    return colours


@st.cache_data(max_entries=64, show_spinner="Trying pixels")
def _found(_network: Network, identity: str, image: np.ndarray, digit: int | None) -> ChangeOfMind:
    return change_of_mind(_network, image, digit)


def _turn_to(key: str, step: int) -> None:
    st.session_state[key] = step
