"""What ends workers whose server is gone, also where the process between them hangs.

The other way round, a dead worker is noticed by `store.heartbeats`.
"""

from __future__ import annotations

import os
import signal
import threading
import time

import psutil
from distributed import WorkerPlugin

LOOK_SECONDS = 1.0


class ServerWatch(WorkerPlugin):
    """Ends a worker, and the process that holds the scheduler, once the server is gone.

    That process ends by itself, and its workers with it, unless it hangs: then nothing
    but a worker is left to notice.

    Args:
        server: id of the process that started the cluster.
    """

    def __init__(self, server: int):
        self._server, self._cluster = server, os.getpid()

    def setup(self, worker: object) -> None:
        """Begin to watch, in a thread of its own: training keeps the event loop waiting."""
        threading.Thread(target=self._watch, name="server-watch", daemon=True).start()

    def _watch(self) -> None:
        try:
            server = psutil.Process(self._server)
            while server.is_running() and server.status() != psutil.STATUS_ZOMBIE:
                time.sleep(LOOK_SECONDS)
        except psutil.NoSuchProcess:
            pass
        if os.getppid() == self._cluster:
            os.kill(self._cluster, signal.SIGKILL)
        os._exit(0)
