"""How much one visitor may send: files that wait in memory for a page, and messages to it.

Streamlit takes a file for any session, whether its page asks for one or not, and keeps it until the
session is gone; of messages its server bounds only what it sends itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_core.store.visitors import Rights
from web.people.visitors import rights_in

UPLOADS = "/_stcore/upload_file/"  # then session and file
MEGABYTE = 2**20
PER_SESSION = 130 * MEGABYTE  # twice the largest file that a page asks for
IN_ALL = 520 * MEGABYTE
UNKNOWN = 65 * MEGABYTE  # counts for a file that does not say how long it is
MESSAGE = 8 * MEGABYTE  # the longest drawing that is read, see `ui.draw.canvas_value`
TOO_LARGE, TOO_BIG = 413, 1009  # statuses of HTTP and of a WebSocket


class Bounds:
    """Refuses uploads beyond `per_session` and `in_all`, and closes a WebSocket that sends more than `message` at once.

    Args:
        app: what answers.
        held: gives the bytes of files that wait already, by session.
        per_session: bytes, those on their way included.
        in_all: the same for all sessions together.
        of_guest: bytes of one file that a guest may send.
        message: bytes.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        held: Callable[[], Mapping[str, int]],
        per_session: int = PER_SESSION,
        in_all: int = IN_ALL,
        of_guest: int = PER_SESSION,
        message: int = MESSAGE,
    ):
        self._app, self._held = app, held
        self._per_session, self._in_all, self._of_guest, self._message = per_session, in_all, of_guest, message
        self._underway: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or refuse."""
        if scope["type"] == "websocket":
            await self._app(scope, self._bounded(receive, send), send)
        elif scope["type"] == "http" and scope["method"] == "PUT" and UPLOADS in scope["path"]:
            await self._upload(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        session, coming = scope["path"].split(UPLOADS)[1].split("/")[0], _length(scope)
        if coming > self._of_guest and rights_in(scope) != Rights.TEACHER:
            words = f"Guests may bring files of at most {self._of_guest // MEGABYTE} MB.\n"
            await PlainTextResponse(words, TOO_LARGE)(scope, receive, send)
            return
        waiting = Counter(self._held()) + self._underway
        if waiting[session] + coming > self._per_session or waiting.total() + coming > self._in_all:
            words = "Too many files wait already. Remove one, or load the page anew, and try again.\n"
            await PlainTextResponse(words, TOO_LARGE)(scope, receive, send)
            return
        self._underway[session] += coming
        try:
            await self._app(scope, receive, send)
        finally:
            self._underway[session] -= coming
            if not self._underway[session]:
                del self._underway[session]

    def _bounded(self, receive: Receive, send: Send) -> Receive:
        async def receive_bounded() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                length = max(len(message.get("bytes") or b""), len(message.get("text") or ""))
                if length > self._message:
                    await send({"type": "websocket.close", "code": TOO_BIG})
                    return {"type": "websocket.disconnect", "code": TOO_BIG}
            return message

        return receive_bounded


def _length(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if len(lengths) == 1 and lengths[0].isdigit() and len(lengths[0]) < 16 else UNKNOWN
