"""Work on a stranger's file in a process of its own, with bounded memory and time.

Large formats are read by large libraries in C, in which damaged files still find faults,
and in which small files take hours: what goes wrong there ends a process that has nothing
else to do, and neither a page nor a worker.  The process knows nothing of the environment
but where Python's modules are, writes no file, and ends with the page that waits for it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mnist_core.errors import DigitLabError

PROJECT = Path(__file__).resolve().parents[2]
LOOK_EVERY = 0.05  # seconds between two looks whether anybody still waits
AT_ONCE = 2  # processes; others wait for their turn
REFUSED = 2
# Of the environment: nothing that is secret.
KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP")

_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Limits:
    """What such a process may take.

    Attributes:
        memory_bytes: of addresses.
        cpu_seconds: of computing.
        patience: seconds in all, on a machine that is busy with other things.
    """

    memory_bytes: int
    cpu_seconds: int
    patience: float


class Refused(Exception):
    """The process found that the file cannot be read; the text says why."""


class TookTooLong(Exception):
    """The process was ended.

    Attributes:
        seconds: that it had.
    """

    def __init__(self, seconds: float):
        self.seconds = seconds
        super().__init__(f"longer than {seconds:g} s")


class Died(Exception):
    """The process ended over the file."""


def run(module: str, content: bytes, limits: Limits, *, on_wait: Callable[[], None] = lambda: None) -> bytes:
    """What the module makes of the content, in a process of its own.

    Args:
        module: by its dotted name; run as a script it calls `serve`.
        content: of the file.
        limits: what the process may take.
        on_wait: called again and again while the process works; what it raises ends the process.

    Raises:
        Refused, TookTooLong, Died: see there.
    """
    # One thread: each has memory of its own, which counts against the limit.
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    path = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    environ = {name: os.environ[name] for name in KEPT if name in os.environ}
    while not _turns.acquire(timeout=LOOK_EVERY):
        on_wait()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(limits.memory_bytes), str(limits.cpu_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environ, **threads, "PYTHONPATH": path},
        )
        output: list[bytes] = []
        # Both ways at once, while this thread looks whether anybody still waits.
        talk = threading.Thread(target=lambda: output.append(process.communicate(content)[0]), daemon=True)
        talk.start()
        try:
            _wait(talk, limits.patience, on_wait)
        finally:
            process.kill()
            talk.join()
    finally:
        _turns.release()
    if sys.platform != "win32" and process.returncode == -signal.SIGXCPU:
        raise TookTooLong(limits.cpu_seconds)
    if process.returncode == REFUSED:
        raise Refused(output[0].decode("utf-8", "replace"))
    if process.returncode != 0:
        raise Died
    return output[0]


def _wait(work: threading.Thread, patience: float, on_wait: Callable[[], None]) -> None:
    deadline = time.monotonic() + patience
    while work.is_alive():
        work.join(LOOK_EVERY)
        if time.monotonic() > deadline:
            raise TookTooLong(patience)
        on_wait()


def serve(read: Callable[[bytes], bytes]) -> int:
    """Be that process: read what stands on standard input, and write what came of it; returns the exit code.

    Args:
        read: gives what is to be written; the sentences of its `DigitLabError`s are written instead.
    """
    _limit(*map(int, sys.argv[1:3]))
    try:
        answer, code = read(sys.stdin.buffer.read()), 0
    except DigitLabError as error:
        answer, code = str(error).encode("utf-8", "replace"), REFUSED
    except MemoryError:
        answer, code = b"It needs more memory to read than anything here.", REFUSED
    except Exception as error:  # What reads such files raises nearly everything over damaged bytes.
        words = " ".join(str(error).split())[:200] or type(error).__name__
        answer, code = f"It is damaged ({words}). Save it again.".encode("utf-8", "replace"), REFUSED
    sys.stdout.buffer.write(answer)
    return code


def _limit(memory_bytes: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has none; the parent's patience is the limit there.
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))  # The first ends it with a signal of its own.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
