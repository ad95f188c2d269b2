"""Commands of `python -m mnist_core`, each in a process of its own.

They are forked from one process that has imported TensorFlow, and used nothing of it: most take less time than that.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess

from worker_process import FORKING

from mnist_core.cli import main

ROOT = Path(__file__).parents[2]
SECONDS = 300


def forked(environment: Mapping[str, str], folder: Path, *arguments: object, **more: str) -> CompletedProcess[str]:
    """What became of the command.

    Args:
        environment: all of its environment but for `more`.
        folder: where files with what it says are put.
        arguments: its words.
        more: further variables of its environment.
    """
    words = [str(each) for each in arguments]
    out, err = folder / "stdout", folder / "stderr"
    process = FORKING.Process(target=_run, args=({**environment, **more}, str(out), str(err), words))
    process.start()
    process.join(SECONDS)
    code = process.exitcode
    process.kill()
    return CompletedProcess(words, code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


def _run(environment: dict[str, str], out: str, err: str, arguments: list[str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    for number, (path, stream) in enumerate(((out, sys.stdout), (err, sys.stderr)), start=1):
        stream.flush()
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, number)
        os.close(file)
    sys.argv[1:] = arguments
    sys.exit(main())
