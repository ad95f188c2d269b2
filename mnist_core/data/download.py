"""Fetch MNIST from the hosts that Keras and PyTorch use.

A file is received into memory (all of them are under 12 MB), verified there, and only
then handed out: a transfer that breaks leaves nothing behind.  Network calls run in a
thread of their own, because no time-out of the standard library covers the look-up of a
name, and because a host that sends one byte now and then never runs into one.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, TypeVar

import numpy as np

from mnist_core.data import mnist_files
from mnist_core.data.files import idx
from mnist_core.data.mnist_files import Arrays
from mnist_core.errors import DataError, DownloadError
from mnist_core.numerals import whole

MAX_BYTES = 32 * 2**20  # the largest of the files, of Fashion-MNIST, has 26,421,880
BLOCK = 2**16
LOOK_EVERY = 0.05  # seconds
WORTH_RETRYING = {408, 425, 429, 500, 502, 503, 504}

OnProgress = Callable[[str, float | None], object]
Parsed = TypeVar("Parsed")


@dataclass(frozen=True)
class Host:
    """A place that serves MNIST.

    Attributes:
        address: the folder, with a slash at its end.
        sizes: names of the files in it, with their bytes (for the progress; nothing depends
            on them): `mnist.npz` alone, or the four gzipped IDX files in the order of
            `mnist_files.PARTS`.
    """

    address: str
    sizes: dict[str, int] = field(hash=False)

    @property
    def name(self) -> str:
        """What a message calls the host."""
        return urllib.parse.urlsplit(self.address).netloc


KERAS_FILES = {"mnist.npz": 11_490_434}
PYTORCH_FILES = {
    "train-images-idx3-ubyte.gz": 9_912_422,
    "train-labels-idx1-ubyte.gz": 28_881,
    "t10k-images-idx3-ubyte.gz": 1_648_877,
    "t10k-labels-idx1-ubyte.gz": 4_542,
}
HOSTS = (
    Host("https://storage.googleapis.com/tensorflow/tf-keras-datasets/", KERAS_FILES),
    Host("https://ossci-datasets.s3.amazonaws.com/mnist/", PYTORCH_FILES),
)


@dataclass(frozen=True)
class Patience:
    """How long to wait for what, in seconds.

    Attributes:
        answer: for the name, the connection and the head of the answer.
        stall: without a single byte.
        trial: after which `slowest` bytes per second are demanded on average.
        total: for everything.
        attempts: with one file, where trying again can help.
        pause: before the second attempt; doubles with each.
    """

    answer: float = 5.0
    stall: float = 10.0
    trial: float = 20.0
    slowest: float = 8_192
    total: float = 600.0
    attempts: int = 3
    pause: float = 0.5


class _Final(Exception):
    """Another attempt with this host would end the same way."""


class _Broken(Exception):
    """Another attempt may succeed."""


def fetch(
    *, hosts: tuple[Host, ...] = HOSTS, patience: Patience | None = None, on_progress: OnProgress | None = None
) -> tuple[Arrays, str]:
    """MNIST from the first host that delivers it.

    Args:
        hosts: tried in this order.
        patience: time-outs and attempts.
        on_progress: called with a sentence and the fraction done, several times a second.

    Returns:
        The four verified arrays by the keys of `mnist_files.PARTS`, and the address they came from.

    Raises:
        DownloadError: no host delivered; says for each why.
    """
    return _first("MNIST", hosts, patience, on_progress, lambda visit: visit.arrays())


def fetch_files(
    what: str,
    hosts: tuple[Host, ...],
    digests: Sequence[str],
    *,
    patience: Patience | None = None,
    on_progress: OnProgress | None = None,
) -> list[tuple[str, bytes]]:
    """The files of a data set from the first host that delivers all of them as they were published.

    Args:
        what: the data set.
        hosts: tried in this order.
        digests: MD5 of each file, in the order of a host's `sizes`.
        patience: time-outs and attempts.
        on_progress: called with a sentence and the fraction done, several times a second.

    Returns:
        Names and contents.

    Raises:
        DownloadError: no host delivered; says for each why.
    """
    return _first(what, hosts, patience, on_progress, lambda visit: visit.files(digests))[0]


def _first(
    what: str,
    hosts: tuple[Host, ...],
    patience: Patience | None,
    on_progress: OnProgress | None,
    take: Callable[[_Visit], Parsed],
) -> tuple[Parsed, str]:
    """What is taken from the first host that delivers, and its address."""
    patience = patience or Patience()
    end = time.monotonic() + patience.total
    problems = []
    for host in hosts:
        visit = _Visit(host, patience, end, on_progress or (lambda words, fraction: None), what)
        try:
            return take(visit), host.address
        except _Final as problem:
            problems.append(f"{host.name} {problem}")
    raise DownloadError(
        f"The download of {what} failed",
        "; ".join(problems) + ". Check the connection and try again, or bring the file by hand.",
    )


@dataclass
class _Visit:
    """An attempt to get everything from one host."""

    host: Host
    patience: Patience
    end: float
    on_progress: OnProgress
    what: str = "MNIST"
    done: int = 0  # bytes of the files that have arrived

    def arrays(self) -> Arrays:
        if len(self.host.sizes) == 1:
            (name,) = self.host.sizes
            return self._file(name, mnist_files.read_stream)
        return {
            part.key: self._file(name, partial(_verified, part))
            for part, name in zip(mnist_files.PARTS, self.host.sizes, strict=True)
        }

    def files(self, digests: Sequence[str]) -> list[tuple[str, bytes]]:
        """All files, each once its content has the digest that it was published with."""
        return [
            (name, self._file(name, partial(_published, digest)))
            for name, digest in zip(self.host.sizes, digests, strict=True)
        ]

    def _file(self, name: str, parse: Callable[[io.BytesIO, str], Parsed]) -> Parsed:
        """One file, parsed; tried again where that can help."""
        address = self.host.address + name
        for attempt in range(self.patience.attempts):
            if attempt:
                self._wait(self.patience.pause * 2 ** (attempt - 1))
            try:
                content = self._receive(address)
                if content.getbuffer()[:64].tobytes().lstrip().startswith(b"<"):
                    raise _Broken("sent a web page instead, as the sign-in page of a guest network does")
                try:
                    parsed = parse(content, name)
                except DataError as cause:
                    raise _Broken(f"sent something else: {str(cause).rstrip('.')}") from cause
            except _Broken as cause:
                problem = cause
            else:
                self.done += self.host.sizes[name]
                return parsed
        raise _Final(f"{problem} ({self.patience.attempts} attempts)") from problem

    def _wait(self, seconds: float) -> None:
        until = min(time.monotonic() + seconds, self.end)
        while (left := until - time.monotonic()) > 0:
            self._report("Trying again with", 0)
            time.sleep(min(left, LOOK_EVERY))

    def _receive(self, address: str) -> io.BytesIO:
        """The body behind `address`, complete and at its start, but not verified."""
        transfer = _Transfer(address, timeout=self.patience.answer + self.patience.stall)
        try:
            self._watch(transfer)
        finally:
            transfer.abandoned = True
        if transfer.error is not None:
            raise _judged(transfer) from transfer.error
        if transfer.expected is not None and transfer.received != transfer.expected:
            raise _Broken(f"stopped after {transfer.received:,} of {transfer.expected:,} bytes")
        transfer.content.seek(0)
        return transfer.content

    def _watch(self, transfer: _Transfer) -> None:
        """Until the transfer has ended; raises where it should not be waited for any longer."""
        patience, started = self.patience, time.monotonic()
        seen, changed = None, started
        while not transfer.ended.wait(LOOK_EVERY):
            now, received = time.monotonic(), transfer.received
            if (transfer.opened, received) != seen:
                seen, changed = (transfer.opened, received), now
            if now > self.end:
                raise _Final(f"was not done after {patience.total:g} s")
            if not transfer.opened and now - started > patience.answer:
                raise _Final(f"did not answer within {patience.answer:g} s")
            if transfer.opened and now - changed > patience.stall:
                raise _Broken(f"sent nothing for {patience.stall:g} s after {received:,} bytes")
            if now - started > patience.trial and received < patience.slowest * (now - started):
                raise _Final(f"sends too slowly ({received / (now - started):,.0f} bytes a second)")
            self._report(f"Downloading {self.what} from", received)

    def _report(self, words: str, received: int) -> None:
        total = sum(self.host.sizes.values())
        done = min(self.done + received, total)
        self.on_progress(f"{words} {self.host.name}: {done / 1e6:.1f} of {total / 1e6:.1f} MB", done / total)


class _Transfer:
    """A request in a thread of its own, which ends by itself after `abandoned` is set."""

    def __init__(self, address: str, *, timeout: float) -> None:
        self.address, self.timeout = address, timeout
        self.content = io.BytesIO()
        self.received = 0
        self.expected: int | None = None
        self.opened = self.abandoned = False
        self.error: Exception | None = None
        self.ended = threading.Event()
        threading.Thread(target=self._run, name="download", daemon=True).start()

    def _run(self) -> None:
        try:
            # Some hosts refuse what calls itself Python-urllib.
            request = urllib.request.Request(self.address, headers={"User-Agent": "digitlab"})
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                length = response.headers.get("Content-Length", "")
                self.expected = whole(length)
                self.opened = True
                self._copy(response)
        except urllib.error.HTTPError as error:
            error.close()
            self.error = error
        except Exception as error:  # Judged in the thread that waits.
            self.error = error
        finally:
            self.ended.set()

    def _copy(self, response: http.client.HTTPResponse) -> None:
        if self.expected is not None and self.expected > MAX_BYTES:
            raise _Final(f"offers {self.expected:,} bytes, more than any data set here has")
        while not self.abandoned and self.received != self.expected:
            # read1 hands over what is there; read would wait until the block is full.
            block = response.read1(BLOCK if self.expected is None else min(BLOCK, self.expected - self.received))
            if not block:
                return
            self.content.write(block)
            self.received += len(block)
            if self.received > MAX_BYTES:
                raise _Final(f"sends without end (more than {MAX_BYTES:,} bytes)")


def _verified(part: mnist_files.Part, stream: BinaryIO, source: str) -> np.ndarray:
    return mnist_files.verified(part, idx.read(stream, source), source)


def _published(digest: str, stream: io.BytesIO, source: str) -> bytes:
    content = stream.getvalue()
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != digest:
        raise DataError(source, "is not the file that was published.")
    return content


def _judged(transfer: _Transfer) -> Exception:
    error = transfer.error
    if isinstance(error, _Final):
        return error
    if isinstance(error, urllib.error.HTTPError):
        kind = _Broken if error.code in WORTH_RETRYING else _Final
        return kind(f"answered {error.code} {error.reason}".rstrip())
    if isinstance(error, http.client.HTTPException) or transfer.opened:
        return _Broken(f"broke off after {transfer.received:,} bytes ({type(error).__name__})")
    reason = getattr(error, "reason", None) or error
    return _Final(f"cannot be reached ({getattr(reason, 'strerror', None) or reason})")
