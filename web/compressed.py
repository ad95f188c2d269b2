"""Compresses scripts and styles once, for all who come: those of Streamlit and of its components, and our own.

Streamlit compresses what it says anew each time, and leaves these as they are, since a first
visit to a busy server would wait for it.  Kept compressed they cost nothing but memory, at most
what the folder of static files takes so (7 MB for 25), and a first visit takes half of its bytes:
fonts are most of what is left.

Not covered: what Streamlit compresses itself (pages, own routes, JSON), pictures and fonts, which
are compressed already, and the WebSocket.
"""

from __future__ import annotations

import asyncio
import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import modules

PLACES = ("/static/", "/_stcore/bidi-components/", f"/{modules.PLACE}/")
# Of no others is anything kept: to a name that it does not know Streamlit answers with its page.
KINDS = ("text/javascript", "application/javascript", "text/css")
LEAST = 500  # bytes that are worth it
LEVEL = 6  # level 9 takes three times as long for one part in a hundred

_Kept = tuple[list[tuple[bytes, bytes]], bytes]


class Compressed:
    """Answers for scripts and styles from what was compressed before.

    Args:
        app: what answers for everything else, and the first time.
    """

    def __init__(self, app: ASGIApp):
        self._app = app
        self._kept: dict[str, _Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, compressed where the browser can read that."""
        if not _is_asked(scope):
            await self._app(scope, receive, send)
            return
        kept = self._kept.get(scope["path"])
        if kept is None:
            answer = _Answer()
            await self._app({**scope, "headers": _plain(scope)}, receive, answer.take)
            kept = await answer.compressed()
            if kept is None:
                await answer.give(send)
                return
            self._kept[scope["path"]] = kept
        headers, body = kept
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})


class _Answer:
    """What the app answers, held back until all of it is there."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    async def take(self, message: Message) -> None:
        self._messages.append(message)

    async def give(self, send: Send) -> None:
        for message in self._messages:
            await send(message)

    async def compressed(self) -> _Kept | None:
        """Headers and body; `None` where it is nothing to compress."""
        start, *parts = self._messages
        headers = MutableHeaders(raw=list(start.get("headers", [])))
        body = b"".join(part.get("body", b"") for part in parts)
        kind = headers.get("content-type", "").partition(";")[0]
        if start.get("status") != 200 or kind not in KINDS or len(body) < LEAST or "content-encoding" in headers:
            return None
        body = await asyncio.to_thread(gzip.compress, body, LEVEL, mtime=0)
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(body))
        headers.add_vary_header("Accept-Encoding")
        if (tag := headers.get("etag", "")) and not tag.startswith("W/"):
            headers["etag"] = f"W/{tag}"  # The same content, in other bytes.
        return headers.raw, body


def _is_asked(scope: Scope) -> bool:
    """Whether this asks for the whole of a script or style, compressed."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    if not any(place in scope["path"] for place in PLACES):  # Wherever the pages lie: see `server.baseUrlPath`.
        return False
    headers = Headers(scope=scope)
    conditions = ("range", "if-none-match", "if-modified-since")
    return "gzip" in headers.get("accept-encoding", "") and not any(name in headers for name in conditions)


def _plain(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers of a request for what is not compressed."""
    return [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
