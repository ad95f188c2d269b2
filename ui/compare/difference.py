"""What B reads otherwise than A, digit by digit: the difference matrix, and the pairs that change most."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mnist_core.insight.all_images.comparison import Change, Comparison
from mnist_core.numerals import numeral, signed
from ui.parts import matrix

MOST_PAIRS = 4


def difference_matrix(
    comparison: Comparison, chosen: tuple[int, int], on_choose: Callable[[int, int], None], *, key: str
) -> None:
    """Draw the confusion matrix of B minus that of A; the other parameters are those of `matrix.confusion_matrix`."""
    matrix.confusion_matrix(
        [matrix.Frame(comparison.matrix_b, "B minus A")],
        0,
        "difference",
        chosen,
        on_choose=on_choose,
        base=comparison.matrix_a,
        base_name="A",
        key=key,
    )


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
    return (
        f"{change.true} read as {change.read}: {numeral(change.by_a)} to {numeral(change.by_b)} "
        f"({signed(change.difference)})"
    )
