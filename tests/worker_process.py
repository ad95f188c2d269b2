"""A worker process of its own, which a test kills at a moment that it chooses.

    python tests/worker_process.py URL RUN MOMENT

trains the run as `worker.train_run` does and stands still at the moment, with a word on
standard output.  Nothing is replaced: the code that is reached there only waits first.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import few_images
import sqlalchemy as sa

from mnist_core import worker
from mnist_core.store import Store

# Moments: a statement of the database, of which number, within whose transaction it dies.
STATEMENTS = {
    "claim": ("UPDATE runs SET status", 1),
    "snapshot": ("INSERT INTO snapshots", 4),
    "state": ("INSERT INTO states", 2),
    "result": ("INSERT INTO outputs", 1),
}


def stand_still() -> None:
    print("here", flush=True)
    time.sleep(600)


def stand_still_at_statement(store: Store, words: str, number: int) -> None:
    seen = 0

    @sa.event.listens_for(store.engine, "before_cursor_execute")
    def before(connection, cursor, statement, *_):
        nonlocal seen
        seen += statement.startswith(words)
        if seen == number and statement.startswith(words):
            stand_still()


def stand_still_in_training(moment: str) -> None:
    from mnist_core.program import Program
    from mnist_core.trainer import Trainer

    measure, advance = Trainer.measure, Program.advance
    chunks = []

    def measuring(trainer):
        if not trainer.goes_on:
            measuring.times += 1
            if measuring.times == 2:  # The first is that of the last epoch's end, the second the run's.
                stand_still()
        return measure(trainer)

    def advancing(program, *arguments):
        chunks.append(arguments)
        found = advance(program, *arguments)  # The weights have changed, and nobody knows yet.
        if len(chunks) == 20:
            stand_still()
        return found

    measuring.times = 0
    if moment == "evaluation":
        Trainer.measure = measuring
    if moment == "chunk":
        Program.advance = advancing


def main(url: str, run_id: str, moment: str) -> None:
    few_images.dask_setup(None)
    store = Store(url)
    if moment in STATEMENTS:
        stand_still_at_statement(store, *STATEMENTS[moment])
    else:
        stand_still_in_training(moment)
    print("trained" if worker.train_run(store, run_id) else "not queued", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
