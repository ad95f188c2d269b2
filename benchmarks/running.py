"""Runs a topic: its parts in a process of their own, each within its time, and a row for every figure.

That process can be ended when a part hangs, with all servers, browsers and workers that it
has started; another one goes on with the next part.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

import psutil

from benchmarks import Figure, Part, Report
from mnist_core.errors import DigitLabError

MODULES = {"class": "classroom"}  # of topics that no module can be called by
TOPIC_WITHIN = 600.0  # seconds for all parts of a topic together
BUSY = 3.0  # times as long as on cores of its own, before a part is ended
LEAST = 60.0  # seconds that a short part is given


def run(topic: str, *, report: Report, within: float = TOPIC_WITHIN) -> list[Figure]:
    """Measure all figures of `topic`, reporting in a sentence what is being done, and first how long it will take.

    Raises:
        DigitLabError: what the topic needs is not here.
    """
    return measured(f"benchmarks.{MODULES.get(topic, topic)}", report=report, within=within)


def measured(module: str, *, report: Report, within: float = TOPIC_WITHIN, least: float = LEAST) -> list[Figure]:
    """As `run`, for the module of this name; no part is ended before `least` seconds while there is time."""
    deadline = time.monotonic() + within
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="digitlab-") as folder:
        first, number = 0, 1
        while first < number:
            child = _Child(module, first, folder, deadline, least)
            parts = child.plan()
            number = len(parts)
            if not first:
                about = sum(each["seconds"] for each in parts) / 60
                report(f"This takes about {max(1, round(about))} min, at most {within / 60:.0f}")
            found.extend(child.figures(report))
            first = child.next
    return found


class _Child:
    """A process that measures the parts from `first` on.

    Attributes:
        next: the part that another process has to go on with; behind the last where there is none.
    """

    def __init__(self, module: str, first: int, folder: str, deadline: float, least: float):
        self.next, self._deadline, self._least, self._gone = first, deadline, least, False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.running", module, str(first), folder],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(each or os.getcwd() for each in sys.path)},
        )
        assert self._process.stdout is not None  # It is a pipe.
        self._lines = self._process.stdout

    def plan(self) -> list[dict[str, Any]]:
        """Title, seconds and names of each part.  Raises `DigitLabError` where the topic cannot begin."""
        said = json.loads(self._lines.readline() or "{}")
        if "parts" not in said:
            self._end()
            self._lines.close()
            raise DigitLabError(said.get("refused", "The benchmark ended before it began; its reason is above."))
        self._parts: list[dict[str, Any]] = said["parts"]
        return self._parts

    def figures(self, report: Report) -> Iterator[Figure]:
        """Every figure, as it comes; those that could not be measured with the reason."""
        try:
            while self.next < len(self._parts):
                yield from self._part(report)
                if self._gone:
                    return
        finally:
            self._end()
            self._lines.close()

    def _part(self, report: Report) -> Iterator[Figure]:
        part = Part(self._parts[self.next]["title"], 0.0, lambda *_: (), tuple(self._parts[self.next]["figures"]))
        patience = max(self._least, BUSY * self._parts[self.next]["seconds"])
        left = self._deadline - time.monotonic()
        self.next += 1
        if left <= 0:
            yield from part.missing([], "the time of this topic was over")
            return
        names, why = [], f"it took longer than {min(patience, left):.0f} s"
        watch = threading.Timer(min(patience, left), self._give_up)
        watch.start()
        try:
            for line in self._lines:
                said = json.loads(line)
                if "report" in said:
                    report(said["report"])
                elif "figure" in said:
                    names.append(said["figure"]["name"])
                    yield Figure(**said["figure"])
                else:
                    why = said["done"]
                    break
            else:
                if not self._gone:
                    why = "its process ended"
                self._gone = True  # Nothing more comes from it.
        finally:
            watch.cancel()
        if why:
            yield from part.missing(names, why)

    def _give_up(self) -> None:
        self._gone = True
        self._end()

    def _end(self) -> None:
        """End the process with all that it has started."""
        try:
            started = psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            started = []
        self._process.kill()
        for each in started:
            try:
                each.kill()
            except psutil.NoSuchProcess:
                continue
        self._process.wait()


def _measure(module: str, first: int, folder: Path) -> None:
    """Measure the parts from `first` on, and say so line by line on what was standard output."""
    # Libraries print: to standard error with it.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1) as lines:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        topic = import_module(module)
        try:
            getattr(topic, "check", lambda: None)()
        except DigitLabError as error:
            _say(lines, refused=str(error))
            return
        parts: tuple[Part, ...] = topic.PARTS
        _say(lines, parts=[{"title": p.title, "seconds": p.seconds, "figures": p.figures} for p in parts])
        for part in parts[first:]:
            _say(lines, report=part.title)
            _say(lines, done=_measured(part, folder, lines))


def _measured(part: Part, folder: Path, lines: TextIO) -> str:
    """Say each figure; returns why there are no more, or nothing where there are all."""
    try:
        for figure in part.measure(folder, lambda sentence: _say(lines, report=sentence)):
            _say(lines, figure=figure.to_dict())
    except DigitLabError as error:
        return str(error)
    except Exception as error:  # Whatever it is, the other parts are measured.
        traceback.print_exc()
        words = str(error).strip().partition("\n")[0] or "no reason given"
        return f"{type(error).__name__}: {words}"
    return ""


def _say(lines: TextIO, **said: object) -> None:
    lines.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    _measure(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
