"""The reliability curve and the rates of two groups, as drawings of Vega-Lite, tables and files."""

from __future__ import annotations

from collections.abc import Mapping

from mnist_core.insight.all_images.calibration import BINS, Calibration
from mnist_core.insight.all_images.halves import Halves
from mnist_core.numerals import numeral, out_of, percent, percents
from ui.colours import BLUE, GREY, ORANGE
from ui.parts.tables import csv_text

POINTED = "pointed"  # the selection in a drawing; its field is what a row is called
FINGER = 500  # square pixels of a mark that a finger hits


SHARE: Mapping[str, object] = {"type": "quantitative", "scale": {"domain": [0, 1]}}
PERCENT: Mapping[str, object] = {"format": ".0%", "values": [0, 0.2, 0.4, 0.6, 0.8, 1]}
BIN_TOOLTIP = [
    {"field": "from", "type": "quantitative", "format": ".1%", "title": "Surer than"},
    {"field": "to", "type": "quantitative", "format": ".1%", "title": "up to"},
    {"field": "right", "type": "nominal", "title": "Read right"},
    {"field": "accuracy", "type": "quantitative", "format": ".1%", "title": "Accuracy"},
    {"field": "confidence", "type": "quantitative", "format": ".1%", "title": "How sure, on average"},
]


def _bins(found: Calibration) -> dict[str, object]:
    rows = [
        {
            "bin": number,
            "from": each.low,
            "to": each.high,
            "confidence": each.confidence,
            "accuracy": each.accuracy,
            "low": interval.low,
            "high": interval.high,
            "images": each.count,
            "right": out_of(each.correct, each.count),
        }
        for number, each in enumerate(found.bins)
        if (interval := each.interval)
    ]
    return {"values": rows}


def reliability_spec(found: Calibration) -> dict[str, object]:
    """Vega-Lite drawing: accuracy over mean share of each bin, with its interval, and the diagonal."""
    x = {**SHARE, "field": "confidence", "title": "How sure, on average", "axis": PERCENT}
    y = {**SHARE, "field": "accuracy", "title": "Read right", "axis": PERCENT}
    place = {"x": x, "y": y}
    diagonal = {"values": [{"confidence": 0, "accuracy": 0}, {"confidence": 1, "accuracy": 1}]}
    return {
        "height": 320,
        "data": _bins(found),
        "layer": [
            {"data": diagonal, "mark": {"type": "line", "strokeDash": [5, 4], "color": GREY}, "encoding": place},
            {
                "mark": {"type": "rule", "color": BLUE, "strokeWidth": 2},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            {"mark": {"type": "line", "color": BLUE, "strokeWidth": 1, "opacity": 0.5}, "encoding": place},
            {"mark": {"type": "circle", "color": BLUE, "size": 60, "opacity": 1}, "encoding": place},
            {
                "params": [{"name": POINTED, "select": {"type": "point", "fields": ["bin"]}}],
                "mark": {"type": "circle", "size": FINGER, "opacity": 0, "cursor": "pointer"},
                "encoding": {**place, "tooltip": BIN_TOOLTIP},
            },
        ],
    }


def counts_spec(found: Calibration) -> dict[str, object]:
    """Vega-Lite drawing: how many images each bin holds."""
    x = {**SHARE, "field": "from", "title": "How sure of the digit that was answered", "axis": PERCENT}
    # One image must be seen beside nine thousand, so the scale is logarithmic, and bars begin at a half.
    y = {
        "field": "images",
        "type": "quantitative",
        "title": "Images",
        "scale": {"type": "log", "domainMin": 0.5},
        "axis": {"format": "~s", "values": [1, 10, 100, 1_000, 10_000]},
    }
    return {
        "height": 170,
        "data": _bins(found),
        "mark": {"type": "bar", "color": ORANGE, "stroke": None},
        "encoding": {
            "x": {**x, "bin": {"binned": True, "step": 1 / BINS}},
            "x2": {"field": "to"},
            "y": y,
            "y2": {"datum": 0.5},
            "tooltip": BIN_TOOLTIP,
        },
    }


def halves_spec(found: Halves) -> dict[str, object]:
    """Vega-Lite drawing: both rates of errors with their intervals."""
    rows = [
        {
            "group": name,
            "written": each.name,
            "rate": each.rate,
            "low": each.interval.low,
            "high": each.interval.high,
            "wrong": out_of(len(each.errors), each.count),
        }
        for name, each in (("students", found.students), ("census", found.census))
    ]
    x = {
        "field": "rate",
        "type": "quantitative",
        "title": "Read wrong, with 95 % interval",
        "scale": {"domainMin": 0},
        "axis": {"format": ".1~%", "tickCount": 5},
    }
    y = {"field": "written", "type": "nominal", "title": None, "sort": None, "axis": {"labelLimit": 200}}
    tooltip = [
        {"field": "written", "type": "nominal", "title": "Written by"},
        {"field": "wrong", "type": "nominal", "title": "Read wrong"},
        {"field": "rate", "type": "quantitative", "format": ".2%", "title": "Rate"},
    ]
    return {
        "height": 170,
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "rule", "color": BLUE, "strokeWidth": 3},
                "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y},
            },
            {"mark": {"type": "circle", "color": BLUE, "size": 110, "opacity": 1}, "encoding": {"x": x, "y": y}},
            {
                "params": [{"name": POINTED, "select": {"type": "point", "fields": ["group"]}}],
                "mark": {"type": "circle", "size": FINGER, "opacity": 0, "cursor": "pointer"},
                "encoding": {"x": x, "y": y, "tooltip": tooltip},
            },
        ],
    }


def reliability_rows(found: Calibration) -> list[list[str]]:
    """Cells of the table under the curve, for people; a row a bin with images."""
    return [
        [
            f"{percent(each.low)} to {percent(each.high)}",
            numeral(each.count),
            percent(each.confidence or 0),
            f"{percent(each.accuracy or 0)} ({out_of(each.correct, each.count)})",
            percents(*interval),
        ]
        for each in found.bins
        if (interval := each.interval)
    ]


def reliability_csv(found: Calibration) -> str:
    """All bins as a CSV file; empty fields where a bin has no images."""
    rows = []
    for each in found.bins:
        values = (each.confidence, each.accuracy, *(each.interval or (None, None)))
        rows.append([f"{each.low:.6f}", f"{each.high:.6f}", each.count, each.correct, *map(_number, values)])
    header = ["above", "up_to", "images", "right", "mean_confidence", "accuracy", "low_95", "high_95"]
    return csv_text(header, rows)


def halves_rows(found: Halves) -> list[list[str]]:
    """Cells of the table under the rates, for people."""
    return [
        [
            each.name,
            numeral(each.count),
            numeral(len(each.errors)),
            percent(each.rate, 2),
            percents(each.interval.low, each.interval.high, 2),
        ]
        for each in (found.students, found.census)
    ]


def halves_csv(found: Halves) -> str:
    """Both groups and their difference as a CSV file."""
    rows = [
        [each.name, each.count, len(each.errors), _number(each.rate), *map(_number, each.interval)]
        for each in (found.students, found.census)
    ]
    rows.append(["difference", "", "", _number(found.difference), *map(_number, found.interval)])
    return csv_text(["written_by", "images", "wrong", "rate", "low_95", "high_95"], rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"
