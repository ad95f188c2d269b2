"""What the address carries of the matrix: a cell, the numbers in all cells, and what a difference is taken to."""

from __future__ import annotations

from ui.frame.address import Address, Parameter
from ui.frame.kinds import DIGIT, Checked, OneOf
from ui.parts.matrix import MODES

TRUE, READ, MODE, AGAINST_KEY = "cell_true", "cell_read", "matrix_mode", "matrix_against"  # keys of widgets
SNAPSHOT = "step-"  # before a step of the same run; a network's key has no such name

CELL = Address(
    Parameter("true", DIGIT, key=TRUE, choice=True, label="true digit", words="This is the most frequent error."),
    Parameter("read", DIGIT, key=READ, choice=True, label="digit read", words="This is the most frequent error."),
)
CELLS = Address(Parameter("cells", OneOf(MODES), "counts", key=MODE, words="Counts are shown."))
# A network's key, or `SNAPSHOT` and a step: which there are depends on the network that is shown.
AGAINST = Parameter("against", Checked(str), key=AGAINST_KEY, choice=True, words="Another is taken instead.")
ADDRESS = Address(*CELL, *CELLS, AGAINST)
