"""Figures are judged rightly, and printed in the form that other programs read."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import psutil
import pytest

from benchmarks import Figure, running

ROOT = Path(__file__).parents[1]
KEYS = {"name", "value", "unit", "reference", "target", "holds"}


def benchmark(*arguments, **environ):
    """`python -m mnist_core benchmark ...`, without what the machine's own settings would add."""
    return subprocess.run(
        [sys.executable, "-m", "mnist_core", "benchmark", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **environ},
        capture_output=True,
        text=True,
        timeout=300,
    )


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def pen_drawings(tmp_path):
    """Twenty drawings by two writers: steep lines, as 1s, in the layout that the benchmark reads."""
    strokes = [[(50, 5), (50 + lean, 95)] for lean in range(-10, 10)]
    path = tmp_path / "pen.npz"
    np.savez(
        path,
        points=np.array(strokes, np.int16).reshape(-1, 2),
        stroke_offsets=np.arange(0, 41, 2),
        digit_offsets=np.arange(21),
        labels=np.ones(20, np.uint8),
        writers=np.repeat([3, 7], 10).astype(np.uint8),
    )
    return path


@pytest.mark.parametrize(("value", "holds"), [(1.99, True), (2.0, True), (2.0000001, False), (float("nan"), False)])
def test_a_figure_that_should_be_small_holds_up_to_its_bound(value, holds):
    figure = Figure.at_most("time", value, "ms", 2.0)
    assert figure.holds is holds
    assert figure.target == "at most 2"


@pytest.mark.parametrize(("value", "holds"), [(97.4, True), (99, True), (97.39999, False), (float("nan"), False)])
def test_a_figure_that_should_be_large_holds_from_its_bound(value, holds):
    figure = Figure.at_least("accuracy", value, "%", 97.4)
    assert figure.holds is holds
    assert figure.target == "at least 97.4"


def test_a_figure_that_only_informs_neither_holds_nor_fails():
    figure = Figure.note("linear", 12, "%")
    assert figure.holds is None
    assert figure.target == ""
    assert figure.to_row()[-1] == ""


def test_a_missed_figure_is_not_rounded_into_holding():
    figure = Figure.at_most("time", 2.00001, "ms", 2.0)
    assert (figure.value, figure.holds) == (2.0, False)
    assert figure.to_row()[-1] == "NO"


def test_numpy_values_become_plain_ones():
    figure = Figure.at_least("accuracy", np.float64(97.5), "%", 97.4)
    assert json.loads(json.dumps(figure.to_dict()))["holds"] is True


def test_a_figure_that_was_not_measured_does_not_hold_and_says_why():
    figure = Figure.missing("time", "nobody answered")
    assert json.loads(json.dumps(figure.to_dict())) == {
        "name": "time", "value": None, "unit": "", "reference": "not measured: nobody answered", "target": "",
        "holds": False,
    }  # fmt: skip
    assert figure.to_row() == ("time", "-", "", "not measured: nobody answered", "", "NO")


def test_a_part_that_fails_hangs_or_dies_costs_its_own_figures_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    said = []
    figures = running.measured("measured_topic", report=said.append, least=20.0)
    found = {figure.name: figure for figure in figures}
    assert [figure.name for figure in figures] == [
        "good", "first", "second", "third", "before it hung", "Something that hangs, the rest", "dead", "wrong", "good",
    ]  # fmt: skip
    assert found["good"].holds and found["first"].reference == "by the part before"
    reasons = {name: each.reference for name, each in found.items() if each.value is None}
    assert reasons["second"] == reasons["third"] == "not measured: The page did not answer."
    assert reasons["Something that hangs, the rest"] == "not measured: it took longer than 20 s"
    assert reasons["dead"] == "not measured: its process ended"
    assert reasons["wrong"] == "not measured: ValueError: no such thing"
    assert said[0] == "This takes about 1 min, at most 10" and "Measuring what is there" in said
    hanging = [int(pid) for pid in (tmp_path / "hanging").read_text().split()]
    assert len(hanging) == 2 and not any(is_alive(pid) for pid in hanging)


def test_a_topic_that_trains_prints_none_of_tensorflows_lines():
    code = "from benchmarks.running import measured; print(measured('training_topic', report=print)[0].holds)"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")])
    said = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=300)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines() == ["This takes about 1 min, at most 10", "Training", "True"]


def test_when_the_time_of_a_topic_is_over_what_is_left_says_so():
    figures = running.measured("measured_topic", report=lambda words: None, within=0.0)
    assert all(figure.value is None and "the time of this topic was over" in figure.reference for figure in figures)
    assert [figure.name for figure in figures] == [
        "good", "first", "second", "third", "Something that hangs", "dead", "wrong", "good",
    ]  # fmt: skip


def test_a_benchmark_prints_one_list_of_figures_and_nothing_else(pen_drawings):
    answer = benchmark("drawing", "--json", DIGITLAB_PEN_DRAWINGS=str(pen_drawings))
    assert answer.returncode == 0, answer.stderr
    figures = json.loads(answer.stdout)
    assert all(set(figure) == KEYS for figure in figures)
    assert all(isinstance(figure["value"], float | int) for figure in figures)
    judged = [figure for figure in figures if figure["target"].startswith("at least")]
    assert [figure["target"] for figure in judged] == ["at least 87"]
    assert judged[0]["name"].startswith("hidden: pen drawings read")
    right = int(judged[0]["reference"].split(" of 20")[0])
    assert judged[0]["value"] == 100 * right / 20
    spreads = [figure for figure in figures if figure["target"] == "at most 2"]
    assert spreads and all("from the path" in figure["name"] and figure["holds"] for figure in spreads)


def test_pen_drawings_that_are_not_there_or_are_none_are_named(tmp_path):
    other = tmp_path / "other.npz"
    np.savez(other, images=np.zeros(3))
    for path in (tmp_path / "nowhere.npz", other, ROOT / "README.md"):
        answer = benchmark("drawing", DIGITLAB_PEN_DRAWINGS=str(path))
        assert answer.returncode == 2
        assert str(path) in answer.stderr.replace("\n", "")
        assert "Traceback" not in answer.stderr
    answer = benchmark("drawing")
    assert answer.returncode == 2
    assert "DIGITLAB_PEN_DRAWINGS" in answer.stderr


def test_a_topic_that_does_not_exist_is_refused():
    answer = benchmark("speed")
    assert answer.returncode == 2
    assert "drawing" in answer.stderr
