import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from waits import SECONDS

from mnist_core.errors import ConfigError, ModelError, RunNotFound, StoreError
from mnist_core.network.network import Network
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.analyses import Analysis
from mnist_core.store.database import schema
from mnist_core.store.drawings import Drawing
from mnist_core.store.lessons import lesson
from mnist_core.store.runs.records import Cause, Metric, Status
from mnist_core.store.trials import NewTrial

CONFIG = TrainingConfig(architecture="linear", epochs=2)


def new_run(store, **options):
    return store.runs.create(CONFIG, data_name="MNIST", data_digest="d" * 64, total_steps=3_750, **options)


def point(step, **values):
    return Metric(
        **{
            "step": step,
            "epoch": step / 1_875,
            "loss": 0.5,
            "accuracy": 0.9,
            "seconds": step / 100,
            **EMPTY,
            **values,
        }
    )


EMPTY = {"test_loss": None, "test_accuracy": None}


def network(value=0.5):
    weights = (np.full((784, 10), value, np.float32), np.zeros(10, np.float32))
    return Network(CONFIG.layers, ((), weights), {"data": "MNIST"})


def progress(store, run, *steps, **options):
    store.runs.progress.add(run.id, *map(point, steps), images_per_second=1_000.0, total_steps=3_750, **options)


def rows(store):
    """How many rows each table has, besides the one that tells the version."""
    with store.database.engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in schema.metadata.sorted_tables
            if table is not schema.origin
        }


# ------------------------------------------------------------------------------ runs


def test_a_new_run_is_queued_and_read_back_as_it_was_made(store):
    run = new_run(store, parent="0badcafe")
    assert run == store.runs.get(run.id)
    assert (run.status, run.command, run.is_live) == (Status.QUEUED, "run", True)
    assert run.config == CONFIG
    assert run.test_accuracy is None
    assert run.name == "Linear 784-10, 2 epochs"
    assert len(run.id) == 8
    assert int(run.id, 16) >= 0


def test_a_clock_that_is_set_back_changes_neither_the_queue_nor_the_list(store, monkeypatch):
    runs = []
    for now in (2e9, 1e9, 1.5e9):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        runs.append(new_run(store))
    assert [run.created for run in runs] == [2e9, 1e9, 1.5e9]
    assert store.runs.queue.order() == [run.id for run in runs]
    assert store.runs.lists.all() == runs[::-1]


def test_runs_come_newest_first(store):
    made = [new_run(store, name=f"run {index}") for index in range(4)]
    assert store.runs.lists.all() == made[::-1]


def test_an_unknown_run_is_named_in_the_error(store):
    progress_of_nobody = lambda run_id: store.runs.progress.add(run_id, point(1), images_per_second=1, total_steps=1)  # noqa: E731
    for method in (
        store.runs.get,
        store.runs.delete,
        store.runs.requeue,
        store.runs.results.snapshot,
        store.runs.progress.beat,
        progress_of_nobody,
        lambda run_id: store.runs.rename(run_id, "name"),
        lambda run_id: store.runs.command(run_id, "stop"),
        lambda run_id: store.runs.progress.set_live(run_id, step=1, epoch=0.1, network=b""),
        lambda run_id: store.runs.progress.finish(run_id, Status.FAILED),
    ):
        with pytest.raises(RunNotFound, match="deadbeef") as caught:
            method("deadbeef")
        assert caught.value.run_id == "deadbeef"
    assert not any(rows(store).values())


def test_a_run_is_renamed_and_an_empty_or_endless_name_is_refused(store):
    run = new_run(store)
    store.runs.rename(run.id, "  my  run\n")
    assert store.runs.get(run.id).name == "my run"
    for name in ("", "   ", "x" * 81):
        with pytest.raises(ConfigError, match="1 to 80 characters"):
            store.runs.rename(run.id, name)
    assert store.runs.get(run.id).name == "my run"


def test_deleting_a_run_leaves_nothing_of_it_and_all_of_the_others(store):
    drawings = store.drawings.keep(Drawing(3, np.full((28, 28), 9, np.uint8)))
    taught = lesson(drawings, hand="guest", parent="linear", network=network())
    runs = [new_run(store, lesson=taught), new_run(store, lesson=taught)]
    for run in runs:
        store.runs.progress.claim(run.id)
        progress(store, run, 1, 2)
        store.runs.progress.add_snapshot(run.id, step=2, epoch=0.1, network=network().to_bytes())
        store.runs.progress.set_state(run.id, step=2, state=b"state")
        store.runs.progress.finish(run.id, Status.STOPPED, correct=1, tested=2, scores=np.zeros((2, 10), np.float32))
        store.runs.progress.set_live(run.id, step=2, epoch=0.1, network=network().to_bytes())
        store.analyses.keep(Analysis("map", "digest", run.id), {"points": np.zeros((2, 2), np.float32)})
    before = rows(store)
    # No trials, no data of one's own, no hand of one's own, and no class.
    apart = (
        "experiments",
        "datasets",
        "dataset_parts",
        "dataset_choices",
        "handwritings",
        "rooms",
        "people",
        "answers",
    )
    assert all(count for name, count in before.items() if name not in apart)
    store.runs.delete(runs[0].id)
    assert rows(store) == {name: count // 2 for name, count in before.items()} | {"drawings": 1, "turns": 1}
    with pytest.raises(RunNotFound):
        store.runs.get(runs[0].id)


def test_a_run_with_settings_of_another_version_does_not_hide_the_others(store):
    strange, known = new_run(store), new_run(store)
    with store.database.write() as connection:
        connection.execute(
            sa.update(schema.runs).where(schema.runs.c.id == strange.id).values(config={"architecture": "transformer"})
        )
    assert store.runs.lists.all() == [known]
    with pytest.raises(StoreError, match="another version.*transformer"):
        store.runs.get(strange.id)


# ----------------------------------------------------------------------------- queue


def test_the_queue_is_first_come_first_served(store):
    first, second, third = (new_run(store) for _ in range(3))
    assert store.runs.queue.order() == [first.id, second.id, third.id]
    assert [store.runs.waits.of(run.id, workers=1).before for run in (first, second, third)] == [0, 1, 2]
    assert store.runs.progress.claim(first.id)
    assert [store.runs.waits.of(run.id, workers=1).before for run in (second, third)] == [0, 1]
    assert store.runs.waits.of(first.id, workers=1).before == 0


def test_a_claimed_run_is_running_and_cannot_be_claimed_again(store):
    run = new_run(store)
    assert store.runs.progress.claim(run.id, owner="a")
    assert not store.runs.progress.claim(run.id, owner="b")
    assert not store.runs.progress.claim("deadbeef")
    run = store.runs.get(run.id)
    assert run.status == Status.RUNNING
    assert run.started is not None
    assert run.heartbeat is not None


def test_of_many_threads_that_claim_a_run_one_gets_it(store):
    run = new_run(store)
    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda _: store.runs.progress.claim(run.id), range(32)))
    assert sum(won) == 1


def test_stopping_a_queued_run_takes_it_out_of_the_queue(store):
    run = new_run(store)
    store.runs.command(run.id, "stop")
    assert store.runs.get(run.id).status == Status.STOPPED
    assert not store.runs.progress.claim(run.id)


def test_commands_reach_the_worker_and_nonsense_does_not(store):
    run = new_run(store)
    store.runs.progress.claim(run.id)
    assert store.runs.progress.beat(run.id) == "run"
    store.runs.command(run.id, "pause")
    assert store.runs.progress.beat(run.id, paused=True) == "pause"
    assert store.runs.get(run.id).status == Status.PAUSED
    store.runs.command(run.id, "run")
    assert store.runs.progress.beat(run.id) == "run"
    assert store.runs.get(run.id).status == Status.RUNNING
    with pytest.raises(ValueError, match="explode"):
        store.runs.command(run.id, "explode")


def test_stopping_a_run_that_has_ended_changes_nothing_of_its_result(store):
    run = new_run(store)
    store.runs.progress.claim(run.id)
    store.runs.progress.finish(run.id, Status.FINISHED, correct=9, tested=10)
    store.runs.command(run.id, "stop")
    assert store.runs.get(run.id).status == Status.FINISHED


# -------------------------------------------------------------------- what is learned


def test_curves_are_read_from_where_a_viewer_left_off(store):
    run = new_run(store)
    progress(store, run, 10, 20)
    progress(store, run, 30)
    assert [metric.step for metric in store.runs.results.metrics(run.id)] == [10, 20, 30]
    assert [metric.step for metric in store.runs.results.metrics(run.id, after_step=20)] == [30]
    assert store.runs.results.metrics("deadbeef") == []
    run = store.runs.get(run.id)
    assert (run.step, run.seconds, run.images_per_second, run.total_steps) == (30, 0.3, 1_000.0, 3_750)


def test_points_that_are_written_again_because_their_answer_was_lost_count_once(store):
    run = new_run(store)
    progress(store, run, 10, 20, 30)
    progress(store, run, 20, 30)
    assert [metric.step for metric in store.runs.results.metrics(run.id)] == [10, 20, 30]
    assert store.runs.get(run.id).step == 30


numbers = st.floats(allow_nan=False, width=64)


@hypothesis_settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.tuples(numbers, numbers, st.none() | numbers, st.none() | numbers))
def test_every_number_of_a_metric_comes_back_bit_by_bit(store, values):
    run = new_run(store)
    loss, accuracy, test_loss, test_accuracy = values
    metric = point(7, loss=loss, accuracy=accuracy, test_loss=test_loss, test_accuracy=test_accuracy)
    store.runs.progress.add(run.id, metric, images_per_second=1.0, total_steps=7)
    assert store.runs.results.metrics(run.id) == [metric]


def test_the_latest_weights_are_those_of_the_highest_step_live_or_kept(store):
    run = new_run(store)
    assert store.runs.results.snapshot(run.id) is None
    store.runs.progress.add_snapshot(run.id, step=10, epoch=0.1, network=network(1).to_bytes())
    store.runs.progress.set_live(run.id, step=15, epoch=0.15, network=network(2).to_bytes())
    assert store.runs.results.snapshot(run.id).weights[1][0][0, 0] == 2
    store.runs.progress.set_live(run.id, step=18, epoch=0.18, network=network(3).to_bytes())
    assert store.runs.results.snapshot(run.id).weights[1][0][0, 0] == 3
    store.runs.progress.add_snapshot(run.id, step=20, epoch=0.2, network=network(4).to_bytes())
    assert store.runs.results.snapshot(run.id).weights[1][0][0, 0] == 4
    assert store.runs.results.snapshot(run.id, step=10).weights[1][0][0, 0] == 1
    assert store.runs.results.snapshot(run.id, step=18) is None
    assert [(info.step, info.epoch) for info in store.runs.results.snapshots(run.id)] == [(10, 0.1), (20, 0.2)]


def test_of_one_step_the_live_weights_go_first_with_what_they_say_of_the_last_batch(store):
    run = new_run(store)
    store.runs.progress.add_snapshot(run.id, step=20, epoch=0.2, network=network(1).to_bytes())
    resting = replace(network(1), about={"batch": {"step": 20}})
    store.runs.progress.set_live(run.id, step=20, epoch=0.2, network=resting.to_bytes())
    assert store.runs.results.snapshot(run.id).about["batch"] == {"step": 20}


def test_weights_kept_twice_for_one_step_are_those_kept_last(store):
    run = new_run(store)
    for value in (1, 2):
        store.runs.progress.add_snapshot(run.id, step=10, epoch=0.1, network=network(value).to_bytes())
    assert store.runs.results.snapshot(run.id).weights[1][0][0, 0] == 2
    assert len(store.runs.results.snapshots(run.id)) == 1


def test_damaged_weights_are_refused_as_a_network(store):
    run = new_run(store)
    store.runs.progress.add_snapshot(run.id, step=10, epoch=0.1, network=b"not a network")
    with pytest.raises(ModelError):
        store.runs.results.snapshot(run.id)


def test_outputs_come_back_exactly(store):
    run = new_run(store)
    scores = np.random.default_rng(0).random((100, 10), np.float32)
    assert store.runs.results.outputs(run.id) is None
    store.runs.progress.claim(run.id)
    store.runs.progress.finish(run.id, Status.FINISHED, correct=97, tested=100, scores=scores)
    found = store.runs.results.outputs(run.id)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, scores)
    run = store.runs.get(run.id)
    assert (run.test_accuracy, run.status, run.is_live) == (0.97, Status.FINISHED, False)


@pytest.mark.parametrize("status", [Status.FINISHED, Status.STOPPED])
def test_a_run_that_has_ended_keeps_its_state_for_more_epochs(store, status):
    run = new_run(store)
    store.runs.progress.claim(run.id)
    store.runs.progress.set_state(run.id, step=1, state=b"state")
    store.runs.progress.finish(run.id, status)
    assert store.runs.results.state(run.id) == b"state"


# ------------------------------------------------------------------- lost and found


@pytest.mark.parametrize(("steps", "state"), [((), False), ((50,), False), ((50,), True)])
def test_a_lost_run_tells_where_it_was_and_what_is_left_of_it(store, steps, state):
    run = new_run(store)
    store.runs.progress.claim(run.id)
    if steps:
        progress(store, run, *steps)
    if state:
        store.runs.progress.set_state(run.id, step=steps[-1], state=b"state")
    store.heartbeats.mark_lost(timeout=0), store.heartbeats.mark_lost(timeout=0)
    lost = store.runs.get(run.id)
    assert (lost.status, lost.lost_step, lost.resumed_step) == (Status.INTERRUPTED, lost.step, None)
    assert store.runs.results.resumable(run.id) == state
    store.runs.requeue(run.id)
    assert store.runs.get(run.id).lost_step == lost.step  # While it waits, too.
    store.runs.progress.claim(run.id)
    begun = store.runs.get(run.id)
    assert (begun.lost_step, begun.resumed_step) == (lost.step, 50 if state else 0)


def test_why_a_run_ended_is_forgotten_once_it_goes_on(store):
    run = new_run(store)
    store.runs.progress.claim(run.id)
    progress(store, run, 50)
    store.runs.progress.finish(run.id, Status.FAILED, cause=Cause.DIVERGED, step=53)
    failed = store.runs.get(run.id)
    assert (failed.cause, failed.cause_step, failed.step) == (Cause.DIVERGED, 53, 50)
    store.runs.requeue(run.id)
    store.runs.progress.claim(run.id)
    again = store.runs.get(run.id)
    assert (again.cause, again.cause_step, again.lost_step, again.resumed_step) == ("", None, None, None)
    store.runs.progress.finish(run.id, Status.FINISHED, cause=Cause.PATIENCE, kept_epoch=2)
    ended = store.runs.get(run.id)
    assert (ended.cause, ended.cause_step, ended.kept_epoch) == (Cause.PATIENCE, ended.step, 2)


def test_a_run_whose_heart_stops_is_interrupted_and_one_that_beats_is_not(store):
    dead, alive, queued = new_run(store), new_run(store), new_run(store)
    store.runs.progress.claim(dead.id)
    store.runs.progress.claim(alive.id)
    assert store.heartbeats.mark_lost(timeout=0.05) == []
    deadline = time.monotonic() + SECONDS
    lost = []
    while not lost and time.monotonic() < deadline:
        store.runs.progress.beat(alive.id)
        lost = store.heartbeats.mark_lost(timeout=0.05)
    assert lost == [dead.id]
    run = store.runs.get(dead.id)
    assert run.status == Status.INTERRUPTED
    assert (run.lost_step, run.resumed_step) == (0, None)
    assert run.ended is not None
    assert store.runs.get(alive.id).status == Status.RUNNING
    assert store.runs.get(queued.id).status == Status.QUEUED


def test_a_heartbeat_long_past_is_given_time_to_change(store):
    # As after the sleep of a laptop: server and worker were both away.
    run = new_run(store)
    store.runs.progress.claim(run.id)
    with store.database.write() as connection:
        connection.execute(sa.update(schema.runs).values(heartbeat=time.time() - 3_600))
    assert store.heartbeats.mark_lost(timeout=5) == []
    assert store.runs.get(run.id).status == Status.RUNNING


def test_the_time_in_which_the_store_refused_is_no_time_without_a_heartbeat(store, monkeypatch):
    run = new_run(store)
    store.runs.progress.claim(run.id)
    assert store.heartbeats.mark_lost(timeout=0.001) == []  # From here on the heart is watched.

    @contextmanager
    def away():
        raise StoreError("away")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(store.database, "read", away)
        with pytest.raises(StoreError):
            store.heartbeats.mark_lost(timeout=0.001)
    assert store.heartbeats.mark_lost(timeout=0.001) == []
    assert store.runs.get(run.id).status == Status.RUNNING
    time.sleep(0.002)
    assert store.heartbeats.mark_lost(timeout=0.001) == [run.id]


def test_a_worker_that_was_only_slow_takes_its_run_up_again(store):
    run = new_run(store)
    store.runs.progress.claim(run.id, owner="slow")
    assert store.heartbeats.mark_lost(timeout=0) == [run.id]
    assert store.runs.progress.beat(run.id, owner="slow") == "run"
    run = store.runs.get(run.id)
    assert (run.status, run.lost_step, run.ended) == (Status.RUNNING, None, None)


def test_a_worker_that_was_given_up_cannot_write_once_another_goes_on(store):
    run = new_run(store)
    store.runs.progress.claim(run.id, owner="slow")
    progress(store, run, 5, owner="slow")
    store.heartbeats.mark_lost(timeout=0)
    assert store.runs.requeue(run.id)
    for owner in (None, "slow"):  # Queued, it is nobody's.
        with pytest.raises(RunNotFound):
            store.runs.progress.beat(run.id, owner=owner)
    assert store.runs.progress.claim(run.id, owner="quick")
    with pytest.raises(RunNotFound):
        store.runs.progress.beat(run.id, owner="slow")
    with pytest.raises(RunNotFound):
        progress(store, run, 6, owner="slow")
    with pytest.raises(RunNotFound):
        store.runs.progress.finish(run.id, Status.FAILED, owner="slow")
    assert store.runs.results.metrics(run.id) == []
    progress(store, run, 6, owner="quick")
    assert store.runs.get(run.id).status == Status.RUNNING


def test_a_requeued_run_goes_on_from_its_state_and_forgets_what_came_after(store):
    run = new_run(store)
    store.runs.progress.claim(run.id)
    progress(store, run, 100, 200, 300)
    for step in (100, 200, 300):
        store.runs.progress.add_snapshot(run.id, step=step, epoch=step / 1_875, network=network(step).to_bytes())
    store.runs.progress.set_state(run.id, step=200, state=b"after 200")
    store.runs.progress.set_live(run.id, step=310, epoch=0.2, network=network().to_bytes())
    store.runs.command(run.id, "stop")
    store.runs.progress.finish(run.id, Status.STOPPED, correct=1, tested=2, scores=np.zeros((2, 10), np.float32))
    assert store.runs.requeue(run.id)
    waiting = store.runs.get(run.id)
    assert (waiting.status, waiting.command, waiting.ended, waiting.correct) == (Status.QUEUED, "run", None, 1)
    assert store.runs.results.snapshot(run.id).weights[1][0][0, 0] == 300  # What was learned is there while it waits.
    assert store.runs.progress.claim(run.id)
    assert store.runs.results.state(run.id) == b"after 200"
    assert [metric.step for metric in store.runs.results.metrics(run.id)] == [100, 200]
    assert [info.step for info in store.runs.results.snapshots(run.id)] == [100, 200]
    run = store.runs.get(run.id)
    assert (run.step, run.seconds, run.correct, run.tested) == (200, 2.0, None, None)
    assert store.runs.results.outputs(run.id) is None


def test_a_run_that_is_stopped_while_it_waits_for_more_epochs_keeps_what_it_had(store):
    config = replace(CONFIG, patience=1)
    run = store.runs.create(config, data_name="MNIST", data_digest="d" * 64, total_steps=3_750)
    store.runs.progress.claim(run.id)
    progress(store, run, 1_875)
    store.runs.progress.set_state(run.id, step=1_875, state=b"state")
    best = replace(network(), about={"kept_epoch": 1})  # Not the weights that it goes on from.
    store.runs.progress.add_snapshot(run.id, step=1_875, epoch=1.0, network=best.to_bytes())
    store.runs.progress.finish(run.id, Status.FINISHED, correct=1, tested=2, scores=np.zeros((2, 10), np.float32))
    asked = Analysis("history", "d" * 64, run.id, "1875-finished")
    store.analyses.keep(asked, {"a": np.zeros(1)})
    for go_on in (lambda: store.runs.extend(run.id, 3), lambda: store.runs.requeue(run.id)):
        go_on()
        store.runs.command(run.id, "stop")
        stopped = store.runs.get(run.id)
        assert (stopped.status, stopped.step, stopped.correct, stopped.tested) == (Status.STOPPED, 1_875, 1, 2)
        assert store.runs.results.outputs(run.id) is not None and store.analyses.has(asked.key)
        assert store.runs.results.snapshot(run.id, 1_875).about == {"kept_epoch": 1}
    store.runs.requeue(run.id)
    assert store.runs.progress.claim(run.id)
    assert store.runs.get(run.id).correct is None and store.runs.results.outputs(run.id) is None
    assert store.runs.results.snapshots(run.id) == [] and not store.analyses.has(asked.key)


def test_a_run_that_is_queued_or_finished_is_not_requeued(store):
    queued, finished = new_run(store), new_run(store)
    store.runs.progress.claim(finished.id)
    store.runs.progress.finish(finished.id, Status.FINISHED, correct=1, tested=2)
    assert not store.runs.requeue(queued.id)
    assert not store.runs.requeue(finished.id)
    assert store.runs.get(finished.id).correct == 1


def test_a_run_is_an_immutable_value(store):
    run = new_run(store)
    assert replace(run, name="other") != run
    with pytest.raises(AttributeError):
        run.name = "other"


# ------------------------------------------------------------------------------ lists


def finished(store, **options):
    run = new_run(store, **options)
    store.runs.progress.claim(run.id)
    progress(store, run, 3_750)
    store.runs.progress.finish(run.id, Status.FINISHED, correct=9, tested=10)
    return store.runs.get(run.id)


def test_a_page_of_runs_has_ones_own_first_and_no_trials_and_knows_how_many_there_are(store):
    mine, theirs = "a" * 32, "b" * 32
    runs = [new_run(store, visitor=visitor) for visitor in (mine, theirs, "", mine, theirs)]
    trial = NewTrial("trial", CONFIG, 3_750)
    store.experiments.create("Seeds", {}, [trial] * 3, data_name="MNIST", data_digest="d" * 64)
    page = store.runs.lists.page(0, 3, visitor=mine)
    assert page.runs == [store.runs.get(runs[at].id) for at in (3, 0, 4)]
    assert (page.total, page.live, page.ended) == (5, True, 0)
    assert [run.id for run in store.runs.lists.page(3, 3, visitor=mine).runs] == [runs[2].id, runs[1].id]
    assert store.runs.lists.page(6, 3, visitor=mine).runs == [] and store.trials.count() == 3
    assert [run.id for run in store.runs.lists.page(0, 9).runs] == [run.id for run in reversed(runs)]  # Nobody's own.
    for run in runs:
        store.runs.command(run.id, "stop")
    page = store.runs.lists.page(0, 3, visitor=mine)
    assert (page.live, page.ended) == (False, 2)


def test_networks_to_choose_from_are_the_newest_and_those_that_are_asked_for(store):
    mine = "a" * 32
    old, own, *others = [finished(store, visitor=visitor) for visitor in ("", mine, "", "", "")]
    new_run(store)  # It has no weights.
    assert [run.id for run in store.runs.lists.trained(3, visitor=mine)] == [own.id, others[2].id, others[1].id]
    found = store.runs.lists.trained(2, visitor=mine, also=[old.id, own.id, "00000000"])
    assert [run.id for run in found] == [own.id, others[2].id, old.id]
    assert [run.id for run in store.runs.lists.finished(2, architecture="linear")] == [others[2].id, others[1].id]
    assert (
        store.runs.lists.finished(2, architecture="hidden") == store.runs.lists.finished(2, data_digest="e" * 64) == []
    )
    assert [run.id for run in store.runs.lists.finished(1, also=[old.id])] == [others[2].id, old.id]


def test_many_runs_are_stopped_or_deleted_as_they_were_seen_and_no_others(store):
    mine, theirs = "a" * 32, "b" * 32
    over, changed, foreign = (finished(store, visitor=visitor) for visitor in (mine, mine, theirs))
    waiting, training = new_run(store, visitor=mine), new_run(store, visitor=mine)
    store.runs.progress.claim(training.id)
    trial = NewTrial("trial", CONFIG, 3_750)
    experiment = store.experiments.create("Seeds", {}, [trial], data_name="MNIST", data_digest="d" * 64)
    (trial,) = store.trials.all(experiment.id)
    seen = store.runs.many.ended_of(mine)
    assert list(seen) == [changed.id, over.id] and store.runs.many.ended_of("") == {}
    with store.database.write() as connection:
        connection.execute(sa.update(schema.runs).where(schema.runs.c.id == changed.id).values(revision=7))
    everything = {run.id: run.revision for run in (over, changed, waiting, training, trial)}
    assert store.runs.many.delete({**everything, "00000000": None}) == [over.id]
    assert store.runs.many.stop({**everything, foreign.id: 0}) == [waiting.id, training.id]
    assert store.runs.get(waiting.id).status == Status.STOPPED and store.runs.get(waiting.id).ended
    assert (store.runs.get(training.id).status, store.runs.get(training.id).command) == (Status.RUNNING, "stop")
    assert store.runs.many.stop(everything) == store.runs.many.delete(everything) == []  # The same press once more.
    assert store.runs.get(trial.id).status == Status.QUEUED and store.runs.get(foreign.id)
    assert rows(store)["runs"] == 5
