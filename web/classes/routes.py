"""Where phones ask: join, look, answer, take back, leave.

Every answer is JSON, but for the page, the networks and the test image; a refusal is
`{"reason": ..., "message": ...}` with a sentence in the phone's language.  What asks the store does so in a
thread: an async route that blocks would stall every page of the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from mnist_core.classroom import from_phones
from mnist_core.classroom.codes import read_code
from mnist_core.classroom.limits import LIMITS, Limits
from mnist_core.classroom.phones import Phones
from mnist_core.errors import ModelError, Refused, RoomNotFound, StoreError
from mnist_core.store.store import Store
from web.classes.networks import Networks
from web.classes.opened import OPENED
from web.classes.page import Page
from web.classes.rates import Pace, WrongCodes
from web.classes.requests import Unfit, body_of, language_of, require_own_page, token_of
from web.classes.screen import language_for, screen, sentence
from web.classes.watch import Watch
from web.classes.words import WORDS
from web.languages import translations
from web.modules import FOREVER

JOIN = "/join"
LONG_POLL = 20.0  # seconds: less than what proxies and phones give a request
AT_ONCE = 8  # threads that ask the store for phones; Streamlit's own are others
MOST_KNOWN = 10_000  # phones, and codes, that are remembered
STATUS = {"member": 401, "removed": 403, "teacher": 403, "shut": 403, "full": 403}  # by reason; else 409
NO_STORE = {"cache-control": "no-store"}
T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]


class ClassRoutes:
    """What phones ask for.

    Args:
        store: gives the store; called in a thread, may raise `StoreError`.
        limits: how much classes take.
        test_image: gives the (28, 28) uint8 test image at a place, `None` where there is none, or none yet;
            called in a thread.
        colours: CSS that defines those of the page.
    """

    def __init__(
        self,
        *,
        store: Callable[[], Store],
        limits: Limits = LIMITS,
        test_image: Callable[[int], np.ndarray | None] = lambda place: None,
        colours: str = "",
    ):
        self._store, self._limits, self._test_image = store, limits, test_image
        self._base, self._page = "", Page(colours)
        self._watch = Watch(lambda: store().rooms.counts())
        self._networks = Networks(store)
        self._wrong, self._pace = WrongCodes(), Pace()
        self._there: set[str] = set()  # codes of classes that are, or have been: of no use to whoever guesses
        self._in: set[tuple[str, str]] = set()  # code and token of those who are in, as far as is known here
        self._threads = ThreadPoolExecutor(AT_ONCE, "class")

    def end_waits(self) -> None:
        """Answer all phones that wait: the server is about to end, and waits for them."""
        self._watch.end()

    def routes(self, base: str = "") -> list[Route]:
        """All of them, below the path that the server is below."""
        self._base = base
        own = f"{base}{JOIN}"
        asked_of_all: tuple[tuple[str, str, Endpoint], ...] = (
            ("GET", own, self._show_page),
            ("GET", f"{own}/{{code}}", self._show_page),
            ("GET", f"{own}/networks/{{key}}/{{version}}", self._weights),
        )
        asked_of_a_class: tuple[tuple[str, str, Endpoint], ...] = (
            ("GET", "view", self._view),
            ("GET", "image", self._image),
            ("POST", "me", self._join),
            ("DELETE", "me", self._leave),
            ("POST", "nickname", self._rename),
            ("POST", "answers", self._answer),
            ("DELETE", "answers", self._delete),
        )
        return [
            *(Route(path, self._explained(answer), methods=[method]) for method, path, answer in asked_of_all),
            *(
                Route(f"{own}/{{code}}/{path}", self._explained(self._counted(answer)), methods=[method])
                for method, path, answer in asked_of_a_class
            ),
        ]

    async def _show_page(self, request: Request) -> Response:
        OPENED.count(request.scope)
        code = read_code(request.path_params.get("code", "")) or ""
        content = self._page.html(language_of(request), code=code, base=self._base)
        return HTMLResponse(content, headers={"content-security-policy": self._page.policy, **NO_STORE})

    async def _join(self, request: Request) -> Response:
        self._wrong.require_few(request)
        code, token = _code(request), token_of(request)
        if not token:
            raise Unfit("cookies", 403)  # The page has given the browser one.
        await self._ask(lambda phones: phones.join(code, token))
        return await self._shown(request, code, token)

    async def _view(self, request: Request) -> Response:
        code, token = _code(request), token_of(request)
        since = request.query_params.get("since", "")
        # Whoever is in may wait; anybody else is told at once.
        if since.isascii() and since.isdigit() and len(since) < 10 and (code, token) in self._in:
            with self._pace.wait(request):
                await self._watch.until_changed(code, int(since), within=LONG_POLL)
        return await self._shown(request, code, token)

    async def _rename(self, request: Request) -> Response:
        code, token = _code(request), token_of(request)
        await self._ask(lambda phones: phones.rename(code, token))
        return await self._shown(request, code, token)

    async def _answer(self, request: Request) -> Response:
        code, token, body = _code(request), token_of(request), await body_of(request)
        kept = await self._ask(lambda phones: phones.answer(code, token, from_phones.read(body, limits=self._limits)))
        return JSONResponse({"id": kept.id, "slot": kept.slot, "take": kept.take, "sent": kept.sent}, headers=NO_STORE)

    async def _delete(self, request: Request) -> Response:
        code, token = _code(request), token_of(request)
        deleted = await self._ask(lambda phones: phones.delete(code, token))
        return JSONResponse({"deleted": deleted}, headers=NO_STORE)

    async def _leave(self, request: Request) -> Response:
        code, token = _code(request), token_of(request)
        await self._ask(lambda phones: phones.leave(code, token))
        self._in.discard((code, token))
        return JSONResponse({}, headers=NO_STORE)

    async def _image(self, request: Request) -> Response:
        """The test image that the question is about, as 784 bytes."""
        code, token = _code(request), token_of(request)

        def look() -> np.ndarray | None:
            round = Phones(self._store(), self._limits).view(code, token).round
            question = None if round is None else round.question
            return None if question is None or question.place is None else self._test_image(question.place)

        image = await self._in_thread(look)
        if image is None:
            return Response(status_code=404, headers=NO_STORE)
        return Response(image.tobytes(), media_type="application/octet-stream", headers=NO_STORE)

    async def _weights(self, request: Request) -> Response:
        key, version = (request.path_params[name] for name in ("key", "version"))
        content = await self._in_thread(lambda: self._networks.content(key, version))
        if content is None:
            return Response(status_code=404, headers=NO_STORE)
        headers = {"cache-control": FOREVER, "content-encoding": "gzip"}
        return Response(content, media_type="application/octet-stream", headers=headers)

    async def _shown(self, request: Request, code: str, token: str) -> Response:
        def look() -> dict[str, object]:
            view = Phones(self._store(), self._limits).view(code, token)
            language = language_for(language_of(request), view.languages)
            shown = screen(view, language, self._networks.offered(view.networks))
            return {**shown, "language": language, "languages": view.languages}

        try:
            shown = await self._in_thread(look)
        except (Refused, RoomNotFound):
            self._in.discard((code, token))
            raise
        _remember(self._in, (code, token))
        return JSONResponse(shown, headers=NO_STORE)

    async def _ask(self, what: Callable[[Phones], T]) -> T:
        return await self._in_thread(lambda: what(Phones(self._store(), self._limits)))

    async def _in_thread(self, what: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, what)

    def _counted(self, answer: Endpoint) -> Endpoint:
        """What is asked of a class, from the app's own page and not too often; who guesses its code learns nothing."""

        async def counted(request: Request) -> Response:
            self._pace.count(request)
            if request.method not in ("GET", "HEAD"):
                require_own_page(request)
            code = request.path_params["code"]
            try:
                answered = await answer(request)
            except RoomNotFound:
                if code not in self._there:
                    self._wrong.count(request)
                raise
            except Refused as refusal:
                if refusal.reason == "member":
                    self._wrong.require_few(request)  # Nor that there is one.
                raise
            _remember(self._there, code)
            return answered

        return counted

    def _explained(self, answer: Endpoint) -> Endpoint:
        """What is answered, or a sentence that says why not."""

        async def explained(request: Request) -> Response:
            language = language_of(request)
            told = translations(language).gettext
            try:
                return await answer(request)
            except Refused as refusal:
                status, reason, words = STATUS.get(refusal.reason, 409), refusal.reason, sentence(refusal, language)
            except RoomNotFound:
                status, reason, words = 404, "unknown", told(WORDS["unknown"])
            except Unfit as error:
                status, reason, words = error.status, error.key, told(WORDS[error.key])
            except (StoreError, ModelError):
                status, reason, words = 503, "away", told(WORDS["away"])
            return JSONResponse({"reason": reason, "message": words}, status, NO_STORE)

        return explained


def _code(request: Request) -> str:
    code = read_code(request.path_params["code"])
    if code is None:
        raise RoomNotFound(request.path_params["code"])
    return code


def _remember(known: set[T], what: T) -> None:
    if len(known) >= MOST_KNOWN:
        known.clear()
    known.add(what)
