"""See what a network gets wrong: each number leads to the images behind it."""

from mnist_core.evaluation import Evaluation
from ui import networks, state
from ui.data_source import data_label
from ui.figures import figures
from ui.mistakes import explorer
from ui.network_choice import network_choice, result
from ui.page import page

INTRODUCTION = """
Every network was tested on images that it never saw in training. Rows of the matrix are
the true digits, columns what the network read: choose a cell and look at its images.
"""

with page("pages/4_Mistakes.py", INTRODUCTION):
    data = state.dataset()
    data_label(data)
    trained = network_choice()
    evaluation = Evaluation.of(networks.test_scores(trained), data.y_test)
    result(trained, evaluation, data)
    explorer(evaluation, data)
    figures(evaluation)
