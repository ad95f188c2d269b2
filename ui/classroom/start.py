"""Before a class: the teacher begins one, or goes on with one; everybody else is told where to join."""

from __future__ import annotations

import streamlit as st

from mnist_core.classroom.codes import read_code
from mnist_core.classroom.limits import LIMITS
from mnist_core.classroom.rounds import MOST_NETWORKS
from mnist_core.store.rooms.records import Room
from ui import networks
from ui.classroom.address import CLASS, VIEW
from ui.classroom.controls import act, problem, the_desk
from ui.classroom.joining import spaced
from ui.frame.press import acting_button, next_id, spend
from ui.networks import USUAL_FOR_DRAWINGS
from ui.words.language import _, browsers_language, ngettext
from web.languages import languages, name_of

LANGUAGE, NETWORKS, CODE = "class_new_language", "class_new_networks", "class_guest_code"
PLACE = "class"


def start() -> None:
    """Draw what begins a class, and the classes that are on."""
    known = {each.key: each for each in networks.trained_networks()}
    with st.container(border=True, key="class_start"):
        st.subheader(_("Start a class"), anchor=False)
        st.markdown(
            _(
                "You get a code. Phones type it and are in: no app, no account, no name to choose. You say what they "
                "draw, and what they sent is hidden until you reveal it."
            )
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.session_state.setdefault(LANGUAGE, browsers_language())
            st.selectbox(_("Language of the projector"), languages(), format_func=name_of, key=LANGUAGE, width=220)
            st.session_state.setdefault(NETWORKS, [key for key in reversed(USUAL_FOR_DRAWINGS) if key in known])
            st.multiselect(
                _("Networks that answer on phones"), list(known), format_func=lambda key: known[key].choice,
                key=NETWORKS, max_selections=MOST_NETWORKS, width=420,
                help=_("The first of them also reads the class's drawings here. Choose none, and phones say nothing."),
            )  # fmt: skip
        new = next_id("class")
        acting_button(
            PLACE, _("Start a class"), lambda: _begin(new), key=f"class_begin_{new}", type="primary",
            icon=":material/groups:",
        )  # fmt: skip
        problem()
    on = the_desk().classes()
    if on:
        st.subheader(_("Classes that are on"), anchor=False)
        for room in on:
            _open(room)
    st.caption(
        _("A class is deleted when you end it, and a day after it began at the latest. Up to {rooms} can be on.",
          rooms=LIMITS.rooms)
    )  # fmt: skip


def guest() -> None:
    """Tell whoever is not the teacher where to join, and take a code."""
    st.markdown(_("Only the teacher leads a class. To join one, type the code that is on the wall."))
    with st.form("class_guest", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(_("Code"), key=CODE, max_chars=12, width=180)
        asked = st.form_submit_button(_("Join"), icon=":material/login:")
    if asked and (code := read_code(typed)):
        st.link_button(
            _("Open the class {code}", code=spaced(code)), f"./join/{code}", icon=":material/arrow_forward:",
            type="primary",
        )  # fmt: skip
    elif asked:
        st.warning(_("A code has six letters. Look at the wall again."), icon=":material/warning:")


def _open(room: Room) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "pages/7_Class.py", label=f"**{spaced(room.code)}**", icon=":material/groups:",
            query_params={CLASS.name: room.code},
        )  # fmt: skip
        st.caption(ngettext("{number} round", "{number} rounds", len(room.rounds)))


def _begin(new: str) -> bool:
    """Begin the class that this press is for; the same press again begins no other."""
    if new != next_id("class"):
        return True
    asked, chosen = st.session_state[LANGUAGE], st.session_state[NETWORKS]
    others = [each for each in languages() if each != asked]
    room = act(lambda: the_desk().begin_class(asked, *others, networks=tuple(chosen)))
    spend("class")
    VIEW.say(None)
    CLASS.say(room.code)
    return True
