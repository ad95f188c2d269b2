"""Where phones reach the server, and what stands in the way."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from web.classes.opened import Opened
from web.people.reach import Obstacle, Place, is_this_machine, obstacle, place

LAN = ["192.168.1.7", "10.0.0.7"]


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server that answers."""
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_the_address_to_try_first_is_in_front_and_the_code_behind():
    where = place(seen_at="http://localhost:8501/Class", addresses=LAN, listens_on="", port=8501)
    assert where.roots == ("http://192.168.1.7:8501", "http://10.0.0.7:8501")
    assert where.join("BCDFGH") == "http://192.168.1.7:8501/join/BCDFGH" and where.join().endswith(":8501/join")


def test_phones_come_the_way_that_the_teachers_browser_came_where_that_is_not_this_machines_own():
    where = place(seen_at="https://digits.school/lab/Class", addresses=LAN, listens_on="", port=8501, base="lab")
    assert where.join() == "https://digits.school/lab/join"
    assert where.roots[1:] == ("http://192.168.1.7:8501/lab", "http://10.0.0.7:8501/lab")
    twice = place(seen_at="http://192.168.1.7:8501/Class", addresses=LAN, listens_on="", port=8501)
    assert len(twice.roots) == 2


def test_a_server_that_listens_for_its_own_machine_is_told_from_one_without_a_network():
    alone = place(seen_at="http://127.0.0.1:8501/Class", addresses=[], listens_on="localhost", port=8501)
    away = place(seen_at="", addresses=[], listens_on="", port=8501)
    assert (obstacle(alone), obstacle(away)) == (Obstacle.LOCAL, Obstacle.OFFLINE)
    assert alone.join() == "http://localhost:8501/join"


def test_an_address_that_answers_has_nothing_in_the_way_and_one_that_does_not_a_firewall(port):
    assert obstacle(Place((f"http://127.0.0.1:{port}",), False, port)) == Obstacle.NONE
    with socket.socket() as taken:  # Nobody listens at it.
        taken.bind(("127.0.0.1", 0))
        shut = taken.getsockname()[1]
        assert obstacle(Place((f"http://127.0.0.1:{shut}",), False, shut)) == Obstacle.FIREWALL


@pytest.mark.parametrize(
    ("host", "is_own"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("[::1]", True), ("a.localhost", True), ("", False),
     ("192.168.1.7", False), ("localhost.evil.example", False)],
)  # fmt: skip
def test_names_of_this_machine_are_known(host, is_own):
    assert is_this_machine(host) is is_own


def test_only_other_devices_count_as_having_opened_the_page():
    opened = Opened()
    scope = {"type": "http", "http_version": "1.1", "headers": [(b"host", b"localhost:8501")]}
    opened.count({**scope, "client": ("127.0.0.1", 5)})
    assert opened.times == 0
    opened.count({**scope, "client": ("192.168.1.30", 5)})
    assert opened.times == 1
