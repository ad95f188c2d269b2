"""Real Dask schedulers and workers, with few images; TensorFlow's import is most of the time."""

import io
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from few_images import few_images

from mnist_core import jobs as job_module
from mnist_core import worker
from mnist_core.analyses import Analysis, version_of
from mnist_core.architectures import TrainingConfig
from mnist_core.drawings import Drawing
from mnist_core.errors import JobError
from mnist_core.experiments import Plan, start
from mnist_core.jobs import Jobs
from mnist_core.network import pretrained
from mnist_core.settings import Settings
from mnist_core.store import Status, Store
from mnist_core.teaching import teach

TESTS = Path(__file__).resolve().parent
DATA = few_images()
SHORT = TrainingConfig(architecture="linear", epochs=2, batch_size=50)
MEDIUM = replace(SHORT, epochs=40)
LONG = replace(SHORT, epochs=1_000)
SECONDS = 180  # to wait at most: a machine that runs other things may take long to import TensorFlow


@pytest.fixture(scope="module", autouse=True)
def few_images_for_workers():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DASK_DISTRIBUTED__WORKER__PRELOAD", str(TESTS / "few_images.py"))
        yield


@pytest.fixture(scope="module")
def local(tmp_path_factory) -> Settings:
    home = tmp_path_factory.mktemp("home")
    return Settings(
        mnist=None,
        home=home,
        database_url=f"sqlite:///{home / 'digitlab.sqlite'}",
        scheduler=None,
        workers=1,
        offline=True,
    )


@pytest.fixture(scope="module")
def store(local):
    store = Store(local.database_url)
    yield store
    store.close()


@pytest.fixture(scope="module")
def jobs(local, store):
    jobs = Jobs(local, store)
    yield jobs
    jobs.close()


def new_run(store, config=SHORT, digest=DATA.digest):
    total_steps = config.epochs * config.steps_per_epoch(len(DATA.x_train))
    return store.create_run(config, data_name=DATA.name, data_digest=digest, total_steps=total_steps)


def wait_for(condition, jobs=None, words="it did not come true in time"):
    """Poll as a page does, until the condition holds; returns what it gave."""
    deadline = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, words
        if jobs is not None:
            jobs.reconcile()
        time.sleep(0.02)
    return found


def ended(store, jobs, run):
    """The run once it has ended."""
    jobs.submit(run.id)
    wait_for(lambda: not store.run(run.id).is_live, jobs, f"{run.id} did not end: {jobs.state} {jobs.problem}")
    return store.run(run.id)


def running(store, jobs, run):
    """The run once it has learned something; fails at once where it ended before."""
    jobs.submit(run.id)

    def begun():
        found = store.run(run.id)
        assert found.is_live, f"{run.id} has ended: {found}"
        return found.step and found

    return wait_for(begun, jobs, f"{run.id} did not begin: {jobs.state} {jobs.problem}")


def weights(store, run):
    return [array for arrays in store.snapshot(run.id).weights for array in arrays]


def gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def descendants(pid, count=3):
    """The cluster that this process started, its resource tracker and its worker, once they are there."""

    def there():
        try:
            # This process may have other children: browser tests keep theirs to the end of the session.
            clusters = [p for p in psutil.Process(pid).children() if "mnist_core.cluster" in p.cmdline()]
            found = [p for cluster in clusters for p in (cluster, *cluster.children(recursive=True))]
        except psutil.NoSuchProcess:
            return None
        return found if len(found) >= count else None

    return wait_for(there)


def worker_process():
    return next(
        process for process in descendants(os.getpid()) if any("spawn_main" in word for word in process.cmdline())
    )


# ------------------------------------------------------------------- local workers


def test_asking_for_workers_does_not_wait_for_them(jobs):
    assert (jobs.state, jobs.problem) == ("cold", "")
    jobs.reconcile()
    assert jobs.state == "cold"  # Looking at a store without runs starts nothing.
    jobs.warm_up()
    assert jobs.state == "starting"
    wait_for(lambda: jobs.state == "ready", jobs)
    assert jobs.problem == ""


def test_the_workers_can_be_reached_from_this_machine_only(jobs):
    wait_for(lambda: jobs.state == "ready", jobs)
    listening = [
        connection.laddr.ip
        for process in psutil.Process().children(recursive=True)
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert set(listening) == {"127.0.0.1"}


def test_a_run_is_trained_and_all_of_it_stored(store, jobs):
    run = ended(store, jobs, new_run(store))
    assert (run.status, run.message, run.step) == (Status.FINISHED, "", run.total_steps)
    assert run.images_per_second > 0
    assert run.seconds > 0
    points = store.metrics(run.id)
    assert [point.step for point in points] == sorted({point.step for point in points})
    assert points[-1].step == run.total_steps
    assert points[-1].loss < points[0].loss
    assert any(point.test_accuracy is not None for point in points)
    steps = [info.step for info in store.snapshots(run.id)]
    assert {40, 80} <= set(steps)
    assert len(steps) == 5
    scores, network = store.outputs(run.id), store.snapshot(run.id)
    np.testing.assert_allclose(network.scores(DATA.x_test), scores, atol=1e-6)
    assert run.correct == (scores.argmax(axis=1) == DATA.y_test).sum()
    assert run.tested == len(DATA.y_test)
    assert network.about["test_accuracy"] == run.test_accuracy
    assert network.about["run"] == run.id


def test_runs_wait_their_turn_and_the_next_begins_when_one_is_stopped(store, jobs):
    first, second, third = new_run(store, LONG), new_run(store), new_run(store)
    for run in (third, second, first):  # Whatever the order in which they are submitted.
        jobs.submit(run.id)
    running(store, jobs, first)
    assert [store.run(run.id).status for run in (second, third)] == [Status.QUEUED] * 2
    assert [store.queue_position(run.id) for run in (second, third)] == [0, 1]
    store.command(first.id, "stop")
    second, third = ended(store, jobs, second), ended(store, jobs, third)
    assert (second.status, third.status) == (Status.FINISHED, Status.FINISHED)
    assert second.started <= third.started
    first = store.run(first.id)
    assert first.status == Status.STOPPED
    assert 0 < first.step < first.total_steps
    assert first.correct == (store.outputs(first.id).argmax(axis=1) == DATA.y_test).sum()
    np.testing.assert_allclose(store.snapshot(first.id).scores(DATA.x_test), store.outputs(first.id), atol=1e-6)


def test_a_paused_run_stands_still_and_goes_on_when_asked(store, jobs):
    run = new_run(store, LONG)
    running(store, jobs, run)
    store.command(run.id, "pause")
    paused = wait_for(lambda: (found := store.run(run.id)).status == Status.PAUSED and found, jobs)
    wait_for(lambda: store.run(run.id).heartbeat > paused.heartbeat + 0.5, jobs)
    still = store.run(run.id)
    wait_for(lambda: store.run(run.id).heartbeat > still.heartbeat + 0.5, jobs)
    assert store.run(run.id).step == still.step
    store.command(run.id, "run")
    wait_for(lambda: store.run(run.id).step > still.step, jobs)
    store.command(run.id, "stop")
    assert ended(store, jobs, run).status == Status.STOPPED


def test_a_paused_experiment_leaves_the_worker_to_others_and_ends_as_if_undisturbed(store, jobs):
    plan = Plan(base=MEDIUM, choices={"batch_size": (MEDIUM.batch_size,)}, seeds=2)
    experiment = start(
        store, plan, name="Seeds", data_name=DATA.name, data_digest=DATA.digest, images=len(DATA.x_train)
    )
    first, second = store.trials(experiment.id)
    running(store, jobs, first)
    store.hold_experiment(experiment.id)
    wait_for(lambda: store.run(first.id).is_held, jobs)
    assert store.state(first.id) is not None and store.run(second.id).is_held
    step = store.run(first.id).step
    assert 0 < step < first.total_steps
    undisturbed = ended(store, jobs, new_run(store, MEDIUM))  # The only worker is free for it.
    assert undisturbed.status == Status.FINISHED
    assert store.run(first.id).is_held and store.run(first.id).step == step
    store.release_experiment(experiment.id)
    first, second = (ended(store, jobs, run) for run in (first, second))
    assert {(run.status, run.attempts) for run in (first, second)} == {(Status.FINISHED, 1)}
    assert first.correct == undisturbed.correct
    assert store.host(first.id) == socket.gethostname()[:15]
    for array, expected in zip(weights(store, first), weights(store, undisturbed), strict=True):
        np.testing.assert_array_equal(array, expected)
    curves = [[(point.step, point.loss) for point in store.metrics(run.id)] for run in (first, undisturbed)]
    assert curves[0] == curves[1]


def test_deleting_a_run_that_is_trained_frees_its_worker(store, jobs):
    run = new_run(store, LONG)
    running(store, jobs, run)
    store.delete(run.id)
    assert ended(store, jobs, new_run(store)).status == Status.FINISHED
    assert run.id not in [found.id for found in store.runs()]


def test_a_run_made_for_other_images_fails_with_a_sentence_and_the_next_one_works(store, jobs):
    run = ended(store, jobs, new_run(store, digest="0" * 64))
    assert run.status == Status.FAILED
    assert "other images" in run.message
    assert store.outputs(run.id) is None
    assert ended(store, jobs, new_run(store)).status == Status.FINISHED


def test_a_stopped_run_goes_on_and_ends_as_if_it_had_never_been_stopped(store, jobs):
    stopped, undisturbed = new_run(store, MEDIUM), new_run(store, MEDIUM)
    running(store, jobs, stopped)
    store.command(stopped.id, "stop")
    stopped = ended(store, jobs, stopped)
    assert stopped.status == Status.STOPPED
    assert store.requeue(stopped.id)
    stopped, undisturbed = ended(store, jobs, stopped), ended(store, jobs, undisturbed)
    assert (stopped.status, stopped.step) == (Status.FINISHED, undisturbed.step)
    for one, other in zip(weights(store, stopped), weights(store, undisturbed), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(store.outputs(stopped.id), store.outputs(undisturbed.id))


def test_a_killed_worker_leaves_an_interrupted_run_that_can_go_on(store, jobs):
    run, behind = new_run(store, MEDIUM), new_run(store)
    running(store, jobs, run)
    wait_for(lambda: store.state(run.id), jobs)
    worker_process().kill()
    wait_for(lambda: store.run(run.id).status == Status.INTERRUPTED, jobs)
    interrupted = store.run(run.id)
    assert "stopped answering" in interrupted.message
    assert store.snapshot(run.id) is not None
    assert ended(store, jobs, behind).status == Status.FINISHED  # By the worker that took its place.
    assert store.run(run.id).status == Status.INTERRUPTED
    assert store.requeue(run.id)
    run, undisturbed = ended(store, jobs, run), ended(store, jobs, new_run(store, MEDIUM))
    assert run.status == Status.FINISHED
    for one, other in zip(weights(store, run), weights(store, undisturbed), strict=True):
        np.testing.assert_array_equal(one, other)
    steps = [point.step for point in store.metrics(run.id)]
    assert steps == [point.step for point in store.metrics(undisturbed.id)]


def test_a_worker_is_prepared_for_a_lesson_once_and_trains_it(store, jobs):
    jobs.prepare_lesson("linear")
    wait_for(lambda: jobs._preparing and all(future.done() for future in jobs._preparing.values()))
    assert [key[1] for key in jobs._preparing] == ["linear"]
    assert all(future.status == "finished" for future in jobs._preparing.values())
    path = (np.array([(60, 40), (250, 40), (140, 280)]),)
    drawing = Drawing(7, np.full((28, 28), 90, np.uint8), path)
    run = teach(
        store,
        [drawing],
        hand="guest",
        parent="linear",
        network=pretrained("linear"),
        data_name=DATA.name,
        data_digest=DATA.digest,
    )
    found = ended(store, jobs, run)
    assert (found.status, found.message) == (Status.FINISHED, "")
    assert store.result(run.id).taught[0] == 1


def test_keras_and_litert_files_are_built_by_a_worker(store, jobs):
    run = ended(store, jobs, new_run(store))
    with zipfile.ZipFile(io.BytesIO(jobs.exported(run.id, "keras"))) as archive:
        assert "model.weights.h5" in archive.namelist()
        layers = json.loads(archive.read("config.json"))["config"]["layers"]
    assert [layer["class_name"] for layer in layers] == ["InputLayer", "Flatten", "Dense"]
    assert jobs.exported(run.id, "tflite")[4:8] == b"TFL3"  # the mark of the format


def test_a_keras_file_of_a_run_that_has_none_is_refused_in_words(store, jobs):
    run = new_run(store)
    store.command(run.id, "stop")
    with pytest.raises(JobError, match=f"{run.id} has no weights yet"):
        jobs.exported(run.id, "keras")
    with pytest.raises(JobError, match="There is no run 'deadbeef'"):
        jobs.exported("deadbeef", "keras")


def test_a_cluster_that_dies_is_replaced_and_the_queue_goes_on(store, jobs):
    run = new_run(store, LONG)
    running(store, jobs, run)
    cluster, *others = descendants(os.getpid())
    behind = new_run(store)
    cluster.kill()
    wait_for(lambda: all(gone(process) for process in others))
    assert ended(store, jobs, behind).status == Status.FINISHED
    wait_for(lambda: store.run(run.id).status == Status.INTERRUPTED, jobs)


# ---------------------------------------------------------------- a cluster elsewhere


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """The address of a Dask scheduler of its own, started as anybody would."""
    file = tmp_path_factory.mktemp("scheduler") / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    process = subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", *options], cwd=TESTS.parent)
    wait_for(lambda: file.exists() and file.read_text().endswith("}"))
    yield json.loads(file.read_text())["address"]
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def remote(local, store, scheduler):
    """Jobs that use that scheduler and the same store."""
    jobs = Jobs(replace(local, scheduler=scheduler), store)
    yield jobs
    jobs.close()


@pytest.fixture(scope="module")
def remote_worker(local, remote, scheduler):
    """A worker that was started with the command that `Jobs.problem` gives."""
    remote.warm_up()
    wait_for(lambda: remote.problem, remote)
    command = remote.problem.partition(": python ")[2].split()
    ours = {"DIGITLAB_HOME": str(local.home), "DIGITLAB_DATABASE_URL": local.database_url, "DIGITLAB_OFFLINE": "1"}
    process = subprocess.Popen(
        [sys.executable, *command, "--no-dashboard", "--host", "127.0.0.1"],
        cwd=TESTS.parent,
        env={**os.environ, **ours},
    )
    yield process
    process.terminate()
    process.wait(20)


def test_a_cluster_without_workers_is_no_failure_and_says_how_to_start_one(remote, scheduler):
    remote.warm_up()
    wait_for(lambda: remote.problem, remote)
    assert remote.state == "starting"
    assert f"{scheduler} has no workers yet" in remote.problem


def test_a_cluster_of_dask_trains_runs(store, remote, remote_worker):
    run = ended(store, remote, new_run(store))
    assert run.status == Status.FINISHED
    wait_for(lambda: remote.state == "ready", remote)
    assert remote.problem == ""


def test_runs_that_two_servers_submit_are_trained_once(store, jobs, remote, remote_worker):
    wait_for(lambda: jobs.state == remote.state == "ready", jobs)
    runs = [new_run(store, replace(SHORT, seed=seed)) for seed in range(4)]
    for run in runs:
        jobs.submit(run.id)
        remote.submit(run.id)
    finished = [ended(store, remote, run) for run in runs]
    assert {run.status for run in finished} == {Status.FINISHED}
    for run in finished:
        assert [info.step for info in store.snapshots(run.id)] == [6, 12, 21, 40, 80]
        assert run.ended >= run.started
    assert store.queue() == []


def test_a_server_that_ends_leaves_the_runs_of_a_cluster_alone(store, local, scheduler, remote, remote_worker):
    run = new_run(store, LONG)
    other = Jobs(replace(local, scheduler=scheduler), store)
    running(store, other, run)
    other.close()
    seen = store.run(run.id).step
    wait_for(lambda: store.run(run.id).step > seen, remote)
    store.command(run.id, "stop")
    assert ended(store, remote, run).status == Status.STOPPED


def test_a_scheduler_that_does_not_answer_is_named(local, store, monkeypatch):
    monkeypatch.setattr(job_module, "CONNECT_SECONDS", 1)
    for address in ("tcp://127.0.0.1:9", "nonsense"):
        jobs = Jobs(replace(local, scheduler=address), store)
        jobs.warm_up()
        wait_for(lambda jobs=jobs: jobs.state == "failed", jobs)
        assert address in jobs.problem
        assert "DIGITLAB_SCHEDULER" in jobs.problem
        with pytest.raises(JobError, match="DIGITLAB_SCHEDULER"):
            jobs.exported("deadbeef", "keras")
        jobs.close()


def test_a_worker_with_another_store_says_so(store, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGITLAB_DATABASE_URL", f"sqlite:///{tmp_path}/other.sqlite")
    worker._open_store.cache_clear()
    with pytest.raises(JobError, match="another store.*DIGITLAB_DATABASE_URL"):
        worker.train_queue(store.identity)
    worker._open_store().close()
    worker._open_store.cache_clear()


# ------------------------------------------------------------------------- endings

OWNER = """
import sys, time
from mnist_core.jobs import Jobs
from mnist_core.network import pretrained
from mnist_core.settings import Settings
from mnist_core.store import Store
settings = Settings.from_environment()
jobs = Jobs(settings, Store(settings.database_url))
jobs.warm_up()
sys.stdin.readline()
print(any(name.split(".")[0] in ("tensorflow", "keras") for name in sys.modules), flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def owner(tmp_path):
    """A process that has started workers."""
    environment = {**os.environ, "DIGITLAB_HOME": str(tmp_path), "DIGITLAB_OFFLINE": "1", "DIGITLAB_WORKERS": "1"}
    for name in ("DIGITLAB_DATABASE_URL", "DIGITLAB_SCHEDULER"):
        environment.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER], cwd=TESTS.parent, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    yield process
    process.kill()
    process.communicate()


def test_killing_the_server_leaves_no_process_behind(owner):
    processes = descendants(owner.pid)
    owner.stdin.write(b"\n")
    owner.stdin.flush()
    assert owner.stdout.readline() == b"False\n"  # The server itself has not imported TensorFlow.
    owner.kill()
    wait_for(lambda: all(gone(process) for process in processes))


def test_a_server_that_ends_in_peace_leaves_no_process_behind(owner):
    processes = descendants(owner.pid)
    owner.communicate(b"\n\n", timeout=SECONDS)
    assert owner.returncode == 0
    wait_for(lambda: all(gone(process) for process in processes))


def test_closing_ends_the_workers_and_may_be_done_at_any_time(local, store):
    jobs = Jobs(local, store)
    jobs.close()
    jobs.warm_up()
    assert jobs.state == "cold"  # What is closed stays closed.
    before = set(psutil.Process().children(recursive=True))
    jobs = Jobs(local, store)
    jobs.warm_up()
    started = wait_for(lambda: set(psutil.Process().children(recursive=True)) - before)
    jobs.close()
    wait_for(lambda: all(gone(process) for process in started))
    assert jobs.state == "cold"


def test_an_analysis_is_worked_out_once_by_a_worker_and_what_fails_is_told(jobs, store):
    asked = Analysis("unheard of", DATA.digest, "linear", version_of(store, "linear"))
    jobs.analyse(asked)
    wait_for(lambda: jobs.analysis_problem(asked.key))
    assert "unheard of" in jobs.analysis_problem(asked.key)
    elsewhere = Analysis("map", "other images", "linear", version_of(store, "linear"))
    jobs.analyse(elsewhere)
    wait_for(lambda: jobs.analysis_problem(elsewhere.key))
    assert "finds other images here" in jobs.analysis_problem(elsewhere.key)
    assert not store.has_analysis(asked.key)
