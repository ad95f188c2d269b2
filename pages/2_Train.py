"""Train a network: choose, start, watch it learn; every run that was ever started."""

import streamlit as st

from ui.dataset.source import data_label
from ui.frame import state
from ui.frame.page import explained, page
from ui.frame.press import making_button, spend
from ui.parts.layers import layers_picture
from ui.train.address import ADDRESS, RUN
from ui.train.bring import bring_a_network
from ui.train.form import refused, run_name, start, training_form
from ui.train.runs import runs_list
from ui.train.view import run_view

INTRODUCTION = """
Training shows the network all images again and again. After every few of them, a batch, it changes the
network's numbers, the weights, a little. You may leave this page: training goes on, and its address leads back.
"""

with page("pages/2_Train.py", INTRODUCTION, ADDRESS):
    state.jobs().warm_up()
    state.warm_dataset()
    if data := state.loaded_dataset():
        data_label(data)
    config = started = None
    with st.container(key="train_columns"):
        form, view = st.columns([2, 3], gap="large")
    with form:
        with refused():
            config = training_form()
        name = run_name(config)
        place, look = st.empty(), {"icon": ":material/play_arrow:", "type": "primary", "width": "stretch"}
        new = making_button(place, "start", "Start training", **look)
        with refused():
            if new and config:
                started = start(config, name=name, run_id=new)
                RUN.say(started.id)
                spend("start")
                making_button(place, "start", "Start training", **look)
    with view, explained():
        if not run_view(started=started is not None) and config:
            st.subheader("What will be trained")
            st.html(layers_picture(config.layers))
    runs_list()
    bring_a_network()
