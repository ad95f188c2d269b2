"""The real server, `streamlit run app.py`, as a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
from ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN = 60.0  # seconds; a cold, busy machine needs several
END_WITHIN = 60.0
GUESTS = "guests.test"  # a name for this machine, known to the tests' browser alone: who asks for it is a guest
LOOK_EVERY = 0.05
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class AppServer:
    """One server with its own home, so that it sees nothing of the user's runs and data.

    Args:
        home: its `DIGITLAB_HOME`, made where it is missing.
        environ: further environment variables.
        app: the script that it serves.
        synthetic_digits: the file that the app would otherwise take a minute to draw, where there is no MNIST.

    Attributes:
        url: where it listens, without a slash at the end.
        home: its `DIGITLAB_HOME`; kept over `stop` and `start`, as on a user's machine.
        log: the file that collects what it prints.
    """

    def __init__(
        self,
        home: Path,
        *,
        environ: dict[str, str] | None = None,
        app: Path = ROOT / "app.py",
        synthetic_digits: Path | None = None,
    ):
        self.home = home
        self.log = home.parent / f"{home.name}.log"
        self._app = app
        self._synthetic_digits = synthetic_digits
        # No download: where MNIST is not on this machine, the synthetic digits serve.
        ours = {"DIGITLAB_HOME": str(home), "DIGITLAB_OFFLINE": "1", "DIGITLAB_WORKERS": "1", "DIGITLAB_HOSTS": GUESTS}
        self._environ = os.environ | ours | (environ or {})
        path = self._environ.get("STREAMLIT_SERVER_BASE_URL_PATH")
        self._path = f"/{path}" if path else ""
        self._port = free_port()
        self._process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}{self._path}"

    @property
    def guests_url(self) -> str:
        return f"http://{GUESTS}:{self._port}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("The server is not running.")
        return self._process.pid

    def start(self) -> None:
        """Start it, on the same port each time, and wait until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        if self._synthetic_digits is not None:
            shutil.copy(self._synthetic_digits, self.home)
        options = [f"--server.port={self._port}", "--server.address=127.0.0.1", "--server.headless=true"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", str(self._app), *options],
                cwd=self._app.parent,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_WITHIN
        while not self._answers():
            if self._process.poll() is not None:
                raise RuntimeError(f"The server ended with {self._process.returncode}:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"The server did not answer within {START_WITHIN:.0f} s:\n{self.log_tail()}")
            time.sleep(LOOK_EVERY)

    def stop(self) -> None:
        """End it as Ctrl-C does.

        Raises:
            AssertionError: it, or a process it had started, did not end in time.
        """
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a crash does: it gets no chance to tidy up.

        Raises:
            AssertionError: a process it had started outlived it.
        """
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start it: same home, same address, nothing in memory."""
        self.stop()
        self.start()

    def processes(self) -> list[psutil.Process]:
        """Every living process that belongs to this server, itself included.

        They are recognised by the home in their environment, so that one that was
        detached from its parent is found as well.
        """
        return [process for process in psutil.process_iter() if self._owns(process)]

    def memory(self) -> int:
        """Bytes of memory of the web server, workers not included."""
        return psutil.Process(self.pid).memory_info().rss

    def log_tail(self, lines: int = 40) -> str:
        """The last lines it printed."""
        if not self.log.exists():
            return ""
        text = COLOURS.sub("", self.log.read_text(errors="replace"))
        return "\n".join(line.rstrip() for line in text.splitlines()[-lines:])

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(how)
        deadline = time.monotonic() + END_WITHIN
        while (left := self.processes()) and time.monotonic() < deadline:
            self._process.poll()  # A child that ended stays on the list until it is asked for.
            time.sleep(LOOK_EVERY)
        names = [" ".join(_command(process)) for process in left]
        for process in left:
            _kill(process)
        self._process.wait(END_WITHIN)
        self._process = None
        assert not names, f"{END_WITHIN:.0f} s after the server's end these were still running: {names}"

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def _owns(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            return process.environ().get("DIGITLAB_HOME") == str(self.home)
        except psutil.Error:
            return False


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return [f"process {process.pid}"]


def _kill(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        process.kill()
