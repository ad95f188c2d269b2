"""What a link asks for that is not here: one notice at the top of the page, where whoever followed it looks first.

It stays as long as what is shown instead, however often the page runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ui.words.plain import plain

PLACE, SLOT = "dead_links_place", "dead_links_slot"  # in session state
NOTES = "dead_links"  # in session state: (visit of the page, what is noted)
MOST = 20  # that are told, of what somebody may have made up


@dataclass(frozen=True)
class DeadLink:
    """One part of an address that asks for what is not here.

    Attributes:
        name: in the address.
        key: of what holds its value in session state; empty where the address does.
        value: what is shown instead: once another is, there is nothing left to say.
        reason: a sentence.
        words: a sentence: what is shown instead; may be empty.
    """

    name: str
    key: str
    value: object
    reason: str
    words: str

    @property
    def holds(self) -> bool:
        """Whether nobody has chosen something else since."""
        held = st.session_state.get(self.key, self.value) if self.key else st.query_params.get(self.name)
        return held == self.value


def dead_links_place() -> None:
    """Make the place, in this run of the page, with what is noted already."""
    st.session_state[PLACE], st.session_state[SLOT] = st.container(), None
    visit, notes = st.session_state.get(NOTES, (None, []))
    now = st.session_state.get("page_visit")
    st.session_state[NOTES] = now, [each for each in notes if visit == now and each.holds]
    _draw()


def note(link: DeadLink) -> None:
    """Say there, from wherever it was found out, what the link asked for and what is shown instead."""
    visit, notes = st.session_state.get(NOTES, (st.session_state.get("page_visit"), []))
    st.session_state[NOTES] = visit, [*(each for each in notes if each.name != link.name), link]
    _draw()


def forget_old() -> None:
    """Say no more what somebody has seen to; not for callbacks, which run before the page has a place."""
    visit, notes = st.session_state.get(NOTES, (None, []))
    left = [each for each in notes if each.holds]
    if left != notes:
        st.session_state[NOTES] = visit, left
        _draw()


def forget_all() -> None:
    """Say nothing more of this link; a callback for what leads to another side of the page."""
    st.session_state.pop(NOTES, None)


def notice(links: list[DeadLink]) -> str:
    """All that is noted, in sentences; what several of them have in common is said once."""
    said = ["The link asks for something that is not here."]
    for each, after in zip(links[:MOST], [*links[1:MOST], None], strict=False):
        said.append(each.reason)
        if each.words and (after is None or after.words != each.words):
            said.append(each.words)
    if len(links) > MOST:
        said.append(f"So it is with {len(links) - MOST:,} more.")
    return " ".join(said)


def _draw() -> None:
    _, notes = st.session_state[NOTES]
    place, slot = st.session_state.get(PLACE), st.session_state.get(SLOT)
    if notes and slot is None and place is not None:
        slot = st.session_state[SLOT] = place.empty()
    if notes and slot is not None:
        slot.info(plain(notice(notes)), icon=":material/link_off:")
    elif slot is not None:
        slot.empty()
