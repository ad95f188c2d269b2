"""Who is at the other end: a token for each browser, and the teacher known from guests."""

import loops
import pytest
from app_without_browser import opened_app, pressable

from mnist_core.settings import FULL, LOOK, NONE
from mnist_core.store.visitors import Rights, Visitor, is_token, mark_of, new_token
from ui.frame.state import TOKEN
from web.people import teacher
from web.people.teacher import TeacherKey
from web.people.visitors import COOKIE, RIGHTS_HEADER, Visitors

KEY = TeacherKey("a key that is long enough")
SIGN = KEY.sign(KEY.key, "")
HERE = {"client": ("127.0.0.1", 50_000), "host": "localhost:8501"}


def asked(
    *,
    kind: str = "http",
    path: str = "/",
    content_type: str = "text/html; charset=utf-8",
    guests: str = FULL,
    client: tuple[str, int] | None = ("192.168.1.20", 50_000),
    host: str = "192.168.1.5:8501",
    http_version: str = "1.1",
    scheme: str = "http",
    **headers: str,
) -> tuple[str | None, list[dict]]:
    """The rights under which the app was asked, `None` where it was not, and what was answered."""
    given, sent = [], []

    async def app(scope, receive, send):
        given.extend(value.decode() for name, value in scope["headers"] if name == RIGHTS_HEADER.encode())
        answer = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", content_type.encode())]}
        await send(answer)

    async def send(message):
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"host": host, **headers}.items()]
    scope = {
        "type": kind, "scheme": scheme, "path": path, "http_version": http_version, "client": client, "headers": named,
    }  # fmt: skip
    loops.run(Visitors(app, key=KEY, guests=guests)(scope, None, send))
    assert len(given) <= 1
    return (given[0] if given else None), sent


def cookies(**request) -> list[str]:
    """The cookies that a request is answered with."""
    return [value.decode() for name, value in asked(**request)[1][0]["headers"] if name == b"set-cookie"]


def test_a_page_gives_a_browser_without_a_token_one_that_no_script_reads():
    (cookie,) = cookies()
    name, _, rest = cookie.partition("=")
    token, *options = rest.split("; ")
    assert name == COOKIE and is_token(token)
    assert "HttpOnly" in options and "SameSite=Lax" in options and "Secure" not in options
    assert "Secure" in cookies(scheme="https")[0]


def test_what_a_page_loads_beside_itself_brings_no_second_token():
    assert cookies(content_type="text/javascript") == cookies(content_type="application/json") == []


def test_a_browser_keeps_its_token_and_one_that_is_none_is_replaced():
    token = new_token()
    assert cookies(cookie=f"a=b; {COOKIE}={token}") == []
    for wrong in ("", "x" * 32, token.upper() + "0"):
        assert len(cookies(cookie=f"{COOKIE}={wrong}")) == 1


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("client", "host"),
    [
        (("127.0.0.1", 1), "localhost:8501"),
        (("127.0.0.1", 1), "127.0.0.1:8501"),
        (("::1", 1, 0, 0), "[::1]:8501"),
        (("::ffff:127.0.0.1", 1), "digits.localhost"),
    ],
)
def test_whoever_sits_at_the_machine_is_the_teacher(kind, client, host):
    for guests in (FULL, LOOK, NONE):
        assert asked(kind=kind, client=client, host=host, guests=guests)[0] == Rights.TEACHER


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"client": None, "host": "localhost"},
        {"host": "localhost"},
        {**HERE, "host": "192.168.1.5:8501"},
        {**HERE, "host": "localhost.example.org"},
        {**HERE, "host": ""},
        {**HERE, "host": "[::1"},
        {**HERE, "http_version": "1.0"},
        {**HERE, "x_forwarded_for": "192.168.1.20"},
        {**HERE, "X_Real_IP": "127.0.0.1"},
        {**HERE, "forwarded": "for=127.0.0.1"},
        {**HERE, "via": "1.1 proxy"},
    ],
)
def test_others_and_all_who_come_through_a_proxy_are_guests(request_):
    assert asked(**request_)[0] == Rights.GUEST


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_key_makes_a_browser_anywhere_the_teachers(kind):
    assert asked(kind=kind, cookie=f"{teacher.COOKIE}={SIGN}", guests=NONE)[0] == Rights.TEACHER
    for wrong in (KEY.key, SIGN[:-1], SIGN.upper(), ""):
        assert asked(kind=kind, cookie=f"{teacher.COOKIE}={wrong}")[0] == Rights.GUEST


@pytest.mark.parametrize("name", [RIGHTS_HEADER, RIGHTS_HEADER.upper()])
def test_nobody_else_says_who_they_are(name):
    assert asked(**{name: Rights.TEACHER})[0] == Rights.GUEST
    assert asked(**HERE, **{name: Rights.GUEST})[0] == Rights.TEACHER


def test_guests_who_may_only_look_are_onlookers():
    assert asked(guests=LOOK)[0] == Rights.ONLOOKER


def test_a_closed_door_lets_nobody_in_but_shows_where_the_teacher_signs_in():
    for path in ("/", "/Draw", "/_stcore/upload_file/a/b", "/join"):
        rights, (start, body) = asked(guests=NONE, path=path)
        assert rights is None and start["status"] == 403 and b'href="teacher"' in body["body"]
    assert asked(guests=NONE, path="/teacher")[0] == Rights.CLOSED
    rights, sent = asked(guests=NONE, kind="websocket", path="/_stcore/stream")
    assert rights is None and [message["type"] for message in sent] == ["websocket.close"]


def test_a_run_started_on_the_page_bears_the_browsers_mark_and_not_its_token(tmp_path, monkeypatch):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        visit = app.visit("2_Train.py")
        pressable(visit, "start").click()
        app.again(visit)
        (run,) = app.store.runs.lists.all()
        token = visit.session_state[TOKEN]
        assert is_token(token) and run.visitor == mark_of(token) != token and run.revision == 0


@pytest.mark.parametrize("text", ["0" * 31, "0" * 33, "g" * 32, "0" * 32 + "\n", "A" * 32, "0" * 31 + "\u0660"])
def test_other_texts_are_no_tokens(text):
    assert not is_token(text)


def test_guests_change_what_is_their_own_the_teacher_everything_and_onlookers_nothing():
    mine, other = mark_of("mine"), mark_of("other")
    guest, onlooker, head = Visitor(mine, Rights.GUEST), Visitor(mine, Rights.ONLOOKER), Visitor(mine, Rights.TEACHER)
    assert [guest.may_change(owner) for owner in (mine, other, "")] == [True, False, False]
    assert not any(onlooker.may_change(owner) for owner in (mine, other, ""))
    assert all(head.may_change(owner) for owner in (mine, other, ""))
    assert not Visitor("", Rights.GUEST).may_change("")
