"""What may happen to a database in the middle of a run, with real servers, disks and worker processes."""

import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from app_without_browser import opened_app, words
from few_images import few_images
from test_jobs import MEDIUM, SHORT, ended, new_run, running, wait_for, worker_process

from mnist_core.errors import StoreError, StoreUnavailable
from mnist_core.jobs import Jobs
from mnist_core.recorder import MOST_EPOCHS
from mnist_core.settings import Settings
from mnist_core.store import Status, Store

TESTS = Path(__file__).resolve().parent
DATA = few_images()
AWAY = 10.0  # seconds
LONG = replace(MEDIUM, epochs=150)  # 6,000 steps, and more to keep than fits on the disk below


@pytest.fixture(scope="module", autouse=True)
def few_images_for_workers():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DASK_DISTRIBUTED__WORKER__PRELOAD", str(TESTS / "few_images.py"))
        yield


@pytest.fixture(scope="module")
def server(postgresql):
    """The server, and an address on it that no other test uses."""
    name = postgresql.create()
    yield postgresql, postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture(scope="module")
def settings(server, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return Settings(mnist=None, home=home, database_url=server[1], scheduler=None, workers=1, offline=True)


@pytest.fixture(scope="module")
def store(settings):
    store = Store(settings.database_url)
    yield store
    store.close()


@pytest.fixture(scope="module")
def jobs(settings, store):
    jobs = Jobs(settings, store)
    yield jobs
    jobs.close()


def check_whole(store, run, config, *, message=""):
    """The run has ended as if nothing had happened: every point and every snapshot once."""
    assert (run.status, run.message, run.step) == (Status.FINISHED, message, run.total_steps)
    steps = [metric.step for metric in store.metrics(run.id)]
    assert steps == sorted(set(steps)) and steps[-1] == run.total_steps
    every = -(-config.epochs // MOST_EPOCHS)
    ends = [40 * epoch for epoch in range(1, config.epochs + 1) if epoch % every == 0]
    assert [info.step for info in store.snapshots(run.id) if info.step >= 40] == ends
    scores = store.outputs(run.id)
    assert run.correct == (scores.argmax(axis=1) == DATA.y_test).sum()


# ------------------------------------------------------------------------ PostgreSQL


def test_a_run_is_trained_by_a_worker_that_writes_to_postgresql(store, jobs):
    run = ended(store, jobs, new_run(store))
    check_whole(store, run, SHORT)
    assert run.attempts == 1


def test_a_database_that_is_away_for_ten_seconds_costs_a_run_nothing(store, jobs, server):
    run = new_run(store, LONG)
    running(store, jobs, run)
    behind = new_run(store)
    pid = worker_process().pid
    server[0].stop()
    try:
        until = time.monotonic() + AWAY
        with pytest.raises(StoreUnavailable, match="does not answer. Once it does, everything goes on by itself"):
            store.run(run.id)
        while time.monotonic() < until:  # Pages go on polling, and somebody presses buttons.
            with pytest.raises(StoreError):
                jobs.reconcile()
                store.queue()  # Where it was not yet time for another look.
            jobs.submit(behind.id)
            time.sleep(0.3)
    finally:
        server[0].start()
    assert store.run(run.id).status == Status.RUNNING  # As it was left.
    seen = set()

    def over():
        found = store.run(run.id)
        seen.add(found.status)
        return not found.is_live and found

    found = wait_for(over, jobs, f"{run.id} did not end: {jobs.state} {jobs.problem}")
    assert seen == {Status.RUNNING, Status.FINISHED}  # At no time did it count as lost.
    check_whole(store, found, LONG)
    assert found.attempts == 1
    assert ended(store, jobs, behind).status == Status.FINISHED
    assert worker_process().pid == pid  # It was waited for, not replaced.
    wait_for(lambda: (jobs.warm_up(), jobs.problem == "")[1], jobs)


def test_a_worker_that_is_killed_leaves_a_run_in_postgresql_that_can_go_on(store, jobs):
    run = new_run(store, LONG)
    running(store, jobs, run)
    wait_for(lambda: store.state(run.id), jobs)
    worker_process().kill()
    wait_for(lambda: store.run(run.id).status == Status.INTERRUPTED, jobs)
    assert store.requeue(run.id)
    run = ended(store, jobs, run)
    assert re.fullmatch(r"Its worker was lost at step [\d,]+; taken up again by another at step [\d,]+\.", run.message)
    check_whole(store, run, LONG, message=run.message)
    assert run.attempts == 2


def test_a_page_says_that_the_database_is_away_and_shows_the_run_again_once_it_is_back(monkeypatch, tmp_path, server):
    with opened_app(monkeypatch, tmp_path / "home", database_url=server[1]) as app:
        run = new_run(app.store)
        server[0].stop()
        try:
            visit = app.visit("2_Train.py", run=run.id)  # Fails where it ends in a traceback.
            (said,) = {each.value for each in visit.error}
            assert "does not answer. Once it does, everything goes on by itself" in said
            assert server[0].password not in said
        finally:
            server[0].start()
        app.again(visit)
        assert not visit.error and "Next in line" in words(visit)
        app.store.delete(run.id)


# ----------------------------------------------------------------- two servers, one queue

SERVER = """
import sys, time
from mnist_core.jobs import Jobs
from mnist_core.recorder import MOST_EPOCHS
from mnist_core.settings import Settings
from mnist_core.store import Store
settings = Settings.from_environment()
store = Store(settings.database_url)
jobs = Jobs(settings, store)
jobs.warm_up()
while jobs.state != "ready":
    assert jobs.state != "failed", jobs.problem
    jobs.reconcile()
    time.sleep(0.05)
print("ready", flush=True)
sys.stdin.readline()
while any(run.is_live for run in store.runs()):
    jobs.reconcile()
    time.sleep(0.05)
jobs.close()
print("done", flush=True)
"""


def test_two_servers_that_find_the_same_queue_train_each_run_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'digitlab.sqlite'}"
    store = Store(url)
    environ = {"DIGITLAB_HOME": str(tmp_path), "DIGITLAB_DATABASE_URL": url, "DIGITLAB_OFFLINE": "1"}
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", SERVER],
            cwd=TESTS.parent,
            env=os.environ | environ | {"DIGITLAB_WORKERS": "1", "DIGITLAB_SCHEDULER": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    try:
        assert [server.stdout.readline() for server in servers] == [b"ready\n"] * 2
        runs = [new_run(store, replace(SHORT, seed=seed)) for seed in range(6)]
        for server in servers:
            server.stdin.write(b"\n")
            server.stdin.flush()
        assert [server.stdout.readline() for server in servers] == [b"done\n"] * 2
    finally:
        for server in servers:
            server.kill()
            server.communicate()
    for run in runs:
        found = store.run(run.id)
        check_whole(store, found, SHORT)
        assert found.attempts == 1
    store.close()


# ------------------------------------------------------------------------------ disk

TRAINER = """
import sys
sys.path.insert(0, "tests")
from few_images import few_images
from mnist_core import dataset, recorder, worker
from mnist_core.store import Store
dataset.load = lambda settings, **_: few_images()
recorder.PATIENCE = float(sys.argv[3])
from mnist_core import training
print("ready", flush=True)
print(worker.train_run(Store(sys.argv[1]), sys.argv[2]), flush=True)
"""


class SmallDisk:
    """A folder with room for a few megabytes: a disk of its own for root, else files that may not grow further."""

    ROOM = 6_000_000

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.mounted = self._mount(f"size={self.ROOM}")
        self.url = f"sqlite:///{folder / 'digitlab.sqlite'}"

    def _mount(self, options):
        try:
            return not subprocess.run(
                ["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.folder], capture_output=True
            ).returncode
        except OSError:
            return False

    def limit(self, pid):
        if not self.mounted:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (self.ROOM // 2, resource.RLIM_INFINITY))

    def is_full(self):
        if self.mounted:
            return os.statvfs(self.folder).f_bavail == 0
        return any(path.stat().st_size >= self.ROOM // 2 for path in self.folder.iterdir())

    def grow(self, pid):
        if self.mounted:
            assert self._mount("remount,size=100000000")
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def close(self):
        if self.mounted:
            subprocess.run(["umount", "-l", self.folder], check=True)


@pytest.fixture
def disk(tmp_path):
    disk = SmallDisk(tmp_path / "disk")
    yield disk
    disk.close()


def fill_with_a_run(disk, store, *, patience):
    """A run, and the process whose training of it has filled the disk."""
    run = new_run(store, LONG)
    command = [sys.executable, "-c", TRAINER, disk.url, run.id, str(patience)]
    process = subprocess.Popen(command, cwd=TESTS.parent, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    disk.limit(process.pid)
    wait_for(disk.is_full, words="the run fits on the disk")
    return run, process


def test_a_run_waits_on_a_full_disk_and_ends_well_once_there_is_room(disk):
    store = Store(disk.url)
    run, process = fill_with_a_run(disk, store, patience=120)
    if disk.mounted:  # Otherwise this process may write more.
        with pytest.raises(StoreError, match=r"disk is full.*Free some space.*stored before is kept"):
            store.add_snapshot(run.id, step=1, epoch=0.1, network=bytes(10**6))
    assert process.poll() is None and store.run(run.id).status == Status.RUNNING
    disk.grow(process.pid)
    assert process.communicate(timeout=180)[0] == b"True\n"
    check_whole(store, store.run(run.id), LONG)
    store.close()


def test_a_run_on_a_disk_that_stays_full_ends_and_can_go_on_from_what_it_had(disk):
    store = Store(disk.url)
    run, process = fill_with_a_run(disk, store, patience=1)
    process.communicate(timeout=180)
    found = store.run(run.id)
    if disk.mounted:
        disk.grow(process.pid)
    if found.status == Status.RUNNING:  # There was no room for its last words.
        store.mark_lost()
        store.mark_lost(timeout=0)
        assert store.run(run.id).status == Status.INTERRUPTED
    else:
        assert found.status == Status.FAILED and "disk is full" in found.message
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    steps = [metric.step for metric in store.metrics(run.id)]
    kept = [info.step for info in store.snapshots(run.id)]
    assert steps == sorted(set(steps)) and set(kept) <= set(steps)  # Nothing is half there.
    assert store.snapshot(run.id, kept[-1]) is not None
    assert store.requeue(run.id) and store.claim(run.id) and store.state(run.id)
    assert store.run(run.id).step >= 40
    store.close()
