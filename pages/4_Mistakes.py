"""See what a network gets wrong: each number leads to the images behind it."""

import streamlit as st

from ui.dataset.source import data_label
from ui.frame import state
from ui.frame.page import page
from ui.frame.views import view_choice
from ui.mistakes import KEY, OF_ANYTHING, VIEWS
from ui.mistakes.address import ADDRESS
from ui.networks.choice import network_choice, result
from ui.networks.on_test_images import Judged, from_address, snapshot_notice

INTRODUCTION = """
Every network was tested on images that it never saw in training. Each number here leads to the
images behind it, and each image to why it was read as it was.
"""

with page("pages/4_Mistakes.py", INTRODUCTION, ADDRESS):
    with st.container(key="judged"):
        left, right = st.columns([2, 3], gap="medium", vertical_alignment="center")
    with left:
        trained = network_choice()
    data = state.dataset()  # Of what the network is of.
    with right:
        data_label(data)
        result(trained, Judged.of(trained, data).evaluation, data)
    judged = from_address(trained, data)
    views = VIEWS if data.is_of_digits else OF_ANYTHING
    if st.session_state.get(KEY) not in views:
        st.session_state.pop(KEY, None)  # The network before was of digits.
    view = view_choice(views, key=KEY)
    if view is not VIEWS["matrix"]:  # It has a slider that says so.
        snapshot_notice(judged)
    view.draw(judged)
