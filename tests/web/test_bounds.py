"""What one visitor may send at once, and what a page may load: in front of any app."""

import asyncio
from collections.abc import Callable, Iterable

import loops
from starlette.responses import HTMLResponse, PlainTextResponse

from web.bounds import Bounds
from web.policy import OwnPagesOnly


def put(session: str, length: int | None = 40) -> dict:
    """The scope of an upload."""
    headers = [] if length is None else [(b"content-length", str(length).encode())]
    return {"type": "http", "method": "PUT", "path": f"/_stcore/upload_file/{session}/0", "headers": headers}


def noting(answers: list[dict]) -> Callable:
    async def send(message: dict) -> None:
        answers.append(message)

    return send


def uploaded(scopes: Iterable[dict], *, at_once: bool = False, **bounds: int) -> list[int]:
    """The statuses that uploads get, one after the other, before an app that keeps them all."""
    held: dict[str, int] = {}
    answers: list[dict] = []

    async def keep(scope: dict, receive: object, send: Callable) -> None:
        await asyncio.sleep(0)
        if not at_once:
            held[scope["path"].split("/")[3]] = held.get(scope["path"].split("/")[3], 0) + 40
        await PlainTextResponse("kept")(scope, receive, send)

    async def ask() -> None:
        app = Bounds(keep, held=lambda: held, **bounds)
        asked = [app(scope, None, noting(answers)) for scope in scopes]
        if at_once:
            await asyncio.gather(*asked)
        else:
            for each in asked:
                await each

    loops.run(ask())
    return [each["status"] for each in answers if each["type"] == "http.response.start"]


def test_files_of_one_session_are_bounded():
    bounds = {"per_session": 100, "in_all": 1_000}
    assert uploaded([put("one"), put("one"), put("one"), put("two")], **bounds) == [200, 200, 413, 200]


def test_files_of_all_sessions_together_are_bounded():
    bounds = {"per_session": 100, "in_all": 100}
    assert uploaded([put(f"session{number}") for number in range(4)], **bounds) == [200, 200, 413, 413]


def test_a_file_that_does_not_say_how_long_it_is_counts_as_the_longest():
    bounds = {"per_session": 2**20, "in_all": 2**30}
    assert uploaded([put("one", None), put("one")], **bounds) == [413, 200]


def test_files_on_their_way_count():
    bounds = {"per_session": 100, "in_all": 1_000}
    assert sorted(uploaded([put("one")] * 4, at_once=True, **bounds)) == [200, 200, 413, 413]


def test_a_message_that_is_too_large_closes_the_connection():
    sent: list[dict] = []
    received: list[dict] = []
    coming = [{"type": "websocket.receive", "bytes": bytes(length)} for length in (100, 101)]

    async def receive() -> dict:
        return coming.pop(0)

    async def listen(scope: dict, receive: Callable, send: Callable) -> None:
        received.append(await receive())
        received.append(await receive())

    loops.run(Bounds(listen, held=dict, message=100)({"type": "websocket"}, receive, noting(sent)))
    assert [each["type"] for each in received] == ["websocket.receive", "websocket.disconnect"]
    assert sent == [{"type": "websocket.close", "code": 1009}]


def test_pages_may_load_from_this_server_alone():
    sent: list[dict] = []
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    loops.run(OwnPagesOnly(HTMLResponse("<p>page</p>"))(scope, None, noting(sent)))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self' data: blob:" and policy["object-src"] == "'none'"
    assert not [each for each in policy.values() if "http" in each or "*" in each]
    assert headers["x-content-type-options"] == "nosniff"
