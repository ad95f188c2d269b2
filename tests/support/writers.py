"""Many processes that write to one store at once: `python tests/writers.py URL PROCESSES TIMES [RUN]`.

They are forked, so that all of them share one import; each opens the store, tries to
take that queued run, and writes a run of its own down, as fast as it can.  Prints
a list with an object for each: its run, whether it took that one, and the longest
that it waited for a write, in seconds.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import sqlalchemy as sa

from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.database import migrations  # noqa: F401  # Imported once, for all who will need it.
from mnist_core.store.runs.records import Metric
from mnist_core.store.store import Store

CONFIG = TrainingConfig(architecture="linear", epochs=2)
WEIGHTS = bytes(300_000)  # about as many as the hidden network has


def write(url: str, times: int, wanted: str | None) -> dict[str, object]:
    """One process' part."""
    store = Store(url)
    won = wanted is not None and store.runs.progress.claim(wanted, owner=str(os.getpid()))
    run = store.runs.create(CONFIG, data_name="MNIST", data_digest="d", total_steps=times)
    longest = 0.0
    for step in range(1, times + 1):
        point = Metric(step, step / times, 0.5, 0.9, None, None, step / 100)
        for work in (
            lambda point=point: store.runs.progress.add(run.id, point, images_per_second=1.0, total_steps=times),
            lambda step=step: store.runs.progress.set_live(run.id, step=step, epoch=step / times, network=WEIGHTS),
        ):
            start = time.monotonic()
            work()
            longest = max(longest, time.monotonic() - start)
    store.close()
    return {"run": run.id, "won": won, "longest": longest}


def main(url: str, processes: int, times: int, wanted: str | None = None) -> None:
    """Fork them, let all begin at once, and collect what they say."""
    sa.create_engine(url).dispose()  # Imports what connects.
    begin, begun = os.pipe()
    children = []
    for _ in range(processes):
        answer, say = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(begun)
            os.read(begin, 1)  # Until the parent closes its end.
            code = 1
            try:
                os.write(say, json.dumps(write(url, times, wanted)).encode())
                code = 0
            except BaseException as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(code)
        os.close(say)
        children.append((child, answer))
    os.close(begun)
    answers = [json.loads(os.fdopen(answer).read() or "null") for _, answer in children]
    failed = [child for child, _ in children if os.waitpid(child, 0)[1]]
    print(json.dumps(answers))
    sys.exit(f"{len(failed)} of {processes} failed" if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
