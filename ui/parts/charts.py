"""Learning curves.

The curves are Vega-Lite, which comes with Streamlit and takes the theme of the page,
dark or light: new points enter the chart that stands.  A Plotly chart would be built
anew whenever its data change, a flicker three times a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.numerals import numeral, percent
from mnist_core.store.runs.records import Metric
from ui.colours import CURVES

if TYPE_CHECKING:
    import pandas as pd

# The axis of an accuracy in drawings of Vega-Lite.
ACCURACY: Mapping[str, object] = {
    "type": "quantitative",
    "scale": {"zero": False, "nice": True},
    "axis": {"format": ".1%", "tickCount": 5},
}
MAX_POINTS = 400  # of one curve: more than a chart has pixels for
CURVES_HEAD = ("Epoch", "Test accuracy", "Test loss", "Accuracy", "Loss")
CURVES_CSV = ("step", "epoch", "loss", "accuracy", "test_loss", "test_accuracy")  # attributes of `Metric`
MOST_ROWS = 20  # of the table under the charts; the file has all


def learning_curves(metrics: Sequence[Metric], quantity: str) -> pd.DataFrame:
    """The points of the two curves of "loss" or "accuracy", training and test.

    Args:
        metrics: of one run, by rising step.
        quantity: "loss" or "accuracy".

    Returns:
        Columns epoch, value, curve ("Training" or "Test"); at most `MAX_POINTS` rows a
        curve, the first and the last report among them.
    """
    training = [(metric.epoch, getattr(metric, quantity), "Training") for metric in metrics]
    tested = [
        (metric.epoch, getattr(metric, f"test_{quantity}"), "Test")
        for metric in metrics
        if getattr(metric, f"test_{quantity}") is not None
    ]
    rows = [row for curve in (training, tested) for row in _thinned(curve)]
    import pandas as pd  # 0.4 s, which pages without curves need not wait for.

    return pd.DataFrame(rows, columns=["epoch", "value", "curve"]).astype({"epoch": float, "value": float})


def _thinned(points: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    if len(points) <= MAX_POINTS:
        return points
    kept = np.unique(np.linspace(0, len(points) - 1, MAX_POINTS).round().astype(int))
    return [points[index] for index in kept]


def curve_rows(metrics: Sequence[Metric]) -> list[tuple[str, ...]]:
    """The curves as a table, `CURVES_HEAD`: at most `MOST_ROWS` tests, the last among them."""
    tested = [(each, each.test_accuracy) for each in metrics if each.test_accuracy is not None]
    every = -(-len(tested) // MOST_ROWS) or 1
    return [
        (numeral(each.epoch, 2), percent(accuracy), _loss(each.test_loss), percent(each.accuracy), _loss(each.loss))
        for each, accuracy in tested[::-1][::every][::-1]
    ]


def _loss(value: float | None) -> str:
    return "not a number" if value is None or value != value else numeral(value, 4)


def learning_curve_spec(quantity: str, epochs: int | None = None) -> dict[str, object]:
    """Vega-Lite drawing of `learning_curves`; it depends on nothing that changes while a run trains.

    Args:
        quantity: "loss" or "accuracy".
        epochs: where the axis ends; at the last point where `None`.
    """
    reach = {"domainMin": 0} if epochs is None else {"domain": [0, epochs]}
    percent = ".1%" if quantity == "accuracy" else ".4f"
    encoding = {
        "x": {
            "field": "epoch",
            "type": "quantitative",
            "title": "Epoch",
            "scale": {**reach, "nice": False},
            "axis": {"tickMinStep": 1, "format": "d", "grid": False, "tickCount": 6},
        },
        "y": {
            "field": "value",
            "type": "quantitative",
            "title": None,
            "scale": {"zero": False, "nice": True},
            "axis": {"format": ".0%" if quantity == "accuracy" else "~g", "tickCount": 5},
        },
        "color": {
            "field": "curve",
            "type": "nominal",
            "title": None,
            "scale": {"domain": list(CURVES), "range": list(CURVES.values())},
            "legend": None,  # The heading is one.
        },
    }
    tooltip = [
        {"field": "curve", "type": "nominal", "title": "Images"},
        {"field": "epoch", "type": "quantitative", "format": ".2f", "title": "Epoch"},
        {"field": "value", "type": "quantitative", "format": percent, "title": quantity.capitalize()},
    ]
    return {
        "height": 210,
        "padding": {"left": 0, "top": 0, "right": 8, "bottom": 0},
        "encoding": encoding,
        "layer": [
            {"mark": {"type": "line", "interpolate": "linear", "strokeWidth": 2}},
            # Points nobody sees, large enough for a finger.
            {"mark": {"type": "point", "size": 220, "opacity": 0}, "encoding": {"tooltip": tooltip}},
            {  # A line of one point is none: a trial of one epoch is tested once.
                "transform": [
                    {"joinaggregate": [{"op": "count", "as": "points"}], "groupby": ["curve"]},
                    {"filter": "datum.points === 1"},
                ],
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
            },
        ],
    }
