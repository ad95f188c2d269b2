"""The learning curves of two runs in one chart, one for the accuracy and one for the loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from mnist_core.store.runs.records import Metric
from ui.colours import BLUE, ORANGE
from ui.compare.sides import Side
from ui.frame import state
from ui.parts.charts import CURVES_CSV, CURVES_HEAD, curve_rows, learning_curve_spec, learning_curves
from ui.parts.tables import csv_button, csv_text, table_html
from ui.words.plain import plain

if TYPE_CHECKING:
    import pandas as pd

RANGE = [BLUE, ORANGE]
DASHES: Mapping[str, list[int]] = {"Test": [1, 0], "Training": [4, 4]}


def curves(a: Side, b: Side) -> None:
    """Draw the curves of A and B together; those that come with the app have none, and it says so."""
    st.subheader("How they learned")
    found = _found(a, b)
    if not (a.judged.trained.run or b.judged.trained.run):
        st.caption("A and B come with the app, without the curves of their training. Runs of your own have theirs.")
        return
    for side in (a, b):
        if side.letter not in found:
            st.caption(f"{side.letter}, {plain(side.name)}: {_without(side)}")
    if not found:
        return
    shown = {letter: metrics for letter, metrics in found.items() if metrics}
    for place, quantity in zip(st.columns(2, gap="medium"), ("accuracy", "loss"), strict=True):
        with place:
            legend = "".join(
                f'<span style="--colour:{colour}">{letter}</span>'
                for letter, colour in zip("AB", RANGE, strict=True)
                if letter in shown
            )
            st.html(f'<h3 class="dl-heading">{quantity.capitalize()}{legend}</h3>')
            st.vega_lite_chart(
                curve_points(shown, quantity),
                curve_spec(quantity),
                key=f"compare_{quantity}",
                alt=f"{quantity.capitalize()} by epoch of {' and '.join(shown)}; the numbers are in the table below.",
            )
    st.caption("Solid: test images. Dashed: training images, as they were learned.")
    with st.expander("As a table", icon=":material/table:"):
        rows = [(letter, *row) for letter, each in shown.items() for row in curve_rows(each)]
        st.html(table_html(("Network", *CURVES_HEAD), rows))
        rows = [(letter, *(getattr(each, name) for name in CURVES_CSV)) for letter in shown for each in shown[letter]]
        csv_button(
            csv_text(("network", *CURVES_CSV), rows),
            "compare-curves",
            "All points of the curves, where the table leaves some out.",
        )


def curve_points(metrics: Mapping[str, Sequence[Metric]], quantity: str) -> pd.DataFrame:
    """The points of up to four curves: `charts.learning_curves` with a column network, "A" or "B"."""
    import pandas as pd  # 0.4 s, which pages without curves need not wait for.

    return pd.concat([learning_curves(each, quantity).assign(network=letter) for letter, each in metrics.items()])


def curve_spec(quantity: str) -> dict[str, object]:
    """Vega-Lite drawing of `curve_points`: the colour tells the network, the dashes the images."""
    spec: dict[str, Any] = learning_curve_spec(quantity)
    scale = {"domain": ["A", "B"], "range": RANGE}
    spec["encoding"]["color"] = {"field": "network", "type": "nominal", "scale": scale, "legend": None}
    dashes = {"domain": list(DASHES), "range": list(DASHES.values())}
    spec["encoding"]["strokeDash"] = {"field": "curve", "type": "nominal", "scale": dashes, "legend": None}
    _, touched, single = spec["layer"]
    touched["encoding"]["tooltip"].insert(0, {"field": "network", "type": "nominal", "title": "Network"})
    single["transform"][0]["groupby"].append("network")
    return spec


def _found(a: Side, b: Side) -> dict[str, list[Metric]]:
    """The curves of each side that has any; a run that is both A and B has them once."""
    found = {}
    for side in (a, b):
        trained = side.judged.trained
        if trained.run is not None and not (side is b and a.judged.trained.key == trained.key):
            metrics = state.store().runs.results.metrics(trained.key)
            if metrics:
                found[side.letter] = metrics
    return found


def _without(side: Side) -> str:
    if side.judged.trained.run is None:
        return "it comes with the app, without the curves of its training."
    if side.letter == "B":
        return "the same run, so its curve is that of A."
    return "no curves were kept."
