"""Who is right: both, only A, only B, neither, as four large cells that a mouse, a finger or the arrow keys choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from mnist_core.insight.all_images.comparison import CELLS, Comparison
from mnist_core.numerals import numeral, out_of, percent
from ui.frame.components import component

# As a table: A right and wrong down, B right and wrong across.
TABLE = (("both", "only_a"), ("only_b", "neither"))
WORDS: Mapping[str, str] = {
    "both": "Both right",
    "only_a": "Only A right",
    "only_b": "Only B right",
    "neither": "Both wrong",
}


def quarters(comparison: Comparison, chosen: str | None, on_choose: Callable[[str], None], *, key: str) -> None:
    """Draw the four cells; `on_choose(cell)` is called with the one of `CELLS` that was chosen.

    Args:
        comparison: whose counts they show.
        chosen: the cell that is outlined, if any.
        on_choose: a callback as those of widgets: it runs before the page does.
        key: the component's key in session state.
    """

    def on_cell_change() -> None:
        cell = st.session_state[key].cell
        if cell in CELLS:
            on_choose(cell)

    counts, n = comparison.counts, comparison.images
    rows = [
        [
            {
                "cell": cell,
                "count": numeral(counts[cell]),
                "share": percent(counts[cell] / n, 2),
                "words": WORDS[cell],
                "label": f"{WORDS[cell]}: {out_of(counts[cell], n)} images ({percent(counts[cell] / n, 2)})",
            }
            for cell in row
        ]
        for row in TABLE
    ]
    data = {"rows": rows, "chosen": chosen}
    component("pictures/quarters.js", html=HTML)(key=key, data=data, on_cell_change=on_cell_change)


HTML = """<table aria-label="Who reads the image right"><thead><tr><td></td><th scope="col">B right</th>
<th scope="col">B wrong</th></tr></thead><tbody></tbody></table>"""
