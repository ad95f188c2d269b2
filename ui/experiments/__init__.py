"""The Experiments page: a question, the runs that answer it, and what they say.

choice, plan_form   what is tried: a preset, or a plan of one's own; about how long it takes
address             the same in the address: a link fills the form
listing             the experiments that there are
watch               how far a running experiment is, asked gently
trials              the best trial, and the ways from a trial to other pages
tables, parallel, slices, importance      the same results from several sides; the address carries which as `view`
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from mnist_core.experiments import presets
from ui.experiments import importance, parallel, slices, tables
from ui.experiments.address import EXPERIMENT, FORM, TRIAL
from ui.experiments.choice import choice
from ui.experiments.found import Found
from ui.experiments.listing import actions, listing
from ui.experiments.trials import best, one_trial
from ui.experiments.watch import watch
from ui.frame.address import Address
from ui.frame.page import explained
from ui.frame.views import View, view_choice, view_parameter
from ui.words.plain import plain

KEY = "experiment_view"  # of the menu


VIEWS: Mapping[str, View] = {
    "settings": View("Settings", ":material/table_chart:", tables.settings),
    "trials": View("Trials", ":material/list:", tables.trials),
    "parallel": View("Parallel coordinates", ":material/stacked_line_chart:", parallel.view),
    "slices": View("Slices", ":material/scatter_plot:", slices.view),
    "importance": View("What matters", ":material/bar_chart:", importance.view),
}


ADDRESS = Address(EXPERIMENT, view_parameter(VIEWS, KEY), TRIAL, *FORM)


def experiments() -> None:
    """Draw the experiment that the address names, or what can be tried; and all that there are."""
    with explained():
        if not _one():
            choice()
    with explained():
        listing()


def _one() -> bool:
    found = EXPERIMENT.now()
    if found is None:
        return False
    _header(found)
    watch(found)
    if words := presets.answer(found.plan, found.settings):
        st.info(words, icon=":material/lightbulb:")
    best(found)
    if any(run.step for run in found.trials):
        view_choice(VIEWS, key=KEY).draw(found)
        one_trial(found)
    elif not found.is_live:
        st.info("None of its trials was begun. Press Go on, or delete it.", icon=":material/hourglass_empty:")
    actions(found)
    return True


def _header(found: Found) -> None:
    with st.container(horizontal=True, vertical_alignment="top", wrap=False, key="experiment_header"):
        with st.container(width="stretch"):
            st.subheader(plain(found.experiment.name))
            st.caption(found.words)
        # A callback: the poll below may rerun the page before a press is read.
        st.button(
            "Close", icon=":material/close:", key="close_experiment", help="Back to the questions.", on_click=_close
        )


def _close() -> None:
    ADDRESS.say({})
