"""Gives each browser its token, in a cookie that no script on a page can read."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_core.store.visitors import COOKIE, is_token, new_token

YEAR = 365 * 24 * 3600  # seconds


class VisitorCookie:
    """Sets the cookie with every page of HTML that a browser without one asks for.

    Only then: what a page loads beside itself comes several at a time, and each would
    bring another token.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the cookie where it is missing."""
        if scope["type"] != "http" or is_token(_token_in(scope)):
            await self._app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    secure = "; Secure" if scope["scheme"] == "https" else ""
                    headers.append(
                        "set-cookie",
                        f"{COOKIE}={new_token()}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax{secure}",
                    )
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _token_in(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"cookie" and (token := cookie_parser(value.decode("latin-1")).get(COOKIE)):
            return token
    return ""
