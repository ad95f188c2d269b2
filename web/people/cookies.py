"""Cookies that no script on a page can read, and that other sites' requests do not carry."""

from __future__ import annotations

from starlette.requests import cookie_parser
from starlette.types import Scope

YEAR = 365 * 24 * 3600  # seconds


def cookie(scope: Scope, name: str, value: str) -> str:
    """The header that keeps `value` in a browser for a year."""
    secure = "; Secure" if scope["scheme"] in ("https", "wss") else ""
    return f"{name}={value}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax{secure}"


def cookies_of(scope: Scope) -> dict[str, str]:
    """The request's cookies by name."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name == b"cookie":
            found.update(cookie_parser(value.decode("latin-1")))
    return found
