"""At which addresses other devices may reach this machine, the one to try first in front."""

from __future__ import annotations

import ipaddress
import socket

import psutil

ANYWHERE = ("", "0.0.0.0", "::")  # addresses that a server listens on to be reached at each of the machine's
OUTSIDE = "192.0.2.1"  # of no machine (RFC 5737): the way there is looked up, and nothing is sent
# Networks between programs on this machine, or to one other machine: no phone is in them.
INSIDE = (
    "docker",
    "br-",
    "veth",
    "virbr",
    "vmnet",
    "vboxnet",
    "vnic",
    "lxc",
    "lxd",
    "cni",
    "flannel",
    "podman",
    "tun",
    "utun",
)


def reachable(listens_on: str = "") -> list[str]:
    """IPv4 addresses of this machine in networks that phones may be in; the one of the way out first.

    Args:
        listens_on: the address that the server listens on; with a single one only that is given, and none
            where it can be reached from this machine alone.
    """
    if listens_on not in ANYWHERE:
        return [] if listens_on == "localhost" or _is_local(listens_on) else [listens_on]
    found = [
        address.address
        for name, addresses in sorted(psutil.net_if_addrs().items())
        if not name.lower().startswith(INSIDE)
        for address in addresses
        if address.family == socket.AF_INET and not _is_local(address.address)
    ]
    first = _way_out()
    return sorted(found, key=lambda address: (address != first, not ipaddress.ip_address(address).is_private))


def _is_local(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_loopback or parsed.is_link_local


def _way_out() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect((OUTSIDE, 9))
        except OSError:
            return ""  # There is no network.
        return way.getsockname()[0]
