"""A stranger's file, read in a process of its own.

HDF5 is a large format read by a large library in C, in which damaged files still find
faults: what goes wrong there ends a process that has nothing else to do, with bounded
memory and time, and neither a page nor a worker.  TensorFlow is not needed for it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from mnist_core.errors import ModelError
from mnist_core.network import Network

PROJECT = Path(__file__).resolve().parents[2]
MAX_BYTES = 32 * 2**20  # of a file; the largest network of the form takes 20 million, its optimizer's state included
MEMORY_BYTES = 2 * 2**30  # of addresses; what a network needs is a tenth of it
CPU_SECONDS = 20  # of computing
PATIENCE = 60.0  # seconds, on a machine that is busy with other things
REFUSED = 2
TOO_LONG = "{name} takes longer than {seconds:g} s to read; no network here does. Save it again."


def read(content: bytes, name: str) -> Network:
    """The network in a `.keras` or `.npz` file; nothing in it is executed.

    Args:
        content: the file.
        name: what a message calls it.

    Returns:
        A network whose `about` holds nothing from the file, but what was noticed about it.

    Raises:
        ModelError: no network that can be expressed here, too large, or damaged; says what was found.
    """
    if not content:
        raise ModelError(f"{name} is empty.")
    if len(content) > MAX_BYTES:
        raise ModelError(f"{name} has {len(content):,} bytes; at most {MAX_BYTES:,} are read.")
    # One thread: each has memory of its own, which counts against the limit.
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    path = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "mnist_core.importing", str(MEMORY_BYTES), str(CPU_SECONDS)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **threads, "PYTHONPATH": path},
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as cause:
        raise ModelError(TOO_LONG.format(name=name, seconds=PATIENCE)) from cause
    if sys.platform != "win32" and done.returncode == -signal.SIGXCPU:
        raise ModelError(TOO_LONG.format(name=name, seconds=CPU_SECONDS))
    if done.returncode == REFUSED:
        raise ModelError(f"{name} cannot be imported. {done.stdout.decode('utf-8', 'replace')}")
    if done.returncode != 0:
        raise ModelError(f"{name} cannot be imported: the process that read it died over it. The file is damaged.")
    return Network.from_bytes(done.stdout)
