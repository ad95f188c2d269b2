"""The images that the networks learn from: how many, what they look like, what they are made of."""

import streamlit as st

from ui.dataset.address import ADDRESS
from ui.dataset.bring import bring
from ui.dataset.choice import choice
from ui.dataset.samples import samples
from ui.dataset.source import class_balance, means, source
from ui.frame import state
from ui.frame.page import page

INTRODUCTION = """
Everything a network knows it learned from images such as these, of 28x28
pixels, each a number from 0 (ground) to 255 (ink), with a label that says what it is.
"""

with page("pages/3_Dataset.py", INTRODUCTION, ADDRESS):
    choice()
    data = state.dataset()
    source(data)
    bring()
    st.subheader("Samples")
    samples(data)
    left, right = st.columns(2, gap="large")
    with left:
        what = "digit" if data.is_of_digits else "class"
        st.subheader(f"How many of each {what}")
        class_balance(data)
    with right:
        st.subheader(f"The mean of each {what}")
        st.caption(f"All training images of a {what} laid over each other. Where they differ, the mean is grey.")
        means(data)
