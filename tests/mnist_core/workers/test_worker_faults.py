"""Workers killed at chosen moments: no run is lost, counted twice, or ends otherwise than undisturbed."""

import io
import time
from dataclasses import replace

import few_images as images
import numpy as np
import pytest
from worker_process import WorkerProcess

from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.workers import recorder, worker

DATA = images.few_images()
CONFIG = TrainingConfig("hidden", epochs=3, hidden_units=8, batch_size=50, patience=2)
SECONDS = 180


@pytest.fixture(scope="module", autouse=True)
def few_images():
    """Make this process a worker, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mnist_core.data.dataset.load", lambda settings, **_: DATA)
        patch.setattr(worker, "_dataset", None)
        yield
        worker._dataset = None


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('faults') / 'digitlab.sqlite'}")
    yield store
    store.close()


def new_run(store, config=CONFIG):
    steps = config.epochs * config.steps_per_epoch(len(DATA.x_train))
    return store.runs.create(config, data_name=DATA.name, data_digest=DATA.digest, total_steps=steps)


def state_of(store, run):
    with np.load(io.BytesIO(store.runs.results.state(run.id))) as file:
        return dict(file)


def curve(store, run):
    """What of the curve does not depend on the time."""
    ends = {info.step for info in store.runs.results.snapshots(run.id)}
    per_epoch = store.runs.get(run.id).config.steps_per_epoch(len(DATA.x_train))
    return [
        (point.step, point.epoch, point.loss, point.accuracy, point.test_loss if point.step % per_epoch == 0 else None)
        for point in store.runs.results.metrics(run.id)
        if ends
    ]


def assert_same(store, run, other):
    """All that was trained, measured and counted is the same to the last bit."""
    one, two = store.runs.get(run.id), store.runs.get(other.id)
    assert (one.status, one.step, one.total_steps) == (two.status, two.step, two.total_steps)
    assert (one.correct, one.tested) == (two.correct, two.tested)
    first, second = state_of(store, run), state_of(store, other)
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)
    np.testing.assert_array_equal(store.runs.results.outputs(run.id), store.runs.results.outputs(other.id))
    assert curve(store, run) == curve(store, other)
    steps = [info.step for info in store.runs.results.snapshots(other.id)]
    assert set(steps) <= {info.step for info in store.runs.results.snapshots(run.id)}
    for step in steps:
        for array, its in zip(
            store.runs.results.snapshot(run.id, step).weights[1],
            store.runs.results.snapshot(other.id, step).weights[1],
            strict=True,
        ):
            np.testing.assert_array_equal(array, its)


@pytest.fixture(scope="module")
def undisturbed(store):
    run = new_run(store)
    assert worker.train_run(store, run.id)
    return run


MOMENTS = ("chunk", "snapshot", "state", "evaluation", "result")


@pytest.fixture(scope="module")
def killed(store):
    """Runs whose workers were killed at these moments, by moment."""
    runs = {moment: new_run(store) for moment in MOMENTS}
    for moment in MOMENTS:  # One after another: one that dies in a transaction holds SQLite's lock.
        with WorkerProcess(store.url, runs[moment].id, moment) as process:
            assert [process.says(), process.says()] == ["ready", "here"], moment
    return runs


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_whose_worker_was_killed_is_taken_up_by_another_and_ends_as_if_undisturbed(
    store, killed, undisturbed, moment
):
    run = store.runs.get(killed[moment].id)
    assert run.status in (Status.RUNNING, Status.INTERRUPTED)
    assert store.runs.results.outputs(run.id) is None and run.correct is None  # Nothing is half written.
    deadline = time.monotonic() + SECONDS
    while store.runs.get(run.id).status != Status.INTERRUPTED:
        store.heartbeats.mark_lost(timeout=0.2)
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert (store.runs.get(run.id).lost_step, store.runs.get(run.id).resumed_step) == (run.step, None)
    killed_at = store.runs.get(run.id).step
    assert not worker.train_run(store, run.id)  # Nobody takes it before somebody asks.
    assert store.runs.requeue(run.id)
    state = store.runs.results.state(run.id)
    begun = int(np.load(io.BytesIO(state))["step"]) if state else 0
    assert worker.train_run(store, run.id)
    assert_same(store, run, undisturbed)
    run = store.runs.get(run.id)
    assert run.attempts == 1  # Since somebody asked: what was trained before is not counted again.
    assert (run.lost_step, run.resumed_step) == (killed_at, begun)


def at(store, run, **wanted):
    """Wait until the run's columns have these values."""
    deadline = time.monotonic() + SECONDS
    while any(getattr(store.runs.get(run.id), name) != value for name, value in wanted.items()):
        assert time.monotonic() < deadline, store.runs.get(run.id)
        time.sleep(0.01)


def test_a_worker_killed_in_a_pause_loses_no_step_and_single_steps_add_up(store, undisturbed):
    run = new_run(store)
    store.runs.command(run.id, "step")
    with WorkerProcess(store.url, run.id):
        for step in (1, 2, 3):
            at(store, run, status=Status.PAUSED, command="pause", step=step)
            batch = store.runs.results.snapshot(run.id).about["batch"]
            assert (batch["step"], batch["images"]) == (step, 50)
            store.runs.command(run.id, "step" if step < 3 else "epoch")
        at(store, run, status=Status.PAUSED, command="pause", step=43)
    while not store.heartbeats.mark_lost(timeout=0.2):
        time.sleep(0.05)
    assert store.runs.get(run.id).step == 43
    assert store.runs.requeue(run.id)
    assert worker.train_run(store, run.id)
    assert_same(store, run, undisturbed)
    assert (store.runs.get(run.id).lost_step, store.runs.get(run.id).resumed_step) == (43, 43)


def test_more_epochs_for_a_finished_run_end_as_all_of_them_at_once(store):
    config = replace(CONFIG, patience=0)
    run, at_once = new_run(store, replace(config, epochs=2)), new_run(store, replace(config, epochs=4))
    for each in (run, at_once):
        assert worker.train_run(store, each.id)
    store.runs.extend(run.id, 2)
    waiting = store.runs.get(run.id)
    assert (waiting.status, waiting.config.epochs, waiting.total_steps) == (Status.QUEUED, 4, 160)
    assert worker.train_run(store, run.id)
    assert_same(store, run, at_once)
    assert store.runs.get(run.id).config == store.runs.get(at_once.id).config


def test_the_state_of_a_long_epoch_is_kept_on_the_way(store, monkeypatch):
    monkeypatch.setattr(recorder, "STATE_SECONDS", 0.0)
    run, kept = new_run(store), []
    set_state = store.runs.progress.set_state
    monkeypatch.setattr(
        store.runs.progress, "set_state", lambda *a, **named: (kept.append(named["step"]), set_state(*a, **named))
    )
    assert worker.train_run(store, run.id)
    assert any(step % 40 for step in kept) and kept == sorted(set(kept))
