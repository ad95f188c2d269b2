"""A class of a hundred phones: how soon what they send is accepted, and how soon they see what the teacher pressed.

The phones are `benchmarks.phones`, the teacher is `Desk` on the same store, as the teacher's page uses it: once beside
one server with SQLite, once beside two with PostgreSQL, behind nginx.  Meanwhile a page is open as the teacher's is.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from benchmarks import Figure, Part, Report, p95
from benchmarks.browser import ROOT, cpu_seconds, serving
from benchmarks.people import cookies_of
from mnist_core.classroom import questions, rounds
from mnist_core.classroom.desk import Desk
from mnist_core.classroom.rules import Role
from mnist_core.errors import DigitLabError
from mnist_core.settings import Settings
from mnist_core.store.rooms.records import Kind, Room
from mnist_core.store.store import Store

sys.path.insert(0, str(ROOT / "tests" / "servers"))

import balancer  # Servers of tests serve here too.
import postgresql

PHONES = 100
THINKING = 4.0  # seconds
NETWORK = "hidden-draw-ready"  # answers on the phones
ACCEPTED = 500.0  # ms, from sending to accepted, of 95 in 100 answers
SEEN = 2.0  # s, from the teacher's press to the last phone
ROUND_WITHIN = 120.0  # seconds for all to answer
EVERY = 2.0  # seconds from one look at the teacher's page to the next
MB = 1_000_000


@dataclass
class Crowd:
    """The phones of a class, in a process of their own, and what they said so far.

    Attributes:
        joined: seconds that each took to enter.
        accepted: seconds from sending to accepted, by the answer's `sent`.
        saw: (phone, what it saw, when) of every state of the class.
        wrong: what was refused, or had to be sent again.
    """

    joined: list[float] = field(default_factory=list)
    accepted: dict[str, float] = field(default_factory=dict)
    saw: list[tuple[int, tuple[int, int, str], float]] = field(default_factory=list)
    wrong: list[dict[str, Any]] = field(default_factory=list)

    def read(self, lines: Iterator[str]) -> None:
        """Take what they say, until they say nothing more."""
        for line in lines:
            said = json.loads(line)
            if "joined" in said:
                self.joined = said["joined"]
            elif "accepted" in said:
                self.accepted[said["sent"]] = said["accepted"]
            elif "saw" in said:
                if said["saw"] is not None:
                    self.saw.append((said["phone"], tuple(said["saw"]), said["at"]))
            else:
                self.wrong.append(said)


@contextmanager
def phones(
    address: str, code: str, count: int = PHONES, *, thinking: float = THINKING, within: float = 120.0
) -> Iterator[Crowd]:
    """So many phones that are in the class, until the body ends; `thinking` as for `benchmarks.phones.Phone`.

    Raises:
        DigitLabError: they could not all enter.
    """
    command = [sys.executable, "-m", "benchmarks.phones", address, code, str(count), str(thinking)]
    crowd = Crowd()
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        reader = threading.Thread(target=crowd.read, args=(process.stdout,), daemon=True)
        reader.start()
        try:
            if not _until(lambda: bool(crowd.joined) or process.poll() is not None, within) or not crowd.joined:
                raise DigitLabError(f"Not all {count} phones could enter the class within {within:.0f} s.")
            yield crowd
        finally:
            process.kill()
            reader.join()


class Teaching:
    """A round after the other, as a teacher leads them, and when each was pressed.

    Attributes:
        pressed: what phones should see from then on, and when it was pressed.
    """

    def __init__(self, desk: Desk, code: str):
        self._desk, self._code = desk, code
        self.pressed: list[tuple[tuple[int, int, str], float]] = []

    def rounds(self) -> None:
        """Draw a digit, guess twice, draw ten digits."""
        self._begun(Kind.DRAW, digits=(7,))
        self._closed()
        self._press(rounds.reveal)
        self._begun(Kind.GUESS, question=questions.learns())
        self._closed()
        self._desk.advance(self._code)
        self._note()
        self._closed()
        self._press(rounds.reveal)
        self._begun(Kind.TEACH)
        self._closed()

    def _begun(self, kind: str, **options: Any) -> None:
        self._desk.begin(self._code, kind, **options)
        self._note()

    def _closed(self) -> None:
        """Close the round once everybody has answered."""
        there = self._desk.attendance

        def all_done() -> bool:
            now = there(self._code)
            return len(now.done) == len(now.people)

        _until(all_done, ROUND_WITHIN, every=0.5)
        self._press(rounds.close)

    def _press(self, move: Callable[[Room], Room]) -> None:
        self._desk.press(self._code, move)
        self._note()

    def _note(self) -> None:
        round = self._desk.room(self._code).round
        assert round is not None
        self.pressed.append(((round.number, round.step, round.state), time.time()))
        time.sleep(SEEN)  # A teacher looks up before the next press.


class Page:
    """A page of the server that is open and drawn anew again and again, as the teacher's is."""

    def __init__(self, address: str, name: str, query: str):
        self._address, self._name, self._query = address, name, query
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._looks: list[tuple[float, float]] = []  # when, and how long it took

    def __enter__(self) -> Page:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def seconds(self, since: float, until: float) -> list[float]:
        """How long each look took that began between these times."""
        return [took for at, took in self._looks if since <= at < until]

    def _run(self) -> None:
        cookies = cookies_of(f"{self._address}/{self._name}?{self._query}")
        with connect(
            f"ws://{urlsplit(self._address).netloc}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": cookies} if cookies else None,
            max_size=None,
        ) as socket:
            while not self._over.is_set():
                at, begun = time.time(), time.perf_counter()
                message = BackMsg()
                message.rerun_script.query_string = self._query
                message.rerun_script.page_name = self._name
                socket.send(message.SerializeToString())
                while True:
                    said = ForwardMsg.FromString(socket.recv())
                    if said.WhichOneof("type") == "script_finished":
                        break
                self._looks.append((at, time.perf_counter() - begun))
                self._over.wait(EVERY)


def _measured(store: Store, address: str, servers: Sequence[int], page: str) -> Iterator[Figure]:
    """The figures of one class.

    Args:
        store: which all servers share.
        address: that phones reach.
        servers: processes of the servers.
        page: address of the server whose page is looked at.
    """
    watched = [psutil.Process(pid) for pid in servers]
    desk = Desk(store, Role.TEACHER)
    code = desk.begin_class(networks=(NETWORK,)).code
    with Page(page, "Class", f"class={code}") as teachers:
        quiet = time.time()
        time.sleep(5 * EVERY)  # What the page costs without phones.
        entering = time.time()
        with phones(address, code) as crowd:
            begun, cpu = time.time(), sum(map(cpu_seconds, watched))
            teaching = Teaching(desk, code)
            teaching.rounds()
            over, cpu = time.time(), sum(map(cpu_seconds, watched)) - cpu
            kept = [each for number in (1, 2, 3) for each in _kept(store, code, number)]
    before, during = teachers.seconds(quiet + EVERY, entering), teachers.seconds(begun, over)
    memory = sum(each.memory_info().rss for each in watched) / MB
    desk.end(code)

    accepted = [1000 * each for each in crowd.accepted.values()]
    asked = PHONES * (1 + 2 + 10)
    load = f"load {os.getloadavg()[0]:.1f}"
    yield Figure.note("code typed to in the class, 95th percentile", p95(crowd.joined) * 1000, "ms", f"{PHONES} phones")
    yield Figure.at_most(
        "an answer sent to accepted, p95",
        p95(accepted),
        "ms",
        ACCEPTED,
        f"{len(accepted)} answers, median {statistics.median(accepted):.0f} ms, longest {max(accepted):.0f}; {load}",
    )
    delays = _delays(teaching.pressed, crowd.saw)
    yield Figure.at_most(
        "the teacher's press to the last phone, longest",
        max(delays),
        "s",
        SEEN,
        f"{len(teaching.pressed)} presses, median {statistics.median(delays):.2f} s",
    )
    yield Figure.at_most("answers lost", asked - len(kept), "", 0, f"of {asked}; {len(crowd.wrong)} sent again")
    yield Figure.note(
        "the teacher's page drawn anew, median", 1000 * statistics.median(during), "ms",
        f"without phones {1000 * statistics.median(before):.0f} ms; p95 {1000 * p95(during):.0f} and "
        f"{1000 * p95(before):.0f} ms",
    )  # fmt: skip
    yield Figure.note("CPU of the servers", 100 * cpu / (over - begun), "% of a core", f"over {over - begun:.0f} s")
    yield Figure.note("memory of the servers", memory, "MB", f"{len(watched)} processes")


def _kept(store: Store, code: str, number: int) -> list[str]:
    with store.rooms.read(code) as visit:
        return [each.id for each in visit.answers(number)]


def _delays(
    pressed: Sequence[tuple[tuple[int, int, str], float]], saw: Sequence[tuple[int, tuple[int, int, str], float]]
) -> list[float]:
    """Seconds from each press to each phone that saw it; `inf` for one that did not."""
    first: dict[tuple[int, tuple[int, int, str]], float] = {}
    for phone, state, at in saw:
        first.setdefault((phone, state), at)
    return [first.get((phone, state), np.inf) - at for state, at in pressed for phone in range(PHONES)]


def _until(done: Callable[[], bool], within: float, *, every: float = 0.1) -> bool:
    deadline = time.monotonic() + within
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def _named(prefix: str, figures: Iterator[Figure]) -> Iterator[Figure]:
    for each in figures:
        yield Figure(f"{prefix}: {each.name}", each.value, each.unit, each.reference, each.target, each.holds)


def _one_server(folder: Path, report: Report) -> Iterator[Figure]:
    home = folder / "class"
    with (
        serving(home) as server,
        _opened(Settings.from_environment({"DIGITLAB_HOME": str(home)}).database_url) as store,
    ):
        yield from _named(f"{PHONES} phones, SQLite", _measured(store, server.url, [server.pid], server.url))


def _two_servers(folder: Path, report: Report) -> Iterator[Figure]:
    with ExitStack() as stack:
        try:
            database = postgresql.Server()
            stack.callback(database.remove)
            database.start()
        except postgresql.NoPostgreSQL as error:
            raise DigitLabError(str(error)) from error
        url = database.url(database.create())
        key = {"DIGITLAB_DATABASE_URL": url}
        servers = [stack.enter_context(serving(folder / f"class-{number}", environ=key)) for number in (1, 2)]
        ports = [urlsplit(each.url).port or 0 for each in servers]
        try:
            front = stack.enter_context(balancer.Balancer(folder / "nginx", ports))
        except balancer.NoBalancer as error:
            raise DigitLabError(str(error)) from error
        store = stack.enter_context(_opened(url))
        figures = _measured(store, front.url, [each.pid for each in servers], servers[0].url)
        yield from _named(f"{PHONES} phones, two servers, PostgreSQL, nginx", figures)


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    store = Store(url)
    try:
        yield store
    finally:
        store.close()


PARTS = (
    Part("A class beside one server with SQLite", 110, _one_server),
    Part("The same beside two servers with PostgreSQL, behind nginx", 120, _two_servers),
)
