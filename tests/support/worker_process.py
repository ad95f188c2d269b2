"""Worker processes of their own, which a test kills at a moment that it chooses.

Nothing is replaced in them: the code that is reached at the moment only waits first.
They are forked from one process that has imported TensorFlow, and used nothing of it.
"""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.connection import Connection

import few_images
import sqlalchemy as sa

from mnist_core.store import patience as waiting
from mnist_core.store.store import Store
from mnist_core.workers import worker

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["mnist_core.training.loop"])

# Moments: a statement of the database, of which number, within whose transaction it dies.
STATEMENTS = {
    "claim": ("UPDATE runs SET status", 1),
    "snapshot": ("INSERT INTO snapshots", 4),
    "state": ("INSERT INTO states", 2),
    "result": ("INSERT INTO outputs", 1),
}


class WorkerProcess:
    """A worker that trains one run as `worker.train_run` does, in a `with` that kills it at its end.

    It says "ready" before it begins, "here" at the moment at which it then stands still, and
    "trained" or "not queued" at its end.

    Args:
        store_url: address of the store.
        run_id: the run.
        moment: a key of `STATEMENTS`, "chunk" or "evaluation"; without it, it trains to the end.
        patience: seconds for a store that refuses.

    Attributes:
        pid: its process id.
    """

    def __init__(self, store_url: str, run_id: str, moment: str = "", *, patience: float = waiting.PATIENCE):
        self._heard, said = FORKING.Pipe(duplex=False)
        self._process = FORKING.Process(target=_work, args=(said, store_url, run_id, moment, patience))
        self._process.start()
        said.close()  # That this process holds no end of it lets `says` fail where the worker dies.
        self.pid = self._process.pid

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()
        self._heard.close()

    def says(self, seconds: float = 180) -> str:
        """Its next word; waits for it.  Raises `EOFError` where it died instead."""
        assert self._heard.poll(seconds), "the worker says nothing"
        return self._heard.recv()

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()


def _work(said: Connection, store_url: str, run_id: str, moment: str, patience: float) -> None:
    few_images.dask_setup(None)
    waiting.PATIENCE = patience
    store = Store(store_url)
    worker.warm_up()

    def stand_still() -> None:
        said.send("here")
        time.sleep(600)

    if moment in STATEMENTS:
        _at_statement(store, *STATEMENTS[moment], stand_still)
    elif moment:
        _in_training(moment, stand_still)
    said.send("ready")
    said.send("trained" if worker.train_run(store, run_id) else "not queued")


def _at_statement(store: Store, words: str, number: int, stand_still) -> None:
    seen = 0

    @sa.event.listens_for(store.database.engine, "before_cursor_execute")
    def before(connection, cursor, statement, *_):
        nonlocal seen
        seen += statement.startswith(words)
        if seen == number and statement.startswith(words):
            stand_still()


def _in_training(moment: str, stand_still) -> None:
    from mnist_core.training.program import Program
    from mnist_core.training.trainer import Trainer

    measure, advance = Trainer.measure, Program.advance
    chunks = []

    def measuring(trainer):
        if not trainer.goes_on:  # At the last epoch's end; what is measured there is the run's result.
            stand_still()
        return measure(trainer)

    def advancing(program, *arguments, **options):
        chunks.append(arguments)
        found = advance(program, *arguments, **options)  # The weights have changed, and nobody knows yet.
        if len(chunks) == 20:
            stand_still()
        return found

    if moment == "evaluation":
        Trainer.measure = measuring
    if moment == "chunk":
        Program.advance = advancing
