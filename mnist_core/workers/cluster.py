"""A Dask scheduler with its workers on this machine, as one process: `python -m mnist_core.workers.cluster 1`.

A process of its own, because worker processes are spawned, and a spawned process runs
its parent's main module again: in a Streamlit server that is the app.  It prints the
scheduler's address and the keys to it as one line of JSON, and lives as long as its
standard input stays open, so it ends with the process that started it, however that
ends; its workers watch both.

Whoever reaches a scheduler or a worker of Dask can run programs there, and other
accounts on this machine reach loopback, too.  So nothing here answers anybody who does
not show the certificate that is made at each start.  Its key lies in no file: the
server gets it through the pipe, and workers as they are started.
"""

from __future__ import annotations

import json
import os
import sys

import dask
from distributed import LocalCluster, Security

from mnist_core.workers.server_watch import ServerWatch

LOOPBACK = "127.0.0.1"
THREADS = 2  # one trains; the other warms up and exports beside it

SETTINGS = {
    "distributed.scheduler.allowed-failures": 0,  # What killed a worker shall not kill the next.
    "distributed.scheduler.http.routes": [],  # Nothing is served but Dask's own protocol.
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,  # It would look at the training thread 100 times a second.
    "distributed.admin.tick.interval": "1s",  # Nobody looks at how busy event loops and machines are: by default
    "distributed.admin.system-monitor.interval": "10s",  # 50 times a second, 4 % of a core.
    "distributed.scheduler.active-memory-manager.start": False,  # No task's result lies on two workers.
    # Bytes. Training frees and takes the same megabytes for every chunk of steps: by Dask's default the system
    # gets them back and clears them each time, which is a third of the time of a small network.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 256 << 20,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 32 << 20,
}


def main(workers: int) -> None:
    """Serve until standard input ends."""
    dask.config.set(SETTINGS)
    security = Security.temporary()
    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=THREADS,
        processes=True,
        host=LOOPBACK,
        security=security,
        plugins=(ServerWatch(os.getppid()),),
        dashboard_address=f"{LOOPBACK}:0",
        scheduler_kwargs={"dashboard": False},
        worker_dashboard_address=f"{LOOPBACK}:0",
        memory_limit=0,  # TensorFlow's memory is not Dask's to spill.
    )
    keys = {"key": security.tls_client_key, "certificate": security.tls_client_cert}
    print(json.dumps({"address": cluster.scheduler_address, **keys}), flush=True)
    sys.stdin.buffer.read()
    # Nothing is asked to close: a worker in the middle of a chunk would be waited for. Workers
    # watch a pipe from this process and end with it, and the store can bear that at any time.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
