"""Ports for servers of tests, which end and begin again on the same one."""

from __future__ import annotations

import random
import socket

# Below those that systems give to whoever asks for any: between a server's end and its next begin nobody gets its port.
RANGE = range(20_000, 32_000)
TRIES = 100
_chance = random.SystemRandom()  # Tests seed the usual one, and would all begin with the same port.


def free_port() -> int:
    """A port of this machine's loopback on which nobody listens.

    Raises:
        OSError: none was found.
    """
    for port in _chance.sample(RANGE, TRIES):
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"No free port was found from {RANGE.start} to {RANGE.stop - 1}.")
