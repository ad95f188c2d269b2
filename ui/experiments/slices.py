"""Slices: the accuracy over one setting at a time, a point a finished trial."""

from __future__ import annotations

import streamlit as st

from mnist_core.experiments.plan import PARAMETERS, value_words
from mnist_core.experiments.results import score_of
from mnist_core.network.run_settings import SETTINGS
from mnist_core.numerals import numeral, out_of, percent
from ui.experiments.found import Found
from ui.parts.charts import ACCURACY
from ui.parts.tables import csv_button, csv_text, table_html

FEWEST = 2
MOST_VALUES = 12  # that are drawn as categories; more are numbers on an axis


def view(found: Found) -> None:
    """Draw a small chart for each setting that varies."""
    if len(found.measured) < FEWEST:
        st.info("Points appear once two trials are finished.", icon=":material/hourglass_empty:")
        return
    st.caption(
        "Each point is a finished trial, the line joins the means. The other settings differ from point to point: a "
        "slice shows what a setting does on the whole."
    )
    columns = st.columns(min(2, len(found.plan.varying)), gap="medium")
    for at, name in enumerate(found.plan.varying):
        with columns[at % len(columns)]:
            st.vega_lite_chart(
                spec=spec(found, name),
                key=f"slice_{name}",
                alt=f"Test accuracy of each trial over {PARAMETERS[name]}; the means are in the table below.",
            )
    with st.expander("As a table", icon=":material/table:"):
        rows = means(found)
        st.html(
            table_html(
                ("Setting", "Value", "Mean test accuracy", "Trials"),
                [(setting, value, percent(mean, 2), numeral(trials)) for setting, value, mean, trials in rows],
            )
        )
        csv_button(
            csv_text(("setting", "value", "mean", "trials"), rows),
            "experiment-slices",
            "Each value of each setting with the mean over its trials, as fractions of the test images.",
        )


def means(found: Found) -> list[tuple[str, str, float, int]]:
    """Each value of each setting that varies: setting, value, mean test accuracy, how many finished trials it is of."""
    rows = []
    for name in found.plan.varying:
        runs = [run for run in found.measured if SETTINGS[name].applies(run.config)]
        for value in SETTINGS[name].kind.in_order({getattr(run.config, name) for run in runs}):
            shares = [score_of(run).accuracy for run in runs if getattr(run.config, name) == value]
            rows.append((PARAMETERS[name], value_words(name, value), sum(shares) / len(shares), len(shares)))
    return rows


def spec(found: Found, name: str) -> dict[str, object]:
    """Vega-Lite drawing of the accuracy over a setting."""
    runs = [run for run in found.measured if SETTINGS[name].applies(run.config)]
    values = {getattr(run.config, name) for run in runs}
    numeric = not SETTINGS[name].kind.options and len(values) > MOST_VALUES
    rows = [
        {
            "value": getattr(run.config, name) if numeric else value_words(name, getattr(run.config, name)),
            "accuracy": score_of(run).accuracy,
            "trial": run.name,
            "right": out_of(*score_of(run)),
        }
        for run in runs
    ]
    x: dict[str, object] = {"field": "value", "title": PARAMETERS[name]}
    if numeric:
        x |= {"type": "quantitative", "scale": {"type": "log"}, "axis": {"format": "~g", "tickCount": 5}}
    else:
        x |= {
            "type": "ordinal",
            "sort": [value_words(name, value) for value in SETTINGS[name].kind.in_order(values)],
            "axis": {"labelAngle": 0, "labelOverlap": True, "labelLimit": 90},
        }
    y = {**ACCURACY, "field": "accuracy", "title": "Test accuracy"}
    tooltip = [
        {"field": "trial", "type": "nominal", "title": "Trial"},
        {"field": "accuracy", "type": "quantitative", "format": ".2%", "title": "Accuracy"},
        {"field": "right", "type": "nominal", "title": "Right"},
    ]
    points = {"mark": {"type": "circle", "size": 60, "opacity": 0.65}, "encoding": {"x": x, "y": y, "tooltip": tooltip}}
    means = {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"x": x, "y": {**y, "aggregate": "mean"}}}
    return {"height": 240, "data": {"values": rows}, "layer": [points] if numeric else [means, points]}
