"""The frame of every page: configuration, links to the others, errors as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from mnist_core.errors import DigitLabError, StoreError, StoreUnavailable
from ui import colours
from ui.frame import state
from ui.frame.dead_links import dead_links_place
from ui.words.plain import plain

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
}

# Less air above the page than Streamlit leaves, and links that a finger hits; on a phone
# they do without icons, so that all seven fit beside each other.  On a projector, whose pages are
# enlarged and so are low, the title and the sentences under it stand side by side.  What is chosen is told by
# its frame and ground: the primary colour on them would be a weak contrast in the dark.
# Streamlit's controls are 32 to 40 pixels high, a finger needs 44; what does not fit beside
# each other stands below, where Streamlit would cut it off.
STYLE = """<style>
.stMainBlockContainer {padding-top: 1rem; padding-bottom: 4rem}
.st-key-links a {min-height: 2.5rem; padding: 0.25rem 0.6rem}
[data-testid="stHeader"] {background: transparent}
[data-testid="stButtonGroup"] > div {flex-wrap: wrap; overflow: visible}
[data-testid="stButtonGroup"] > div > button:is([data-selected], [kind$="Active"]) {color: inherit !important}
@media (pointer: coarse) {
  .stButton button, .stDownloadButton button, [data-testid="stPopover"] button,
  [data-testid="stButtonGroup"] > div > button, .st-key-links a, [data-testid="stPageLink"] a,
  [data-testid="stExpander"] summary, .stTextInput [data-baseweb="input"], .stCheckbox label,
  [data-testid="stNumberInputContainer"], .stSelectbox [data-baseweb="select"] > div,
  .stMultiSelect [data-baseweb="select"] > div {min-height: 2.75rem}
  [data-testid="stNumberInputContainer"] button {min-width: 2.75rem}
  .stCheckbox label {align-items: center}
}
@media (max-height: 760px) and (min-width: 641px) {
  .stMainBlockContainer {padding-top: 0.5rem}
  .stMainBlockContainer > .stVerticalBlock {gap: 0.5rem}
  .st-key-page_head {flex-direction: row; align-items: baseline; gap: 1.25rem}
  .st-key-page_head > * {width: auto; flex: 0 1 auto}
  .st-key-page_head > :first-child {width: max-content; flex: none}
  .st-key-page_head h1 {font-size: 1.6rem; padding: 0; white-space: nowrap}
  .st-key-page_head p {font-size: 0.9rem; line-height: 1.35}
  :is(.st-key-map_method_choice, .st-key-map_choices, .st-key-labels_choice) .stButtonGroup,
  .st-key-labels_score .stSelectbox {display: flex; align-items: center; gap: 0.5rem}
  .st-key-labels_score [data-testid="stWidgetLabel"] {flex: none; min-height: 0}
  .st-key-compare_by [data-testid="stWidgetLabel"] {position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%)}
}
@media (max-width: 640px) {
  .stMainBlockContainer {padding-top: 0.5rem}
  .st-key-links {gap: 0}
  .st-key-links a {padding: 0.25rem 0.25rem; margin: 0}
  .st-key-links a p {font-size: 0.78rem}
  .st-key-links a > span:has([data-testid="stIconMaterial"]) {display: none}
  h1 {padding: 0; font-size: 1.75rem}
  [data-testid="stButtonGroup"] > div {gap: 0.375rem}
  [data-testid="stButtonGroup"] > div > button {margin: 0; border-radius: 0.375rem}
  [data-testid="stButtonGroup"] > div > button:not([data-selected], [kind$="Active"]) {
    border: 1px solid color-mix(in srgb, currentColor 25%, transparent) !important}
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
    st.html(colours.style() + STYLE)
    with st.container(horizontal=True, gap="xsmall", key="links"):
        for target, (label, icon) in PAGES.items():
            st.page_link(target, label=label, icon=icon)
    with st.container(key="page_head", gap="small"):
        st.title(title or name)
        st.markdown(introduction)
    dead_links_place()
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
