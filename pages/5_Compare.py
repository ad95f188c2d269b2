"""See what one network reads that another does not, and whether that is more than chance."""

from ui.compare import compare
from ui.compare.address import ADDRESS
from ui.compare.choice import show_data_of_a
from ui.dataset.source import data_label
from ui.frame import state
from ui.frame.page import page

INTRODUCTION = """
Two networks are asked the same test images. Choose two, or one at two times of its training, and see
which is better, whether chance alone would do that, and every image that only one of them reads right.
"""

with page("pages/5_Compare.py", INTRODUCTION, ADDRESS):
    show_data_of_a()
    data = state.dataset()
    data_label(data)
    compare(data)
