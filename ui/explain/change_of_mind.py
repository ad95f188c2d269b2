"""What would change a network's mind, applied pixel by pixel."""

from __future__ import annotations

import zlib
from html import escape

import numpy as np
import streamlit as st

from mnist_core.insight.one_image.counterfactual import ChangeOfMind, change_of_mind
from mnist_core.network.network import Network
from ui.colours import AGAINST, BLUE, FOR, ORANGE, PENDING
from ui.explain.evidence import outlined
from ui.parts import pictures
from ui.parts.tables import Cell, table_html
from ui.words.language import _, listed, ngettext, share

SCALE = 10


def mind(network: Network, identity: str, image: np.ndarray, digit: int | None) -> None:
    """Draw the changes that make the network say `digit`, or another digit where that is `None`, one by one.

    Args:
        network: whose mind is changed.
        identity: a text that tells its weights from others.
        image: (28, 28) uint8.
        digit: 0 to 9.
    """
    with st.spinner(_("Trying pixels")):
        found = _found(network, identity, image, digit)
    if not found.changes:
        st.info(_("No pixel is left to change."), icon=":material/block:")
        return
    key = f"why_step_{zlib.crc32(f'{identity} {found.digit}'.encode() + image.tobytes()):08x}"
    total = len(found.changes)
    if not found.found:
        st.warning(
            ngettext(
                "With {number} pixel changed, one after the other, it still says {said}, not {digit}. "
                "These are the changes that brought it nearest; another way may exist.",
                "With {number} pixels changed, one after the other, it still says {said}, not {digit}. "
                "These are the changes that brought it nearest; another way may exist.",
                total,
                said=int(found.probabilities[-1].argmax()),
                digit=found.digit,
            ),
            icon=":material/block:",
        )
    st.session_state.setdefault(key, 0)
    place = st.empty()
    with st.container(horizontal=True, vertical_alignment="bottom", key="why_stepping"):
        st.button(
            _("Change the next pixel"),
            icon=":material/redo:",
            key="why_next",
            on_click=_turn_to,
            args=(key, min(total, st.session_state[key] + 1)),
            disabled=st.session_state[key] >= total,
        )
        with st.container(width=320):
            done = st.slider(_("Changed pixels"), 0, total, key=key, help=_("Arrow keys go through the changes too."))
    place.html(mind_html(found, done))


def mind_html(found: ChangeOfMind, done: int) -> str:
    """HTML of the image after the first `done` changes, with what the network says to it."""
    added, removed = (sum(each.adds == adds for each in found.changes) for adds in (True, False))
    says = f'<b class="dl-mind-says">{int(found.probabilities[done].argmax())}</b>'
    if found.found:
        inked = ngettext("inking {number} pixel", "inking {number} pixels", added)
        blanked = ngettext("blanking {number} pixel", "blanking {number} pixels", removed)
        changes = listed(*([inked] if added else []), *([blanked] if removed else []))
        title = _(
            "{changes} makes it say {digit} instead of {said}.",
            changes=changes[:1].upper() + changes[1:],
            digit=found.digit,
            said=found.said,
        )
    else:
        title = ngettext(
            "Towards {digit}: {number} pixel did not get there.",
            "Towards {digit}: {number} pixels did not get there.",
            len(found.changes),
            digit=found.digit,
        )
    after = _("After {done} of {all} it says {digit}.", done=done, all=len(found.changes), digit=says)
    legend = _(
        "Blue frames: ink added. Orange frames: ink taken away. Grey: still to come. Each step takes the pixel that "
        "helps most, and those that turn out unnecessary are put back; a shorter way may exist."
    )
    shown = ((digit, float(found.probabilities[done][digit])) for digit in (found.said, found.digit))
    rows = [
        (str(digit), Cell(bar=part, colour=colour), share(part, 1))
        for (digit, part), colour in zip(shown, (ORANGE, BLUE), strict=True)
    ]
    picture = pictures.picture(changed_picture(found, done), _("The image after {done} changes", done=done), width=280)
    return (
        f'<div class="dl-mind">{picture}<div class="dl-minded"><p>'
        f'<strong>{escape(title)}</strong></p><p role="status">{after}</p>'
        f"{table_html((), rows)}<p>{legend}</p></div></div>"
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


@st.cache_data(max_entries=64, show_spinner=False)
def _found(_network: Network, identity: str, image: np.ndarray, digit: int | None) -> ChangeOfMind:
    return change_of_mind(_network, image, digit)


def _turn_to(key: str, step: int) -> None:
    st.session_state[key] = step
