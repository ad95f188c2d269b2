"""What may happen to a database in the middle of a run, with real servers, disks and worker processes."""

import os
import resource
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from app_without_browser import opened_app, words
from real_workers import DATA, MEDIUM, PROJECT, SHORT, ended, new_run, running, trained_by, wait_for
from worker_process import WorkerProcess

from mnist_core.errors import StoreError, StoreUnavailable
from mnist_core.store.database import space
from mnist_core.store.database.space import MOST_LOG, SHARE
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.workers.recorder import MOST_EPOCHS

AWAY = 10.0  # seconds
LONG = replace(MEDIUM, epochs=150)  # 6,000 steps, and more to keep than fits on the disk below


def check_whole(store, run, config, *, message=""):
    """The run has ended as if nothing had happened: every point and every snapshot once."""
    assert (run.status, run.message, run.step) == (Status.FINISHED, message, run.total_steps)
    steps = [metric.step for metric in store.runs.results.metrics(run.id)]
    assert steps == sorted(set(steps)) and steps[-1] == run.total_steps
    every = -(-config.epochs // MOST_EPOCHS)
    ends = [40 * epoch for epoch in range(1, config.epochs + 1) if epoch % every == 0]
    assert [info.step for info in store.runs.results.snapshots(run.id) if info.step >= 40] == ends
    scores = store.runs.results.outputs(run.id)
    assert run.correct == (scores.argmax(axis=1) == DATA.y_test).sum()


# ------------------------------------------------------------------------ PostgreSQL


def test_a_database_that_is_away_for_ten_seconds_costs_a_run_nothing(elsewhere, postgresql):
    store, jobs = elsewhere.store, elsewhere.jobs
    run = new_run(store, LONG)
    running(store, jobs, run)
    behind = new_run(store)
    pid = trained_by(store, run)
    postgresql.stop()
    try:
        until = time.monotonic() + AWAY
        with pytest.raises(StoreUnavailable, match="does not answer. Once it does, everything goes on by itself"):
            store.runs.get(run.id)
        while time.monotonic() < until:  # Pages go on polling, and somebody presses buttons.
            with pytest.raises(StoreError):
                jobs.reconcile()
                store.runs.queue.order()  # Where it was not yet time for another look.
            jobs.submit(behind.id)
            time.sleep(0.3)
    finally:
        postgresql.start()
    assert store.runs.get(run.id).status == Status.RUNNING  # As it was left.
    seen = set()

    def over():
        found = store.runs.get(run.id)
        seen.add(found.status)
        return not found.is_live and found

    found = wait_for(over, lambda: f"{store.runs.get(run.id)}: {jobs.state} {jobs.problem}")
    assert seen == {Status.RUNNING, Status.FINISHED}  # At no time did it count as lost.
    check_whole(store, found, LONG)
    assert found.attempts == 1 and trained_by(store, run) == pid  # It was waited for, not replaced.
    assert ended(store, jobs, behind).status == Status.FINISHED
    wait_for(lambda: (jobs.warm_up(), jobs.problem == "")[1])


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_page_says_that_the_database_is_away_and_shows_the_run_again_once_it_is_back(
    monkeypatch, tmp_path, postgresql, database_url
):
    with opened_app(monkeypatch, tmp_path / "home", database_url=database_url) as app:
        run = new_run(app.store)
        postgresql.stop()
        try:
            visit = app.visit("2_Train.py", run=run.id)  # Fails where it ends in a traceback.
            (said,) = {each.value for each in visit.error}
            assert "does not answer. Once it does, everything goes on by itself" in said
            assert postgresql.password not in said
        finally:
            postgresql.start()
        app.again(visit)
        assert not visit.error and "Next in line" in words(visit)
        app.store.runs.delete(run.id)


# ----------------------------------------------------------------- two servers, one queue

SERVER = """
import sys, time
from mnist_core.workers.jobs import Jobs
from mnist_core.workers.recorder import MOST_EPOCHS
from mnist_core.settings import Settings
from mnist_core.store.store import Store
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
while any(run.is_live for run in store.runs.lists.all()):
    jobs.reconcile()
    time.sleep(0.05)
jobs.close()
print("done", flush=True)
"""


def test_two_servers_that_find_the_same_queue_train_each_run_once(tmp_path, few_images_for_workers):
    url = f"sqlite:///{tmp_path / 'digitlab.sqlite'}"
    store = Store(url)
    environ = {"DIGITLAB_HOME": str(tmp_path), "DIGITLAB_DATABASE_URL": url, "DIGITLAB_OFFLINE": "1"}
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", SERVER],
            cwd=PROJECT,
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
        found = store.runs.get(run.id)
        check_whole(store, found, SHORT)
        assert found.attempts == 1
    store.close()


# ------------------------------------------------------------------------------ disk


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

    def left(self):
        """Bytes."""
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize

    def fill(self):
        """Take all that is left, as another program might."""
        if self.mounted:
            with suppress(OSError), (self.folder / "other").open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))

    def empty(self):
        """Give back what `fill` took."""
        (self.folder / "other").unlink(missing_ok=True)

    def is_full(self):
        if self.mounted:
            return self.left() < SHARE * self.ROOM + 400_000  # Too little for what the run writes next.
        return any(path.stat().st_size >= self.ROOM // 2 for path in self.folder.iterdir())

    def resize(self, size):
        assert self._mount(f"remount,size={size}")

    def grow(self, pid):
        if self.mounted:
            self.resize(100_000_000)
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


@contextmanager
def filled_by_a_run(disk, store, *, patience):
    """A run, and the process whose training of it has filled the disk."""
    run = new_run(store, LONG)
    with WorkerProcess(disk.url, run.id, patience=patience) as process:
        assert process.says() == "ready"
        disk.limit(process.pid)
        wait_for(disk.is_full, "the run fits on the disk")
        yield run, process


def test_a_run_waits_on_a_full_disk_and_ends_well_once_there_is_room(disk):
    store = Store(disk.url)
    with filled_by_a_run(disk, store, patience=120) as (run, process):
        if disk.mounted:  # Otherwise this process may write more.
            with pytest.raises(StoreError, match=r"disk is full.*Free some space.*stored before is kept"):
                store.runs.progress.add_snapshot(run.id, step=1, epoch=0.1, network=bytes(disk.ROOM))
        assert process.is_alive and store.runs.get(run.id).status == Status.RUNNING
        disk.grow(process.pid)
        assert process.says() == "trained"
    check_whole(store, store.runs.get(run.id), LONG)
    store.close()


def test_a_run_on_a_disk_that_stays_full_ends_and_can_go_on_from_what_it_had(disk):
    store = Store(disk.url)
    with filled_by_a_run(disk, store, patience=1) as (run, process):
        wait_for(lambda: not process.is_alive)
    found = store.runs.get(run.id)
    if disk.mounted:
        disk.grow(process.pid)
    if found.status == Status.RUNNING:  # There was no room for its last words.
        store.heartbeats.mark_lost()
        store.heartbeats.mark_lost(timeout=0)
        assert store.runs.get(run.id).status == Status.INTERRUPTED
    else:
        assert found.status == Status.FAILED and "disk is full" in found.message
    with store.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    steps = [metric.step for metric in store.runs.results.metrics(run.id)]
    kept = [info.step for info in store.runs.results.snapshots(run.id)]
    assert steps == sorted(set(steps)) and set(kept) <= set(steps)  # Nothing is half there.
    assert store.runs.results.snapshot(run.id, kept[-1]) is not None
    assert store.runs.requeue(run.id) and store.runs.progress.claim(run.id) and store.runs.results.state(run.id)
    assert store.runs.get(run.id).step >= 40
    store.close()


# --------------------------------------------------------------------------------- room


def file_size(url):
    return Path(sa.make_url(url).database).stat().st_size


def filled(store, runs, *, snapshots=10):
    """Ended runs with megabytes of weights each."""
    made = []
    for _ in range(runs):
        run = new_run(store)
        store.runs.progress.claim(run.id)
        for step in range(snapshots):
            store.runs.progress.add_snapshot(run.id, step=step, epoch=step, network=os.urandom(100_000))
        store.runs.progress.finish(run.id, Status.STOPPED)
        made.append(run)
    return made


def test_deleting_gives_its_room_back_and_the_log_stays_small(tmp_path):
    url = f"sqlite:///{tmp_path / 'digitlab.sqlite'}"
    store, reader = Store(url), Store(url)
    kept, one, *many = filled(store, 12)
    with store.database.read() as connection:  # Some of it may stand in the log alone.
        full = 4096 * connection.exec_driver_sql("PRAGMA page_count").scalar()
    store.runs.delete(one.id)
    assert full > 12e6 and file_size(url) < full - 0.9e6
    weights = store.runs.results.snapshots(kept.id)
    store.runs.many.delete({run.id: None for run in many})
    assert file_size(url) < 2e6 and store.runs.results.snapshots(kept.id) == weights
    assert (tmp_path / "digitlab.sqlite-wal").stat().st_size <= 2 * MOST_LOG
    assert reader.runs.get(kept.id) == store.runs.get(kept.id)
    with store.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA auto_vacuum").scalar() == 2
    for each in (reader, store):
        each.close()


def test_a_store_of_before_gives_room_back_too(tmp_path):
    url = f"sqlite:///{tmp_path / 'digitlab.sqlite'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mnist_core.store.database.database.prepare", lambda connection: None)
        patch.setattr("mnist_core.store.database.database.convert", lambda url: None)
        before = Store(url)
        runs = filled(before, 3)
        before.close()
    store = Store(url)
    assert [run.id for run in store.runs.lists.all()] == [run.id for run in reversed(runs)]
    store.runs.many.delete({run.id: None for run in runs})
    assert file_size(url) < 1e6
    store.close()


def test_on_a_full_disk_runs_are_stopped_and_deleted_and_that_makes_room(disk):
    if disk.mounted:
        disk.resize(48_000_000)
    store = Store(disk.url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(space, "WORTH_RESERVING", 0)
        patch.setattr(space, "SHARE", 0.4)  # As much as of a larger disk.
        runs = filled(store, 2, snapshots=5)
        waiting = new_run(store)
        if not disk.mounted:  # Then it is full by a rule alone.
            patch.setattr(space, "HEADROOM", 1 << 60)
            patch.setattr(space, "SHARE", 2.0)
        with pytest.raises(StoreError, match="disk is full.*stored before is kept"):
            while True:
                runs += filled(store, 1, snapshots=5)
        disk.fill()
        with pytest.raises(StoreError, match="disk is full but for the last.*stopped and deleted"):
            new_run(store)
        assert store.runs.command(waiting.id, "stop") and store.runs.get(waiting.id).status == Status.STOPPED
        assert store.runs.delete(runs[0].id)
        assert not disk.mounted or disk.left() > 100_000
        assert len(store.runs.many.delete({run.id: None for run in runs[1:]})) == len(runs) - 1
    disk.empty()
    filled(store, 1, snapshots=5)
    store.close()
