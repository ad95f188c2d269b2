"""Parallel coordinates: every finished trial as a line through its settings to its accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

import streamlit as st

from mnist_core.experiments.plan import PARAMETERS, value_words
from mnist_core.experiments.results import score_of
from mnist_core.network.run_settings import SETTINGS
from mnist_core.store.runs.records import Run
from ui.colours import BLUE, ORANGE
from ui.experiments.found import Found

FEWEST = 2
LACKS = "none"
# Of the worst trial and of the best: seen on light pages and on dark ones, where the usual scale fades at one end.
LINES = [[0.0, ORANGE], [1.0, BLUE]]


def view(found: Found) -> None:
    """Draw the trials' lines; a part of an axis can be chosen, and axes can be moved."""
    measured = found.measured
    if len(measured) < FEWEST:
        st.info("Lines appear once two trials are finished.", icon=":material/hourglass_empty:")
        return
    st.caption(
        "Every line is a trial: the best is blue, the worst orange. Drag along an axis to keep the lines that pass "
        "there, drag its name to move it, click to let go. The table under Trials has the same numbers."
    )
    axes = dimensions(found)
    figure = {
        "data": [
            {
                "type": "parcoords",
                "dimensions": axes,
                "line": {"color": [100 * score_of(run).accuracy for run in measured], "colorscale": LINES},
                "labelfont": {"size": 13},
                "tickfont": {"size": 12},
                "labelangle": -20 if len(axes) > 4 else 0,
            }
        ],
        "layout": {"height": 420, "margin": {"l": 70, "r": 60, "t": 70, "b": 30}},
    }
    with st.container(key="parallel_coordinates"):
        st.html(f"<style>.st-key-parallel_coordinates {{--axes: {len(axes)}}}</style>")
        st.plotly_chart(
            figure,
            key="parallel",
            config={"displayModeBar": False},
            alt=f"A line for each of {len(measured)} trials through its settings to its accuracy; the numbers are in "
            "the table under Trials.",
        )


def dimensions(found: Found) -> list[dict[str, object]]:
    """The axes as Plotly wants them: the settings that vary, the seed, the accuracy in percent."""
    measured = found.measured
    axes = [_axis(name, measured) for name in found.plan.varying]
    if found.plan.seeds > 1:
        seeds = [run.config.seed for run in measured]
        ticks = sorted(set(seeds))
        axes.append({"label": "Seed", "values": seeds, "tickvals": ticks, "ticktext": [str(seed) for seed in ticks]})
    accuracies = [100 * score_of(run).accuracy for run in measured]
    return [*axes, {"label": "Accuracy, %", "values": accuracies}]


def _axis(name: str, measured: Sequence[Run]) -> dict[str, object]:
    """A setting: numbers by their size, others in the order of their registry; below them what a network lacks."""
    values = [getattr(run.config, name) if SETTINGS[name].applies(run.config) else LACKS for run in measured]
    there = {value for value in values if value != LACKS}
    kind = SETTINGS[name].kind
    order = kind.in_order(there)
    numeric = not kind.options and len(there) > 8
    place = {value: log10(kind.size(value)) if numeric else float(at) for at, value in enumerate(order, start=1)}
    if LACKS in values:
        place[LACKS] = min(place.values(), default=1.0) - (0.5 if numeric else 1.0)
    shown = _few(sorted(place, key=lambda value: place[value]))
    return {
        "label": PARAMETERS[name],
        "values": [place[value] for value in values],
        "tickvals": [place[value] for value in shown],
        "ticktext": [LACKS if value == LACKS else value_words(name, value) for value in shown],
    }


def _few(values: Sequence[object], most: int = 8) -> list[object]:
    """Some of the values, evenly, the first and the last among them."""
    if len(values) <= most:
        return list(values)
    return [values[round(at * (len(values) - 1) / (most - 1))] for at in range(most)]
