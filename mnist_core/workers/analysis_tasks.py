"""Analyses that pages have asked for and workers have not answered yet."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mnist_core.errors import JobError
from mnist_core.workers import tasks

if TYPE_CHECKING:
    from distributed import Client, Future

    from mnist_core.store.analyses import Analysis


class AnalysisTasks:
    """What was asked, who works on it, and what could not be answered; answers are in the store.

    `ask` and `problem` may be called from any thread, the rest from that of `Jobs`.
    """

    def __init__(self) -> None:
        self._asked: dict[str, Analysis] = {}  # by key
        self._futures: dict[str, Future[Any]] = {}
        self._unanswered: dict[str, str] = {}  # why, by key
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        return bool(self._asked)

    def ask(self, analysis: Analysis) -> bool:
        """Take note of it; returns whether it was not asked for already."""
        with self._lock:
            self._unanswered.pop(analysis.key, None)
            return self._asked.setdefault(analysis.key, analysis) is analysis

    def give_up(self, key: str) -> None:
        """Forget the question of this key; one that a worker has begun is answered all the same."""
        with self._lock:
            if key not in self._futures:
                self._asked.pop(key, None)

    def before(self, key: str) -> int:
        """How many questions that wait for a worker come before this one; 0 also where a worker has it."""
        with self._lock:
            waiting = [each for each in self._asked if each not in self._futures]
        return waiting.index(key) if key in waiting else 0

    def problem(self, key: str) -> str:
        """Why the analysis of this key came to nothing, as a sentence; empty until then."""
        return self._unanswered.get(key, "")

    def hand_out(self, client: Client, warm: list[str], identity: str, on_done: Callable[[], None]) -> None:
        """Have workers answer what is new, and take note of what could not be answered.

        At most as many at a time as there are workers: with two of its threads on analyses one
        could train nothing, and lessons would wait.

        Args:
            client: the way to them.
            warm: addresses of those that are ready.
            identity: `Store.identity` of the store.
            on_done: called, in another thread, when one has ended: it is time to call again.
        """
        from mnist_core.workers import worker

        for key, future in list(self._futures.items()):
            if future.done():
                try:
                    tasks.raise_failure(future, JobError("The worker process died over it. Try again."))
                except JobError as error:
                    self._unanswered[key] = str(error)
                with self._lock:
                    del self._asked[key]
                self._futures.pop(key).release()
        with self._lock:
            new = {key: analysis for key, analysis in self._asked.items() if key not in self._futures}
            for key, analysis in list(new.items())[: max(0, len(warm) - len(self._futures))]:
                # The key tells the scheduler what two servers ask at a time: it is done once.
                dask_key = f"digitlab-analysis-{key}"
                self._futures[key] = client.submit(
                    worker.analyse, identity, analysis, workers=warm, key=dask_key, retries=0
                )
                self._futures[key].add_done_callback(lambda _: on_done())

    def forget_workers(self) -> None:
        """Whoever worked on them is gone: other workers will be asked."""
        self._futures = {}
