"""What strokes of many people at once cost the server, and how long they wait; the people are `benchmarks.people`."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from benchmarks import Figure, Report
from benchmarks.browser import ROOT, cpu_seconds, serving
from benchmarks.people import EVERY
from mnist_core.data import dataset
from mnist_core.errors import DigitLabError
from mnist_core.settings import Settings

CPU_A_STROKE = 15.0  # ms of the server
IDLE = 5.0  # % of a core


@dataclass(frozen=True)
class Crowd:
    """People who draw at once, each a stroke every `EVERY` seconds.

    Attributes:
        people: how many.
        strokes: of each.
        within: ms that 95 of 100 strokes may wait; `None` where that only informs.
    """

    people: int
    strokes: int
    within: float | None = None

    @property
    def title(self) -> str:
        """Who draws."""
        one = f"{self.people} people who each draw" if self.people > 1 else "one person who draws"
        return f"{one} every {EVERY:g} s"

    @property
    def seconds(self) -> float:
        """How long it takes to measure, about."""
        return 10 + self.strokes * EVERY + 0.2 * self.people

    @property
    def figures(self) -> tuple[str, str]:
        """The names of its figures."""
        return f"{self.title}: CPU of the server a stroke", f"{self.title}: sent to answered, 95th percentile"


CROWDS = (Crowd(1, 8), Crowd(10, 5), Crowd(30, 5, 400.0), Crowd(100, 5, 1_500.0))


def crowd(size: Crowd) -> Callable[[Path, Report], Iterator[Figure]]:
    """Measures this crowd on a server of its own."""

    def measure(folder: Path, report: Report) -> Iterator[Figure]:
        data = dataset.load(Settings.from_environment())
        with serving(folder / f"crowd-{size.people}", data) as server:
            seconds, messages, cpu = _drawn(size, server.url, psutil.Process(server.pid))
        ms = [1000 * each for each in seconds]
        p95 = float(np.percentile(ms, 95))
        load = f"load {os.getloadavg()[0]:.1f}"
        yield Figure.at_most(
            size.figures[0],
            1000 * cpu / len(ms),
            "ms",
            CPU_A_STROKE,
            f"{len(ms)} strokes, {statistics.median(messages):.0f} messages each; {load}",
        )
        reference = f"median {statistics.median(ms):.0f} ms, longest {max(ms):.0f} ms"
        if size.within is None:
            yield Figure.note(size.figures[1], p95, "ms", reference)
        else:
            yield Figure.at_most(size.figures[1], p95, "ms", size.within, reference)

    return measure


def _drawn(size: Crowd, address: str, server: psutil.Process) -> tuple[list[float], list[int], float]:
    """Seconds and messages of each stroke, and the seconds of CPU that the server took meanwhile."""
    command = [sys.executable, "-m", "benchmarks.people", address, str(size.people), str(size.strokes)]
    people = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with people:
        assert people.stdin is not None and people.stdout is not None  # They are pipes.
        try:
            people.stdout.readline()  # All have their page.
            _settle(server)
            before = cpu_seconds(server)
            people.stdin.write("\n")
            people.stdin.flush()
            said = people.stdout.readline()
            cpu = cpu_seconds(server) - before
        finally:
            people.kill()
    if not said:
        raise DigitLabError("Somebody was not answered within a minute, or was disconnected.")
    return *json.loads(said).values(), cpu


def _settle(server: psutil.Process, within: float = 20.0) -> None:
    """Wait until the server has loaded what it loads behind the first page."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline and server.cpu_percent(interval=1.0) > IDLE:
        continue
