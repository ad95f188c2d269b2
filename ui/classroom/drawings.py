"""The drawings of the round that is on, for the teacher's eyes: hide one, show one large."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from mnist_core.classroom import rounds
from mnist_core.classroom.desk import Attendance
from mnist_core.store.rooms.records import Room
from ui.classroom.controls import button, press, the_desk
from ui.classroom.words import name_of
from ui.parts.gallery import gallery
from ui.words.language import _, ngettext

CHOSEN = "class_tile"  # in session state: id of the drawing that was chosen


def drawings(room: Room, there: Attendance) -> None:
    """Draw them once they are asked for; nobody else sees them before they are revealed."""
    if room.round is None or not rounds.has_drawings(room, room.current):
        return
    with st.expander(
        _("The drawings, for your eyes"), icon=":material/grid_view:", key="class_drawings", on_change="rerun"
    ) as opened:
        if opened.open:
            _tiles(room, there)


def _tiles(room: Room, there: Attendance) -> None:
    drawn = the_desk().drawings(room.code, room.current, hidden=True)
    shown = set(the_desk().drawings(room.code, room.current).ids)
    if not len(drawn):
        st.caption(_("There are no drawings yet."))
        return
    names = {each.id: name_of(each, room) for each in there.people}
    mark = _("hidden")
    told = [
        f"{names.get(owner, '')}: {label}" + ("" if each in shown else f" ({mark})")
        for each, owner, label in zip(drawn.ids, drawn.owners, drawn.labels.tolist(), strict=True)
    ]
    chosen = st.session_state.get(CHOSEN)
    hidden_ones = np.array([each not in shown for each in drawn.ids])
    images = np.where(hidden_ones[:, None, None], drawn.images // 4, drawn.images)
    gallery(
        images, drawn.ids, told, chosen, _choose, key=f"class_tiles_{room.code}_{room.current}",
        captions=[str(label) if each in shown else mark for each, label in zip(drawn.ids, drawn.labels, strict=True)],
        marked=hidden_ones.tolist(), size=56,
    )  # fmt: skip
    if chosen not in drawn.ids:
        st.caption(_("Press one to hide it or to show it large on the projector."))
        return
    with st.container(horizontal=True, vertical_alignment="center", key="class_tile_buttons"):
        st.markdown(told[drawn.ids.index(chosen)], width="content")
        hidden = chosen not in shown
        label = _("Put it back") if hidden else _("Hide it")
        hide = partial(the_desk().hide, room.code, chosen, hidden=not hidden)
        button(f"tile_{chosen}_{hidden}", label, lambda: hide() or None, room, icon=":material/visibility_off:")
        if not hidden:
            large = {"icon": ":material/zoom_in:"}
            press(f"large_{chosen}", _("Show it large"), rounds.show_large(chosen), room, **large)
        if len(shown) < len(drawn):
            st.caption(ngettext("{number} is hidden", "{number} are hidden", len(drawn) - len(shown)))


def _choose(name: int | str) -> None:
    st.session_state[CHOSEN] = name
