"""What the map shows: the controls above it, and the lasso or the click on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_core.numerals import an
from ui.frame.views import menu, select
from ui.mistakes.map.address import ADDRESS, ANY, AT, COLOUR, DIGITS, KEYS, LASSO, ONLY, PLACED_BY, Corners, corners
from ui.networks.on_test_images import Judged
from ui.words.plain import plain


@dataclass(frozen=True)
class Choice:
    """What the map shows.

    Attributes:
        colour: key of `COLOUR`.
        only_wrong: whether images read right are faint.
        truth: the only true digit shown, `None` for all.
        answer: the only digit read shown, `None` for all.
        lasso: corners on the scatter's grid, `None` without.
        at: the image that was clicked, `None` without.
    """

    colour: str
    only_wrong: bool
    truth: int | None
    answer: int | None
    lasso: Corners | None
    at: int | None

    def shown(self, judged: Judged) -> np.ndarray:
        """(n,) bool: the images that pass the filters."""
        truth, read = judged.data.y_test, judged.evaluation.predicted
        result = np.ones(len(truth), bool)
        if self.only_wrong:
            result &= truth != read
        if self.truth is not None:
            result &= truth == self.truth
        if self.answer is not None:
            result &= read == self.answer
        return result

    @property
    def filtered(self) -> bool:
        """Whether some images are left out."""
        return self.only_wrong or self.truth is not None or self.answer is not None

    @property
    def words(self) -> str:
        """Which images pass the filters, such as "Mistakes of a 4 read as 9"."""
        words = "Mistakes" if self.only_wrong else "Images"
        words += f" of {an(self.truth)}" if self.truth is not None else ""
        return words + (f" read as {self.answer}" if self.answer is not None else "")


def choices() -> Choice:
    """Draw the controls; what they and the map choose."""
    with st.container(horizontal=True, key="map_choices"):
        colour = menu("Colour", COLOUR, key=KEYS["colour"], help="What colours tell.")
        only = menu("Show", ONLY, key=KEYS["only"], help="Mistakes alone leave the others faint.")
        truth, answer = (
            select(label, DIGITS, key=KEYS[name], width=130, help=words)
            for label, name, words in (
                ("True digit", "truth", "Show the images of one digit only."),
                ("Read as", "answer", "Show the images read as one digit only."),
            )
        )
    lasso, at = st.session_state.get(LASSO), st.session_state.get(AT)
    return Choice(
        colour, only == "wrong", None if truth == ANY else truth, None if answer == ANY else answer, lasso, at
    )


def choose(chosen: Mapping[str, object]) -> None:
    """Take what was chosen on the map; a callback."""
    lasso, place = chosen.get("lasso"), chosen.get("place")
    st.session_state[LASSO] = corners(lasso) if isinstance(lasso, list) else None
    st.session_state[AT] = place if isinstance(place, int) else None


def fill_from_address(judged: Judged, hidden: bool) -> None:
    """At the first visit, what the address asks for; afterwards what the reader chose."""
    now = st.session_state
    said = ADDRESS.fill(by="activations" if hidden else "pixels")
    if now[LASSO] is not None:
        now[AT] = None
    if (now[AT] or 0) >= len(judged.data.y_test):
        now[AT] = None  # Other images are in use meanwhile.
    if now[KEYS["by"]] == "activations" and not hidden:
        now[KEYS["by"]] = "pixels"
        words = f"{judged.trained.name} has no hidden layer: images lie by their pixels."
        if said.get("by"):
            PLACED_BY.refuse(words, "pixels")
        else:
            st.info(plain(words), icon=":material/info:")
