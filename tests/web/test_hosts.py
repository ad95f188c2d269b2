"""Under which names the server answers: not under those that a stranger can let point here."""

import socket

import loops
import pytest

from mnist_core.settings import Settings
from web.hosts import REFUSED, KnownHosts

NAMES = Settings.from_environment({"DIGITLAB_HOSTS": "digits.example.org, *.school.example"}).hosts


def answered(kind, *hosts, names=NAMES):
    """What a request of this kind ("http" or "websocket") under these names is answered with, the first message."""

    async def app(scope, receive, send):
        await send({"type": "reached"})

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "headers": [(b"host", host.encode()) for host in hosts]}
    loops.run(KnownHosts(app, names)(scope, None, send))
    return sent


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8501",
        "127.0.0.1:8501",
        "[::1]:8501",
        "192.168.178.20:8501",
        "10.0.0.7",
        "[fe80::1]:8501",
        socket.gethostname(),
        f"{socket.gethostname().split('.')[0].upper()}.local:8501",
        "digits.example.org",
        "Digits.Example.org.:443",
        "a.school.example",
        "a.b.school.example",
    ],
)
def test_addresses_own_names_and_those_of_the_setting_are_answered(host):
    for kind in ("http", "websocket"):
        assert answered(kind, host) == [{"type": "reached"}]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        f"{socket.gethostname()}.evil.example",
        "school.example",
        "xdigits.example.org",
        "evil.example#localhost",
        "localhost@evil.example",
        "",
        "[::1",
    ],
)
def test_other_names_are_refused_in_a_sentence_and_reach_no_page(host):
    start, body = answered("http", host)
    assert start["status"] == REFUSED and b"DIGITLAB_HOSTS" in body["body"]
    assert [message["type"] for message in answered("websocket", host)] == ["websocket.close"]


def test_a_request_must_say_once_whom_it_is_for():
    assert answered("http")[0]["status"] == answered("http", "localhost", "evil.example")[0]["status"] == REFUSED


def test_any_name_is_answered_where_the_setting_says_so():
    assert answered("http", "evil.example", names=["*"]) == [{"type": "reached"}]
