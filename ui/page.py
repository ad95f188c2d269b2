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
}


@contextmanager
def page(path: str, introduction: str, *, title: str | None = None) -> Iterator[None]:
    """Draw the frame of the page at `path` (a key of `PAGES`) and run its body in it.

    An error of this project in the body becomes its sentence on the page; what was
    drawn before it stays.  Anything else is a bug and surfaces as one.
    """
    name, _ = PAGES[path]
    st.set_page_config(page_title=f"{name} - Digit Lab", page_icon=FAVICON, layout="wide")
    with st.container(horizontal=True, key="links"):
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
