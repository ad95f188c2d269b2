"""Each browser has a token of its own, and what it starts carries it."""

import loops
import pytest
from app_without_browser import opened_app, pressable

from mnist_core.store.visitors import COOKIE, is_token, new_token
from ui.frame.visitor import VISITOR
from web.visitors import VisitorCookie


def answered(content_type: str, cookie: str = "", scheme: str = "http") -> list[str]:
    """The cookies that a request with this cookie is answered with."""

    async def app(scope, receive, send):
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-type", content_type.encode())]}
        )

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "scheme": scheme, "headers": [(b"cookie", cookie.encode())] if cookie else []}
    loops.run(VisitorCookie(app)(scope, None, send))
    return [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]


def test_a_page_gives_a_browser_without_a_token_one_that_no_script_reads():
    (cookie,) = answered("text/html; charset=utf-8")
    name, _, rest = cookie.partition("=")
    token, *options = rest.split("; ")
    assert name == COOKIE and is_token(token)
    assert "HttpOnly" in options and "SameSite=Lax" in options and "Secure" not in options
    assert "Secure" in answered("text/html", scheme="https")[0]


def test_what_a_page_loads_beside_itself_brings_no_second_token():
    assert answered("text/javascript") == answered("application/json") == []


def test_a_browser_keeps_its_token_and_one_that_is_none_is_replaced():
    token = new_token()
    assert answered("text/html", f"a=b; {COOKIE}={token}") == []
    for wrong in ("", "x" * 32, token.upper() + "0", f"{token}\u0660"):
        assert len(answered("text/html", f"{COOKIE}={wrong}")) == 1


def test_a_run_started_on_the_page_carries_the_browsers_token(tmp_path, monkeypatch):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        visit = app.visit("2_Train.py")
        pressable(visit, "start").click()
        app.again(visit)
        (run,) = app.store.runs.lists.all()
        assert is_token(run.visitor) and run.visitor == visit.session_state[VISITOR] and run.revision == 0


@pytest.mark.parametrize("text", ["0" * 31, "0" * 33, "g" * 32, "0" * 32 + "\n", "A" * 32])
def test_other_texts_are_no_tokens(text):
    assert not is_token(text)
