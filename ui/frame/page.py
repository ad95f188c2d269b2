"""The frame of every page: configuration, links to the others, errors as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from mnist_core.errors import DigitLabError, StoreError, StoreUnavailable
from ui import colours
from ui.frame import state
from ui.frame.address import Address
from ui.frame.dead_links import dead_links_place
from ui.words.language import _, speak
from ui.words.plain import plain
from web import styles
from web.languages import ENGLISH

LOOK_EVERY = 1.0  # seconds between two looks whether the database is back
FAVICON = Path(__file__).with_name("favicon.png")  # Streamlit's own icons would come from the internet here.
PAGES = {
    "home.py": ("Home", ":material/home:"),
    "pages/1_Draw.py": ("Draw", ":material/draw:"),
    "pages/2_Train.py": ("Train", ":material/model_training:"),
    "pages/3_Dataset.py": ("Dataset", ":material/grid_view:"),
    "pages/4_Mistakes.py": ("Mistakes", ":material/troubleshoot:"),
    "pages/5_Compare.py": ("Compare", ":material/compare:"),
    "pages/6_Experiments.py": ("Experiments", ":material/science:"),
    "pages/7_Class.py": ("Class", ":material/groups:"),
}


@contextmanager
def page(
    path: str,
    introduction: str,
    address: Address | None = None,
    *,
    title: str | None = None,
    language: str = ENGLISH,
) -> Iterator[None]:
    """Draw the frame of the page at `path` (a key of `PAGES`) and run its body in it.

    It speaks its own language, whatever the page before spoke: title and introduction are given in English.

    Where `address` is given, what else the page's address says is told.  An error of this project in the body
    becomes its sentence on the page; what was drawn before it stays.  Anything else is a bug and surfaces as one.
    """
    speak(language)
    name = PAGES[path][0]
    st.session_state["page_run"] = st.session_state.get("page_run", 0) + 1
    state.begin_page()
    begins = st.session_state.get("page_now") != path
    if begins:
        st.session_state["page_now"] = path
        st.session_state["page_visit"] = st.session_state.get("page_visit", 0) + 1
    st.set_page_config(page_title=f"{name} - Digit Lab", page_icon=FAVICON, layout="wide")
    st.html(f"{colours.style()}<style>{styles.PAGES}</style>")
    with st.container(horizontal=True, gap="xsmall", key="links"):
        for target, (label, icon) in PAGES.items():
            st.page_link(target, label=label, icon=icon)
    with st.container(key="page_head", gap="small"):
        st.title(_(title or name))
        st.markdown(_(introduction))
    dead_links_place()
    if not state.visitor().may_add:
        st.caption("You may look at everything here. Training, teaching and keeping drawings are closed just now.")
    if begins and address is not None:
        address.unknown()
    problem = state.store_problem()
    if problem:
        st.error(plain(problem), icon=":material/error:")
    with explained(problem):
        try:
            yield
        except StoreUnavailable as error:
            st.error(plain(error), icon=":material/error:")
            st.fragment(_look_again, run_every=LOOK_EVERY)()


@contextmanager
def explained(said: str = "") -> Iterator[None]:
    """Draw an error of this project as its sentence, unless that is `said`.

    A fragment needs it too, since it reruns without its page.
    """
    try:
        yield
    except DigitLabError as error:
        if str(error) != said:
            st.error(plain(error), icon=":material/error:")


def _look_again() -> None:
    """Run the page again once the database answers: nobody has to reload it."""
    try:
        state.store().runs.queue.order()
    except StoreUnavailable:
        return
    except StoreError:
        pass  # Something else is wrong now: the page says what.
    st.rerun()
