"""Who is at the other end: each browser has a token, and one may be the teacher's.

Pages and routes learn of the rights by a header that is set here and that nobody else can set: what
comes under its name is dropped.
"""

from __future__ import annotations

import ipaddress

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_core.settings import FULL, LOOK, NONE
from mnist_core.store.visitors import Rights, is_token, new_token
from web.health import PATH as HEALTH
from web.hosts import host_asked
from web.people.cookies import cookie, cookies_of
from web.people.notice import notice
from web.people.teacher import COOKIE as TEACHER
from web.people.teacher import PATH as TEACHER_PATH
from web.people.teacher import TeacherKey

COOKIE = "digitlab_visitor"
RIGHTS_HEADER = "x-digitlab-rights"
GUESTS = {FULL: Rights.GUEST, LOOK: Rights.ONLOOKER, NONE: Rights.CLOSED}
ALWAYS_OPEN = (TEACHER_PATH, HEALTH)  # ends of paths
# What proxies add; a request that has one does not come from this machine's own screen.
FORWARDED = {b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip"}
POLICY_VIOLATION = 1008  # a WebSocket's
CLOSED = notice(
    "Digit Lab is closed to guests",
    f'<p>Ask your teacher to open it.\n<a href="{TEACHER_PATH.lstrip("/")}">I am the teacher</a></p>',
)


class Visitors:
    """Says to whatever answers whose browser asks, and gives each browser its token.

    The token's cookie, which no script can read, comes with every page of HTML that a browser without
    one asks for.  Only then: what a page loads beside itself comes several at a time, and each would
    bring another token.

    Args:
        app: what answers.
        key: of the teacher.
        guests: how far guests may come in, a key of `GUESTS`.
    """

    def __init__(self, app: ASGIApp, *, key: TeacherKey, guests: str = FULL):
        self._app, self._key, self._guest = app, key, GUESTS[guests]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or say that the door is closed."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        cookies = cookies_of(scope)
        rights = self._rights(scope, cookies)
        headers = [(name, value) for name, value in scope["headers"] if name.lower() != RIGHTS_HEADER.encode()]
        scope = {**scope, "headers": [*headers, (RIGHTS_HEADER.encode(), rights.encode())]}
        if rights == Rights.CLOSED and not scope["path"].endswith(ALWAYS_OPEN):
            await _closed(scope, receive, send)
        elif scope["type"] == "websocket" or is_token(cookies.get(COOKIE)):
            await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, _with_token(scope, send))

    def _rights(self, scope: Scope, cookies: dict[str, str]) -> str:
        if is_at_this_machine(scope) or self._key.opens(cookies.get(TEACHER, "")):
            return Rights.TEACHER
        return self._guest


def rights_in(scope: Scope) -> str:
    """The rights with which a request came through `Visitors`; those of a closed door where it did not."""
    said = [value.decode() for name, value in scope["headers"] if name == RIGHTS_HEADER.encode()]
    return said[0] if len(said) == 1 else Rights.CLOSED


def is_at_this_machine(scope: Scope) -> bool:
    """Whether the request comes from a browser on this machine itself, and by no proxy's hand.

    A proxy on this machine comes from loopback too.  It is known by what it adds, by the name that it
    asks for, or by speaking HTTP/1.0, as nginx does unless told otherwise and no browser does.
    """
    client = scope.get("client")
    return (
        client is not None
        and _is_loopback(client[0])
        and scope.get("http_version") != "1.0"
        and FORWARDED.isdisjoint(name.lower() for name, _ in scope["headers"])
        and _is_loopback(host_asked(scope))
    )


async def _closed(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
    else:
        await HTMLResponse(CLOSED, 403)(scope, receive, send)


def _with_token(scope: Scope, send: Send) -> Send:
    async def send_with_token(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/html"):
                headers.append("set-cookie", cookie(scope, COOKIE, new_token()))
        await send(message)

    return send_with_token


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    inside = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return address.is_loopback or (inside is not None and inside.is_loopback)
