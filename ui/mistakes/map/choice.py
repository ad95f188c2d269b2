"""What the map shows: the controls above it, the lasso or the click on it, and the address that carries all this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_core.drawing.images import CLASSES
from mnist_core.insight.all_images.placement import METHODS
from mnist_core.numerals import an, whole
from ui.frame.address import carry
from ui.frame.dead_links import dead_link
from ui.networks.on_test_images import Judged
from ui.parts import scatter
from ui.words.plain import plain

BY: Mapping[str, str] = {"activations": "Hidden layer", "pixels": "Pixels"}
COLOUR: Mapping[str, str] = {"truth": "True digit", "read": "Digit read", "right": "Right or wrong"}
ONLY: Mapping[str, str] = {"all": "All images", "wrong": "Only mistakes"}
ANY = -1  # stands for every digit in the select boxes, which take `None` for nothing chosen
DIGITS = (ANY, *range(CLASSES))
# Of widgets; in the address without what stands before the last underscore.
KEYS = {name: f"map_{name}" for name in ("by", "method", "colour", "only", "truth", "answer")}
LASSO, AT = "map_lasso", "map_at"  # in session state: corners (x, y) on the grid, or a place
CORNERS = (3, 100)  # of a lasso in an address, at least and at most


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
    lasso: Sequence[tuple[int, int]] | None
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
        colour = st.segmented_control(
            "Colour", list(COLOUR), format_func=COLOUR.get, key=KEYS["colour"], required=True, help="What colours tell."
        )
        only = st.segmented_control(
            "Show",
            list(ONLY),
            format_func=ONLY.get,
            key=KEYS["only"],
            required=True,
            help="Mistakes alone leave the others faint.",
        )
        truth, answer = (
            st.selectbox(label, DIGITS, format_func=_any, key=KEYS[name], width=130, help=words)
            for label, name, words in (
                ("True digit", "truth", "Show the images of one digit only."),
                ("Read as", "answer", "Show the images read as one digit only."),
            )
        )
    lasso, at = st.session_state.get(LASSO), st.session_state.get(AT)
    return Choice(
        colour, only == "wrong", None if truth == ANY else truth, None if answer == ANY else answer, lasso, at
    )


def _any(digit: int) -> str:
    return "any" if digit == ANY else str(digit)


def choose(chosen: Mapping[str, object]) -> None:
    """Take what was chosen on the map; a callback."""
    lasso, place = chosen.get("lasso"), chosen.get("place")
    st.session_state[LASSO] = _corners(lasso) if isinstance(lasso, list) else None
    st.session_state[AT] = place if isinstance(place, int) else None


def _corners(numbers: Sequence[object]) -> list[tuple[int, int]] | None:
    """Corners of a lasso from x, y, x, y, ...; `None` for what is none."""
    fits = CORNERS[0] <= len(numbers) / 2 <= CORNERS[1] and len(numbers) % 2 == 0
    if not fits or not all(isinstance(number, int) and abs(number) <= 10 * scatter.GRID for number in numbers):
        return None
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def fill_from_address(judged: Judged, hidden: bool) -> None:
    """At the first visit, what the address asks for; afterwards what the reader chose."""
    usual = {"by": "activations" if hidden else "pixels", "method": "tsne", "colour": "truth", "only": "all"}
    offered = {"by": BY, "method": METHODS, "colour": COLOUR, "only": ONLY}
    problems = []
    if KEYS["method"] not in st.session_state:
        for name, options in offered.items():
            asked = st.query_params.get(name, usual[name])
            if asked not in options:
                problems.append(f"{name}={asked[:40]}")
            st.session_state[KEYS[name]] = asked if asked in options else usual[name]
        digits = {str(digit): digit for digit in range(CLASSES)}
        for name in ("truth", "answer"):
            asked = st.query_params.get(name)
            if asked is not None and asked not in digits:
                problems.append(f"{name}={asked[:40]}")
            st.session_state[KEYS[name]] = digits.get(asked, ANY)
        problems += _choice_from_address(len(judged.data.y_test))
    if (st.session_state.get(AT) or 0) >= len(judged.data.y_test):
        st.session_state[AT] = None  # Other images are in use meanwhile.
    if st.session_state.get(KEYS["by"]) == "activations" and not hidden:
        st.session_state[KEYS["by"]] = "pixels"
        st.info(
            plain(f"{judged.trained.name} has no hidden layer: images lie by their pixels."), icon=":material/info:"
        )
    if problems:
        dead_link(f"The link asks the map for what it has not ({', '.join(problems)}); the usual is shown instead.")


def _choice_from_address(images: int) -> list[str]:
    problems = []
    lasso, at = st.query_params.get("lasso"), st.query_params.get("at")
    if lasso is not None:
        parts = lasso.split("_")[: 2 * CORNERS[1] + 2]
        numbers = [whole(part) for part in parts]
        st.session_state[LASSO] = _corners(numbers)
        if st.session_state[LASSO] is None:
            problems.append("lasso")
    elif at is not None:
        place = whole(at)
        if place is not None and 0 <= place < images:
            st.session_state[AT] = place
        else:
            problems.append(f"at={at[:40]}")
    return problems


def to_address(choice: Choice) -> None:
    """Have the address carry the choice."""
    lasso = None if choice.lasso is None else "_".join(str(number) for corner in choice.lasso for number in corner)
    values = {
        "colour": choice.colour,
        "only": "wrong" if choice.only_wrong else None,
        "truth": choice.truth,
        "answer": choice.answer,
        "lasso": lasso,
        "at": choice.at,
    }
    for name, value in values.items():
        carry(name, value)
