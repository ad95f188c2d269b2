"""Home: what this is, what is ready, where to start."""

import streamlit as st

from ui.frame.page import page
from ui.home import data_in_use, ready_networks, start_cards, weight_pictures
from ui.networks import KINDS_WORDS

INTRODUCTION = """
A neural network that reads handwritten digits, small enough to look inside: draw at it, train
it, and find out why it fails. What you draw goes to the computer that runs this page, and to nobody else.
"""

with page("home.py", INTRODUCTION, title="Digit Lab"):
    start_cards()
    st.subheader("All that the linear network knows")
    weight_pictures()
    st.subheader("Networks that are ready")
    st.caption(KINDS_WORDS)
    ready_networks()
    st.subheader("The images in use")
    data_in_use()
