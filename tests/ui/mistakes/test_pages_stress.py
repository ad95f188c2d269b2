"""The stress lab on the Mistakes page: curves, examples, what breaks, the smallest change, and its address."""

import csv
import io
import itertools
import re
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from app_without_browser import App, address, charts, dead_links, html, opened_app, words
from few_images import few_images

from mnist_core.insight.all_images import stress
from mnist_core.insight.all_images.transformations import TRANSFORMATIONS
from mnist_core.insight.work import version_of
from mnist_core.network.evaluation import accuracy_interval
from mnist_core.network.network import pretrained
from mnist_core.store.analyses import Analysis
from mnist_core.store.runs.records import Status
from ui.mistakes.stress import curves as stress_curves
from ui.mistakes.stress import view
from ui.mistakes.stress.curves import Curves

PAGE, COMPUTE = "4_Mistakes.py", stress.compute


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def lab(app: App, **query):
    """The stress lab with what a worker answers about two networks at hand."""
    keep(app, "linear", "hidden")
    return app.visit(PAGE, view="stress", **query)


@cache
def worked_out(key: str) -> dict[str, np.ndarray]:
    """What a worker answers about a pretrained network: the same in all tests, so once."""
    return COMPUTE(SimpleNamespace(dataset=few_images(), network=pretrained(key), options={}))


def keep(app: App, *keys: str) -> None:
    for key in keys:
        asked = Analysis("stress", app.data.digest, key, version_of(app.store, key))
        app.store.analyses.keep(asked, worked_out(key))


def changed(app: App, key: str, amount: float, network: str = "linear") -> np.ndarray:
    """(500,) digits that a network reads in the changed test images."""
    return pretrained(network).classify(TRANSFORMATIONS[key].apply(app.data.x_test, amount))


def test_a_first_visit_asks_a_worker_once_and_then_says_how_many_are_right(app: App, monkeypatch):
    visit = app.visit(PAGE, view="stress", transform="rotate", amount=20)
    assert not charts(visit) and {each.kind for each in app.jobs.asked} == {"stress"}
    monkeypatch.setattr(stress, "compute", lambda work: worked_out(work.key))
    assert app.answer() == 1
    app.again(visit)
    right = int((changed(app, "rotate", 20) == app.data.y_test).sum())
    assert f"{right} of 500 right" in words(visit) and "At this setting: 20 degrees clockwise" in words(visit)
    assert len(charts(visit)) == 1
    assert address(visit).items() >= {"transform": "rotate", "amount": "20", "view": "stress"}.items()


def test_between_measured_settings_the_accuracy_is_the_networks_own_too(app: App):
    visit = lab(app, transform="shift_x", amount=1)
    visit.slider(key="stress_amount_shift_x").set_value(-1.5)
    app.again(visit)
    right = int((changed(app, "shift_x", -1.5) == app.data.y_test).sum())
    assert f"{right} of 500 right" in words(visit) and "1.5 px to the left" in words(visit)
    assert address(visit)["amount"] == "-1.5"


def test_what_breaks_is_what_was_right_and_is_no_longer(app: App):
    visit = lab(app, network="hidden", transform="noise", amount=40)
    labels, before = app.data.y_test, pretrained("hidden").classify(app.data.x_test)
    after = changed(app, "noise", 40, "hidden")
    right, broken = before == labels, (before == labels) & (after != labels)
    assert f"{broken.sum()} of {right.sum()} images" in words(visit)
    mended = (~right & (after == labels)).sum()
    assert f"{mended} of {(~right).sum()} that were read wrong are read right when changed" in words(visit)


def test_examples_show_each_digit_and_mark_what_is_read_wrong(app: App):
    body = html(lab(app, transform="scale", amount=0.5))
    places = [int(place) for place in re.findall(r'aria-label="Test image ([\d,]+), an? \d"', body)]
    assert app.data.y_test[places].tolist() == list(range(10))
    read = pretrained("linear").classify(TRANSFORMATIONS["scale"].apply(app.data.x_test[places], 0.5)).tolist()
    cells = re.findall(r'<b class="(wrong)?" title="\w+">(\d)<', body)
    assert cells == [("" if said == digit else "wrong", str(said)) for digit, said in enumerate(read)]


def test_other_networks_are_drawn_beside_it(app: App):
    run = app.ended(name="Mine")
    app.store.analyses.keep(
        Analysis("stress", app.data.digest, run.id, version_of(app.store, run.id)), worked_out("linear")
    )
    visit = lab(app, **{"with": f"hidden,{run.id}"}, transform="blur", amount=2)
    assert visit.multiselect(key="stress_with").value == ["hidden", run.id]
    right = int((changed(app, "blur", 2, "hidden") == app.data.y_test).sum())
    assert f"Hidden layer 784-100-10, pretrained**: {right} of 500 right" in words(visit)
    assert "Mine**" in words(visit)
    assert address(visit)["with"] == f"hidden,{run.id}"
    visit.multiselect(key="stress_with").set_value([])
    app.again(visit)
    assert "with" not in address(visit) and "Mine" not in words(visit)


def test_a_run_that_still_learns_has_no_curves_yet_and_no_worker_is_asked(app: App):
    run = app.begun(name="Mine")
    visit = app.visit(PAGE, view="stress", network=run.id)
    assert "Mine is still training, and what it bears changes" in words(visit)
    assert not app.jobs.asked and not charts(visit)
    visit = lab(app, **{"with": run.id})
    assert "still training" in words(visit) and not app.jobs.asked and len(charts(visit)) == 1


def test_one_image_is_changed_until_the_answer_breaks(app: App):
    visit = lab(app, tested=7)
    said = int(pretrained("linear").classify(app.data.x_test[7:8])[0])
    assert f"Image 7, a {app.data.y_test[7]}, is read as {said}" in words(visit)
    cards = re.findall(r"<figcaption>(.*?)</figcaption></figure>", html(visit).split('class="dl-breaks"')[1])
    assert len(cards) == sum(len(each.ways) for each in TRANSFORMATIONS.values())
    broken = sum("never" not in card for card in cards)
    assert f"{broken} of 12 ways" in words(visit) and broken > 0
    visit.number_input(key="stress_tested").set_value(11)
    app.again(visit)
    assert "Image 11, a" in words(visit) and address(visit)["tested"] == "11"


def test_an_image_opened_elsewhere_is_the_one_that_is_changed(app: App):
    assert "Image 23, a" in words(lab(app, image=23))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"transform": "explode"}, "Change must be one of shift_x, "),
        ({"transform": "rotate", "amount": "900"}, "Amount must be from "),
        ({"amount": "nan"}, "got 'nan'"),
        ({"with": "12345678"}, "There is no run '12345678'"),
        ({"tested": "500"}, "Test image must be a whole number from 0 to 499, got '500'"),
        ({"transform": "x" * 3_000, "tested": "\u0664"}, "got '\u0664'. The usual is shown instead."),
    ],
)
def test_nonsense_in_a_link_gives_one_sentence_and_the_usual(app: App, query, said):
    visit = lab(app, **query)
    assert said in dead_links(visit)
    assert len(charts(visit)) == 1


def test_a_run_deleted_while_it_is_compared_is_left_out(app: App):
    run = app.ended(name="Gone")
    visit = lab(app, **{"with": run.id})
    assert visit.multiselect(key="stress_with").value == [run.id] and app.jobs.asked[-1].network == run.id
    app.store.runs.delete(run.id)
    app.again(visit)
    assert not visit.multiselect(key="stress_with").value and len(charts(visit)) == 1


def test_a_snapshot_is_tested_with_its_own_weights(app: App):
    run = app.begun(network=pretrained("hidden"))
    app.store.runs.progress.add_snapshot(run.id, step=80, epoch=1.3, network=pretrained("linear").to_bytes())
    app.store.runs.progress.finish(run.id, Status.FINISHED)
    asked = Analysis("stress", app.data.digest, run.id, version_of(app.store, run.id), {"step": 60})
    app.store.analyses.keep(asked, worked_out("hidden"))
    visit = lab(app, network=run.id, step=60, transform="rotate", amount=20)
    right = int((changed(app, "rotate", 20, "hidden") == app.data.y_test).sum())
    assert f"at step 60**: {right} of 500 right" in words(visit)


def some(name: str = "A", lost: int = 3) -> Curves:
    """Curves of a network that reads 90 of 100 unchanged, and `lost` fewer with every setting further away."""
    result = {"totals": np.full(10, 10)}
    for key, each in TRANSFORMATIONS.items():
        right = np.maximum(0, 90 - lost * np.abs(np.arange(len(each.grid)) - each.grid.tolist().index(each.neutral)))
        result[f"{key}_settings"] = each.grid
        result[f"{key}_correct"] = np.concatenate([right[:, None], np.zeros((len(right), 9), int)], axis=1)
    return Curves(name, result, pretrained("linear"), name)


def test_bands_are_wilson_intervals_and_the_setting_is_a_row_of_its_own():
    rows = stress_curves.points([some("A"), some("B", 9)], "shift_y", 2.5)
    measured = rows[rows.network == "B"]
    assert measured.setting.tolist() == list(range(-7, 8)) and measured.accuracy.tolist()[7:9] == [0.9, 0.81]
    for row in measured.itertuples():
        assert (row.low, row.high) == accuracy_interval(round(100 * row.accuracy), 100)
    assert rows[rows.network.isna()].setting.tolist() == [2.5]


def test_the_lesson_is_computed_from_the_curve():
    shift = TRANSFORMATIONS["shift_x"]
    assert stress_curves.lesson(some(lost=2), shift) == (
        "1 px to the left costs 2.0 points, 1 px to the right costs 2.0 points of its 90.0\xa0% (of 100 "
        "images); it stays "
        "within 5 points up to 2 px to the left and 2 px to the right."
    )
    assert "more than 5 points at the first setting" in stress_curves.lesson(some(lost=6), shift)
    assert "gains 1.0 points" in stress_curves.lesson(some(lost=-1), TRANSFORMATIONS["thicken"])


def test_the_file_holds_every_setting_of_every_network():
    rows = list(csv.DictReader(io.StringIO(stress_curves.curves_csv([some("A"), some("B, too")]))))
    assert len(rows) == 2 * sum(len(each.grid) for each in TRANSFORMATIONS.values())
    row = next(
        row for row in rows if (row["network"], row["transformation"], row["setting"]) == ("B, too", "blur", "0.8")
    )
    assert (row["right"], row["tested"], row["accuracy"], row["unit"]) == ("84", "100", "0.840000", "px")


def test_the_table_and_the_small_charts_name_their_networks_and_escape_them():
    curves = [some("<b>A</b>"), some("B")]
    table = stress_curves.accuracy_table(curves, TRANSFORMATIONS["thin"])
    assert table.count("<tr>") == 12 and "90 of 100" in table and "<b>A" not in table
    small = stress_curves.all_html(curves)
    assert small.count("<img") == 8 and "<b>A" not in small and "&lt;b&gt;A&lt;/b&gt; 69\xa0% at -7 px" in small


def test_how_long_the_curves_take_is_measured_and_told_no_finer_than_it_is_known(monkeypatch):
    ticks = itertools.count()
    monkeypatch.setattr(view.time, "perf_counter", lambda: float(next(ticks)))
    settings = sum(len(each.grid) for each in TRANSFORMATIONS.values())
    sample = few_images().x_test[:20]
    assert view.seconds_of(pretrained("linear"), sample, 200) == 10 * settings
