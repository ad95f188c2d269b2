"""See what a network gets wrong: each number leads to the images behind it."""

import streamlit as st

from ui.dataset.source import data_label
from ui.frame import state
from ui.frame.page import page
from ui.frame.views import view_choice
from ui.mistakes import KEY, VIEWS
from ui.mistakes.address import ADDRESS
from ui.networks.choice import network_choice, result
from ui.networks.on_test_images import Judged, from_address, snapshot_notice

INTRODUCTION = """
Every network was tested on images that it never saw in training. Each number here leads to the
images behind it, and each image to why it was read as it was.
"""

with page("pages/4_Mistakes.py", INTRODUCTION, ADDRESS):
    data = state.dataset()
    data_label(data)
    with st.container(key="judged"):
        left, right = st.columns([2, 3], gap="medium", vertical_alignment="center")
    with left:
        trained = network_choice()
    with right:
        result(trained, Judged.of(trained, data).evaluation, data)
    judged = from_address(trained, data)
    view = view_choice(VIEWS, key=KEY)
    if view is not VIEWS["matrix"]:  # It has a slider that says so.
        snapshot_notice(judged)
    view.draw(judged)
