"""How good the network is on each digit, in figures."""

from __future__ import annotations

from ui.figures import figures
from ui.judged import Judged


def view(judged: Judged) -> None:
    """Draw precision, recall and F1 of each digit."""
    figures(judged.evaluation)
