"""The frame of every page: configuration, links to the others, errors as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from mnist_core.errors import DigitLabError

FAVICON = Path(__file__).with_name("favicon.png")  # Streamlit's own icons would come from the internet here.
PAGES = {
    "app.py": ("Home", ":material/home:"),
    "pages/1_Draw.py": ("Draw", ":material/draw:"),
    "pages/2_Train.py": ("Train", ":material/model_training:"),
    "pages/3_Dataset.py": ("Dataset", ":material/grid_view:"),
    "pages/4_Mistakes.py": ("Mistakes", ":material/troubleshoot:"),
    "pages/5_Compare.py": ("Compare", ":material/compare:"),
    "pages/6_Experiments.py": ("Experiments", ":material/science:"),
}

# Less air above the page than Streamlit leaves, and links that a finger hits; on a phone
# they do without icons, so that all seven fit beside each other.
STYLE = """<style>
.stMainBlockContainer {padding-top: 3rem; padding-bottom: 4rem}
.st-key-links a {min-height: 2.5rem; padding: 0.25rem 0.6rem}
[data-testid="stHeader"] {background: transparent}
@media (max-width: 640px) {
  .stMainBlockContainer {padding-top: 2.5rem}
  .st-key-links {gap: 0}
  .st-key-links a {padding: 0.25rem 0.25rem; margin: 0}
  .st-key-links a p {font-size: 0.78rem}
  .st-key-links a > span:has([data-testid="stIconMaterial"]) {display: none}
  h1 {padding: 0.25rem 0 0.5rem}
}
</style>"""


@contextmanager
def page(path: str, introduction: str, *, title: str | None = None) -> Iterator[None]:
    """Draw the frame of the page at `path` (a key of `PAGES`) and run its body in it.

    An error of this project in the body becomes its sentence on the page; what was
    drawn before it stays.  Anything else is a bug and surfaces as one.
    """
    name, _ = PAGES[path]
    if st.session_state.get("page_now") != path:
        st.session_state["page_now"] = path
        st.session_state["page_visit"] = st.session_state.get("page_visit", 0) + 1
    st.set_page_config(page_title=f"{name} - Digit Lab", page_icon=FAVICON, layout="wide")
    st.html(STYLE)
    with st.container(horizontal=True, gap="xsmall", key="links"):
        for target, (label, icon) in PAGES.items():
            st.page_link(target, label=label, icon=icon)
    st.title(title or name)
    st.markdown(introduction)
    with explained():
        yield


@contextmanager
def explained() -> Iterator[None]:
    """Draw an error of this project as its sentence; a fragment needs it too, since it reruns without its page."""
    try:
        yield
    except DigitLabError as error:
        st.error(str(error), icon=":material/error:")
