"""What a link asks for that is not here: said at the top of the page, where whoever followed it looks first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui.words.plain import plain

PLACE = "dead_links_place"  # in session state
LONGEST = 60  # of what a link says, as far as it is quoted


def dead_links_place() -> None:
    """Make the place, in this run of the page."""
    st.session_state[PLACE] = st.container()


def dead_link(words: object) -> None:
    """Say there, from wherever it was found out, what the link asked for and what is shown instead."""
    st.session_state[PLACE].info(plain(words), icon=":material/link_off:")


def unknown(asked: Sequence[str]) -> None:
    """Say so of parts of the address, such as "page=x", for which the usual is shown."""
    if asked:
        words = " and ".join(repr(each[:LONGEST]) for each in asked)
        dead_link(f"The link says {words}, which {'is' if len(asked) == 1 else 'are'} not here; the usual is shown.")
