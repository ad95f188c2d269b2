"""The app on several machines: PostgreSQL, a scheduler and two workers, each a process of its own, and two servers.

The processes are started by the commands of deploy/systemd; where a unit says `Restart=always`, the tests
do what systemd would.  They go on from each other: TensorFlow's import is most of the time.
"""

from dataclasses import replace

import psutil
import pytest
from few_images import few_images
from real_workers import LONG, SHORT, SUPPORT, ended, new_run, running, trained_by, wait_for, weights
from servers.dask_cluster import DaskCluster

from mnist_core.settings import Settings
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.workers import jobs as job_module
from mnist_core.workers.jobs import Jobs

DATA = few_images()
MEDIUM = replace(SHORT, epochs=60)  # long enough to kill its worker in the middle
NAMES = ("worker-1", "worker-2")


@pytest.fixture(scope="module")
def store(postgresql):
    store = Store(postgresql.url(postgresql.create()))
    yield store
    store.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, store):
    folder = tmp_path_factory.mktemp("cluster")
    ours = {
        "DIGITLAB_DATABASE_URL": store.url,
        "DIGITLAB_HOME": str(folder / "home"),
        "DIGITLAB_OFFLINE": "1",
        "DASK_DISTRIBUTED__WORKER__PRELOAD": str(SUPPORT / "few_images.py"),
    }
    cluster = DaskCluster(folder, ours)
    cluster.start_scheduler()
    cluster.start_worker(1)
    cluster.start_worker(2)
    yield cluster
    cluster.close()


@pytest.fixture(scope="module")
def servers(cluster, store, tmp_path_factory):
    """Two of them, on one scheduler and one store."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(
        mnist=None, home=home, database_url=store.url, scheduler=cluster.address, workers=1, offline=True
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job_module, "RETRY_SECONDS", 0.5)
        patch.setattr(job_module, "CONNECT_SECONDS", 1)
        servers = Jobs(settings, store), Jobs(settings, store)
        yield servers
        for jobs in servers:
            jobs.close()


@pytest.fixture
def jobs(servers):
    """One of the servers, with both workers warm."""
    return both_warm(servers)


def both_warm(servers):
    jobs = servers[0]
    jobs.warm_up()
    wait_for(
        lambda: [future.status for future in list(jobs._warming.values())] == ["finished"] * 2,
        lambda: f"the workers are not there: {jobs.state} {jobs.problem}",
    )
    return jobs


def worker_of(cluster, store, run):
    pid = trained_by(store, run)
    return next(name for name in NAMES if pid in [process.pid for process in cluster.processes(name)])


def all_ended(store, jobs, runs):
    return [ended(store, jobs, run) for run in runs]


def assert_trained_once(store, *runs):
    """Each point of the curve and each of the snapshots is there once, and the evaluation fits the weights."""
    for run in runs:
        steps = [point.step for point in store.runs.results.metrics(run.id)]
        assert steps == sorted(set(steps)) and steps[-1] == run.total_steps
        scores = store.runs.results.outputs(run.id)
        assert run.correct == (scores.argmax(axis=1) == DATA.y_test).sum()
        assert run.tested == len(DATA.y_test)


def test_runs_are_spread_over_both_workers_and_each_is_trained_once_whoever_of_two_servers_asked(
    cluster, store, servers, jobs
):
    # Long enough that one worker cannot take all of them before the other is awake.
    runs = [new_run(store, replace(SHORT, epochs=40, seed=seed)) for seed in range(8)]
    for run in runs:
        for server in servers:
            server.submit(run.id)
    finished = all_ended(store, jobs, runs)
    assert [run.status for run in finished] == [Status.FINISHED] * 8
    assert {run.attempts for run in finished} == {1}
    assert_trained_once(store, *finished)
    assert {worker_of(cluster, store, run) for run in finished} == set(NAMES)
    wait_for(lambda: servers[1].state == "ready")
    assert store.runs.queue.order() == []


def test_nothing_listens_beyond_the_address_that_it_was_given(cluster, jobs):
    listening = {
        connection.laddr.ip
        for name in ("scheduler", *NAMES)
        for process in cluster.processes(name)
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_killing_a_worker_loses_none_of_eight_runs(cluster, store, servers, jobs):
    runs = [new_run(store, replace(MEDIUM, seed=seed)) for seed in range(2)]
    runs += [new_run(store, replace(SHORT, seed=seed)) for seed in range(2, 8)]
    begun = [running(store, jobs, run) for run in runs[:2]]
    wait_for(lambda: all(store.runs.results.state(run.id) for run in begun))
    killed, spared = (worker_of(cluster, store, run) for run in begun)
    assert {killed, spared} == set(NAMES)
    cluster.kill(killed)
    wait_for(lambda: store.runs.get(runs[0].id).status == Status.INTERRUPTED)
    assert store.runs.get(runs[0].id).lost_step > 0
    finished = all_ended(store, jobs, runs[1:])
    assert {run.status for run in finished} == {Status.FINISHED}
    assert {run.attempts for run in finished} == {1}
    assert store.runs.get(runs[0].id).status == Status.INTERRUPTED  # Nobody goes on with it unasked.
    assert store.runs.requeue(runs[0].id)
    again = ended(store, jobs, runs[0])
    assert (again.status, again.attempts) == (Status.FINISHED, 1)  # Since it was asked for again.
    assert worker_of(cluster, store, again) == spared
    assert_trained_once(store, again, *finished)
    undisturbed = ended(store, jobs, new_run(store, replace(MEDIUM, seed=0)))
    for one, other in zip(weights(store, again), weights(store, undisturbed), strict=True):
        assert (one == other).all()


def test_a_scheduler_that_comes_back_finds_its_workers_and_the_queue(cluster, store, servers):
    jobs = servers[0]
    training = running(store, jobs, new_run(store, LONG))
    cluster.kill("scheduler")
    waiting = [new_run(store, replace(SHORT, seed=seed)) for seed in range(3)]
    for server in servers:
        server.submit(waiting[0].id)
        wait_for(lambda server=server: server.state == "failed")
        assert f"The scheduler at {cluster.address} does not answer. Queued runs wait" in server.problem
    assert all(store.runs.get(run.id).is_live for run in (training, *waiting))  # Nothing is lost, or given up.
    store.runs.command(training.id, "stop")  # Its worker hears it from the database.
    wait_for(lambda: store.runs.get(training.id).status == Status.STOPPED)
    wait_for(lambda: all(cluster.ended(name) for name in NAMES))  # Dask's workers end with their scheduler.
    cluster.start_scheduler()
    for number in (1, 2):
        cluster.start_worker(number)  # As systemd does, the one that was killed before included.
    both_warm(servers)
    finished = all_ended(store, jobs, waiting)
    assert {run.status for run in finished} == {Status.FINISHED}
    assert {run.attempts for run in finished} == {1}
    assert_trained_once(store, *finished)
    stopped = store.runs.get(training.id)
    assert (stopped.status, stopped.attempts) == (Status.STOPPED, 1)
    for server in servers:
        wait_for(lambda server=server: server.state == "ready" and not server.problem)


def test_a_worker_with_another_store_trains_nothing_and_the_page_says_so(cluster, store, servers, tmp_path):
    jobs = servers[0]
    for name in NAMES:
        if not cluster.ended(name):
            cluster.kill(name)
    cluster.start_worker(1, DIGITLAB_DATABASE_URL=f"sqlite:///{tmp_path}/other.sqlite")
    run = new_run(store)
    jobs.submit(run.id)
    wait_for(lambda: "another store" in jobs.problem)
    assert jobs.state == "failed" and "DIGITLAB_DATABASE_URL" in jobs.problem
    assert store.runs.get(run.id).status == Status.QUEUED
    store.runs.delete(run.id)
