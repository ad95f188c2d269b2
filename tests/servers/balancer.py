"""nginx in front of app servers, with the project's own `deploy/nginx.conf`: found, or installed, and run on loopback.

As a script (`make test` runs it) it installs Debian's package where none is found and the user is root.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import debian
from ports import free_port

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
START_WITHIN = 30.0  # seconds
NONE_FOUND = "no nginx was found and none could be installed. Install it (Debian: apt-get install nginx-light)"


class NoBalancer(Exception):
    """There is no nginx to test with; the message says why and what to do."""


def find() -> str | None:
    """The program, also where it lies beside what users have on their path."""
    return shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


def install() -> None:
    """Try to install Debian's package, without the server that it would start."""
    if not debian.may_install():
        return
    # Debian asks this program whether a package may start what it brings: 101 is no.
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    try:
        if ours:
            policy.write_text("#!/bin/sh\nexit 101\n")
            policy.chmod(0o755)
        debian.install("nginx-light")
    except OSError as error:
        print(error, file=sys.stderr)
    finally:
        if ours:
            policy.unlink(missing_ok=True)


class Balancer:
    """nginx as `deploy/nginx.conf` sets it up, on a port of its own.

    Args:
        folder: for what it writes.
        ports: of the app servers on this machine.

    Attributes:
        url: where it listens, without a slash at the end.

    Raises:
        NoBalancer: there is no nginx.
    """

    def __init__(self, folder: Path, ports: Sequence[int]):
        program = find()
        if program is None:
            raise NoBalancer(NONE_FOUND)
        self._program, self._folder, self._port = program, folder, free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "nginx.conf").write_text(_configured(self._port, ports))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Balancer:
        # One process in the foreground, as the user who runs the tests, who can end it.
        options = "daemon off; master_process off;"
        command = [self._program, "-p", str(self._folder), "-c", str(self._folder / "nginx.conf"), "-g", options]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + START_WITHIN
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = (self._folder / "log").read_text(errors="replace")[-500:]
                self.__exit__()
                raise NoBalancer(f"nginx did not start: {said}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_WITHIN)

    def _listens(self) -> bool:
        with socket.socket() as asking:
            return asking.connect_ex(("127.0.0.1", self._port)) == 0


def _configured(port: int, ports: Sequence[int]) -> str:
    """The configuration as it is handed out, with these ports in the places of its own."""
    text, count = re.subn(r"listen 127\.0\.0\.1:\d+;", f"listen 127.0.0.1:{port};", CONFIGURATION.read_text())
    known = re.findall(r"server 127\.0\.0\.1:(\d+)", text)
    if count != 1 or len(known) != len(ports):
        raise NoBalancer(f"{CONFIGURATION.name} has {count} places to listen at and {len(known)} servers.")
    for was, given in zip(known, ports, strict=True):
        text = text.replace(f"server 127.0.0.1:{was}", f"server 127.0.0.1:{given}")
    return text


def main() -> None:
    """Install nginx where it is missing, and say so where it stays missing."""
    debian.ensure(find, install, "of two servers behind one address", NONE_FOUND)


if __name__ == "__main__":
    main()
