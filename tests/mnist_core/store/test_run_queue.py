"""Whose turn it is: lessons, single runs and trials, fairly between people; and what waits without a worker."""

import numpy as np
import pytest
from few_images import few_images

from mnist_core.errors import QueueFull
from mnist_core.network.network import pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.drawings import Drawing
from mnist_core.store.lessons import lesson
from mnist_core.store.runs.queue import Bounds
from mnist_core.store.runs.records import HOLD, Status
from mnist_core.store.store import Store
from mnist_core.store.trials import NewTrial
from mnist_core.workers import worker

DATA = few_images()
CONFIG = TrainingConfig("linear", epochs=2, batch_size=100)
ANNA, BEN = "a" * 32, "b" * 32


@pytest.fixture
def store(database_url):
    store = Store(database_url, busy_timeout=0.2)
    yield store
    store.close()


def new_run(store: Store, visitor: str = "", **values: object) -> str:
    made = {"data_name": DATA.name, "data_digest": DATA.digest, "total_steps": 40, "visitor": visitor, **values}
    return store.runs.create(CONFIG, **made).id


def new_lesson(store: Store, visitor: str = "") -> str:
    drawing = Drawing(7, np.full((28, 28), 90, np.uint8))
    return new_run(store, visitor, lesson=lesson([drawing], hand="g", parent="linear", network=pretrained("linear")))


def trials(store: Store, visitor: str = "", number: int = 2) -> list[str]:
    planned = [NewTrial(f"Trial {place}", CONFIG, 40) for place in range(number)]
    made = store.experiments.create(
        "Search", {}, planned, data_name=DATA.name, data_digest=DATA.digest, visitor=visitor
    )
    return [trial.id for trial in store.trials.all(made.id)]


def served(store: Store, number: int) -> list[str]:
    """The runs that one worker trains, one after the other."""
    taken = []
    for _ in range(number):
        taken.append(store.runs.queue.order()[0])
        assert store.runs.progress.claim(taken[-1], owner="w")
        store.runs.progress.finish(taken[-1], Status.FINISHED, correct=1, tested=2, owner="w")
    return taken


def paused(store: Store, **values: object) -> str:
    """A run that has learned something, is paused and has no worker."""
    run = new_run(store, **values)
    store.runs.progress.claim(run, owner="w")
    store.runs.progress.add_snapshot(run, step=10, epoch=0.5, network=pretrained("linear").to_bytes(), owner="w")
    store.runs.progress.set_state(run, step=10, state=b"as it stood", owner="w")
    store.runs.command(run, "pause")
    store.runs.progress.put_back(run, owner="w")
    return run


def test_lessons_come_first_then_single_runs_then_trials(store):
    searched = trials(store)
    single = new_run(store)
    taught = new_lesson(store)
    assert store.runs.queue.order() == [taught, single, *searched]
    assert [store.runs.waits.of(run, workers=1).before for run in (taught, single, *searched)] == [0, 1, 2, 3]


def test_people_take_turns_however_much_one_of_them_has_asked_for(store):
    many = [new_run(store, ANNA) for _ in range(4)]
    few = [new_run(store, BEN) for _ in range(2)]
    assert store.runs.queue.order() == [many[0], few[0], many[1], few[1], *many[2:]]
    assert served(store, 3) == [many[0], few[0], many[1]]
    late = new_run(store, "c" * 32)  # Has had no turn yet.
    assert served(store, 4) == [late, few[1], many[2], many[3]]


def test_trials_of_two_searches_take_turns_too(store):
    first, second = trials(store, ANNA, 3), trials(store, BEN, 3)
    assert served(store, 4) == [first[0], second[0], first[1], second[1]]


def test_a_paused_run_has_no_worker_and_nobody_takes_it_or_calls_it_lost(store):
    run, behind = paused(store), new_run(store)
    found = store.runs.get(run)
    assert (found.status, found.command, found.heartbeat, found.attempts) == (Status.PAUSED, "pause", None, 0)
    assert store.runs.queue.order() == [behind] and not store.runs.progress.claim(run)
    assert store.heartbeats.mark_lost(0) == store.heartbeats.mark_lost(0) == []
    store.runs.command(behind, "stop")
    assert not store.runs.queue.has_work()


@pytest.mark.parametrize("command", ["run", "step", "epoch"])
def test_a_paused_run_that_goes_on_is_the_next_of_its_kind_with_what_it_had(store, command):
    run, other = paused(store, visitor=ANNA), new_run(store, BEN)
    store.runs.command(run, command)
    taught = new_lesson(store, BEN)
    assert store.runs.queue.order() == [taught, run, other] and store.runs.queue.has_work()
    assert store.runs.progress.claim(run, owner="w") and store.runs.results.state(run) == b"as it stood"
    assert store.runs.progress.beat(run, owner="w") == command
    assert [info.step for info in store.runs.results.snapshots(run)] == [10]


def test_what_a_viewer_saw_of_a_pause_stays_in_sight_while_the_run_is_taken_up_again(store):
    run = new_run(store)
    store.runs.progress.claim(run, owner="w")
    store.runs.progress.set_state(run, step=10, state=b"as it stood", owner="w")
    store.runs.progress.set_live(run, step=10, epoch=0.5, network=pretrained("linear").to_bytes(), owner="w")
    store.runs.command(run, "pause")
    store.runs.progress.put_back(run, owner="w")
    store.runs.command(run, "run")
    store.runs.progress.claim(run, owner="v")
    assert store.runs.results.snapshot(run) is not None


def test_a_run_that_is_put_back_obeys_what_was_asked_meanwhile(store):
    wanted = {"run": Status.QUEUED, "step": Status.QUEUED, "pause": Status.PAUSED, "stop": Status.STOPPED}
    for command, status in wanted.items():
        run = new_run(store)
        store.runs.progress.claim(run, owner="w")
        store.runs.command(run, command)
        store.runs.progress.put_back(run, owner="w")
        assert store.runs.get(run).status == status
        assert (store.runs.get(run).ended is None) == (command != "stop")


def test_pausing_a_run_that_waits_takes_it_out_of_the_queue(store):
    run = new_run(store)
    store.runs.command(run, "pause")
    assert store.runs.get(run).status == Status.PAUSED and store.runs.queue.order() == []
    store.runs.command(run, "run")
    assert store.runs.queue.order() == [run]


def test_a_paused_experiment_holds_its_paused_trials_and_a_stopped_one_stops_them(store):
    first, second = trials(store)
    identity = store.runs.get(first).experiment
    store.runs.command(first, "pause")
    store.experiments.hold(identity)
    assert store.runs.get(first).is_held and store.runs.get(second).is_held
    store.experiments.release(identity)
    assert store.runs.queue.order() == [first, second]
    store.runs.command(first, "pause")
    store.experiments.stop(identity)
    assert [store.runs.get(run).status for run in (first, second)] == [Status.STOPPED] * 2


def test_a_paused_run_that_is_stopped_is_measured_by_a_worker_before_others(store, monkeypatch):
    monkeypatch.setattr("mnist_core.data.dataset.load", lambda settings, **_: DATA)
    monkeypatch.setattr(worker, "_dataset", None)
    run = new_run(store)
    store.runs.command(run, "step")
    monkeypatch.setattr("mnist_core.workers.recorder.GRACE_SECONDS", -1.0)
    assert worker.train_run(store, run)  # Until it is paused.
    assert (store.runs.get(run).status, store.runs.get(run).step) == (Status.PAUSED, 1)
    new_run(store), new_lesson(store)
    store.runs.command(run, "stop")
    assert store.runs.get(run).is_live and store.runs.queue.order()[0] == run
    assert worker.train_run(store, run)
    found = store.runs.get(run)
    assert (found.status, found.step, found.tested) == (Status.STOPPED, 1, len(DATA.y_test))
    worker._dataset = None


def test_a_trial_that_has_only_to_end_is_not_put_off_for_one_that_takes_longer(store):
    first, second = trials(store)
    store.runs.progress.claim(second, owner="w")
    store.runs.progress.add_snapshot(second, step=10, epoch=0.5, network=pretrained("linear").to_bytes(), owner="w")
    store.runs.progress.put_back(second, owner="w")
    store.runs.command(second, "stop")
    assert store.runs.queue.order() == [second, first]
    assert worker._next(store, store.runs.queue.order()) == second


def test_a_run_gives_way_to_what_comes_before_it_and_no_more_runs_than_are_wanted(store):
    older, newer = new_run(store), new_run(store)
    searched, _ = trials(store)
    for run in (older, newer, searched):
        store.runs.progress.claim(run, owner="w")
    assert not any(
        store.runs.queue.gives_way(run) for run in (older, newer, searched)
    )  # A trial waits: they come before it.
    first = new_lesson(store)
    assert [store.runs.queue.gives_way(run) for run in (older, newer, searched)] == [False, False, True]
    new_lesson(store)
    assert [store.runs.queue.gives_way(run) for run in (older, newer, searched)] == [False, True, True]
    store.runs.progress.claim(first, owner="w")
    assert not store.runs.queue.gives_way(first)
    assert not store.runs.queue.gives_way("deadbeef")


def test_a_paused_run_gives_way_to_anything_that_waits(store):
    run = new_run(store)
    store.runs.progress.claim(run, owner="w")
    store.runs.progress.beat(run, owner="w", paused=True)
    assert not store.runs.queue.gives_way(run, resting=True)
    (waiting,) = trials(store, number=1)
    assert store.runs.queue.gives_way(run, resting=True)
    store.experiments.hold(store.runs.get(waiting).experiment)
    assert store.runs.get(waiting).command == HOLD and not store.runs.queue.gives_way(run, resting=True)


def test_after_a_long_turn_a_run_gives_way_to_other_people_and_not_to_its_own(store):
    run = new_run(store, ANNA)
    store.runs.progress.claim(run, owner="w")
    new_run(store, ANNA)
    assert not store.runs.queue.gives_way(run, had_its_turn=True)
    other = new_run(store, BEN)
    assert store.runs.queue.gives_way(run, had_its_turn=True) and not store.runs.queue.gives_way(run)
    store.runs.progress.put_back(run, owner="w")
    assert store.runs.queue.order()[:2] == [other, run]


def test_whoever_let_a_lesson_past_is_the_next(store):
    run, other = new_run(store, ANNA), new_run(store, BEN)
    store.runs.progress.claim(run, owner="w")
    store.runs.progress.put_back(run, owner="w", first=True)
    assert store.runs.queue.order() == [run, other]


def test_the_queue_has_so_much_room_for_each_and_for_all_and_what_finds_none_leaves_nothing(store):
    store.runs.queue.bounds = Bounds(2, 3)
    searched = trials(store, ANNA, 3)  # One entry, however many trials.
    first = new_run(store, ANNA)
    for refused in (new_run, new_lesson, trials):
        with pytest.raises(QueueFull, match="2 of your runs and experiments wait already"):
            refused(store, ANNA)
    other = new_run(store, BEN)
    for visitor in (BEN, ""):
        with pytest.raises(QueueFull, match="3 runs and experiments wait already, as many as the queue holds"):
            new_run(store, visitor)
    assert {run.id for run in store.runs.lists.all()} == {*searched, first, other} and len(store.experiments.all()) == 1
    assert store.lessons.parents() == {}
    store.runs.command(first, "stop")
    assert len(store.runs.queue.order()) == 4 and new_run(store, BEN) in store.runs.queue.order()
    with pytest.raises(QueueFull):
        store.runs.requeue(first)
    assert store.runs.get(first).status == Status.STOPPED


def test_a_paused_run_goes_on_though_the_queue_is_full(store):
    run = paused(store, visitor=ANNA)
    store.runs.queue.bounds = Bounds(1, 1)
    waiting = new_run(store, ANNA)
    store.runs.command(run, "run")
    assert store.runs.queue.order() == [run, waiting]
