"""The way from a page to the worker processes that train.

Nothing here makes a page wait: one thread starts the workers or connects to them,
wakes them when runs are queued, and starts over when they are gone.  It looks by itself
while there is a run to look after, whether a page is open or not.  What has to be done
is read from the store and from the scheduler each time, never remembered, so waking
twice, a server restart, or a second server lose nothing and do nothing twice.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from mnist_core.errors import DigitLabError, JobError, StoreError
from mnist_core.settings import Settings
from mnist_core.store.store import Store
from mnist_core.workers import tasks
from mnist_core.workers.analysis_tasks import AnalysisTasks
from mnist_core.workers.cluster_process import END_SECONDS, ClusterProcess

if TYPE_CHECKING:
    from distributed import Client, Future

    from mnist_core.store.analyses import Analysis

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0  # between two looks at runs and workers, whoever else asks for one
RETRY_SECONDS = 10.0  # after a failure
CONNECT_SECONDS = 10
EXPORT_SECONDS = 60.0


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
        self._process: ClusterProcess | None = None
        self._warming: dict[str, Future[Any]] = {}  # by a worker's address
        self._training: dict[str, Future[Any]] = {}
        self._preparing: dict[tuple[str, str], Future[Any]] = {}  # by a worker's address and a network's key
        self._lesson: str | None = None
        self._analyses = AnalysisTasks()
        self._watching = False
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

    @property
    def workers(self) -> int:
        """How many runs are trained at a time, about; at least one."""
        return len(self._warming) or self._settings.workers

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
        if self._analyses.ask(analysis):
            self._poke()

    def give_up_analysis(self, key: str) -> None:
        """Ask no longer for the analysis of this key; one that a worker has begun is kept all the same."""
        self._analyses.give_up(key)

    def analyses_before(self, key: str) -> int:
        """How many analyses wait for a worker before the one of this key."""
        return self._analyses.before(key)

    def analysis_problem(self, key: str) -> str:
        """Why the analysis of this key came to nothing, as a sentence; empty until then."""
        return self._analyses.problem(key)

    def reconcile(self) -> None:
        """See to live runs where nobody does yet: for pages to call whenever they poll.

        From then on lost runs are marked and queued ones are trained without any page.

        Raises:
            StoreError: the store refuses.
        """
        with self._lock:
            now = time.monotonic()
            if now - self._reconciled_at < LOOK_SECONDS:
                return
            self._reconciled_at = now
        if self._store.runs.queue.has_work() or self._state != "cold":
            self._poke()

    def exported(self, run_id: str, name: str) -> bytes:
        """The run's weights as a file that a worker builds; waits for it.

        Args:
            run_id: which run it is.
            name: key of an entry of `EXPORTS` that only a worker can make.

        Raises:
            JobError: no worker can be had, or the run has no weights.
        """
        from mnist_core.workers import worker

        self._poke()
        deadline = time.monotonic() + EXPORT_SECONDS
        with self._changed:
            self._changed.wait_for(lambda: self._state in ("ready", "failed"), EXPORT_SECONDS)
            client = self._client
        if self._state != "ready" or client is None:
            raise JobError(self._problem or "No worker is ready yet. Try again in a moment.")
        future = client.submit(worker.exported, run_id, name, key=tasks.key("export"))
        try:
            return future.result(timeout=max(1.0, deadline - time.monotonic()))
        except DigitLabError:
            raise
        except (Exception, CancelledError) as cause:  # Whatever Dask raises when a worker or the connection is lost.
            raise JobError(f"The file could not be built ({tasks.words(cause)}). Try again in a moment.") from cause
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
            self._poked.wait(LOOK_SECONDS if self._watching else None)
            self._poked.clear()
            if not self._closing.is_set() and time.monotonic() >= self._retry_at:
                try:
                    self._look()
                except StoreError as error:  # The workers are well, and those that train wait for it, too.
                    self._fail(error)
                except Exception as error:
                    self._disconnect()
                    self._fail(error)
        self._disconnect()

    def _look(self) -> None:
        """Mark lost runs, and see that workers do what there is to do."""
        self._store.heartbeats.mark_lost()
        self._watching = self._store.runs.queue.has_work() or bool(self._analyses)
        self._dispatch(self._connected())
        self._watching |= self._state == "starting"  # Workers come when they come.

    def _connected(self) -> Client:
        if self._client is not None:
            if self._client.status == "running" and (self._process is None or self._process.is_alive):
                return self._client
            self._disconnect()
        self._become("starting")
        from distributed import Client  # Half a second and 20 MB: only when it is needed, and not in a page.

        address, security = self._settings.scheduler, None  # The keys to it, if any, are in Dask's own settings.
        if address is None:
            self._process = ClusterProcess(self._settings, self._store.url)
            address, security = self._process.address_and_keys()
        options = {"timeout": CONNECT_SECONDS, "set_as_default": False, "name": "digitlab"}
        try:
            self._client = Client(address, security=security, **options)
        except Exception as cause:
            advice = tasks.words(cause)
            if self._settings.scheduler is not None:
                advice = (
                    "Queued runs wait, and it is tried again every few seconds. If it does not come back, start it, or "
                    "unset DIGITLAB_SCHEDULER to train on this machine."
                )
            raise JobError(f"The scheduler at {address} does not answer. {advice}") from cause
        return self._client

    def _dispatch(self, client: Client) -> None:
        """Warm workers that are new, and wake warm ones that are idle while runs are queued."""
        from mnist_core.workers import worker

        addresses = client.scheduler_info()["workers"].keys()
        for futures in (self._warming, self._training):
            for address, future in list(futures.items()):
                if address not in addresses or future.cancelled():
                    futures.pop(address).release()
        for key, future in list(self._preparing.items()):
            if key[0] not in addresses or future.cancelled():
                self._preparing.pop(key).release()
        for address in addresses - self._warming.keys():
            self._warming[address] = tasks.submit(client, address, worker.warm_up)
            self._warming[address].add_done_callback(lambda _: self._poked.set())
        warm = {address for address, future in self._warming.items() if future.status == "finished"}
        if not warm:
            died = JobError("The training process died while it was starting; see the server's log.")
            for future in self._warming.values():
                tasks.raise_failure(future, died)
            self._become("starting", "" if addresses else self._nobody())
            return None
        for address, future in list(self._training.items()):
            if future.done():
                del self._training[address]
                try:
                    # Of one that died: Dask starts another, and the run's missing heartbeat tells the rest.
                    tasks.raise_failure(future, None)
                except JobError as error:
                    return self._fail(error)
        self._analyses.hand_out(client, sorted(warm), self._store.identity, self._poked.set)
        if self._store.runs.queue.has_waiting():
            for address in warm - self._training.keys():
                self._training[address] = tasks.submit(client, address, worker.train_queue, self._store.identity)
                self._training[address].add_done_callback(self._queue_ended)
        elif (parent := self._lesson) is not None:
            for key in {(address, parent) for address in warm} - self._preparing.keys():
                self._preparing[key] = tasks.submit(client, key[0], worker.prepare_lesson, parent)
        self._become("ready")
        return None

    def _queue_ended(self, future: Future[Any]) -> None:
        """Look once more where a worker has trained: it may have missed what was queued as it ended.

        Not where it found nothing to do, as one that trains for another server: it would be
        asked again without pause, where a look a second is enough.
        """
        if future.status == "finished" and future.result():
            self._poked.set()

    def _fail(self, error: Exception) -> None:
        ours = isinstance(error, DigitLabError)
        logger.warning("No run can be trained: %s", error, exc_info=None if ours else error)
        self._retry_at, self._watching = time.monotonic() + RETRY_SECONDS, True  # Tried again, whoever asks.
        self._become("failed", str(error) if ours else f"The workers cannot be used: {tasks.words(error)}.")

    def _nobody(self) -> str:
        if self._settings.scheduler is None:
            return ""
        return (
            f"The cluster at {self._settings.scheduler} has no workers yet. Start one in the project's folder: "
            f"python -m dask worker {self._settings.scheduler} --nthreads 2 --memory-limit 0"
        )

    def _disconnect(self) -> None:
        self._warming, self._training, self._preparing = {}, {}, {}
        self._analyses.forget_workers()
        client, self._client = self._client, None
        process, self._process = self._process, None
        if client is not None:
            try:
                client.close(timeout=END_SECONDS)
            except Exception as error:  # It is gone already, or as good as.
                logger.debug("Closing the connection: %s", error)
        if process is not None:
            process.close()

    def _become(self, state: str, problem: str = "") -> None:
        with self._changed:
            self._state, self._problem = state, problem
            self._changed.notify_all()
