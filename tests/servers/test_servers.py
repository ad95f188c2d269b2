"""App servers that begin and end, who reaches their workers, and what they say where none can be had."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import loops
import psutil
import pytest
from distributed import Client
from distributed.core import connect
from real_workers import (
    ENDLESS,
    PROJECT,
    SECONDS,
    SUPPORT,
    cluster_processes,
    gone,
    local_settings,
    new_run,
    trained_by,
    wait_for,
)

from mnist_core.errors import JobError
from mnist_core.store import heartbeats
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.workers import jobs as job_module
from mnist_core.workers import worker
from mnist_core.workers.cluster_process import ClusterProcess
from mnist_core.workers.jobs import Jobs


@pytest.fixture
def local(tmp_path):
    return local_settings(tmp_path / "home")


@pytest.fixture
def store(local):
    store = Store(local.database_url)
    yield store
    store.close()


def test_a_scheduler_that_does_not_answer_is_named(local, store, monkeypatch):
    monkeypatch.setattr(job_module, "CONNECT_SECONDS", 1)
    for address in ("tcp://127.0.0.1:9", "nonsense"):
        jobs = Jobs(replace(local, scheduler=address), store)
        jobs.warm_up()
        wait_for(lambda jobs=jobs: jobs.state == "failed")
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


OWNER = """
import sys, time
from mnist_core.workers.jobs import Jobs
from mnist_core.network.network import pretrained
from mnist_core.settings import Settings
from mnist_core.store.store import Store
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
        [sys.executable, "-c", OWNER], cwd=PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    yield process
    process.kill()
    process.communicate()


def test_killing_the_server_leaves_no_process_behind(owner):
    processes = cluster_processes(owner.pid)
    owner.stdin.write(b"\n")
    owner.stdin.flush()
    assert owner.stdout.readline() == b"False\n"  # The server itself has not imported TensorFlow.
    owner.kill()
    wait_for(lambda: all(gone(process) for process in processes))


def test_a_server_that_ends_in_peace_leaves_no_process_behind(owner):
    processes = cluster_processes(owner.pid)
    owner.communicate(b"\n\n", timeout=SECONDS)
    assert owner.returncode == 0
    wait_for(lambda: all(gone(process) for process in processes))


def test_a_server_that_is_killed_while_the_scheduler_hangs_leaves_no_process_behind(owner):
    processes = cluster_processes(owner.pid)
    hung, worker = (
        next(process for process in processes if word in process.cmdline())
        for word in ("mnist_core.workers.cluster", "--multiprocessing-fork")
    )
    wait_for(worker.net_connections)  # It has begun to serve.
    hung.suspend()
    owner.kill()
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


# -------------------------------------------------------------------- other accounts

STRANGER = """
import asyncio, json, os, sys
from distributed import Security
from distributed.core import connect
keys = Security.temporary()  # of another cluster
keys.require_encryption = False  # it tries without, too
if os.getuid() == 0:
    os.setuid(65534)  # "nobody": what root may do shows nothing

async def answered(address):
    try:
        comm = await connect(address, timeout=3, **keys.get_connection_args("client"))
        await comm.write({"op": "identity", "reply": True})
        return address, str(await asyncio.wait_for(comm.read(), 3))
    except Exception:
        return None

async def all_answered():
    return [each for each in await asyncio.gather(*map(answered, json.loads(sys.argv[1]))) if each]

print(json.dumps(asyncio.run(all_answered())))
"""


async def identity(address, security):
    comm = await connect(address, timeout=SECONDS, **security.get_connection_args("client"))
    await comm.write({"op": "identity", "reply": True})
    found = await comm.read()
    await comm.close()
    return found["type"]


def test_scheduler_nanny_and_worker_answer_nobody_without_the_keys(local, store):
    process = ClusterProcess(local, store.url)
    try:
        address, security = process.address_and_keys()
        with Client(address, security=security, timeout=SECONDS, set_as_default=False) as client:
            client.wait_for_workers(1, SECONDS)
            ((worker_address, about),) = client.scheduler_info()["workers"].items()
        known = [address, about["nanny"], worker_address]
        for each, kind in zip(known, ("Scheduler", "Nanny", "Worker"), strict=True):
            assert kind in loops.run(identity(each, security))
        tried = [*known, *(each.replace("tls", "tcp") for each in known)]
        stranger = [sys.executable, "-c", STRANGER, json.dumps(tried)]
        found = subprocess.run(stranger, cwd=PROJECT, capture_output=True, timeout=SECONDS, check=True)
        assert json.loads(found.stdout) == []
    finally:
        process.close()


# -------------------------------------------------------------------------- clocks

CLOCKED = """
import os, sys
os.environ["DIGITLAB_TEST_CLOCK"] = sys.argv[1]  # that of the workers, which start from here
from mnist_core.workers.jobs import Jobs
from mnist_core.settings import Settings
from mnist_core.store.store import Store
settings = Settings.from_environment()
jobs = Jobs(settings, Store(settings.database_url))
for run_id in sys.stdin:
    jobs.submit(run_id.strip())
jobs.close()
"""


class ClockedServer:
    """A server and its worker, processes whose wall clocks can be set back, each by itself."""

    def __init__(self, settings, folder):
        self._files = {"server": folder / "server", "workers": folder / "workers"}
        ours = {
            "PYTHONPATH": os.pathsep.join([str(SUPPORT / "clock"), os.environ.get("PYTHONPATH", "")]),
            "DIGITLAB_TEST_CLOCK": str(self._files["server"]),
            "DIGITLAB_HOME": str(settings.home),
            "DIGITLAB_DATABASE_URL": settings.database_url,
            "DIGITLAB_WORKERS": "1",
            "DIGITLAB_SCHEDULER": "",
            "DIGITLAB_OFFLINE": "1",
        }
        command = [sys.executable, "-c", CLOCKED, str(self._files["workers"])]
        self._process = subprocess.Popen(
            command, cwd=PROJECT, env={**os.environ, **ours}, stdin=subprocess.PIPE, text=True
        )

    def submit(self, run):
        self._process.stdin.write(f"{run.id}\n")
        self._process.stdin.flush()

    def set_back(self, whose, seconds):
        new = self._files[whose].with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self._files[whose])

    def close(self):
        self._process.communicate(timeout=SECONDS)


@pytest.fixture
def clocked(local, tmp_path, few_images_for_workers):
    server = ClockedServer(local, tmp_path)
    yield server
    server.close()


def test_a_clock_that_is_set_back_loses_no_run_and_hides_none_that_is_lost(clocked, store):
    run = new_run(store, ENDLESS)
    clocked.submit(run)
    before = wait_for(lambda: (found := store.runs.get(run.id)).step and found)
    clocked.set_back("workers", 3_600)  # As where they are on another machine.
    back = wait_for(lambda: (found := store.runs.get(run.id)).heartbeat < before.heartbeat - 3_000 and found)
    clocked.set_back("server", 3_600)
    wait_for(lambda: store.runs.get(run.id).heartbeat > back.heartbeat + heartbeats.LOST_AFTER + 1)
    found = store.runs.get(run.id)
    assert (found.status, found.attempts) == (Status.RUNNING, 1)
    assert found.step > back.step
    assert found.seconds >= back.seconds >= before.seconds  # They are counted by another clock.
    os.kill(trained_by(store, run), signal.SIGKILL)
    clocked.set_back("server", 7_200)  # The last heartbeat lies in its future now.
    wait_for(lambda: store.runs.get(run.id).status == Status.INTERRUPTED)
    assert store.runs.requeue(run.id)
    clocked.submit(run)
    again = wait_for(lambda: (found := store.runs.get(run.id)).status == Status.RUNNING and found)
    assert again.heartbeat < before.heartbeat - 3_000
    clocked.set_back("workers", 0)
    wait_for(lambda: store.runs.get(run.id).heartbeat > before.heartbeat)
    store.runs.command(run.id, "stop")
    wait_for(lambda: store.runs.get(run.id).status == Status.STOPPED)
