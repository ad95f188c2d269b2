"""The Compare page: two networks on the same test images, from who is better to the single image.

sides, choice     the two networks and the time of their training; what cannot be compared
words             who is better, in words, with McNemar's test
explorer          from the numbers to the images: quarters (who is right), difference (which digits)
both              one image through both networks
settings, curves, several_seeds, tables
"""

from __future__ import annotations

import streamlit as st

from mnist_core.data.dataset import Dataset
from mnist_core.insight.all_images.comparison import Comparison
from ui.compare.choice import choice
from ui.compare.curves import curves
from ui.compare.explorer import explorer
from ui.compare.settings import settings
from ui.compare.several_seeds import several_seeds
from ui.compare.sides import Side
from ui.compare.words import fixes, verdict
from ui.frame.page import explained
from ui.words.glossary import meaning

TEST_WORDS = (
    "Is that luck? Were A and B equally good, each image that only one of them reads right would be a tossed coin. "
    "McNemar's test says how often coins fall at least this unevenly. It is about these two networks alone: what other "
    "seeds give is at the foot of the page."
)


def compare(data: Dataset) -> None:
    """Draw the whole page below its introduction."""
    sides: tuple[Side, ...] = ()
    with explained():
        sides = choice(data) or ()
        if sides:
            _compared(*sides, data)
    several_seeds(data, sides)


def _compared(a: Side, b: Side, data: Dataset) -> None:
    comparison = Comparison.of(a.judged.scores, b.judged.scores, data.y_test)
    with st.container(key="compare_verdict"):
        st.markdown(verdict(comparison))
        st.markdown(fixes(comparison), help=f"{TEST_WORDS} {meaning('95 % interval')}")
    explorer(a, b, comparison)
    settings(a, b)
    curves(a, b)
