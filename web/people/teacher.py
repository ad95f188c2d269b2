"""The teacher's key: printed at start with a link, typed or followed once a browser, kept there as a cookie."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from web.people.cookies import cookie
from web.people.notice import notice
from web.people.origin import is_from_here

PATH = "/teacher"
COOKIE = "digitlab_teacher"
FILE = "teacher-key"  # in the home folder, where none is set
MOST_WRONG, WINDOW = 10, 60.0  # tries, and the seconds in which they may be made
FORM = """<form method="post"><input name="key" type="password" aria-label="Teacher's key"
autocomplete="current-password" required autofocus><button>Open</button></form>"""
ASK = "It was printed in the terminal where Digit Lab was started. With it this browser may do everything."
WRONG = "That is not the key. It was printed in the terminal where Digit Lab was started."
WAIT = "Too many wrong keys. Wait a minute, then try again."


class TeacherKey:
    """The key of this server's teacher.

    What a browser keeps is made from the key, not the key itself; equal keys on two servers make it equal.

    Args:
        key: what opens; any text.
    """

    def __init__(self, key: str):
        self.key = key
        self._sign = hmac.new(key.encode(), b"digit lab, teacher", hashlib.sha256).hexdigest()
        self._wrong: dict[str, deque[float]] = {}

    @classmethod
    def found(cls, key: str, home: Path) -> TeacherKey:
        """The key that is set, else the one in the home folder, made at the first start for this account alone."""
        if key:
            return cls(key)
        made = secrets.token_urlsafe(16)
        try:
            home.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=home) as new:  # Which gives it to this account alone.
                new.write(made)
                new.flush()
                with suppress(FileExistsError):  # Another start made one.
                    os.link(new.name, home / FILE)
            return cls((home / FILE).read_text(encoding="utf-8").strip() or made)
        except OSError:
            return cls(made)  # Nothing can be kept: it lasts as long as the server.

    def opens(self, sign: str) -> bool:
        """Whether a browser's cookie was made from this key; takes as long whatever it is."""
        return hmac.compare_digest(sign.encode(), self._sign.encode())

    def sign(self, key: str, address: str) -> str:
        """What a browser with this key keeps; empty where it is another key.

        Args:
            key: what was typed.
            address: where it comes from; kept for a minute, in memory.

        Raises:
            TimeoutError: too many wrong ones have come from there within a minute.
        """
        now = time.monotonic()
        self._wrong = {each: times for each, times in self._wrong.items() if now - times[-1] < WINDOW}
        wrong = self._wrong.get(address, deque(maxlen=MOST_WRONG))
        if len(wrong) == MOST_WRONG and now - wrong[0] < WINDOW:
            raise TimeoutError
        if hmac.compare_digest(key.encode(), self.key.encode()):
            return self._sign
        wrong.append(now)
        self._wrong[address] = wrong
        return ""

    def routes(self, base: str = "") -> list[Route]:
        """Where the key is asked for, and where the printed link leads, below the path that the server is below."""
        return [Route(f"{base}{PATH}", self._answer, methods=["GET", "POST"])]

    async def _answer(self, request: Request) -> Response:
        if request.method == "POST":
            if not is_from_here(request):
                return _page("This was sent by a page of another site. Type the key here.", 403)
            async with request.form(max_files=0, max_fields=1, max_part_size=1024) as form:
                key = str(form.get("key", ""))
        elif (key := request.query_params.get("key", "")) == "":
            return _page(ASK)
        try:
            sign = self.sign(key, request.client.host if request.client else "")
        except TimeoutError:
            return _page(WAIT, 429)
        if not sign:
            return _page(WRONG, 403)
        home = RedirectResponse("./", 303)  # The key is in no address that somebody looks at later.
        home.headers.append("set-cookie", cookie(request.scope, COOKIE, sign))
        return home


def _page(words: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(notice("Teacher's key", f"<p>{words}</p>{FORM}"), status, {"cache-control": "no-store"})
