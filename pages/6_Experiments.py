"""Many runs for one question: what a setting changes, and whether that is more than chance."""

from ui.dataset.source import data_label
from ui.experiments import ADDRESS, experiments
from ui.frame import state
from ui.frame.page import page

INTRODUCTION = """
One run shows what a network can do; an experiment shows what a setting changes. Choose a question or
a plan of your own: every setting is trained with several seeds, one run each, and the runs answer it.
"""

with page("pages/6_Experiments.py", INTRODUCTION, ADDRESS):
    state.jobs().warm_up()
    state.warm_dataset()
    if data := state.loaded_dataset():
        data_label(data)
    experiments()
