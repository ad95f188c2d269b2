"""Under which names the server answers.

A page elsewhere whose name its owner lets point here, for a moment, is to a browser a page
of this server: it could read and press what a visitor may (DNS rebinding).  It can do so
under names only, so addresses are always answered.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

REFUSED = 421  # "Misdirected Request"
PRIVATE_NETWORKS = ("local", "lan", "home", "home.arpa", "internal")  # nobody can register a name below these
POLICY_VIOLATION = 1008  # a WebSocket's


class KnownHosts:
    """Answers requests to an IP address, to this machine's own names, and to `names`; refuses others in a sentence.

    Args:
        app: what answers.
        names: further ones; "*.example.org" stands for all names below, "*" for any.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()):
        self._app = app
        self._names = {name.lower().rstrip(".") for name in names} | _own_names()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or refuse."""
        if scope["type"] not in ("http", "websocket") or self._knows(name := host_asked(scope).rstrip(".")):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            words = (
                f"Digit Lab does not answer under the name {name!r}. Open it by its address in numbers, or have it "
                "started with this name in DIGITLAB_HOSTS.\n"
            )
            await PlainTextResponse(words, REFUSED)(scope, receive, send)

    def _knows(self, name: str) -> bool:
        try:
            ipaddress.ip_address(name)
        except ValueError:
            parts = name.split(".")
            above = ("*." + ".".join(parts[at:]) for at in range(1, len(parts)))
            return not self._names.isdisjoint((name, "*", *above))
        return True


def host_asked(scope: Scope) -> str:
    """The name in the request's Host, without its port; empty where there is none that could be one."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    try:
        return urlsplit(f"//{hosts[0].decode('ascii')}").hostname or "" if len(hosts) == 1 else ""
    except ValueError:
        return ""


def _own_names() -> set[str]:
    """How this machine is called, by itself and by others in its network."""
    host = socket.gethostname().lower()
    short = host.split(".")[0]
    return {"localhost", host, short, *(f"{short}.{network}" for network in PRIVATE_NETWORKS)}
