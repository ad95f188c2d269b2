"""Home: what this is, what is ready, where to start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from ui.dataset.in_use import data_in_use
from ui.frame.page import PAGES, page
from ui.networks import KINDS_WORDS
from ui.networks.ready import ready_networks
from ui.parts.weights import weight_pictures

INTRODUCTION = """
A neural network that reads handwritten digits, small enough to look inside: draw at it, train
it, and find out why it fails. What you draw goes to the computer that runs this page, and to nobody else.
"""


@dataclass(frozen=True)
class Card:
    """One thing to do: where, what it is called, what comes of it."""

    page: str
    title: str
    words: str
    query: Mapping[str, str] = field(default_factory=dict)


# In the order of a first lesson; what has no place in it comes last.
CARDS = (
    Card("pages/1_Draw.py", "1. Draw a digit", "Two networks answer while the pen moves, and show what they see."),
    Card(
        "pages/1_Draw.py",
        "2. See it fail",
        "Draw a crossed 7, or a 1 with a foot: the simplest network has hardly seen any.",
        {"network": "linear"},
    ),
    Card("pages/2_Train.py", "3. Train a network", "Watch one of your own learn. It takes seconds."),
    Card("pages/4_Mistakes.py", "4. Look at mistakes", "Which digits it mixes up, and the images behind each number."),
    Card("pages/5_Compare.py", "5. Compare two", "What one reads and the other does not, and whether that is luck."),
    Card("pages/1_Draw.py", "6. Teach it", "Ten of your own digits, and it reads your handwriting."),
    Card("pages/3_Dataset.py", "Look at the images", "The 70,000 digits that networks here learn from."),
    Card("pages/6_Experiments.py", "Try many settings", "What a setting changes, over many runs."),
    Card("pages/7_Class.py", "With a class", "A code on the wall, thirty phones that draw, one network that learns."),
)


def start_cards() -> None:
    """Draw where to start: a card for each thing to do."""
    with st.container(key="cards"):
        for number, card in enumerate(CARDS):
            with st.container(border=True, height="stretch", gap="xxsmall", key=f"card_{number}"):
                icon = PAGES[card.page][1]
                st.page_link(card.page, label=f"**{card.title}**", icon=icon, query_params=dict(card.query))
                st.markdown(card.words)


with page("home.py", INTRODUCTION, title="Digit Lab"):
    start_cards()
    st.subheader("All that the linear network knows")
    weight_pictures()
    st.subheader("Networks that are ready")
    st.caption(KINDS_WORDS)
    ready_networks()
    st.subheader("The images in use")
    data_in_use()
