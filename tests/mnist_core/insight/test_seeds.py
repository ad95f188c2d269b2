"""Runs of one setting that differ in their seed: which belong together, and their spread."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from mnist_core.insight.all_images.seeds import Spread, by_setting, student_t, without_seed
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.records import Cause, Run, Status

CONFIG = TrainingConfig(architecture="linear")


def run(name: str, config: TrainingConfig = CONFIG, *, digest: str = "one", status: str = Status.FINISHED) -> Run:
    tested = 500 if status == Status.FINISHED else None
    return Run(
        id=name, name=name, config=config, data_name="Few", data_digest=digest, status=status, command="run",
        created=0.0, started=1.0, ended=None, heartbeat=None, step=10, total_steps=10, images_per_second=0.0,
        seconds=0.0, correct=400 if tested else None, tested=tested, message="", parent=None,
    )  # fmt: skip


def names(groups: list[list[Run]]) -> list[list[str]]:
    return [[each.id for each in group] for group in groups]


def test_students_quantiles_are_those_of_scipy():
    for degrees in [*range(1, 40), 99, 100, 999]:
        assert student_t(degrees) == pytest.approx(stats.t.ppf(0.975, degrees), rel=1e-9)
        assert student_t(degrees, 0.5) == pytest.approx(stats.t.ppf(0.75, degrees), rel=1e-9)


def test_there_is_no_quantile_without_a_degree_of_freedom():
    with pytest.raises(ValueError, match="at least 1 degree of freedom"):
        student_t(0)


def test_the_spread_is_that_of_numpy_and_scipy():
    values = [0.9249, 0.9263, 0.9251, 0.9240]
    spread = Spread.of(values)
    expected = stats.t.interval(0.95, 3, loc=np.mean(values), scale=stats.sem(values))
    assert (spread.mean, spread.deviation) == pytest.approx((np.mean(values), np.std(values, ddof=1)))
    assert spread.interval == pytest.approx(expected)


def test_one_value_has_no_spread_and_none_has_not_even_a_mean():
    assert Spread.of([0.5]) == Spread(0.5, None, None)
    with pytest.raises(ValueError, match="at least one value"):
        Spread.of([])


def test_the_interval_of_fractions_ends_at_0_and_1():
    assert Spread.of([0.9, 0.99]).interval.high == 1.0
    assert Spread.of([0.01, 0.1]).interval.low == 0.0


def test_runs_that_differ_in_their_seed_alone_are_a_group_by_rising_seed():
    runs = [
        run("d", replace(CONFIG, seed=3)),
        run("c", replace(CONFIG, epochs=6)),
        run("b", replace(CONFIG, seed=1)),
        run("a"),
    ]
    assert names(by_setting(runs)) == [["a", "b", "d"], ["c"]]


def test_the_same_seed_counts_once_and_the_newer_run_stands_for_it():
    assert names(by_setting([run("new"), run("old")])) == [["new"]]


def test_other_images_unfinished_runs_and_taught_ones_do_not_belong():
    runs = [
        run("one"),
        run("elsewhere", digest="two"),
        run("stopped", replace(CONFIG, seed=1), status=Status.STOPPED),
        run("taught", replace(CONFIG, seed=2)),
    ]
    assert names(by_setting(runs, taught={"taught": "parent"})) == [["one"], ["elsewhere"]]


def test_a_setting_that_a_network_does_not_have_tells_no_runs_apart():
    wide = replace(CONFIG, hidden_units=7, activation="tanh", seed=4)
    assert names(by_setting([run("a"), run("b", wide)])) == [["a", "b"]]
    hidden = TrainingConfig(hidden_units=7, seed=9)
    assert without_seed(hidden) == replace(hidden, seed=0)


def test_an_imported_network_is_no_run_of_a_setting():
    assert names(by_setting([run("a"), replace(run("b", replace(CONFIG, seed=5)), cause=Cause.IMPORTED)])) == [["a"]]
