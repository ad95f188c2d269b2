"""What the address carries of the matrix: a cell, the numbers in all cells, and what a difference is taken to."""

from __future__ import annotations

from ui.frame import state
from ui.frame.address import Address, Parameter
from ui.frame.kinds import Checked, OneOf, UpTo
from ui.parts.matrix import MODES

TRUE, READ, MODE, AGAINST_KEY = "cell_true", "cell_read", "matrix_mode", "matrix_against"  # keys of widgets
SNAPSHOT = "step-"  # before a step of the same run; a network's key has no such name

CLASS = UpTo(0, lambda: len(state.dataset().classes) - 1)
CELL = Address(
    Parameter("true", CLASS, key=TRUE, choice=True, label="true digit", words="This is the most frequent error."),
    Parameter("read", CLASS, key=READ, choice=True, label="digit read", words="This is the most frequent error."),
)
CELLS = Address(Parameter("cells", OneOf(MODES), "counts", key=MODE, words="Counts are shown."))
# A network's key, or `SNAPSHOT` and a step: which there are depends on the network that is shown.
AGAINST = Parameter("against", Checked(str), key=AGAINST_KEY, choice=True, words="Another is taken instead.")
ADDRESS = Address(*CELL, *CELLS, AGAINST)
