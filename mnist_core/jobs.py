"""The way from a page to the worker processes that train.

Nothing here makes a page wait: one thread starts the workers or connects to them,
wakes them when runs are queued, and starts over when they are gone.  What has to be
done is read from the store and from the scheduler each time, never remembered, so
waking twice, a server restart, or a second server lose nothing and do nothing twice.
"""

from __future__ import annotations

import logging
import math
import os
import secrets
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_core.errors import DigitLabError, JobError, StoreError
from mnist_core.settings import Settings
from mnist_core.store import Store

if TYPE_CHECKING:
    from distributed import Client, Future

    from mnist_core.analyses import Analysis

logger = logging.getLogger(__name__)

PROJECT = Path(__file__).resolve().parents[1]
RECONCILE_SECONDS = 1.0  # between two looks, however many pages poll
RETRY_SECONDS = 10.0  # after a failure
CONNECT_SECONDS = 10
EXPORT_SECONDS = 60.0
END_SECONDS = 5.0  # for the local cluster to end by itself


class Jobs:
    """Workers that train the store's queued runs: local ones, or those of a Dask cluster.

    Args:
        settings: `scheduler` names a cluster to use; without it, `workers` local
            processes are started on first need and end with this process.
        store: holds the runs.
    """

    def __init__(self, settings: Settings, store: Store):
        self._settings, self._store = settings, store
        self._state, self._problem = "cold", ""
        self._client: Client | None = None
        self._process: subprocess.Popen | None = None
        self._warming: dict[str, Future] = {}  # by a worker's address
        self._training: dict[str, Future] = {}
        self._preparing: dict[tuple[str, str], Future] = {}  # by a worker's address and a network's key
        self._lesson: str | None = None
        self._asked: dict[str, Analysis] = {}  # by key
        self._analysing: dict[str, Future] = {}
        self._unanswered: dict[str, str] = {}  # why, by key
        self._look_again = False
        self._retry_at = self._reconciled_at = -math.inf
        self._lock = threading.Lock()
        self._poked, self._closing = threading.Event(), threading.Event()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> str:
        """One of "cold" (nothing was asked yet), "starting", "ready" and "failed" (see `problem`)."""
        return self._state

    @property
    def problem(self) -> str:
        """Why nothing is trained, as a sentence; empty where all is well."""
        return self._problem

    def warm_up(self) -> None:
        """Have workers started, with TensorFlow and the images in memory; does not wait."""
        self._poke()

    def prepare_lesson(self, parent: str) -> None:
        """Have workers made ready to teach the network of this key: it then takes seconds; does not wait."""
        if self._lesson != parent:
            self._lesson = parent
            self._poke()

    def submit(self, run_id: str) -> None:
        """Have the queued run trained when its turn comes; does not wait."""
        self._poke()

    def analyse(self, analysis: Analysis) -> None:
        """Have an analysis worked out and kept in the store; does not wait, and asks no twice at a time."""
        with self._lock:
            self._unanswered.pop(analysis.key, None)
            new = self._asked.setdefault(analysis.key, analysis) is analysis
        if new:
            self._poke()

    def analysis_problem(self, key: str) -> str:
        """Why the analysis of this key came to nothing, as a sentence; empty until then."""
        return self._unanswered.get(key, "")

    def reconcile(self) -> None:
        """Mark lost runs, and see to those that are queued: for pages to call whenever they poll.

        Raises:
            StoreError: the store refuses.
        """
        with self._lock:
            now = time.monotonic()
            if now - self._reconciled_at < RECONCILE_SECONDS:
                return
            self._reconciled_at = now
        self._store.mark_lost()
        if self._state != "cold" or self._store.queue():
            self._poke()

    def exported(self, run_id: str, name: str) -> bytes:
        """The run's weights as a file that a worker builds; waits for it.

        Args:
            run_id: which run it is.
            name: key of an entry of `EXPORTS` that only a worker can make.

        Raises:
            JobError: no worker can be had, or the run has no weights.
        """
        from mnist_core import worker

        self._poke()
        deadline = time.monotonic() + EXPORT_SECONDS
        with self._changed:
            self._changed.wait_for(lambda: self._state in ("ready", "failed"), EXPORT_SECONDS)
            client = self._client
        if self._state != "ready" or client is None:
            raise JobError(self._problem or "No worker is ready yet. Try again in a moment.")
        future = client.submit(worker.exported, run_id, name, key=_key("export"))
        try:
            return future.result(timeout=max(1.0, deadline - time.monotonic()))
        except DigitLabError:
            raise
        except (Exception, CancelledError) as cause:  # Whatever Dask raises when a worker or the connection is lost.
            raise JobError(f"The file could not be built ({_words(cause)}). Try again in a moment.") from cause
        finally:
            future.release()

    def close(self) -> None:
        """End the local workers, or leave those of the cluster; runs stay in the store."""
        self._closing.set()
        self._poked.set()
        if self._thread is not None:
            self._thread.join(END_SECONDS)
            if self._thread.is_alive():  # Still waiting for a cluster that is starting: that ends now.
                self._disconnect()
        self._become("cold")

    # ----------------------------------------------------------- in the thread of its own

    def _poke(self) -> None:
        with self._lock:
            if self._closing.is_set():
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
                self._become("starting")
                self._thread.start()
        self._poked.set()

    def _work(self) -> None:
        while not self._closing.is_set():
            self._poked.wait()
            self._poked.clear()
            if not self._closing.is_set() and time.monotonic() >= self._retry_at:
                try:
                    self._dispatch(self._connected())
                except StoreError as error:  # The workers are well, and those that train wait for it, too.
                    self._fail(error)
                except Exception as error:
                    self._disconnect()
                    self._fail(error)
        self._disconnect()

    def _connected(self) -> Client:
        if self._client is not None:
            if self._client.status == "running" and (self._process is None or self._process.poll() is None):
                return self._client
            self._disconnect()
        self._become("starting")
        from distributed import Client  # Half a second and 20 MB: only when it is needed, and not in a page.

        address = self._settings.scheduler or self._start_cluster()
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="digitlab")
        except Exception as cause:
            advice = (
                "Queued runs wait, and it is tried again every few seconds. If it does not come back, start it, or "
                "unset DIGITLAB_SCHEDULER to train on this machine."
            )
            raise JobError(
                f"The scheduler at {address} does not answer. {advice if self._settings.scheduler else _words(cause)}"
            ) from cause
        return self._client

    def _dispatch(self, client: Client) -> None:
        """Warm workers that are new, and wake warm ones that are idle while runs are queued."""
        from mnist_core import worker

        addresses = client.scheduler_info()["workers"].keys()
        for futures in (self._warming, self._training, self._preparing):
            for key, future in list(futures.items()):
                if (key[0] if futures is self._preparing else key) not in addresses or future.cancelled():
                    futures.pop(key).release()
        for address in addresses - self._warming.keys():
            self._warming[address] = self._submit(client, address, worker.warm_up)
            self._warming[address].add_done_callback(lambda _: self._poked.set())
        warm = {address for address, future in self._warming.items() if future.status == "finished"}
        if not warm:
            for future in self._warming.values():
                _raise(future, JobError("The training process died while it was starting; see the server's log."))
            self._become("starting", "" if addresses else self._nobody())
            return
        for address, future in list(self._training.items()):
            if future.done():
                del self._training[address]
                try:
                    _raise(future, None)  # Dask starts another worker; the run's missing heartbeat tells the rest.
                except JobError as error:
                    return self._fail(error)
        self._analyse(client, sorted(warm))
        if self._store.queue():
            # One that is awake may have looked at the queue for the last time just before.
            self._look_again = bool(self._training)
            for address in warm - self._training.keys():
                self._training[address] = self._submit(client, address, worker.train_queue, self._store.identity)
                self._training[address].add_done_callback(lambda _: self._look_again and self._poked.set())
        elif (parent := self._lesson) is not None:
            for key in {(address, parent) for address in warm} - self._preparing.keys():
                self._preparing[key] = self._submit(client, key[0], worker.prepare_lesson, parent)
        self._become("ready")

    def _analyse(self, client: Client, warm: list[str]) -> None:
        """Hand out what was asked, and take note of what could not be answered."""
        from mnist_core import worker

        for key, analysis in list(self._asked.items()):
            future = self._analysing.get(key)
            if future is None:
                # The key tells the scheduler what two servers ask at a time: it is done once.
                future = client.submit(
                    worker.analyse,
                    self._store.identity,
                    analysis,
                    workers=warm,
                    key=f"digitlab-analysis-{key}",
                    retries=0,
                )
                self._analysing[key] = future
                future.add_done_callback(lambda _: self._poked.set())
            elif future.done():
                try:
                    _raise(future, JobError("The worker process died over it. Try again."))
                except JobError as error:
                    self._unanswered[key] = str(error)
                with self._lock:
                    del self._asked[key]
                self._analysing.pop(key).release()

    def _submit(self, client: Client, address: str, work: object, *arguments: object) -> Future:
        return client.submit(work, *arguments, workers=[address], key=_key(work.__name__), retries=0)

    def _fail(self, error: Exception) -> None:
        ours = isinstance(error, DigitLabError)
        logger.warning("No run can be trained: %s", error, exc_info=None if ours else error)
        self._retry_at = time.monotonic() + RETRY_SECONDS
        self._become("failed", str(error) if ours else f"The workers cannot be used: {_words(error)}.")

    def _nobody(self) -> str:
        if self._settings.scheduler is None:
            return ""
        return (
            f"The cluster at {self._settings.scheduler} has no workers yet. Start one in the project's folder: "
            f"python -m dask worker {self._settings.scheduler} --nthreads 2 --memory-limit 0"
        )

    def _start_cluster(self) -> str:
        process = subprocess.Popen(
            [sys.executable, "-m", "mnist_core.cluster", str(self._settings.workers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment(),
            start_new_session=True,  # Control-C in the terminal is for the server, which then ends these.
        )
        self._process = process
        address = process.stdout.readline().decode().strip()
        if not address:
            raise JobError(
                f"The training processes could not be started (exit code {process.wait(END_SECONDS)}). Their own "
                "messages are in the server's log."
            )
        return address

    def _environment(self) -> dict[str, str]:
        """The environment of the local workers: ours, with the settings in it that we have."""
        settings = self._settings
        ours = {
            "DIGITLAB_HOME": str(settings.home),
            "DIGITLAB_DATABASE_URL": self._store.url,
            "DIGITLAB_MNIST": str(settings.mnist or ""),
            "DIGITLAB_OFFLINE": "1" if settings.offline else "",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")])),
            "PYTHONWARNINGS": "ignore:resource_tracker",  # The cluster ends without cleaning up behind itself.
            "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
        }
        return {**self._threads(), **os.environ, **ours}

    def _threads(self) -> dict[str, str]:
        """Cores shared out: two workers that both take all of them are slower than one (`benchmark scale`)."""
        if self._settings.workers == 1:
            return {}
        share = str(max(1, (os.cpu_count() or 1) // self._settings.workers))
        return {"TF_NUM_INTRAOP_THREADS": share, "TF_NUM_INTEROP_THREADS": share}

    def _disconnect(self) -> None:
        self._warming, self._training, self._preparing, self._analysing = {}, {}, {}, {}
        client, self._client = self._client, None
        process, self._process = self._process, None
        if client is not None:
            try:
                client.close(timeout=END_SECONDS)
            except Exception as error:  # It is gone already, or as good as.
                logger.debug("Closing the connection: %s", error)
        if process is not None:
            process.stdin.close()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()

    def _become(self, state: str, problem: str = "") -> None:
        with self._changed:
            self._state, self._problem = state, problem
            self._changed.notify_all()


def _raise(future: Future, killed: JobError | None) -> None:
    """Raise a failed task's error as a `JobError`; `killed` where its process died, if not `None`."""
    from distributed import KilledWorker

    if future.status != "error":
        return
    error = future.exception()
    if not isinstance(error, KilledWorker):
        raise JobError(str(error) if isinstance(error, DigitLabError) else f"A worker failed: {_words(error)}.")
    if killed is not None:
        raise killed


def _key(name: str) -> str:
    return f"digitlab-{name}-{secrets.token_hex(8)}"


def _words(error: BaseException) -> str:
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    return first.rstrip(".")
