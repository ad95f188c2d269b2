"""See what a network gets wrong: each number leads to the images behind it."""

from ui import state
from ui.data_source import data_label
from ui.judged import from_address, snapshot_notice
from ui.mistakes import view_choice
from ui.network_choice import network_choice, result
from ui.page import page

INTRODUCTION = """
Every network was tested on images that it never saw in training. Each number here leads to the
images behind it, and each image to why it was read as it was.
"""

with page("pages/4_Mistakes.py", INTRODUCTION):
    data = state.dataset()
    data_label(data)
    judged = from_address(network_choice(), data)
    result(judged.trained, judged.evaluation, data)
    snapshot_notice(judged)
    view_choice().draw(judged)
