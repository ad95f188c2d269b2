"""A scheduler and workers of Dask as processes of their own, started by the commands of the units in deploy/systemd."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

import dask
import psutil
from distributed import Security
from ports import free_port

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "deploy" / "systemd"
INSTALLED = "/opt/digitlab"  # where the units expect the project
SCHEDULER_PORT = "8786"  # in the unit of the scheduler
END_WITHIN = 30.0  # seconds


def command(unit: str, environ: dict[str, str], instance: str = "") -> list[str]:
    """What this unit runs, as systemd would read it, but with this project and this Python."""
    (line,) = re.findall(r"^ExecStart=(.*)$", (UNITS / unit).read_text(), re.MULTILINE)
    line = line.replace(f"{INSTALLED}/.venv/bin/python", shlex.quote(sys.executable)).replace("%i", instance)
    return [re.sub(r"\$\{(\w+)\}", lambda name: environ[name[1]], word) for word in shlex.split(line)]


class DaskCluster:
    """One scheduler, on the same address each time that it is started, and workers by number.

    They have keys of their own, and so has this process until they are closed.

    Args:
        folder: for what they print.
        environ: settings of the app that workers are told.

    Attributes:
        address: of the scheduler.
    """

    def __init__(self, folder: Path, environ: dict[str, str]):
        self._folder, self._port = folder, free_port()
        keys = make_keys(folder)
        self.address = f"tls://127.0.0.1:{self._port}"
        ours = {"DIGITLAB_SCHEDULER": self.address, "DIGITLAB_ADDRESS": "127.0.0.1", "TF_CPP_MIN_LOG_LEVEL": "3"}
        self._environ = {**os.environ, **ours, "DASK_CONFIG": str(ROOT / "deploy" / "dask.yaml"), **environ}
        self._environ |= {dask_variable(name): path for name, path in keys.items()}
        self._processes: dict[str, subprocess.Popen] = {}
        self._ours = ExitStack()
        self._ours.enter_context(dask.config.set(keys))

    def start_scheduler(self) -> None:
        """Start the scheduler; does not wait."""
        words = command("digitlab-scheduler.service", self._environ)
        self.start("scheduler", [str(self._port) if word == SCHEDULER_PORT else word for word in words])

    def start_worker(self, number: int, **environ: str) -> None:
        """Start a worker, with further environment variables; does not wait."""
        words = command("digitlab-worker@.service", self._environ, str(number))
        self.start(f"worker-{number}", words, **environ)

    def start(self, name: str, words: list[str], **environ: str) -> None:
        """Start any other command under this name, with further environment variables; does not wait."""
        with (self._folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                words, cwd=ROOT, env={**self._environ, **environ}, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def log(self, name: str) -> str:
        """What the scheduler ("scheduler") or a worker ("worker-1") has printed."""
        return (self._folder / f"{name}.log").read_text(errors="replace")

    def processes(self, name: str) -> list[psutil.Process]:
        """The process that the command started, and all that it has started itself; none once it is gone."""
        if self.ended(name):
            return []
        process = psutil.Process(self._processes[name].pid)
        return [process, *process.children(recursive=True)]

    def ended(self, name: str) -> bool:
        """Whether the process that the command started is gone."""
        return self._processes[name].poll() is not None

    def kill(self, name: str) -> None:
        """End it, and what it has started, as a power cut does."""
        for process in self.processes(name):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._processes[name].wait(END_WITHIN)

    def close(self) -> None:
        """End all of them."""
        for name in self._processes:
            if not self.ended(name):
                self.kill(name)
        self._ours.close()


def make_keys(folder: Path) -> dict[str, str]:
    """Write a key and its certificate into the folder; returns Dask's settings that deploy/dask.yaml has for them."""
    made = Security.temporary()
    files = {"key": folder / "key.pem", "cert": folder / "certificate.pem"}
    files["key"].write_text(made.tls_client_key)
    files["cert"].write_text(made.tls_client_cert)
    roles = ("scheduler", "worker", "client")
    named = {f"distributed.comm.tls.{role}.{kind}": str(path) for role in roles for kind, path in files.items()}
    return {"distributed.comm.tls.ca-file": str(files["cert"]), **named}


def dask_variable(name: str) -> str:
    """The environment variable that sets what Dask calls by this name."""
    return f"DASK_{name.upper().replace('.', '__').replace('-', '_')}"
