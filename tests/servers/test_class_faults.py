"""Classes of many phones, each with connections of its own, on real servers that are killed, and databases that go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from real_workers import SECONDS, wait_for
from servers.balancer import Balancer, NoBalancer

from benchmarks.browser import AppServer
from benchmarks.classroom import Crowd, phones
from mnist_core.classroom import questions, rounds
from mnist_core.classroom.desk import Desk
from mnist_core.classroom.rules import Role
from mnist_core.errors import StoreError
from mnist_core.settings import Settings
from mnist_core.store.rooms.records import Answer, Kind
from mnist_core.store.store import Store

FEW = 12  # phones where it is not their number that matters


@pytest.fixture
def home(tmp_path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def server(home) -> Iterator[AppServer]:
    with _serving(home) as server:
        yield server


@pytest.fixture
def desk(server, home) -> Iterator[Desk]:
    store = Store(Settings.from_environment({"DIGITLAB_HOME": str(home)}).database_url)
    yield Desk(store, Role.TEACHER)
    store.close()


def test_a_hundred_phones_join_draw_and_vote_and_nothing_is_lost(server, desk):
    code = desk.begin_class().code
    with phones(server.url, code, 100, thinking=1, within=SECONDS) as crowd:
        desk.begin(code, Kind.DRAW, digits=(7,))
        wait_for(lambda: _all_answered(desk, code, 100))
        desk.press(code, rounds.close)
        desk.begin(code, Kind.GUESS, question=questions.learns())
        wait_for(lambda: _all_answered(desk, code, 100))
        desk.press(code, rounds.close)
        wait_for(lambda: len({phone for phone, (*_, state), _ in crowd.saw if state == "closed"}) == 100)
    drawn, voted = _kept(desk, code, 1), _kept(desk, code, 2)
    for kept in (drawn, voted):
        assert len({each.person for each in kept}) == len(kept) == 100
    assert {each.value for each in drawn} == {7} and all(each.image.any() for each in drawn)
    assert {each.sent for each in (*drawn, *voted)} == set(crowd.accepted)
    assert not crowd.wrong


def test_a_server_that_is_killed_in_the_middle_of_a_round_and_comes_back_has_lost_nothing(server, desk):
    code = desk.begin_class().code
    with phones(server.url, code, FEW, thinking=1, within=SECONDS) as crowd:
        desk.begin(code, Kind.TEACH)
        wait_for(lambda: len(crowd.accepted) >= FEW)
        server.kill()
        before = len(crowd.accepted)
        wait_for(lambda: _unreached(crowd) == FEW)
        server.start()
        wait_for(lambda: _all_answered(desk, code, FEW))
        wait_for(lambda: len(crowd.accepted) == 10 * FEW)
        assert before < 10 * FEW
    _require_each_once(desk, code, crowd)


def test_a_database_that_is_away_for_a_while_loses_nothing(postgresql, home):
    name = postgresql.create()
    with ExitStack() as stack:
        stack.callback(postgresql.drop, name)
        server = stack.enter_context(_serving(home, DIGITLAB_DATABASE_URL=postgresql.url(name)))
        store = Store(postgresql.url(name))
        stack.callback(store.close)
        desk = Desk(store, Role.TEACHER)
        code = desk.begin_class().code
        with phones(server.url, code, FEW, thinking=1, within=SECONDS) as crowd:
            desk.begin(code, Kind.TEACH)
            wait_for(lambda: len(crowd.accepted) >= FEW)
            postgresql.stop()
            try:
                wait_for(lambda: any(each.get("again") == "away" for each in crowd.wrong))
                time.sleep(10)  # That long it is away.
            finally:
                postgresql.start()
            wait_for(lambda: _patiently(lambda: _all_answered(desk, code, FEW)))
            wait_for(lambda: len(crowd.accepted) == 10 * FEW)
        _require_each_once(desk, code, crowd)


def test_two_servers_are_one_class_also_when_one_of_them_goes(postgresql, tmp_path):
    name = postgresql.create()
    with ExitStack() as stack:
        stack.callback(postgresql.drop, name)
        url = postgresql.url(name)
        servers = [
            stack.enter_context(_serving(tmp_path / f"home{number}", DIGITLAB_DATABASE_URL=url)) for number in (1, 2)
        ]
        try:
            ports = [urlsplit(each.url).port for each in servers]
            front = stack.enter_context(Balancer(tmp_path / "nginx", ports))
        except NoBalancer as error:
            pytest.skip(str(error))
        store = Store(url)
        stack.callback(store.close)
        desk = Desk(store, Role.TEACHER)
        code = desk.begin_class().code
        with phones(front.url, code, FEW, thinking=1, within=SECONDS) as crowd:
            desk.begin(code, Kind.TEACH)
            wait_for(lambda: len(crowd.accepted) >= FEW)
            servers[0].kill()
            wait_for(lambda: _all_answered(desk, code, FEW))
            desk.press(code, rounds.close)
            wait_for(lambda: len({phone for phone, (*_, state), _ in crowd.saw if state == "closed"}) == FEW)
        _require_each_once(desk, code, crowd)


@contextmanager
def _serving(home: Path, **environ: str) -> Iterator[AppServer]:
    server = AppServer(home, environ=environ)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _all_answered(desk: Desk, code: str, count: int) -> bool:
    now = desk.attendance(code)
    return len(now.people) == len(now.done) == count


def _kept(desk: Desk, code: str, number: int) -> list[Answer]:
    with desk.store.rooms.read(code) as visit:
        return visit.answers(number)


def _require_each_once(desk: Desk, code: str, crowd: Crowd) -> None:
    """All ten drawings of every phone are there, once, and are those that it was told were accepted."""
    kept = _kept(desk, code, 1)
    assert len({(each.person, each.slot) for each in kept}) == len(kept) == 10 * FEW
    assert {each.sent for each in kept} >= set(crowd.accepted)
    assert not [each for each in crowd.wrong if "again" not in each]


def _unreached(crowd: Crowd) -> int:
    return len({each["phone"] for each in crowd.wrong if each.get("again") == "unreached"})


def _patiently(look: Callable[[], bool]) -> bool:
    """What `look` gives; false while connections of before are found to be dead."""
    try:
        return look()
    except StoreError:
        return False
