"""Jobs with real workers: a local one with SQLite, and two of a Dask cluster with PostgreSQL.

TensorFlow's import is most of the time, so that tests share the workers.
"""

import io
import json
import os
import signal
import socket
import time
import zipfile
from dataclasses import dataclass, replace

import numpy as np
import psutil
import pytest
from real_workers import (
    DATA,
    ENDLESS,
    MEDIUM,
    SHORT,
    Place,
    cluster_processes,
    ended,
    gone,
    local_settings,
    new_run,
    running,
    trained_by,
    wait_for,
    weights,
)

from mnist_core.errors import JobError
from mnist_core.experiments import Plan, start
from mnist_core.insight.work import version_of
from mnist_core.network.network import pretrained
from mnist_core.store.analyses import Analysis
from mnist_core.store.drawings import Drawing
from mnist_core.store.runs.records import Cause, Status
from mnist_core.store.store import Store
from mnist_core.training.teaching import teach
from mnist_core.workers.jobs import LOOK_SECONDS, Jobs

pytestmark = pytest.mark.usefixtures("few_images_for_workers")


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """A worker that starts on first need."""
    settings = local_settings(tmp_path_factory.mktemp("home"))
    store = Store(settings.database_url)
    place = Place(settings, store, Jobs(settings, store), settings.workers)
    yield place
    place.jobs.close()
    store.close()


@pytest.fixture(scope="module", params=["local", "elsewhere"])
def place(request) -> Place:
    return request.getfixturevalue(request.param)


@pytest.fixture
def store(place):
    return place.store


@pytest.fixture
def jobs(place):
    return place.jobs


def test_a_run_is_trained_and_all_of_it_stored(store, jobs):
    run = ended(store, jobs, new_run(store))
    assert (run.status, run.message, run.step) == (Status.FINISHED, "", run.total_steps)
    assert run.images_per_second > 0
    assert run.seconds > 0
    points = store.runs.results.metrics(run.id)
    assert [point.step for point in points] == sorted({point.step for point in points})
    assert points[-1].step == run.total_steps
    assert points[-1].loss < points[0].loss
    assert any(point.test_accuracy is not None for point in points)
    steps = [info.step for info in store.runs.results.snapshots(run.id)]
    assert {40, 80} <= set(steps)
    assert len(steps) == 5
    scores, network = store.runs.results.outputs(run.id), store.runs.results.snapshot(run.id)
    np.testing.assert_allclose(network.scores(DATA.x_test), scores, atol=1e-6)
    assert run.correct == (scores.argmax(axis=1) == DATA.y_test).sum()
    assert run.tested == len(DATA.y_test)
    assert network.about["test_accuracy"] == run.test_accuracy
    assert network.about["run"] == run.id


def test_runs_wait_their_turn_and_the_next_begins_when_one_is_stopped(place, store, jobs):
    first, *others = [new_run(store, ENDLESS) for _ in range(place.workers)]
    second, third = new_run(store), new_run(store)
    for run in (third, second, *others, first):  # Whatever the order in which they are submitted.
        jobs.submit(run.id)
    for run in (first, *others):
        running(store, jobs, run)
    assert [store.runs.get(run.id).status for run in (second, third)] == [Status.QUEUED] * 2
    assert [store.runs.waits.of(run.id, workers=1).before for run in (second, third)] == [0, 1]
    store.runs.command(first.id, "stop")
    second, third = ended(store, jobs, second), ended(store, jobs, third)
    assert (second.status, third.status) == (Status.FINISHED, Status.FINISHED)
    assert second.started <= third.started
    for run in others:
        assert store.runs.get(run.id).status == Status.RUNNING
        store.runs.command(run.id, "stop")
    for run in (first, *others):
        run = ended(store, jobs, run)
        assert run.status == Status.STOPPED
        assert 0 < run.step < run.total_steps
        assert run.correct == (store.runs.results.outputs(run.id).argmax(axis=1) == DATA.y_test).sum()
        np.testing.assert_allclose(
            store.runs.results.snapshot(run.id).scores(DATA.x_test), store.runs.results.outputs(run.id), atol=1e-6
        )


def test_a_paused_run_leaves_its_worker_to_others_and_ends_as_if_undisturbed(place, store, jobs):
    busy = [new_run(store, ENDLESS) for _ in range(place.workers - 1)]
    for each in busy:
        running(store, jobs, each)
    run = new_run(store, MEDIUM)
    running(store, jobs, run)
    store.runs.command(run.id, "pause")
    still = wait_for(lambda: (found := store.runs.get(run.id)).status == Status.PAUSED and found)
    assert 0 < still.step < still.total_steps
    undisturbed = ended(store, jobs, new_run(store, MEDIUM))  # By the worker that had the other.
    assert (store.runs.get(run.id).status, store.runs.get(run.id).step) == (Status.PAUSED, still.step)
    assert store.runs.get(run.id).heartbeat is None
    store.runs.command(run.id, "step")
    jobs.submit(run.id)
    wait_for(lambda: (found := store.runs.get(run.id)).status == Status.PAUSED and found.step == still.step + 1)
    store.runs.command(run.id, "run")
    run = ended(store, jobs, run)
    assert (run.status, run.attempts) == (Status.FINISHED, 1)
    assert_same(store, run, undisturbed)
    for each in busy:
        store.runs.command(each.id, "stop")
        ended(store, jobs, each)


def test_a_lesson_waits_for_no_long_run_which_goes_on_afterwards(place, store, jobs):
    long = [new_run(store, ENDLESS) for _ in range(place.workers)]
    for run in long:
        running(store, jobs, run)
    taught = ended(store, jobs, new_lesson(store))
    assert (taught.status, taught.message) == (Status.FINISHED, "")
    assert store.lessons.result(taught.id).taught[0] == 1
    for run in long:
        seen = store.runs.get(run.id)
        assert seen.is_live and seen.command == "run"
        assert (
            wait_for(lambda run=run, seen=seen: (new := store.runs.get(run.id)).step > seen.step and new).attempts == 1
        )
        store.runs.command(run.id, "stop")
        assert ended(store, jobs, run).status == Status.STOPPED


def assert_same(store, run, undisturbed):
    """Both runs have the same weights and the same curve, to the last bit."""
    for array, expected in zip(weights(store, run), weights(store, undisturbed), strict=True):
        np.testing.assert_array_equal(array, expected)
    curves = [
        [(point.step, point.loss) for point in store.runs.results.metrics(each.id)] for each in (run, undisturbed)
    ]
    assert curves[0] == curves[1]


def test_a_paused_experiment_leaves_the_worker_to_others_and_ends_as_if_undisturbed(store, jobs):
    plan = Plan(base=MEDIUM, choices={"batch_size": (MEDIUM.batch_size,)}, seeds=2)
    experiment = start(
        store, plan, name="Seeds", data_name=DATA.name, data_digest=DATA.digest, images=len(DATA.x_train)
    )
    first, second = store.trials.all(experiment.id)
    running(store, jobs, first)
    store.experiments.hold(experiment.id)
    wait_for(lambda: store.runs.get(first.id).is_held and store.runs.get(second.id).is_held, jobs)
    assert store.runs.results.state(first.id) is not None
    step = store.runs.get(first.id).step
    assert 0 < step < first.total_steps
    undisturbed = ended(store, jobs, new_run(store, MEDIUM))  # The only worker is free for it.
    assert undisturbed.status == Status.FINISHED
    assert store.runs.get(first.id).is_held and store.runs.get(first.id).step == step
    store.experiments.release(experiment.id)
    first, second = (ended(store, jobs, run) for run in (first, second))
    assert {(run.status, run.attempts) for run in (first, second)} == {(Status.FINISHED, 1)}
    assert first.correct == undisturbed.correct
    assert store.runs.progress.host(first.id) == socket.gethostname()[:15]
    for array, expected in zip(weights(store, first), weights(store, undisturbed), strict=True):
        np.testing.assert_array_equal(array, expected)
    curves = [
        [(point.step, point.loss) for point in store.runs.results.metrics(run.id)] for run in (first, undisturbed)
    ]
    assert curves[0] == curves[1]


def test_deleting_a_run_that_is_trained_frees_its_worker(store, jobs):
    run = new_run(store, ENDLESS)
    running(store, jobs, run)
    store.runs.delete(run.id)
    assert ended(store, jobs, new_run(store)).status == Status.FINISHED
    assert run.id not in [found.id for found in store.runs.lists.all()]


def test_a_run_made_for_other_images_fails_with_a_sentence_and_the_next_one_works(store, jobs):
    run = ended(store, jobs, new_run(store, digest="0" * 64))
    assert run.status == Status.FAILED
    assert run.cause == Cause.ERROR and "other images" in run.message
    assert store.runs.results.outputs(run.id) is None
    assert ended(store, jobs, new_run(store)).status == Status.FINISHED


def test_a_stopped_run_goes_on_and_ends_as_if_it_had_never_been_stopped(store, jobs):
    stopped, undisturbed = new_run(store, MEDIUM), new_run(store, MEDIUM)
    running(store, jobs, stopped)
    store.runs.command(stopped.id, "stop")
    stopped = ended(store, jobs, stopped)
    assert stopped.status == Status.STOPPED
    assert store.runs.requeue(stopped.id)
    stopped, undisturbed = ended(store, jobs, stopped), ended(store, jobs, undisturbed)
    assert (stopped.status, stopped.step) == (Status.FINISHED, undisturbed.step)
    for one, other in zip(weights(store, stopped), weights(store, undisturbed), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(store.runs.results.outputs(stopped.id), store.runs.results.outputs(undisturbed.id))


def test_a_killed_worker_leaves_an_interrupted_run_that_can_go_on(store, jobs):
    run, behind = new_run(store, MEDIUM), new_run(store)
    running(store, jobs, run)
    wait_for(lambda: store.runs.results.state(run.id))
    os.kill(trained_by(store, run), signal.SIGKILL)
    wait_for(lambda: store.runs.get(run.id).status == Status.INTERRUPTED)
    interrupted = store.runs.get(run.id)
    assert (interrupted.lost_step, interrupted.resumed_step) == (interrupted.step, None)
    assert store.runs.results.snapshot(run.id) is not None
    assert ended(store, jobs, behind).status == Status.FINISHED  # By another, or the one that took its place.
    assert store.runs.get(run.id).status == Status.INTERRUPTED
    assert store.runs.requeue(run.id)
    run, undisturbed = ended(store, jobs, run), ended(store, jobs, new_run(store, MEDIUM))
    assert (run.status, run.attempts) == (Status.FINISHED, 1)  # Since it was asked for again.
    assert run.lost_step == interrupted.step and 0 < run.resumed_step <= run.lost_step and run.message == ""
    for one, other in zip(weights(store, run), weights(store, undisturbed), strict=True):
        np.testing.assert_array_equal(one, other)
    steps = [point.step for point in store.runs.results.metrics(run.id)]
    assert steps == [point.step for point in store.runs.results.metrics(undisturbed.id)]


def new_lesson(store):
    """A queued lesson of one drawing for the linear network."""
    path = (np.array([(60, 40), (250, 40), (140, 280)]),)
    drawing = Drawing(7, np.full((28, 28), 90, np.uint8), path)
    return teach(
        store,
        [drawing],
        hand="guest",
        parent="linear",
        network=pretrained("linear"),
        data_name=DATA.name,
        data_digest=DATA.digest,
    )


def prepared(jobs):
    """The tasks that made workers ready for a lesson, once they are done; those of workers that come late, too."""
    jobs.warm_up()
    return [future for future in list(jobs._preparing.values()) if future.done()]


def test_a_worker_is_prepared_for_a_lesson_once_and_trains_it(place, store, jobs):
    jobs.prepare_lesson("linear")
    wait_for(lambda: len(prepared(jobs)) == place.workers)
    assert {key[1] for key in jobs._preparing} == {"linear"}
    assert all(future.status == "finished" for future in jobs._preparing.values())
    run = new_lesson(store)
    found = ended(store, jobs, run)
    assert (found.status, found.message) == (Status.FINISHED, "")
    assert store.lessons.result(run.id).taught[0] == 1


def test_keras_and_litert_files_are_built_by_a_worker(store, jobs):
    run = ended(store, jobs, new_run(store))
    with zipfile.ZipFile(io.BytesIO(jobs.exported(run.id, "keras"))) as archive:
        assert "model.weights.h5" in archive.namelist()
        layers = json.loads(archive.read("config.json"))["config"]["layers"]
    assert [layer["class_name"] for layer in layers] == ["InputLayer", "Flatten", "Dense"]
    assert jobs.exported(run.id, "tflite")[4:8] == b"TFL3"  # the mark of the format


def test_a_keras_file_of_a_run_that_has_none_is_refused_in_words(store, jobs):
    run = new_run(store)
    store.runs.command(run.id, "stop")
    with pytest.raises(JobError, match=f"{run.id} has no weights yet"):
        jobs.exported(run.id, "keras")
    with pytest.raises(JobError, match="There is no run 'deadbeef'"):
        jobs.exported("deadbeef", "keras")


def test_an_analysis_is_worked_out_once_by_a_worker_and_what_fails_is_told(jobs, store):
    asked = Analysis("unheard of", DATA.digest, "linear", version_of(store, "linear"))
    jobs.analyse(asked)
    wait_for(lambda: jobs.analysis_problem(asked.key))
    assert "unheard of" in jobs.analysis_problem(asked.key)
    elsewhere = Analysis("map", "other images", "linear", version_of(store, "linear"))
    jobs.analyse(elsewhere)
    wait_for(lambda: jobs.analysis_problem(elsewhere.key))
    assert "finds other images here" in jobs.analysis_problem(elsewhere.key)
    assert not store.analyses.has(asked.key)


# ---------------------------------------------------------------------- local workers


def test_asking_for_workers_does_not_wait_for_them(local):
    jobs = Jobs(local.settings, local.store)
    assert (jobs.state, jobs.problem) == ("cold", "")
    jobs.reconcile()
    assert jobs.state == "cold"  # Looking at a store without live runs starts nothing.
    jobs.warm_up()
    assert jobs.state == "starting"
    jobs.close()


def test_the_workers_can_be_reached_from_this_machine_only(local):
    ready(local)
    listening = [
        connection.laddr.ip
        for process in cluster_processes(os.getpid())
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert set(listening) == {"127.0.0.1"}


def ready(place):
    """The place's jobs, once a worker is warm."""
    place.jobs.warm_up()
    wait_for(lambda: place.jobs.state == "ready", lambda: f"{place.jobs.state} {place.jobs.problem}")
    assert place.jobs.problem == ""
    return place.jobs


def test_a_page_of_a_new_server_finds_the_run_that_the_last_one_left_behind(tmp_path):
    settings = local_settings(tmp_path)
    store = Store(settings.database_url)
    run = new_run(store)
    assert store.runs.progress.claim(run.id, owner="a worker that is no more")
    jobs = Jobs(settings, store)
    jobs.reconcile()  # Once; then the page is closed.
    wait_for(lambda: store.runs.get(run.id).status == Status.INTERRUPTED)
    jobs.close()
    store.close()


def test_a_cluster_that_dies_is_replaced_and_the_queue_goes_on(local):
    store, jobs = local.store, local.jobs
    run = new_run(store, ENDLESS)
    running(store, jobs, run)
    # That of an earlier test may still be ending.
    parents = psutil.Process(trained_by(store, run)).parents()
    cluster = next(process for process in parents if "mnist_core.workers.cluster" in process.cmdline())
    others = cluster.children(recursive=True)
    behind = new_run(store)
    cluster.kill()
    wait_for(lambda: all(gone(process) for process in others))
    # Nobody asks for it: the queue is found by looking.
    wait_for(lambda: store.runs.get(behind.id).status == Status.FINISHED, lambda: f"{jobs.state} {jobs.problem}")
    wait_for(lambda: store.runs.get(run.id).status == Status.INTERRUPTED)


# ---------------------------------------------------------------- a cluster elsewhere


def test_a_cluster_without_workers_is_no_failure_and_says_how_to_start_one(elsewhere):
    assert f"{elsewhere.settings.scheduler} has no workers yet. Start one" in elsewhere.told
    ready(elsewhere)  # The fixture has done so.


def test_runs_that_two_servers_submit_are_trained_once(elsewhere):
    store, jobs = elsewhere.store, elsewhere.jobs
    other = Jobs(elsewhere.settings, store)
    runs = [new_run(store, replace(SHORT, seed=seed)) for seed in range(4)]
    for run in runs:
        jobs.submit(run.id)
        other.submit(run.id)
    for run in runs:
        found = ended(store, other, run)
        assert (found.status, found.attempts) == (Status.FINISHED, 1)
        assert [info.step for info in store.runs.results.snapshots(run.id)] == [6, 12, 21, 40, 80]
        assert found.ended >= found.started
    wait_for(lambda: jobs.state == other.state == "ready")
    assert not set(store.runs.queue.order()) & {run.id for run in runs}
    other.close()


@dataclass
class Answered:
    """Stands for a task's future."""

    status: str
    value: int = 0

    def done(self):
        return self.status != "pending"

    def cancelled(self):
        return False

    def result(self):
        return self.value

    def add_done_callback(self, callback):
        if self.done():
            callback(self)


class BusyCluster:
    """Stands for a cluster: one worker trains for this server, and the other for another server."""

    status = "running"

    def __init__(self):
        self.asked = []

    def scheduler_info(self):
        return {"workers": {"tcp://ours": {}, "tcp://theirs": {}}}

    def submit(self, work, *_, workers, **options):
        self.asked.append((work.__name__, *workers))
        return Answered("pending" if self.asked[-1] == ("train_queue", "tcp://ours") else "finished")

    def close(self, timeout):
        pass


def test_a_worker_that_trains_for_another_server_is_asked_once_a_look_and_not_without_pause(tmp_path, monkeypatch):
    cluster = BusyCluster()
    monkeypatch.setattr("distributed.Client", lambda *_, **options: cluster)
    settings = replace(local_settings(tmp_path), scheduler="tcp://127.0.0.1:1")
    store = Store(settings.database_url)
    new_run(store)
    jobs = Jobs(settings, store)
    began = time.monotonic()
    jobs.warm_up()
    wait_for(lambda: cluster.asked.count(("train_queue", "tcp://theirs")) >= 4)  # It goes on looking,
    assert time.monotonic() - began > 1.5 * LOOK_SECONDS  # though gently.
    assert cluster.asked.count(("train_queue", "tcp://ours")) == 1
    jobs.close()
    store.close()


def test_a_server_that_ends_leaves_the_runs_of_a_cluster_alone(elsewhere):
    store, run = elsewhere.store, new_run(elsewhere.store, ENDLESS)
    other = Jobs(elsewhere.settings, store)
    running(store, other, run)
    other.close()
    seen = store.runs.get(run.id).step
    wait_for(lambda: store.runs.get(run.id).step > seen)
    store.runs.command(run.id, "stop")
    assert ended(store, elsewhere.jobs, run).status == Status.STOPPED
