"""The process that holds the local workers, seen from the server that starts it: `mnist_core.cluster` is inside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from mnist_core.errors import JobError
from mnist_core.settings import Settings

PROJECT = Path(__file__).resolve().parents[1]
END_SECONDS = 5.0  # for it to end by itself


class ClusterProcess:
    """A scheduler and `settings.workers` workers on this machine; they end with this process, too.

    Starting them takes seconds, for which only `address` waits.

    Args:
        settings: what the workers are told.
        store_url: address of the store that they shall use.
    """

    def __init__(self, settings: Settings, store_url: str):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mnist_core.cluster", str(settings.workers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **_environment(settings, store_url)},
            start_new_session=True,  # Control-C in the terminal is for the server, which then ends these.
        )

    def address(self) -> str:
        """The scheduler's address; waits for it, once.

        Raises:
            JobError: they could not be started.
        """
        address = self._process.stdout.readline().decode().strip()
        if not address:
            raise JobError(
                f"The training processes could not be started (exit code {self._process.wait(END_SECONDS)}). Their "
                "own messages are in the server's log."
            )
        return address

    @property
    def is_alive(self) -> bool:
        """Whether the scheduler is there."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the scheduler and its workers."""
        self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def _environment(settings: Settings, store_url: str) -> dict[str, str]:
    """The settings that this process has, whatever its environment says."""
    return {
        "DIGITLAB_HOME": str(settings.home),
        "DIGITLAB_DATABASE_URL": store_url,
        "DIGITLAB_MNIST": str(settings.mnist or ""),
        "DIGITLAB_OFFLINE": "1" if settings.offline else "",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")])),
        "PYTHONWARNINGS": "ignore:resource_tracker",  # The cluster ends without cleaning up behind itself.
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
    }
