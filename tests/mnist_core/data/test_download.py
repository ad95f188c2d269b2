"""Downloads from a real server on this machine that stalls, truncates, lies, and recovers."""

import http.server
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from formats import IDX_NAMES, gz, idx_bytes, npz_bytes

from mnist_core.data import dataset, download, mnist_files
from mnist_core.data.download import Host, Patience
from mnist_core.errors import DownloadError

BRIEF = 0.4  # seconds without a byte, where a stall is to be noticed
HASTE = Patience(answer=5, stall=5, trial=30, total=30, attempts=3, pause=0.01)


class Server(http.server.ThreadingHTTPServer):
    """Answers a path with the next of its planned behaviours; the last one stays."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.plans = {}
        self.requests = defaultdict(int)
        self.closing = threading.Event()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}/"

    def plan(self, name, *behaviours):
        self.plans["/" + name] = list(behaviours)

    def handle_error(self, request, client_address):
        """A client that hangs up is what these tests are about."""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests[self.path[1:]] += 1
        plan = self.server.plans.get(self.path, [status(404)])
        (plan.pop(0) if len(plan) > 1 else plan[0])(self)

    def head(self, length=None, code=200, **headers):
        self.send_response(code)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()

    def log_message(self, *arguments):
        pass


def serve(content, *, length=True):
    def behave(handler):
        handler.head(len(content) if length else None)
        handler.wfile.write(content)

    return behave


def status(code):
    return lambda handler: handler.send_error(code)


def truncate(content, part=0.5):
    def behave(handler):
        handler.head(len(content))
        handler.wfile.write(content[: int(len(content) * part)])

    return behave


def stall(content, part=0.5):
    def behave(handler):
        handler.head(len(content))
        handler.wfile.write(content[: int(len(content) * part)])
        handler.server.closing.wait(60)

    return behave


def silence(handler):
    handler.server.closing.wait(60)


def hang_up(handler):
    handler.connection.shutdown(socket.SHUT_RDWR)


def drip(handler):
    handler.head(1_000_000)
    while not handler.server.closing.wait(0.02):
        handler.wfile.write(b"P")


def endless(handler):
    handler.head()
    while not handler.server.closing.is_set():
        handler.wfile.write(bytes(2**20))


def slowly(content):
    def behave(handler):
        handler.head(len(content))
        half = len(content) // 2
        handler.wfile.write(content[:half])
        handler.server.closing.wait(0.12)
        handler.wfile.write(content[half:])

    return behave


def redirect(name):
    return lambda handler: handler.head(0, 302, Location=f"/{name}")


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


@dataclass
class Listener:
    """Keeps what a progress bar would have shown."""

    said: list[tuple[str, float | None]] = field(default_factory=list)

    def __call__(self, words, fraction):
        self.said.append((words, fraction))


@pytest.fixture
def keras(server, small_mnist):
    content = npz_bytes(small_mnist)
    return Host(server.address, {"mnist.npz": len(content)}), content


@pytest.fixture
def pytorch(server, small_mnist):
    files = {f"{IDX_NAMES[key]}.gz": gz(idx_bytes(array)) for key, array in small_mnist.items()}
    for name, content in files.items():
        server.plan(name, serve(content))
    return Host(server.address, {name: len(content) for name, content in files.items()}), files


def same(found, expected) -> bool:
    return all(np.array_equal(found[key], expected[key]) for key in expected)


def nobody() -> str:
    """An address where nothing listens."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{reserved.getsockname()[1]}/"


def test_the_npz_arrives(server, keras, small_mnist):
    host, content = keras
    server.plan("mnist.npz", serve(content))
    arrays, address = download.fetch(hosts=(host,), patience=HASTE)
    assert same(arrays, small_mnist)
    assert address == host.address


def test_the_four_idx_files_arrive(server, pytorch, small_mnist):
    host, files = pytorch
    arrays, _ = download.fetch(hosts=(host,), patience=HASTE)
    assert same(arrays, small_mnist)
    assert server.requests == dict.fromkeys(files, 1)


def test_a_redirect_is_followed_and_a_missing_length_is_no_harm(server, keras, small_mnist):
    host, content = keras
    server.plan("mnist.npz", redirect("moved.npz"))
    server.plan("moved.npz", serve(content, length=False))
    assert same(download.fetch(hosts=(host,), patience=HASTE)[0], small_mnist)


@pytest.mark.parametrize(
    "trouble",
    [
        truncate,
        stall,
        lambda content: hang_up,
        lambda content: status(503),
        lambda content: serve(content[:-40] + bytes(40)),
        lambda content: serve(b"<!DOCTYPE html><title>Sign in</title>"),
        lambda content: serve(b""),
        lambda content: serve(content[:300], length=False),
    ],
    ids=["truncated", "stalled", "hung up", "503", "damaged", "web page", "empty", "truncated without a length"],
)
def test_a_host_that_recovers_is_asked_again(server, keras, small_mnist, trouble):
    host, content = keras
    server.plan("mnist.npz", trouble(content), trouble(content), serve(content))
    patience = replace(HASTE, stall=BRIEF) if trouble is stall else HASTE
    assert same(download.fetch(hosts=(host,), patience=patience)[0], small_mnist)
    assert server.requests["mnist.npz"] == 3


def test_only_the_file_that_failed_is_fetched_again(server, pytorch, small_mnist):
    host, files = pytorch
    labels = "t10k-labels-idx1-ubyte.gz"
    server.plan(labels, truncate(files[labels]), serve(files[labels]))
    assert same(download.fetch(hosts=(host,), patience=HASTE)[0], small_mnist)
    assert server.requests == {**dict.fromkeys(files, 1), labels: 2}


@pytest.mark.parametrize(
    ("behaviour", "words", "requests"),
    [
        (status(404), "answered 404 Not Found", 1),
        (status(403), "answered 403 Forbidden", 1),
        (status(500), r"answered 500 .* \(3 attempts\)", 3),
        (serve(b"<html>"), "sent a web page instead", 3),
        (serve(b"PK" + bytes(100)), "sent something else: mnist.npz: is cut off", 3),
        (truncate(bytes(1000)), r"stopped after 500 of 1,000 bytes \(3 attempts\)", 3),
        (stall(bytes(1000)), "sent nothing for 0.4 s after 500 bytes", 3),
        (lambda handler: handler.head(10**12), "offers 1,000,000,000,000 bytes, more than any data set here has", 1),
        (endless, "sends without end", 1),
    ],
)
def test_a_host_that_stays_bad_is_given_up_with_the_reason(server, keras, behaviour, words, requests):
    host, _ = keras
    server.plan("mnist.npz", behaviour)
    with pytest.raises(DownloadError, match=words) as caught:
        download.fetch(hosts=(host,), patience=replace(HASTE, stall=BRIEF))
    assert f"127.0.0.1:{server.server_port}" in str(caught.value)
    assert server.requests["mnist.npz"] == requests


def test_a_fashionable_lie_is_not_mnist(server, keras, small_mnist):
    host, _ = keras
    server.plan("mnist.npz", serve(npz_bytes({**small_mnist, "x_train": small_mnist["x_train"] ^ 1})))
    with pytest.raises(DownloadError, match="x_train has MNIST's shape but not its content"):
        download.fetch(hosts=(host,), patience=HASTE)


def test_a_host_that_never_answers_is_asked_once(server, keras):
    host, _ = keras
    server.plan("mnist.npz", silence)
    with pytest.raises(DownloadError, match="did not answer within 0.3 s"):
        download.fetch(hosts=(host,), patience=replace(HASTE, answer=0.3))
    assert server.requests["mnist.npz"] == 1


def test_a_host_that_sends_a_byte_now_and_then_is_given_up(server, keras):
    host, _ = keras
    server.plan("mnist.npz", drip)
    with pytest.raises(DownloadError, match="sends too slowly"):
        download.fetch(hosts=(host,), patience=replace(HASTE, trial=0.5))
    with pytest.raises(DownloadError, match="was not done after 0.5 s"):
        download.fetch(hosts=(host,), patience=replace(HASTE, total=0.5))


def test_where_nothing_listens_no_host_is_tried_twice(monkeypatch):
    tried = []
    transfer = download._Transfer
    monkeypatch.setattr(
        download, "_Transfer", lambda address, **rest: tried.append(address) or transfer(address, **rest)
    )
    hosts = (Host(nobody(), download.KERAS_FILES), Host(nobody(), download.PYTORCH_FILES))
    with pytest.raises(DownloadError, match=r"cannot be reached \(Connection refused\); .* cannot be reached"):
        download.fetch(hosts=hosts)
    assert len(tried) == 2


def test_a_name_that_does_not_exist_is_said_to_be_out_of_reach():
    host = Host("http://mnist.invalid/", download.KERAS_FILES)
    with pytest.raises(DownloadError, match="mnist.invalid (cannot be reached|did not answer)"):
        download.fetch(hosts=(host,))


def test_a_look_up_of_a_name_that_hangs_does_not_hang_the_download(monkeypatch):
    ended = threading.Event()

    def hanging(*arguments, **options):
        ended.wait(60)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    try:
        with pytest.raises(DownloadError, match="did not answer within 0.2 s"):
            download.fetch(hosts=(Host("http://slow.invalid/", download.KERAS_FILES),), patience=Patience(answer=0.2))
    finally:
        ended.set()


def test_the_second_host_helps_out(server, pytorch, small_mnist):
    second, _ = pytorch
    first = Host(server.address + "gone/", {"mnist.npz": 1})
    arrays, address = download.fetch(hosts=(first, second), patience=HASTE)
    assert same(arrays, small_mnist)
    assert address == second.address


def test_progress_names_the_host_and_never_goes_back_over_several_files(server, pytorch):
    host, files = pytorch
    for name, content in files.items():
        server.plan(name, slowly(content))
    heard = Listener()
    download.fetch(hosts=(host,), patience=HASTE, on_progress=heard)
    fractions = [fraction for _, fraction in heard.said]
    assert all(f"Downloading MNIST from 127.0.0.1:{server.server_port}: " in words for words, _ in heard.said)
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] < 0.7 < fractions[-1] <= 1


def test_threads_of_abandoned_transfers_end_by_themselves(server, keras):
    host, _ = keras
    server.plan("mnist.npz", stall(bytes(1000)))
    with pytest.raises(DownloadError):
        download.fetch(hosts=(host,), patience=replace(HASTE, answer=0.5, stall=0.1))
    until = time.monotonic() + 10
    while any(thread.name == "download" for thread in threading.enumerate()):
        assert time.monotonic() < until
        time.sleep(0.01)


def online(settings):
    return replace(settings, offline=False)


def test_load_keeps_what_it_downloaded_and_asks_only_once(server, keras, settings):
    host, content = keras
    server.plan("mnist.npz", serve(content), status(500))
    first = dataset.load(online(settings), hosts=(host,), patience=HASTE)
    again = dataset.load(online(settings), hosts=(host,), patience=HASTE)
    assert first.is_mnist and again.is_mnist
    assert first.location == again.location == str(settings.home / "mnist.npz")
    assert server.requests["mnist.npz"] == 1
    assert os.listdir(settings.home) == ["mnist.npz"]


def test_a_damaged_file_at_home_is_replaced_by_the_download(server, keras, settings):
    host, content = keras
    server.plan("mnist.npz", serve(content))
    settings.home.mkdir()
    (settings.home / "mnist.npz").write_bytes(content[:-50])
    first = dataset.load(online(settings), hosts=(host,), patience=HASTE)
    assert first.is_mnist and "is cut off" in first.notes[0]
    assert dataset.load(settings).notes == ()


def test_a_failed_download_falls_through_to_the_synthetic_set_with_a_note(server, keras, settings, drawn):
    host, content = keras
    server.plan("mnist.npz", truncate(content))
    found = dataset.load(online(settings), hosts=(host,), patience=HASTE)
    assert not found.is_mnist
    assert len(found.notes) == 1 and "The download of MNIST failed" in found.notes[0]
    assert not settings.home.exists() or os.listdir(settings.home) == []


@pytest.mark.parametrize("options", [{"offline": True}, {"download": False}])
def test_nothing_is_fetched_where_that_is_not_wanted(server, keras, settings, drawn, options):
    host, content = keras
    server.plan("mnist.npz", serve(content))
    offline = options.get("offline", False)
    found = dataset.load(
        replace(settings, offline=offline), hosts=(host,), patience=HASTE, download=options.get("download", True)
    )
    assert not found.is_mnist
    assert not server.requests


def test_what_cannot_be_kept_is_used_all_the_same(server, keras, settings):
    host, content = keras
    server.plan("mnist.npz", serve(content))
    settings.home.write_text("a file where the folder should be")
    found = dataset.load(online(settings), hosts=(host,), patience=HASTE)
    assert found.is_mnist and found.location == host.address
    assert "downloaded but not kept" in found.notes[0] and "cannot be written" in found.notes[0]


PROCESS = """
import json, sys
from dataclasses import replace
from pathlib import Path
from mnist_core.data import dataset, download, mnist_files
from mnist_core.settings import Settings

address, home, parts = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
mnist_files.PARTS = tuple(
    replace(part, shape=tuple(shape), sha256=sha256) for part, (shape, sha256) in zip(mnist_files.PARTS, parts)
)
settings = Settings(None, home, "", None, 1, False)
found = dataset.load(settings, hosts=(download.Host(address, {"mnist.npz": 1000}),))
print(found.name, found.location)
"""


def test_two_processes_that_download_at_once_do_not_disturb_each_other(server, keras, settings):
    host, content = keras
    together = threading.Barrier(2)

    def behave(handler):
        together.wait(30)
        serve(content)(handler)

    server.plan("mnist.npz", behave)
    parts = json.dumps([(part.shape, part.sha256) for part in mnist_files.PARTS])
    command = [sys.executable, "-c", PROCESS, host.address, str(settings.home), parts]
    environment = {**os.environ, "PYTHONPATH": str(Path(dataset.__file__).parents[2])}
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=settings.home.parent)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert outputs == [f"MNIST {settings.home / 'mnist.npz'}\n"] * 2
    assert os.listdir(settings.home) == ["mnist.npz"]
    assert dataset.load(settings).is_mnist


def test_the_real_mnist_arrives_from_both_kinds_of_hosts(server, mnist, settings):
    arrays = {key: getattr(mnist, key) for key in IDX_NAMES}
    content = npz_bytes(arrays, compressed=False)
    server.plan("mnist.npz", serve(content))
    with pytest.raises(DownloadError, match="offers 54,951,002 bytes"):
        download.fetch(hosts=(Host(server.address, download.KERAS_FILES),), patience=HASTE)
    for key, name in IDX_NAMES.items():
        server.plan(f"{name}.gz", serve(gz(idx_bytes(arrays[key]))))
    found = dataset.load(online(settings), hosts=(Host(server.address, download.PYTORCH_FILES),), patience=HASTE)
    assert found.is_mnist and found.digest == mnist.digest
    with open(os.environ["DIGITLAB_MNIST"], "rb") as original:
        server.plan("mnist.npz", serve(original.read()))
    arrived, _ = download.fetch(hosts=(Host(server.address, download.KERAS_FILES),), patience=HASTE)
    assert same(arrived, arrays)
