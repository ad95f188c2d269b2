"""What the terminal says at start, and at which addresses a phone may reach this machine."""

import socket

import pytest

from web.people.addresses import reachable
from web.people.greeting import greeting

KEY = "correct-horse-battery"


@pytest.mark.parametrize(
    ("guests", "words"), [("full", "guests: they look, draw"), ("look", "only look"), ("none", "nobody else")]
)
def test_one_line_says_who_can_come_in_and_as_what(guests, words):
    line = greeting(addresses=["192.168.1.5", "10.0.0.2"], port=8501, base="", guests=guests, key=KEY)
    assert words in line and "\n" not in line
    assert "(http://192.168.1.5:8501, http://10.0.0.2:8501)" in line
    assert f"http://192.168.1.5:8501/teacher?key={KEY}" in line


def test_a_base_path_is_in_the_link():
    line = greeting(addresses=["10.0.0.2"], port=80, base="/digits/", guests="full", key=KEY)
    assert f"http://10.0.0.2:80/digits/teacher?key={KEY}" in line


def test_a_server_that_only_this_machine_reaches_says_so():
    for address in ("127.0.0.1", "localhost", "::1"):
        assert reachable(address) == []
    assert greeting(addresses=[], port=8501, base="", guests="full", key=KEY).startswith("Only this machine")


def test_a_server_that_listens_on_one_address_is_reached_there():
    assert reachable("192.168.7.7") == ["192.168.7.7"]


def test_addresses_are_of_networks_and_the_way_out_comes_first(monkeypatch):
    class Address:
        def __init__(self, address, family=socket.AF_INET):
            self.address, self.family = address, family

    names = {
        "lo": [Address("127.0.0.1")],
        "docker0": [Address("172.17.0.1")],
        "eth0": [Address("169.254.3.4"), Address("52.95.110.1"), Address("fe80::1", socket.AF_INET6)],
        "wlan0": [Address("192.168.1.5")],
        "wlan1": [Address("10.0.0.2")],
    }
    monkeypatch.setattr("psutil.net_if_addrs", lambda: names)
    monkeypatch.setattr("web.people.addresses._way_out", lambda: "10.0.0.2")
    assert reachable() == ["10.0.0.2", "192.168.1.5", "52.95.110.1"]
    monkeypatch.setattr("web.people.addresses._way_out", lambda: "")
    assert reachable("0.0.0.0") == ["192.168.1.5", "10.0.0.2", "52.95.110.1"]
