"""The results as tables: settings over their seeds, and trial by trial."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mnist_core.experiments.plan import PARAMETERS, value_words
from mnist_core.experiments.results import Setting, ranked
from mnist_core.network.run_settings import SETTINGS
from mnist_core.numerals import in_points, out_of, percent, percents
from mnist_core.store.runs.records import Run, Status
from ui.colours import BLUE
from ui.experiments.found import Found
from ui.parts.charts import ACCURACY
from ui.parts.tables import csv_button, csv_text, table_html
from ui.words.run_words import STATUS_WORDS

SETTINGS_HEAD = ("Setting", "Mean", "95 % interval", "Seeds", "Deviation")
SETTINGS_CSV = ("setting", "mean", "low", "high", "finished seeds", "seeds", "deviation")
NOTHING = "\N{EN DASH}"
BETWEEN = ", "  # values in the words of a setting
LINE = 13  # pixels of a line beside the chart


def settings(found: Found) -> None:
    """Draw each setting's mean over its seeds with its interval, the best first."""
    order = ranked(found.settings)
    rest = [each for each in found.settings if each not in order]
    if found.plan.seeds > 1:
        st.caption(
            "Means of the test accuracy over the seeds, with the 95 % interval of the mean by Student's t: intervals "
            "that overlap widely are no result. A setting is compared once all its seeds are trained to the end."
        )
    else:
        st.caption("One seed each: how much of a difference is luck, nobody knows. More seeds tell.")
    if order:
        st.vega_lite_chart(spec=_spec(order), key="experiment_means", alt="The means of the table, with intervals.")
    st.html(table_html(SETTINGS_HEAD, [_row(each) for each in (*order, *rest)]))
    csv_button(
        csv_text(SETTINGS_CSV, [_csv_row(each) for each in (*order, *rest)]),
        "experiment-settings",
        "Every setting with its mean over the seeds, as fractions of the test images.",
    )


def _row(setting: Setting) -> tuple[str, ...]:
    seeds = f"{len(setting.finished)} of {setting.seeds}"
    spread = setting.spread
    if spread is None:
        return (setting.words, NOTHING, _what_became(setting), seeds, NOTHING)
    interval = percents(*spread.interval, 2) if spread.interval else NOTHING
    if not setting.is_complete:
        interval = _what_became(setting)
    deviation = in_points(spread.deviation) if spread.deviation is not None else NOTHING
    return (setting.words, percent(spread.mean, 2), interval, seeds, deviation)


def _what_became(setting: Setting) -> str:
    """In words, of the trials that were not trained to their end."""
    words = [STATUS_WORDS[run.status] for run in setting.trials if run not in setting.finished]
    return ", ".join(dict.fromkeys([*words, *["deleted"] * (len(setting.trials) < setting.seeds)]))


def _csv_row(setting: Setting) -> tuple[object, ...]:
    spread = setting.spread
    low, high = spread.interval if spread and spread.interval else ("", "")
    counts = (len(setting.finished), setting.seeds)
    if spread is None:
        return (setting.words, "", low, high, *counts, "")
    return (setting.words, spread.mean, low, high, *counts, "" if spread.deviation is None else spread.deviation)


def _spec(order: Sequence[Setting]) -> dict[str, object]:
    """Vega-Lite drawing: a point a setting, a line for its interval, the best above."""
    rows = []
    for each in order:
        if (spread := each.spread) is not None:
            low, high = spread.interval or (spread.mean, spread.mean)
            seeds = len(each.finished)
            rows.append({"setting": each.words, "mean": spread.mean, "low": low, "high": high, "seeds": seeds})
    lines = max(each.words.count(BETWEEN) + 1 for each in order)
    y = {
        "field": "setting",
        "type": "nominal",
        "sort": [row["setting"] for row in rows],  # Layers that share an axis sort it by name otherwise.
        "title": None,
        # A line for each value: what tells settings apart may come last, and would be cut off.
        "axis": {
            "labelLimit": 180,
            "labelExpr": f"split(datum.label, '{BETWEEN}')",
            "labelLineHeight": LINE,
            "labelOffset": -LINE * (lines - 1) / 2,  # Or the first line of several would stand beside the point.
            "ticks": False,
            "domain": False,
        },
    }
    x = {**ACCURACY, "field": "mean", "title": "Test accuracy, mean over the seeds"}
    tooltip = [
        {"field": "setting", "type": "nominal", "title": "Setting"},
        {"field": "mean", "type": "quantitative", "format": ".2%", "title": "Mean"},
        {"field": "low", "type": "quantitative", "format": ".2%", "title": "From"},
        {"field": "high", "type": "quantitative", "format": ".2%", "title": "to"},
        {"field": "seeds", "type": "quantitative", "title": "Seeds"},
    ]
    return {
        "height": {"step": max(26, LINE * lines + 8)},
        "data": {"values": rows},
        "encoding": {"y": y},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2, "color": BLUE},
                "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "circle", "size": 90, "opacity": 1, "color": BLUE},
                "encoding": {"x": x, "tooltip": tooltip},
            },
        ],
    }


def trials(found: Found) -> None:
    """Draw every trial as a row of a table that can be sorted."""
    names = found.plan.varying
    head = ("Trial", *(PARAMETERS[name] for name in names), "Seed", "State", "Test accuracy", "Right", "Seconds")
    import pandas as pd  # 0.4 s, which the other views need not wait for.

    rows = [
        (
            number,
            *(_cell(run, name) for name in names),
            run.config.seed,
            STATUS_WORDS[run.status],
            None if run.score is None else 100 * run.score.accuracy,
            "" if run.score is None else out_of(*run.score),
            round(run.seconds, 1) if run.step else None,
        )
        for number, run in ((1 + (run.trial or 0), run) for run in found.trials)
    ]
    st.dataframe(
        pd.DataFrame(rows, columns=list(head)),
        hide_index=True,
        key="experiment_trials",
        column_config={"Test accuracy": st.column_config.NumberColumn(format="%.2f %%")},
    )
    given_up = sum(run.status == Status.PRUNED for run in found.trials)
    words = "Click a column's head to sort by it."
    if given_up:
        words += (
            " The accuracy of a trial that was given up early is that of the epoch where it was: it is not compared."
        )
    st.caption(words)
    csv_button(
        csv_text(
            [each.lower() for each in (*head, "Run")],
            [(*row, run.id) for row, run in zip(rows, found.trials, strict=True)],
        ),
        "experiment-trials",
        "Every trial with its settings and its result.",
    )


def _cell(run: Run, name: str) -> object:
    """A value for the table: numbers stay numbers, so that they sort as such."""
    if not SETTINGS[name].applies(run.config):
        return None
    value = getattr(run.config, name)
    if name == "training_images" and not value:
        return None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else value_words(name, value)
