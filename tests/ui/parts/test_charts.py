from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.store.runs.records import Metric
from ui.compare.curves import curve_spec
from ui.parts.charts import (
    COLOURS,
    MAX_POINTS,
    MOST_ROWS,
    SEQUENTIAL,
    curve_rows,
    ink_on,
    learning_curve_spec,
    learning_curves,
    sequential,
)


def metrics(count: int, measured_every: int = 3) -> list[Metric]:
    def tested(step: int, value: float) -> float | None:
        return value if step % measured_every == 0 else None

    return [
        Metric(i, i / 15, 1 / i, 1 - 1 / i, tested(i, 2 / i), tested(i, 1 - 2 / i), 0.1 * i)
        for i in range(1, count + 1)
    ]


def luminance(colour: str) -> float:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return float(
        np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)
    )


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("quantity", ["loss", "accuracy"])
def test_curves_hold_every_point_and_test_points_only_where_they_were_measured(quantity):
    points = metrics(10)
    table = learning_curves(points, quantity)
    training, test = (table[table.curve == name] for name in COLOURS)
    assert training.value.tolist() == [getattr(each, quantity) for each in points]
    assert test.epoch.tolist() == [3 / 15, 6 / 15, 9 / 15]
    assert not table.value.isna().any()


def test_a_long_run_is_thinned_but_keeps_both_ends():
    points = metrics(15_000)
    table = learning_curves(points, "loss")
    assert len(table) <= 2 * MAX_POINTS
    for name in COLOURS:
        epochs = table[table.curve == name].epoch
        assert epochs.is_monotonic_increasing and epochs.is_unique
    training = table[table.curve == "Training"]
    assert training.epoch.iloc[0] == points[0].epoch and training.epoch.iloc[-1] == points[-1].epoch


def test_a_run_without_points_gives_an_empty_table_of_numbers():
    table = learning_curves([], "loss")
    assert len(table) == 0 and table.dtypes["value"] == np.float64
    assert isinstance(table, pd.DataFrame)


def test_the_table_of_a_long_curve_is_short_and_ends_with_the_last_test():
    points = [Metric(step, step / 10, 1.0, 0.5, float("nan"), step / 1_000, 1.0) for step in range(1, 301)]
    rows = curve_rows(points)
    assert len(rows) == MOST_ROWS and rows[-1][:3] == ("30.00", "30.0\xa0%", "not a number")
    assert len(curve_rows(points[:7])) == 7 and not curve_rows([])


def test_the_drawing_stays_the_same_while_points_arrive():
    assert learning_curve_spec("loss", 5) == learning_curve_spec("loss", 5)
    assert learning_curve_spec("loss", 5) != learning_curve_spec("loss", 6)


def test_a_curve_of_one_point_is_a_point_that_is_seen():
    counted, filtered = learning_curve_spec("loss", 1)["layer"][2]["transform"]
    assert counted["groupby"] == ["curve"] and filtered == {"filter": "datum.points === 1"}
    counted, _ = curve_spec("loss")["layer"][2]["transform"]
    assert counted["groupby"] == ["curve", "network"]  # Of two networks, each may have one.


def test_the_axis_of_epochs_begins_at_nought_and_ends_where_it_is_told_or_with_the_points():
    def scale(epochs):
        return learning_curve_spec("loss", epochs)["encoding"]["x"]["scale"]

    assert scale(5)["domain"] == [0, 5]
    assert scale(None)["domainMin"] == 0 and "domain" not in scale(None)


def test_the_scale_runs_from_its_first_colour_to_its_last():
    assert sequential(0.0) == SEQUENTIAL[0] and sequential(1.0) == SEQUENTIAL[-1]
    assert sequential(0.5) == SEQUENTIAL[3]


def test_the_scale_grows_brighter_throughout_so_that_it_is_read_without_colour():
    levels = [luminance(sequential(level)) for level in np.linspace(0, 1, 101)]
    assert all(after > before for before, after in zip(levels, levels[1:], strict=False))


@given(st.floats(0, 1))
def test_numbers_are_readable_on_every_colour_of_the_scale(level):
    colour = sequential(level)
    assert contrast(ink_on(colour), colour) >= 4.5


@pytest.mark.parametrize("page", ["#FBFBF8", "#12171D"])
def test_curves_and_the_darkest_cell_stand_out_from_the_page(page):
    assert contrast(COLOURS["Training"], page) >= 3 and contrast(COLOURS["Test"], page) >= 2.8
    assert contrast(SEQUENTIAL[0], page) >= 1.5


def test_plotly_is_loaded_by_the_one_chart_that_earns_its_weight():
    """4.7 MB for a browser, and seconds for the server that imports it."""
    root = Path(__file__).parents[3]
    files = [path for folder in ("ui", "pages", "web") for path in (root / folder).rglob("*.py")]
    users = [path.relative_to(root).as_posix() for path in files if "plotly" in path.read_text()]
    assert users == ["ui/experiments/parallel.py"]
