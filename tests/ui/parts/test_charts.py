from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mnist_core.store.runs.records import Metric
from ui.colours import CURVES
from ui.compare.curves import curve_spec
from ui.parts.charts import (
    MAX_POINTS,
    MOST_ROWS,
    curve_rows,
    learning_curve_spec,
    learning_curves,
)


def metrics(count: int, measured_every: int = 3) -> list[Metric]:
    def tested(step: int, value: float) -> float | None:
        return value if step % measured_every == 0 else None

    return [
        Metric(i, i / 15, 1 / i, 1 - 1 / i, tested(i, 2 / i), tested(i, 1 - 2 / i), 0.1 * i)
        for i in range(1, count + 1)
    ]


@pytest.mark.parametrize("quantity", ["loss", "accuracy"])
def test_curves_hold_every_point_and_test_points_only_where_they_were_measured(quantity):
    points = metrics(10)
    table = learning_curves(points, quantity)
    training, test = (table[table.curve == name] for name in CURVES)
    assert training.value.tolist() == [getattr(each, quantity) for each in points]
    assert test.epoch.tolist() == [3 / 15, 6 / 15, 9 / 15]
    assert not table.value.isna().any()


def test_a_long_run_is_thinned_but_keeps_both_ends():
    points = metrics(15_000)
    table = learning_curves(points, "loss")
    assert len(table) <= 2 * MAX_POINTS
    for name in CURVES:
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


def test_plotly_is_loaded_by_the_one_chart_that_earns_its_weight():
    """4.7 MB for a browser, and seconds for the server that imports it."""
    root = Path(__file__).parents[3]
    files = [path for folder in ("ui", "pages", "web") for path in (root / folder).rglob("*.py")]
    users = [path.relative_to(root).as_posix() for path in files if "plotly" in path.read_text()]
    assert users == ["ui/experiments/parallel.py"]
