"""Draw a digit and see both networks answer."""

from ui.draw.address import ADDRESS
from ui.draw.drawing_board import drawing_board
from ui.frame import state
from ui.frame.page import page

INTRODUCTION = """
Write one digit, as large as you like. As the pen moves, each network gives ten numbers, one a
digit; the largest wins.
"""

with page("pages/1_Draw.py", INTRODUCTION, ADDRESS):
    state.show_digits()
    drawing_board()
