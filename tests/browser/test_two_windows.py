"""Two windows of a teacher press at the same moment: each press is done once, to what its reader saw, or refused."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

import pytest
from app_server import AppServer
from playwright.sync_api import Locator, expect
from tab import Tab

from mnist_core.classroom.desk import Desk
from mnist_core.classroom.limits import Limits
from mnist_core.classroom.rules import Role
from mnist_core.data import dataset
from mnist_core.errors import ExperimentNotFound
from mnist_core.experiments import Plan, start
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings, sqlite_url
from mnist_core.store.experiments import Experiment
from mnist_core.store.rooms.records import Room, State
from mnist_core.store.runs.records import HOLD
from mnist_core.store.store import Store

REFUSED = "Nothing was done: somebody changed it in another window at the same time"
SOON = 60_000  # milliseconds, on a machine that has other things to do
MADE = {"data_name": "MNIST", "data_digest": "d", "total_steps": 40}
PRESS = "button => setTimeout(() => button.click(), 50)"  # Both are found before the first has acted.


@pytest.fixture
def server(new_server: Callable[..., AppServer]) -> AppServer:
    return new_server()


@pytest.fixture
def store(server: AppServer) -> Iterator[Store]:
    store = Store(sqlite_url(server.home / "digitlab.sqlite"))
    yield store
    store.close()


@pytest.fixture
def both(new_tab, server: AppServer) -> tuple[Tab, Tab]:
    """Two windows, each the teacher's."""
    return new_tab(server=server), new_tab(server=server)


def button(tab: Tab, name: str) -> Locator:
    return tab.page.get_by_role("button", name=re.compile(rf"{name}$")).first


def press_at_once(*buttons: Locator) -> None:
    """Press them all, once all can be pressed."""
    for each in buttons:
        expect(each).to_be_enabled(timeout=SOON)
    for each in buttons:
        each.evaluate(PRESS)


def expect_one_refused(both: tuple[Tab, Tab]) -> int:
    """Of two presses one is refused, in words; returns in which window."""
    said = [tab.page.get_by_text(REFUSED) for tab in both]
    both[0].page.wait_for_timeout(100)  # The presses themselves.
    for tab in both:
        tab.wait_until_at_rest()
    shown = [each.count() for each in said]
    assert sorted(shown) == [0, 1]
    return shown.index(1)


# Experiments.


@pytest.fixture
def experiment(server: AppServer, store: Store) -> Experiment:
    """One that is paused, so that no worker changes it meanwhile."""
    data = dataset.load(Settings.from_environment(os.environ | {"DIGITLAB_HOME": str(server.home)}))
    plan = Plan(choices={"batch_size": (32, 64)}, seeds=1, base=TrainingConfig("linear", epochs=1_000))
    told = {"data_name": data.name, "data_digest": data.digest, "images": len(data.y_train)}
    made = start(store, plan, name="Batches", **told)
    store.experiments.hold(made.id)
    return store.experiments.get(made.id)


def test_an_experiment_is_resumed_or_stopped_by_one_of_two_presses_and_the_other_is_told(both, store, experiment):
    for tab in both:
        tab.open("Experiments", experiment=experiment.id)
    press_at_once(button(both[0], "Resume"), button(both[1], "Stop"))
    refused = expect_one_refused(both)
    now = store.experiments.get(experiment.id)
    assert (now.command, now.revision) == (("stop", "run")[refused], experiment.revision + 1)


def test_an_experiment_that_two_windows_pause_is_paused_once_and_not_resumed(both, store, experiment):
    store.experiments.release(experiment.id)
    seen = store.experiments.get(experiment.id).revision
    for tab in both:
        tab.open("Experiments", experiment=experiment.id)
    press_at_once(*(button(tab, "Pause") for tab in both))
    for tab in both:
        expect(button(tab, "Resume")).to_be_visible(timeout=SOON)
    now = store.experiments.get(experiment.id)
    assert (now.command, now.revision) == (HOLD, seen + 1)


def test_an_experiment_is_deleted_by_who_confirmed_it_or_goes_on_in_the_other_window(both, store, experiment):
    store.experiments.stop(experiment.id)
    for tab in both:
        tab.open("Experiments", experiment=experiment.id)
    both[0].unfold("Rename or delete this experiment")
    expect(both[0].pressable("delete_experiment")).to_be_disabled()
    both[0].page.get_by_text("Delete it with 2 trials").click()
    press_at_once(both[0].pressable("delete_experiment"), button(both[1], "Go on with 2 trials"))
    both[0].page.wait_for_timeout(100)
    for tab in both:
        tab.wait_until_at_rest()
    try:
        goes_on = store.experiments.get(experiment.id).command == "run"
    except ExperimentNotFound:
        goes_on = False
        assert not store.trials.count()
    if goes_on:
        expect(both[0].page.get_by_text(REFUSED)).to_be_visible()
        assert store.trials.count() == 2
    else:
        for tab in both:
            expect(tab.page.get_by_text("Nothing has been tried here yet")).to_be_visible(timeout=SOON)


# Runs in bulk.


def ended(store: Store, name: str) -> str:
    run = store.runs.create(TrainingConfig("linear", epochs=1), name=name, **MADE)
    store.runs.command(run.id, "stop")
    return run.id


def tick(tab: Tab, *names: str) -> None:
    tab.widget("choose_runs").locator("label").first.click()
    for name in names:
        tab.page.get_by_role("checkbox", name=f"Choose {name}").check(force=True)
        tab.wait_until_at_rest()
    button(tab, f"Delete {len(names)} runs").click()
    expect(button(tab, f"Delete {len(names)} runs for good")).to_be_visible()


def test_two_windows_that_delete_runs_in_bulk_delete_what_each_had_ticked_and_nothing_else(both, store):
    ids = {name: ended(store, name) for name in ("one", "two", "three", "four")}
    for tab, names in zip(both, (("one", "two"), ("two", "three")), strict=True):
        tab.open("Train")
        tick(tab, *names)
    press_at_once(*(button(tab, "Delete 2 runs for good") for tab in both))
    said = [tab.page.get_by_text(re.compile(r"runs? (was|were) deleted")) for tab in both]
    for each in said:
        expect(each).to_be_visible(timeout=SOON)
    assert [run.id for run in store.runs.lists.all()] == [ids["four"]]
    assert sorted(each.inner_text().split(" ")[0:2] for each in said) == [["1", "of"], ["2", "runs"]]


def test_a_run_that_goes_on_in_another_window_is_not_deleted_with_those_that_were_ticked(both, store):
    kept, gone = ended(store, "goes on"), ended(store, "is deleted")
    both[0].open("Train")
    tick(both[0], "goes on", "is deleted")
    both[1].open("Train", run=kept)
    both[1].pressable("go_on").click()
    both[1].wait_until_at_rest()
    button(both[0], "Delete 2 runs for good").click()
    expect(both[0].page.get_by_text("1 of 2 runs was deleted")).to_be_visible(timeout=SOON)
    assert [run.id for run in store.runs.lists.all()] == [kept] != [gone]


# The class.


@pytest.fixture
def room(store: Store, both: tuple[Tab, Tab]) -> Callable[[], Room]:
    """A class on both windows, in which a round is on; what the store has of it now."""
    desk = Desk(store, Role.TEACHER, Limits())
    code = desk.begin_class("en").code
    for tab in both:
        tab.open("Class", **{"class": code})
    both[0].widget("class_kind").get_by_text("Draw it", exact=True).click()
    both[0].wait_until_at_rest()
    both[0].page.get_by_role("button", name="Begin: Draw it").click()
    for tab in both:
        expect(button(tab, "Close the round")).to_be_visible(timeout=SOON)
    return lambda: desk.room(code)


def test_a_round_that_two_windows_close_is_closed_once_and_one_of_two_opposite_presses_is_refused(both, room):
    seen = room().revision
    press_at_once(*(button(tab, "Close the round") for tab in both))
    for tab in both:
        expect(button(tab, "Open again")).to_be_visible(timeout=SOON)
    assert room().revision == seen + 1
    press_at_once(button(both[0], "Reveal"), button(both[1], "Open again"))
    refused = expect_one_refused(both)
    assert room().revision == seen + 2
    assert room().round.state == (State.OPEN, State.REVEALED)[refused]


def test_a_class_that_two_windows_pause_is_paused(both, room):
    seen = room().revision
    press_at_once(*(button(tab, "Pause all phones") for tab in both))
    for tab in both:
        expect(button(tab, "Resume")).to_be_visible(timeout=SOON)
        tab.wait_until_at_rest()
    assert room().paused and room().revision == seen + 1
