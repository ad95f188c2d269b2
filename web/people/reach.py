"""Whether phones can reach this server, at which address first, and what stands in the way where they cannot."""

from __future__ import annotations

import http.client
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

JOIN = "/join"
PROBE = "/_stcore/health"  # answers without a store, and whoever asks
WITHIN = 2.0  # seconds that an address of this machine has to answer


class Obstacle:
    """What stands in the way; the sentences are the pages'."""

    NONE = ""
    LOCAL = "local"  # the server listens for this machine alone
    OFFLINE = "offline"  # this machine is in no network that a phone could be in
    FIREWALL = "firewall"  # it does not reach itself at the address that phones would ask


@dataclass(frozen=True)
class Place:
    """Where the server is reached.

    Attributes:
        roots: addresses of it, "http://192.168.1.7:8501", the one to try first in front; none where no phone can come.
        local: whether it listens for this machine alone.
        port: that it listens on.
        base: of its paths, "" or such as "/digits".
    """

    roots: tuple[str, ...]
    local: bool
    port: int
    base: str = ""

    def join(self, code: str = "") -> str:
        """The address of the page that joins a class, at the place to try first, or at this machine's own."""
        root = self.roots[0] if self.roots else f"http://localhost:{self.port}{self.base}"
        return f"{root}{JOIN}{f'/{code}' if code else ''}"


def place(*, seen_at: str, addresses: Sequence[str], listens_on: str, port: int, base: str = "") -> Place:
    """Where phones may reach the server.

    Args:
        seen_at: the address of the page that the teacher's browser shows, empty where that is not known: where it
            is not this machine's own name, phones come the same way, through a proxy for example.
        addresses: of this machine, see `addresses.reachable`.
        listens_on: the address that the server listens on; empty for all.
        port: that it listens on.
        base: of its paths, "" or such as "digits".
    """
    base = f"/{base.strip('/')}".rstrip("/")
    roots = [f"http://{address}:{port}{base}" for address in addresses]
    parts = urlsplit(seen_at)
    if parts.hostname and not is_this_machine(parts.hostname):
        roots.insert(0, f"{parts.scheme}://{parts.netloc}{base}")
    return Place(tuple(dict.fromkeys(roots)), is_this_machine(listens_on), port, base)


def obstacle(where: Place) -> str:
    """What stands in the way, one of `Obstacle`, so far as this machine can tell; waits `WITHIN` seconds at most."""
    if not where.roots:
        return Obstacle.LOCAL if where.local else Obstacle.OFFLINE
    return Obstacle.NONE if _answers(where.roots[0]) else Obstacle.FIREWALL


def is_this_machine(host: str) -> bool:
    """Whether the name or address means whichever machine asks."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _answers(root: str) -> bool:
    parts = urlsplit(root)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=WITHIN)
    try:
        connection.request("GET", f"{parts.path}{PROBE}")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
