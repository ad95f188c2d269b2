"""The end of a class: what is kept of it, what is taken along, and that the rest is deleted."""

from __future__ import annotations

from functools import partial

import streamlit as st

from mnist_core.classroom import keeping, rounds
from mnist_core.classroom.results.wall import Drawings
from mnist_core.store.drawings import MAX_HAND
from mnist_core.store.rooms.records import Room
from ui.classroom.address import CLASS, VIEW
from ui.classroom.controls import act, button, the_desk
from ui.classroom.kit import drawn_rounds
from ui.frame import state
from ui.words.language import _, ngettext
from ui.words.plain import plain

HAND, KEPT = "class_hand", "class_kept"  # key of the widget; in session state: what was kept


def ending(room: Room) -> None:
    """Draw what can be kept, and the end."""
    label = _("Keep the drawings, and end the class")
    with st.expander(label, icon=":material/logout:", key="class_ending", on_change="rerun") as opened:
        if not opened.open:
            return
        if any(len(the_desk().drawings(room.code, each.number)) for each in drawn_rounds(room)):
            _keep(room)
        st.markdown(
            _(
                "Ending deletes names, drawings and votes at once, on every server. Networks that were taught stay. "
                "If nobody ends the class, it is deleted a day after it began."
            )
        )
        with st.popover(_("End the class"), icon=":material/delete_forever:"):
            _say_kept(room)  # What opens here covers where it was said.
            st.markdown(_("Delete this class with everything that was sent? Nothing brings it back."))
            go = partial(_end, room)
            button("end", _("Yes, end it"), go, room, type="primary", icon=":material/delete_forever:")


def _keep(room: Room) -> None:
    st.markdown(_("Drawings can stay, without a nickname, of all rounds together:"))
    name = f"class-{room.code}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for kind, words, make in (
            ("npz", _("As MNIST's own file, with the pen's paths"), lambda: keeping.npz(_taken(room))),
            ("csv", _("A label and 784 pixels a line"), lambda: keeping.csv(_taken(room))),
            ("png", _("A picture of the wall"), lambda: keeping.png(_taken(room).images)),
        ):
            st.download_button(
                kind.upper() if kind != "npz" else kind, make, file_name=f"{name}.{kind}", icon=":material/download:",
                key=f"class_download_{kind}", help=words, on_click="ignore",
            )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state.setdefault(HAND, _("class of {code}", code=room.code))
        st.text_input(_("Or as a handwriting, called"), key=HAND, max_chars=MAX_HAND, width=260)
        button("keep", _("Keep as a handwriting"), partial(_keep_hand, room), room, icon=":material/save:")
    _say_kept(room)


def _say_kept(room: Room) -> None:
    """Say what was kept of this class, if anything was."""
    if (kept := st.session_state.get(KEPT)) and kept[0] == room.code:
        said = ngettext("{number} drawing kept as {hand}.", "{number} drawings kept as {hand}.", kept[1], hand=kept[2])
        st.success(
            plain(said),
            icon=":material/check:",
        )  # fmt: skip


def _keep_hand(room: Room) -> None:
    hand = st.session_state[HAND]
    st.session_state[KEPT] = room.code, keeping.keep(state.store(), _all(room), hand=hand), hand
    the_desk().press(room.code, rounds.keep)  # Phones are told when it ends.


def _taken(room: Room) -> Drawings:
    """The drawings of all rounds, to be taken along."""
    the_desk().press(room.code, rounds.keep)
    return _all(room)


def _all(room: Room) -> Drawings:
    """The drawings of all rounds, in their order."""
    found = [the_desk().drawings(room.code, each.number, paths=True) for each in reversed(drawn_rounds(room))]
    return Drawings.together(found)


def _end(room: Room) -> bool:
    ended = act(lambda: the_desk().end(room.code, revision=room.revision))
    if ended:
        CLASS.say(None)
        VIEW.say(None)
    return bool(ended)
