import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from waits import SECONDS

from mnist_core.errors import RunNotFound, StoreError, StoreReplaced, StoreUnavailable
from mnist_core.network.network import Network
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store import patience
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.store.trials import NewTrial
from mnist_core.workers import recorder as recorders
from mnist_core.workers.recorder import Held, Recorder

CONFIG = TrainingConfig(architecture="linear", epochs=2, batch_size=100)
STEPS = 80  # of one epoch
OWNER = "me"


@dataclass(frozen=True)
class Report:
    """What `training.Progress` carries, without TensorFlow."""

    step: int
    loss: float = 0.5
    accuracy: float = 0.9
    test_loss: float | None = None
    test_accuracy: float | None = None
    images_per_second: float = 1_000.0
    total_steps: int = 2 * STEPS
    copied: list[str] = field(default_factory=list)

    @property
    def epoch(self) -> float:
        return self.step / STEPS

    @property
    def seconds(self) -> float:
        return self.step / 100

    @property
    def epoch_ended(self) -> bool:
        return self.step % STEPS == 0

    def network(self) -> Network:
        self.copied.append(f"weights {self.step}")
        return Network(CONFIG.layers, ((), (np.full((784, 10), self.step, np.float32), np.zeros(10, np.float32))))

    def state(self) -> bytes:
        self.copied.append(f"state {self.step}")
        return f"state {self.step}".encode()


@dataclass(frozen=True)
class Batch:
    """What `training.trainer.Batch` carries."""

    loss: float
    correct: int
    images: int


@dataclass(frozen=True)
class Resting:
    """What `training.Checkpoint` carries, as a rule where a run waits."""

    step: int = 7
    resting: bool = True
    batch: Batch | None = None

    @property
    def epoch(self) -> float:
        return self.step / STEPS

    def network(self) -> Network:
        return Report(self.step).network()

    def state(self) -> bytes:
        return f"state {self.step}".encode()


@pytest.fixture
def store(database_url):
    store = Store(database_url, busy_timeout=0.05)
    yield store
    store.close()


@pytest.fixture
def run(store):
    run = store.runs.create(CONFIG, data_name="Few images", data_digest="d", total_steps=2 * STEPS)
    assert store.runs.progress.claim(run.id, owner=OWNER)
    return store.runs.get(run.id)


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)


def test_reports_become_points_of_the_curve_while_the_run_goes_on(store, run):
    with Recorder(store, run, OWNER) as recorder:
        for step in (10, 20, 30):
            recorder.on_progress(Report(step))
        wait_for(lambda: len(store.runs.results.metrics(run.id)) == 3)
        assert store.runs.get(run.id).step == 30
        recorder.on_progress(Report(40, test_loss=0.4, test_accuracy=0.8))
    last = store.runs.results.metrics(run.id)[-1]
    assert (last.step, last.test_loss, last.test_accuracy) == (40, 0.4, 0.8)


def test_weights_are_kept_early_in_the_first_epoch_and_at_each_end(store, run):
    with Recorder(store, run, OWNER) as recorder:
        for step in range(1, 2 * STEPS + 1):
            recorder.on_progress(Report(step))
    assert [info.step for info in store.runs.results.snapshots(run.id)] == [10, 20, 40, 80, 160]
    assert store.runs.results.snapshot(run.id, step=40).weights[1][0][0, 0] == 40
    assert store.runs.results.state(run.id) == b"state 160"


def test_marks_that_fall_between_two_reports_are_kept_at_the_next(store, run):
    with Recorder(store, run, OWNER) as recorder:
        for step in (30, 60, 80):
            recorder.on_progress(Report(step))
    assert [info.step for info in store.runs.results.snapshots(run.id)] == [30, 60, 80]


def test_a_run_that_goes_on_does_not_keep_the_first_epoch_again_and_its_time_adds_up(store, run):
    store.runs.progress.set_state(run.id, step=STEPS, state=b"state", owner=OWNER)
    with Recorder(store, run, OWNER) as recorder:
        recorder.on_progress(Report(STEPS))
    store.runs.progress.finish(run.id, Status.STOPPED)
    store.runs.requeue(run.id)
    store.runs.progress.claim(run.id, owner=OWNER)
    with Recorder(store, store.runs.get(run.id), OWNER) as recorder:
        recorder.on_progress(Report(STEPS + 10))
    assert [info.step for info in store.runs.results.snapshots(run.id)] == [STEPS]
    assert store.runs.get(run.id).seconds == pytest.approx(STEPS / 100 + (STEPS + 10) / 100)


def test_weights_are_copied_for_viewers_a_few_times_a_second_however_many_reports_come(store, run, monkeypatch):
    monkeypatch.setattr(recorders, "LIVE_SECONDS", 3_600)
    copied: list[str] = []
    with Recorder(store, run, OWNER) as recorder:
        for step in range(1, 10):
            recorder.on_progress(Report(step, copied=copied))
        wait_for(lambda: store.runs.results.snapshot(run.id) is not None)
    assert copied == ["weights 1"]
    assert store.runs.results.snapshots(run.id) == []


def test_weights_for_viewers_are_written_behind_their_point_and_those_of_a_pause_behind_them(store, run):
    tables: list[str] = []

    @sa.event.listens_for(store.database.engine, "before_cursor_execute")
    def note(connection, cursor, statement, *_):
        tables.extend(table for table in ("metrics", "live", "states") if statement.startswith(f"INSERT INTO {table}"))

    store.runs.command(run.id, "pause")
    recorder = Recorder(store, store.runs.get(run.id), OWNER)  # It writes nothing before the body of a `with`.
    recorder.on_progress(Report(7))
    recorder.on_checkpoint(Resting(7, batch=Batch(loss=0.5, correct=90, images=100)))
    with recorder:
        wait_for(lambda: store.runs.get(run.id).status == Status.PAUSED)
    assert tables == ["metrics", "live", "states", "live"]
    assert store.runs.results.snapshot(run.id).about["batch"]["step"] == 7


def test_a_run_of_a_large_network_keeps_fewer_weights_and_writes_less_often(store, monkeypatch):
    monkeypatch.setattr(recorders, "KEPT_BYTES", 10 * 4 * 7_850)  # Of ten ends of epochs,
    monkeypatch.setattr(recorders, "LIVE_RATE", 1)  # and what takes a second a byte.
    monkeypatch.setattr(recorders, "STATE_RATE", 1)
    monkeypatch.setattr(recorders, "STATE_SECONDS", 0.0)
    config = TrainingConfig(architecture="linear", epochs=100, batch_size=100)
    run = store.runs.create(config, data_name="Few images", data_digest="d", total_steps=100 * STEPS)
    store.runs.progress.claim(run.id, owner=OWNER)
    copied: list[str] = []
    with Recorder(store, store.runs.get(run.id), OWNER) as recorder:
        for epoch in range(1, 101):
            recorder.on_progress(Report(epoch * STEPS, total_steps=100 * STEPS, copied=copied))
            recorder.on_checkpoint(Resting(epoch * STEPS, resting=False))
    ends = [1, *range(10, 101, 10)]
    assert [info.epoch for info in store.runs.results.snapshots(run.id)] == ends
    # For viewers once, to go on from at each end that is kept: neither in between.
    assert copied.count(f"weights {2 * STEPS}") == 1 and len(copied) == 2 * len(ends) + 1
    assert store.runs.results.state(run.id) == f"state {100 * STEPS}".encode()


def test_commands_arrive_and_a_pause_shows_once_training_heeds_it(store, run):
    with Recorder(store, run, OWNER) as recorder:
        assert recorder.control() == "run"
        store.runs.command(run.id, "pause")
        wait_for(lambda: recorder.control() == "pause")
        recorder.on_checkpoint(Resting())
        wait_for(lambda: store.runs.get(run.id).status == Status.PAUSED)
        assert store.runs.results.state(run.id) == b"state 7"
        store.runs.command(run.id, "run")
        wait_for(lambda: recorder.control() == "run")
        wait_for(lambda: store.runs.get(run.id).status == Status.RUNNING)
        store.runs.command(run.id, "stop")
        wait_for(lambda: recorder.control() == "stop")


def test_a_run_can_go_on_from_its_first_chunk_and_the_next_ones_write_no_state(store, run):
    with Recorder(store, run, OWNER) as recorder:
        for step in (5, 6, 7):
            recorder.on_checkpoint(Resting(step, resting=False))
    assert store.runs.results.state(run.id) == b"state 5"


def test_a_held_trial_rests_with_its_state_before_its_worker_lets_go(store):
    experiment = store.experiments.create(
        "One", {}, [NewTrial("one", CONFIG, 2 * STEPS)], data_name="d", data_digest="d"
    )
    (run,) = store.trials.all(experiment.id)
    store.runs.progress.claim(run.id, owner=OWNER)
    with pytest.raises(Held), Recorder(store, run, OWNER) as recorder:
        assert recorder.control() == "run"
        store.experiments.hold(run.experiment)
        wait_for(lambda: recorder.control() == "pause")
        assert recorder.control() == "pause"  # Not before it rests.
        recorder.on_checkpoint(Resting())
        recorder.control()
    assert store.runs.results.state(run.id) == b"state 7"


def test_the_heart_beats_while_training_is_busy_with_one_long_step(store, run):
    with Recorder(store, run, OWNER):
        first = store.runs.get(run.id).heartbeat
        wait_for(lambda: store.runs.get(run.id).heartbeat > first)
        second = store.runs.get(run.id).heartbeat
        wait_for(lambda: store.runs.get(run.id).heartbeat > second)


def test_training_hears_that_its_run_was_deleted(store, run):
    with pytest.raises(RunNotFound), Recorder(store, run, OWNER) as recorder:
        store.runs.delete(run.id)
        wait_for(lambda: recorder.control() != "run")
    assert store.runs.lists.all() == []


def test_training_hears_that_its_run_went_to_another_worker(store, run):
    with pytest.raises(RunNotFound), Recorder(store, run, OWNER) as recorder:
        store.runs.progress.finish(run.id, Status.INTERRUPTED)
        store.runs.requeue(run.id)
        store.runs.progress.claim(run.id, owner="another")
        recorder.on_progress(Report(10))
        wait_for(lambda: recorder.control() != "run")
    assert store.runs.results.metrics(run.id) == []


@contextmanager
def locked(store):
    """Another program writes, until its `rollback` is called; reading goes on."""
    options = {"check_same_thread": False} if store.database.engine.dialect.name == "sqlite" else {}
    other = sa.create_engine(store.url, connect_args=options, poolclass=sa.NullPool).connect()
    if options:
        other.connection.driver_connection.isolation_level = None
        other.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        other.exec_driver_sql("LOCK TABLE runs IN EXCLUSIVE MODE")
    yield lambda: other.connection.driver_connection.rollback()
    other.close()


def test_a_store_that_is_locked_for_a_moment_loses_nothing(store, run):
    with locked(store) as rollback:
        release = threading.Timer(0.4, rollback)
        with Recorder(store, run, OWNER) as recorder:
            release.start()
            for step in range(10, STEPS + 1, 10):
                recorder.on_progress(Report(step))
        release.join()
    assert [metric.step for metric in store.runs.results.metrics(run.id)] == list(range(10, STEPS + 1, 10))


def test_a_database_that_is_away_as_a_run_begins_is_waited_for(store, run, monkeypatch):
    answers = [StoreUnavailable("The database does not answer."), []]

    def metrics(run_id):
        answer = answers.pop(0)
        if isinstance(answer, StoreUnavailable):
            raise answer
        return answer

    monkeypatch.setattr(store.runs.results, "metrics", metrics)
    with Recorder(store, run, OWNER) as recorder:
        recorder.on_progress(Report(10))
    assert answers == [] and store.runs.get(run.id).step == 10


def test_a_store_that_stays_locked_ends_the_training_with_its_sentence(store, run, monkeypatch):
    monkeypatch.setattr(patience, "PATIENCE", 0.5)
    with locked(store), pytest.raises(StoreError, match="locked"), Recorder(store, run, OWNER) as recorder:
        recorder.on_progress(Report(10))
        wait_for(lambda: recorder.control() != "run")
    assert store.runs.results.metrics(run.id) == []


def test_an_error_of_training_itself_is_what_comes_out_and_its_curve_is_kept(store, run):
    with pytest.raises(ZeroDivisionError), Recorder(store, run, OWNER) as recorder:
        recorder.on_progress(Report(10))
        raise ZeroDivisionError
    assert len(store.runs.results.metrics(run.id)) == 1


def test_training_waits_for_a_store_that_cannot_keep_up(store, run, monkeypatch):
    monkeypatch.setattr(recorders, "BACKLOG", 4)
    reported = []

    def train():
        with Recorder(store, run, OWNER) as recorder:
            for step in range(1, STEPS + 1):
                recorder.on_progress(Report(step))
                reported.append(step)

    thread = threading.Thread(target=train)
    with locked(store) as rollback:
        thread.start()
        wait_for(lambda: len(reported) >= 4)
        assert len(reported) < STEPS
        rollback()
    thread.join(SECONDS)
    assert len(store.runs.results.metrics(run.id)) == STEPS


def test_patience_is_for_refusals_that_may_pass_not_for_what_is_gone_or_damaged(store, monkeypatch):
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(patience, "PATIENCE", 0.1)
    calls = []

    def refuse(error):
        calls.append(error)
        raise error

    monkeypatch.setattr(store.runs.results, "metrics", refuse)
    asked = patience.patient(store).runs.results
    with pytest.raises(StoreError):
        asked.metrics(StoreError("locked", may_pass=True))
    assert 2 <= len(calls) <= 11
    for lasting in (RunNotFound("deadbeef"), StoreError("of another version"), StoreReplaced("was deleted")):
        calls.clear()
        with pytest.raises(type(lasting)):
            asked.metrics(lasting)
        assert len(calls) == 1
