"""What B reads otherwise than A, digit by digit: the difference matrix, and the pairs that change most."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from mnist_core.architectures import CLASSES
from mnist_core.exploring.comparison import Change, Comparison
from ui import matrix
from ui.charts import ink_on

MOST_PAIRS = 4
BETTER, WORSE = (47, 128, 237), (232, 113, 10)  # #2F80ED and #E8710A
FAINTEST = 0.25  # of the full colour, so that a single image is seen


def difference_cells(difference: np.ndarray, by_a: np.ndarray) -> list[list[dict[str, str]]]:
    """What each cell of the matrix shows, as `matrix.cells`: blue where B is better, orange where it is worse.

    Args:
        difference: (10, 10) int64, counts of B minus those of A.
        by_a: (10, 10) int64, counts of A.
    """
    largest = max(int(np.abs(difference).max()), 10)
    return [[_cell(difference, by_a, largest, true, read) for read in range(CLASSES)] for true in range(CLASSES)]


def _cell(difference: np.ndarray, by_a: np.ndarray, largest: int, true: int, read: int) -> dict[str, str]:
    change, a = int(difference[true, read]), int(by_a[true, read])
    label = f"{true} read as {read}: {a:,} with A, {a + change:,} with B, of {int(by_a[true].sum()):,}"
    if not change:
        return {"text": "", "colour": "", "ink": "", "label": label}
    level = FAINTEST + (1 - FAINTEST) * np.log1p(abs(change)) / np.log1p(largest)
    better = (change > 0) == (true == read)
    colour = "#" + "".join(f"{round(255 + level * (part - 255)):02x}" for part in (BETTER if better else WORSE))
    return {"text": signed(change), "colour": colour, "ink": ink_on(colour), "label": label}


def difference_matrix(
    comparison: Comparison, chosen: tuple[int, int], on_choose: Callable[[int, int], None], *, key: str
) -> None:
    """Draw the confusion matrix of B minus that of A; the other parameters are those of `matrix.confusion_matrix`."""

    def on_cell_change() -> None:
        true, read = st.session_state[key].cell
        if {true, read} <= set(range(CLASSES)):
            on_choose(true, read)

    cells = difference_cells(comparison.matrix_difference, comparison.matrix_a)
    component = st.components.v2.component("digitlab_difference", html=matrix.HTML, css=matrix.CSS, js=matrix.JS)
    component(key=key, data={"cells": cells, "chosen": list(chosen)}, on_cell_change=on_cell_change)


def pairs(comparison: Comparison, on_choose: Callable[[int, int], None]) -> None:
    """Draw the mistakes that B makes less often than A, and those it makes more often, each a way to its images."""
    changes = comparison.changes()
    helped = [change for change in changes if change.difference < 0][:MOST_PAIRS]
    hurt = [change for change in changes[::-1] if change.difference > 0][:MOST_PAIRS]
    for words, key, found in (("B helps most", "helped", helped), ("B hurts most", "hurt", hurt)):
        st.markdown(f"**{words}**")
        if not found:
            st.caption("No pair of digits.")
        with st.container(horizontal=True, key=f"compare_{key}"):
            for change in found:
                st.button(
                    _words(change), key=f"{key}_{change.true}_{change.read}", on_click=on_choose,
                    args=(change.true, change.read), help="Show the images that only one of the two reads so.",
                )  # fmt: skip


def _words(change: Change) -> str:
    return f"{change.true} read as {change.read}: {change.by_a:,} to {change.by_b:,} ({signed(change.difference)})"


def signed(number: int) -> str:
    """A whole number with its sign."""
    return f"{number:+,}".replace("-", "\N{MINUS SIGN}")
