"""Accuracy against how much images were changed: points, chart, table, file, and what they say."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.insight.all_images.transformations import TRANSFORMATIONS, Transformation
from mnist_core.network.evaluation import accuracy_interval
from mnist_core.network.network import Network
from mnist_core.numerals import in_points, numeral, out_of, percent, percents
from ui.colours import BLUE, GREY, ORANGE
from ui.parts import tables
from ui.parts.tables import csv_text

if TYPE_CHECKING:
    import pandas as pd

# Blue, orange and a grey between them, each with its own dashes: told apart without colours too.
COLOURS = (BLUE, ORANGE, GREY)
DASHES, LINES = ((1, 0), (7, 3), (2, 3)), ("solid", "dashed", "dotted")
LITTLE = 0.05  # loss of accuracy that still counts as little


@dataclass(frozen=True, eq=False)
class Curves:
    """What one network reads right, the more images are changed.

    Attributes:
        name: of the network, for people.
        result: of the analysis "stress".
        network: its weights.
        identity: changes when they do, or the images.
    """

    name: str
    result: Mapping[str, np.ndarray]
    network: Network
    identity: str

    @property
    def places(self) -> np.ndarray:
        """(n,) int64 places in the test set of the images that it was asked about."""
        return self.result["places"]

    @property
    def tested(self) -> int:
        """How many images it was asked about at each setting."""
        return int(self.result["totals"].sum())

    def points(self, key: str) -> list[tuple[float, int]]:
        """(setting, images read right) by rising setting, of a key of `TRANSFORMATIONS`."""
        counts = self.result[f"{key}_correct"].sum(axis=1)
        return [(float(at), int(count)) for at, count in zip(self.result[f"{key}_settings"], counts, strict=True)]

    def correct(self, key: str, amount: float) -> int | None:
        """How many were read right at this setting; `None` where it was not measured."""
        return dict(self.points(key)).get(amount)


def points(curves: Sequence[Curves], key: str, amount: float) -> pd.DataFrame:
    """The chart's data: a row a network and setting, and one without a network for the setting chosen."""
    rows: list[tuple[str | None, float, float, float, float, str]] = []
    for each in curves:
        for setting, correct in each.points(key):
            low, high = accuracy_interval(correct, each.tested)
            of = out_of(correct, each.tested)
            rows.append((each.name, setting, correct / each.tested, low, high, of))
    import pandas as pd  # 0.4 s, which pages without curves need not wait for.

    rows.append((None, amount, np.nan, np.nan, np.nan, ""))
    return pd.DataFrame(rows, columns=["network", "setting", "accuracy", "low", "high", "right"])


def spec(curves: Sequence[Curves], transformation: Transformation) -> dict[str, object]:
    """Vega-Lite drawing of `points`; it does not depend on the setting chosen, so that the chart stays."""
    names = [each.name for each in curves]

    def scale(values: Sequence[object]) -> dict[str, object]:
        return {"domain": names, "range": list(values[: len(names)])}

    x = {
        "field": "setting",
        "type": "quantitative",
        "title": f"{transformation.label}, {transformation.unit}",
        "scale": {"domain": [transformation.low, transformation.high], "nice": False},
        "axis": {"grid": False, "tickCount": 8},
    }
    y = {
        "field": "accuracy",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 1]},
        "axis": {"format": ".0%", "tickCount": 5},
    }
    colour = {"field": "network", "type": "nominal", "scale": scale(COLOURS), "legend": None}
    tooltip = [
        {"field": "network", "type": "nominal", "title": "Network"},
        {"field": "setting", "type": "quantitative", "title": transformation.unit},
        {"field": "accuracy", "type": "quantitative", "format": ".1%", "title": "Accuracy"},
        {"field": "right", "type": "nominal", "title": "Right"},
        {"field": "low", "type": "quantitative", "format": ".1%", "title": "95 % from"},
        {"field": "high", "type": "quantitative", "format": ".1%", "title": "95 % to"},
    ]
    measured = [{"filter": "isValid(datum.network)"}]
    dash = {"field": "network", "type": "nominal", "scale": scale(DASHES), "legend": None}
    return {
        "height": 280,
        "padding": {"left": 0, "top": 4, "right": 8, "bottom": 0},
        "description": f"Accuracy of {', '.join(names)} by how much images are changed: {transformation.label}. "
        "The numbers are in the table below.",
        "encoding": {"x": x},
        "layer": [
            {
                "transform": measured,
                "mark": {"type": "area", "opacity": 0.22},
                "encoding": {"y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour},
            },
            {
                "transform": measured,
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"y": y, "color": colour, "strokeDash": dash},
            },
            {
                "transform": [{"filter": "!isValid(datum.network)"}],
                "mark": {"type": "rule", "strokeWidth": 1.5, "color": GREY},
            },
            # Points nobody sees, large enough for a finger.
            {
                "transform": measured,
                "mark": {"type": "point", "size": 260, "opacity": 0},
                "encoding": {"y": y, "color": colour, "tooltip": tooltip},
            },
        ],
    }


def legend_html(curves: Sequence[Curves]) -> str:
    """HTML of the networks' names, each with its line."""
    lines = "".join(
        f'<span><i style="border-top:3px {LINES[i]} {COLOURS[i]}"></i>{escape(each.name)}</span>'
        for i, each in enumerate(curves)
    )
    return f'<p class="dl-stress-key">{lines}</p>'


def all_html(curves: Sequence[Curves]) -> str:
    """HTML of small charts of all transformations, from no to all images right, a line where nothing is changed."""
    figures = "".join(
        f'<figure><img src="data:image/svg+xml;base64,{base64.b64encode(_svg(curves, each).encode()).decode()}" '
        f'alt="Accuracy by {escape(each.label.lower())}: {escape("; ".join(_ends(curve, each) for curve in curves))}">'
        f"<figcaption>{escape(each.label)}<span>{each.low:g} to {each.high:g} {each.unit}</span></figcaption></figure>"
        for each in TRANSFORMATIONS.values()
    )
    return f'<div class="dl-stress-all">{figures}</div>'


def _svg(curves: Sequence[Curves], each: Transformation) -> str:
    def across(setting: float) -> float:
        return round(200 * (setting - each.low) / (each.high - each.low), 1)

    lines = "".join(
        f'<polyline fill="none" stroke="{COLOURS[i]}" stroke-width="2.5" stroke-dasharray="{_dashes(i)}" points="'
        + " ".join(f"{across(at)},{100 - 100 * right / curve.tested:.1f}" for at, right in curve.points(each.key))
        + '"/>'
        for i, curve in enumerate(curves)
    )
    grid = "".join(f'<path d="M0 {y}H200" stroke="{GREY}" stroke-opacity=".35"/>' for y in (0, 50, 100))
    middle = f'<path d="M{across(each.neutral)} 0V100" stroke="{GREY}" stroke-opacity=".7"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 204 104">{grid}{middle}{lines}</svg>'


def _ends(curve: Curves, each: Transformation) -> str:
    measured = curve.points(each.key)
    ends = (f"{percent(right / curve.tested, 0)} at {at:g} {each.unit}" for at, right in (measured[0], measured[-1]))
    return f"{curve.name} {' and '.join(ends)}"


def _dashes(i: int) -> str:
    return "none" if i == 0 else " ".join(map(str, DASHES[i]))


def accuracy_table(curves: Sequence[Curves], transformation: Transformation) -> str:
    """HTML table of a transformation: a row a setting, a column a network."""
    rows = []
    for setting, _ in curves[0].points(transformation.key):
        measured = [(each.correct(transformation.key, setting), each.tested) for each in curves]
        rows.append((f"{setting:g} {transformation.unit}", *(_accuracy(correct, of) for correct, of in measured)))
    table = tables.table_html(("Setting", *(each.name for each in curves)), rows)
    return f"{table}<p class='dl-table-key'>Behind each accuracy its 95 % interval.</p>"


def _accuracy(correct: int | None, tested: int) -> str | tables.Cell:
    if correct is None:
        return "not measured"
    interval = percents(*accuracy_interval(correct, tested))
    return tables.Cell(percent(correct / tested), f"{out_of(correct, tested)}, {interval}")


def curves_csv(curves: Sequence[Curves]) -> str:
    """All transformations of all networks as a CSV file."""
    lines = []
    for each in curves:
        for key, transformation in TRANSFORMATIONS.items():
            for setting, correct in each.points(key):
                figures = (correct / each.tested, *accuracy_interval(correct, each.tested))
                lines.append(
                    [each.name, key, transformation.unit, f"{setting:g}", correct, each.tested]
                    + [f"{figure:.6f}" for figure in figures]
                )
    return csv_text(
        ["network", "transformation", "unit", "setting", "right", "tested", "accuracy", "low", "high"], lines
    )


def lesson(curves: Curves, transformation: Transformation) -> str:
    """One sentence: what the first setting on each side costs, and how far the network goes without much loss."""
    measured = dict(curves.points(transformation.key))
    settings = list(measured)
    middle = settings.index(transformation.neutral)
    whole = measured[transformation.neutral] / curves.tested
    costs, reach = [], []
    for way in transformation.ways:
        path = settings[middle + 1 :] if way > 0 else settings[middle - 1 :: -1]
        lost = whole - measured[path[0]] / curves.tested
        does = "costs" if lost > -0.0005 else "gains"
        costs.append(f"{transformation.in_words(path[0])} {does} {in_points(lost, 1)}")
        last = transformation.neutral
        for setting in path:
            if measured[setting] / curves.tested < whole - LITTLE:
                break
            last = setting
        reach.append(last)
    sentence = f"{', '.join(costs)} of its {percent(whole)} (of {numeral(curves.tested)} images)"
    far = [transformation.in_words(each) for each in reach if each != transformation.neutral]
    if not far:
        return f"{sentence}: more than {in_points(LITTLE, 0)} at the first setting."
    return f"{sentence}; it stays within {in_points(LITTLE, 0)} up to {' and '.join(far)}."
