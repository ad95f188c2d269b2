"""The process that holds the local workers, seen from the server that starts it; `workers.cluster` is inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_core.errors import JobError
from mnist_core.settings import Settings

if TYPE_CHECKING:
    from distributed import Security

PROJECT = Path(__file__).resolve().parents[2]
END_SECONDS = 5.0  # for it to end by itself


class ClusterProcess:
    """A scheduler and `settings.workers` workers on this machine; they end with this process, too.

    Starting them takes seconds, for which only `address_and_keys` waits.

    Args:
        settings: what the workers are told.
        store_url: address of the store that they shall use.
    """

    def __init__(self, settings: Settings, store_url: str):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mnist_core.workers.cluster", str(settings.workers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **_environment(settings, store_url)},
            start_new_session=True,  # Control-C in the terminal is for the server, which then ends these.
        )
        assert self._process.stdin is not None and self._process.stdout is not None  # They are pipes.
        self._asks, self._says = self._process.stdin, self._process.stdout

    def address_and_keys(self) -> tuple[str, Security]:
        """The scheduler's address, and what a client of it has to show; waits for them, once.

        Raises:
            JobError: they could not be started.
        """
        from distributed import Security  # Half a second: only when it is needed, and not in a page.

        line = self._says.readline()
        if not line:
            raise JobError(
                f"The training processes could not be started (exit code {self._process.wait(END_SECONDS)}). Their "
                "own messages are in the server's log."
            )
        said = json.loads(line)
        keys = {"tls_client_key": said["key"], "tls_client_cert": said["certificate"]}
        return said["address"], Security(require_encryption=True, tls_ca_file=said["certificate"], **keys)

    @property
    def is_alive(self) -> bool:
        """Whether the scheduler is there."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the scheduler and its workers."""
        self._asks.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._says.close()


def _environment(settings: Settings, store_url: str) -> dict[str, str]:
    """The settings that this process has, whatever its environment says."""
    return {
        "DIGITLAB_HOME": str(settings.home),
        "DIGITLAB_DATABASE_URL": store_url,
        "DIGITLAB_MNIST": str(settings.mnist or ""),
        "DIGITLAB_OFFLINE": "1" if settings.offline else "",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")])),
        "PYTHONWARNINGS": "ignore:resource_tracker",  # The cluster ends without cleaning up behind itself.
    }
