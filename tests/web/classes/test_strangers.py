"""What a stranger may send to the routes of a class, and what comes of it: a sentence, and nothing kept."""

import json
import select
import socket
from itertools import cycle
from urllib.parse import urlsplit

import httpx
import pytest
from class_of import SEVEN, posted

from mnist_core.classroom import rounds
from mnist_core.classroom.codes import ALPHABET
from mnist_core.classroom.limits import MOST_BYTES, WRONG_CODES
from mnist_core.classroom.rules import MAY, Role
from mnist_core.store.rooms.records import Kind
from mnist_core.store.visitors import new_token
from web.classes.rates import OF_ONE_BROWSER, REQUESTS, WAITING
from web.people.visitors import COOKIE

MARKUP = "<script>alert(1)</script>"
POINTS = ", ".join(["[319, 299]"] * 1_000_000)


@pytest.fixture
def phone(server, desk, room):
    phone = server.phone()
    assert phone.post(f"/join/{room.code}/me").status_code == 200
    desk.begin(room.code, Kind.DRAW, digits=(7,))
    return phone


def reason(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["reason"]


def kept(desk, room) -> int:
    return desk.attendance(room.code).answers


def wrong_codes():
    """Codes that no class has, ever another one."""
    for first, second in cycle((a, b) for a in ALPHABET for b in ALPHABET):
        yield f"FCKX{first}{second}"  # Which none is, see `codes.UNWANTED`.


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (b"x" * 10_000_000, 413, "large"),
        (json.dumps(posted(strokes=[["POINTS"]])).replace('"POINTS"', POINTS).encode(), 413, "large"),
        (json.dumps(posted(strokes=[[[1, 1]] * 4_001])).encode(), 409, "much"),
        (json.dumps(posted(strokes=[[[1, 1]]] * 101)).encode(), 409, "much"),
        (json.dumps(posted(strokes=[[[float("nan"), 1], [2, 2]]])).encode(), 409, "strokes"),
        (json.dumps(posted(strokes=[[[float("inf"), 1], [2, 2]]])).encode(), 409, "strokes"),
        (json.dumps(posted(strokes=[[["1", None]]])).encode(), 409, "strokes"),
        (json.dumps(posted(strokes=MARKUP)).encode(), 409, "strokes"),
        (json.dumps(posted(strokes=[])).encode(), 409, "blank"),
        (json.dumps(posted(sent=MARKUP)).encode(), 409, "message"),
        (json.dumps(posted(about=MARKUP)).encode(), 409, "message"),
        (json.dumps(posted() | {"round": MARKUP}).encode(), 409, "message"),
        (json.dumps(posted() | {"round": 10**30}).encode(), 409, "message"),
        (json.dumps(posted() | {"slot": 5}).encode(), 409, "slot"),
        (json.dumps(posted() | {"take": True}).encode(), 409, "message"),
        (b"9" * 100_000, 409, "message"),
        (b"[" * 100_000, 409, "message"),
        (b'{"round": 1', 409, "message"),
        (b"\xff\xfe\x00", 409, "message"),
        (b"", 409, "message"),
        (b"null", 409, "message"),
    ],
    ids=range(21),  # Bodies carry what chance made, and names have to be the same in all processes that run tests.
)
def test_what_is_no_answer_is_refused_in_a_sentence(phone, desk, room, body, status, why):
    answer = phone.post(f"/join/{room.code}/answers", content=body)
    assert reason(answer) == (status, why) and answer.json()["message"].endswith(".")
    assert kept(desk, room) == 0
    assert phone.post(f"/join/{room.code}/answers", json=posted()).status_code == 200  # As if nothing had been.


def test_a_body_that_does_not_say_how_long_it_is_is_read_no_further_than_the_bound(phone, desk, room):
    """Over a bare socket: the server answers long before ten megabytes have been sent."""
    where = urlsplit(str(phone.base_url))
    sent = 0
    with socket.create_connection((where.hostname, where.port), timeout=30) as line:
        head = (
            f"POST /join/{room.code}/answers HTTP/1.1\r\nHost: guests.test\r\nOrigin: http://guests.test\r\n"
            f"Cookie: {COOKIE}={phone.cookies[COOKIE]}\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        line.sendall(head.encode())
        try:
            while sent < MOST_BYTES + 3 * 65_536:
                line.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
                sent += 65_536
        except OSError:
            pass  # The server has hung up.
        assert line.recv(64).startswith(b"HTTP/1.1 413")
    assert kept(desk, room) == 0


def test_another_sites_page_does_nothing_with_the_phones_cookie(phone, desk, room):
    asked = [("POST", "answers"), ("DELETE", "answers"), ("POST", "nickname"), ("DELETE", "me"), ("POST", "me")]
    for origin in ("http://evil.example", "http://guests.test.evil.example", "null", "http://guests.test:81"):
        for method, path in asked:
            answer = phone.request(method, f"/join/{room.code}/{path}", json=posted(), headers={"origin": origin})
            assert reason(answer) == (403, "elsewhere")
    silent = {name: value for name, value in phone.headers.items() if name != "origin"}
    with httpx.Client(base_url=phone.base_url, headers=silent, cookies=dict(phone.cookies)) as other:
        assert reason(other.post(f"/join/{room.code}/answers", json=posted())) == (403, "elsewhere")
        by_form = other.post(f"/join/{room.code}/answers", data=posted(), headers={"referer": "http://evil.example/a"})
        assert reason(by_form) == (403, "elsewhere")
    assert kept(desk, room) == 0 and len(desk.attendance(room.code).people) == 1


def test_somebody_elses_cookie_is_needed_to_speak_for_them(server, phone, desk, room):
    phone.post(f"/join/{room.code}/answers", json=posted())
    stranger = server.phone()
    for method, path in (("GET", "view"), ("POST", "answers"), ("DELETE", "answers"), ("POST", "nickname")):
        assert reason(stranger.request(method, f"/join/{room.code}/{path}", json=posted())) == (401, "member")
    assert stranger.delete(f"/join/{room.code}/me").status_code == 200  # There is nothing to leave.
    assert kept(desk, room) == 1


def test_a_phone_without_a_cookie_is_told_that_it_needs_one(server, room):
    with httpx.Client(base_url=server.url, headers={"host": "guests.test", "origin": "http://guests.test"}) as bare:
        for cookie in ("", f"{COOKIE}=short", f"{COOKIE}={'G' * 32}"):
            assert reason(bare.post(f"/join/{room.code}/me", headers={"cookie": cookie})) == (403, "cookies")


def test_no_route_does_what_only_the_teacher_may(phone, desk, room):
    only = {action for action, roles in MAY.items() if roles == {Role.TEACHER}}
    assert only == {"lead a class"}  # Of which no route knows a thing.
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        for path in ("", "/close", "/rounds", "/room", "/people", "/drawings", "/desk", "/me/close", "/answers/close"):
            answer = phone.request(method, f"/join/{room.code}{path}", json={"state": "closed"})
            assert answer.status_code in (404, 405) or (method, path) == ("GET", "")
    assert desk.room(room.code).round.state == "open"


def test_one_who_guesses_codes_is_stopped_and_learns_no_longer_whether_one_is_right(server, desk, room):
    guesser = server.phone()
    answers = [guesser.post(f"/join/{code}/me") for code, _ in zip(wrong_codes(), range(OF_ONE_BROWSER), strict=False)]
    assert {reason(each) for each in answers} == {(404, "unknown")}
    assert reason(guesser.post(f"/join/{room.code}/me")) == (429, "tries")
    assert reason(guesser.get(f"/join/{room.code}/view")) == (429, "tries")  # Not that one has to join it first.
    assert desk.attendance(room.code).people == ()
    assert server.phone().post(f"/join/{room.code}/me").status_code == 200  # The class goes on beside it.


def test_one_with_ever_other_cookies_is_stopped_by_where_it_is_and_phones_that_are_in_go_on(server, phone, room):
    codes = wrong_codes()
    for _ in range(WRONG_CODES):
        cookie = f"{COOKIE}={new_token()}"
        assert phone.get(f"/join/{next(codes)}/view", headers={"cookie": cookie}).status_code == 404
    fresh = server.phone()
    assert reason(fresh.get(f"/join/{next(codes)}/view")) == (429, "tries")
    assert reason(fresh.get(f"/join/{room.code}/view")) == (429, "tries")
    assert phone.get(f"/join/{room.code}/view").status_code == 200
    assert phone.post(f"/join/{room.code}/answers", json=posted()).status_code == 200


def test_phones_of_a_class_that_has_ended_are_not_taken_for_guessers(server, desk, room):
    phones = [server.phone() for _ in range(OF_ONE_BROWSER)]
    for phone in phones:
        phone.post(f"/join/{room.code}/me")
    desk.end(room.code)
    other = desk.begin_class()
    for phone in phones:
        for _ in range(OF_ONE_BROWSER):
            assert reason(phone.get(f"/join/{room.code}/view")) == (404, "unknown")
    assert phones[0].post(f"/join/{other.code}/me").status_code == 200


def test_a_phone_that_asks_without_end_waits(server, phone, room):
    answers = [phone.get(f"/join/{room.code}/view") for _ in range(3 * REQUESTS)]
    refused = [each for each in answers if each.status_code == 429]
    assert answers[0].status_code == 200 and {reason(each) for each in refused} == {(429, "fast")}
    assert server.phone().post(f"/join/{room.code}/me").status_code == 200


def test_so_many_windows_of_a_phone_wait_and_no_more(phone, desk, room):
    where = urlsplit(str(phone.base_url))
    asked = (
        f"GET /join/{room.code}/view?since=1 HTTP/1.1\r\nHost: guests.test\r\n"
        f"Cookie: {COOKIE}={phone.cookies[COOKIE]}\r\n\r\n"
    )
    phone.get(f"/join/{room.code}/view")
    lines = [socket.create_connection((where.hostname, where.port), timeout=30) for _ in range(WAITING + 1)]
    try:
        for line in lines:
            line.sendall(asked.encode())
        answered, _, _ = select.select(lines, [], [], 30)
        assert [line.recv(64)[:12] for line in answered] == [b"HTTP/1.1 429"]  # The others wait.
    finally:
        desk.press(room.code, rounds.pause)  # Or the server would wait for them.
        for line in lines:
            line.close()


@pytest.mark.parametrize("since", ["-1", "1e9", "x", "²", "99999999999999999999", ""])
def test_a_revision_that_is_none_is_answered_at_once(phone, room, since):
    assert phone.get(f"/join/{room.code}/view", params={"since": since}).json()["round"]["number"] == 1


@pytest.mark.parametrize("code", ["%00", "A" * 300, "..%2f..%2fetc", "<b>", "ÄÖÜßäö", "%ff"])
def test_whatever_stands_in_the_place_of_a_code_gives_a_page_or_a_sentence(server, code):
    phone = server.phone()
    assert phone.get(f"/join/{code}").status_code in (200, 404)
    assert "<b>" not in phone.get(f"/join/{code}").text
    answer = phone.post(f"/join/{code}/me")
    assert answer.status_code == 404


def test_html_in_a_prompt_or_a_choice_stays_text(phone, desk, room):
    desk.begin(room.code, Kind.DRAW, digits=(7,), prompt=MARKUP)
    answer = phone.get(f"/join/{room.code}/view")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["round"]["prompt"] == MARKUP


def test_a_path_outside_the_canvas_is_kept_within_it(phone, desk, room):
    far = [[[-5_000, 10], [160, 160], [5_000, 300]], *SEVEN]
    answer = phone.post(f"/join/{room.code}/answers", json=posted(strokes=far))
    assert answer.status_code in (200, 409)
    for own in phone.get(f"/join/{room.code}/view").json()["own"]:
        assert all(abs(value) <= 10_000 for stroke in own["strokes"] for point in stroke for value in point)
