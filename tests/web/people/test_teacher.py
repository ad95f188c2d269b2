"""The teacher's key: made once for an account, asked for in constant time, and not to be guessed."""

import re
import stat
import urllib.parse

import httpx
import loops
import pytest
from starlette.applications import Starlette

from web.people.teacher import COOKIE, FILE, MOST_WRONG, TeacherKey

KEY = "correct horse battery"


def ask(key: TeacherKey, *requests: tuple) -> list[httpx.Response]:
    """What these requests, one after another, are answered with: method, address, and options of `httpx`."""

    async def answers():
        transport = httpx.ASGITransport(Starlette(routes=key.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://digits.test") as client:
            return [await client.request(method, path, **options) for method, path, options in requests]

    return loops.run(answers())


def post(key: str, origin: str = "http://digits.test") -> tuple:
    return "POST", "/teacher", {"data": {"key": key}, "headers": {"origin": origin} if origin else {}}


def test_a_key_is_made_once_and_only_this_account_reads_it(tmp_path):
    home = tmp_path / "new" / "home"
    made = TeacherKey.found("", home)
    assert len(made.key) >= 20 and TeacherKey.found("", home).key == made.key
    assert stat.S_IMODE((home / FILE).stat().st_mode) == 0o600
    assert TeacherKey.found("", tmp_path / "other").key != made.key
    assert TeacherKey.found(KEY, home).key == KEY


def test_without_a_folder_that_can_be_written_there_is_a_key_all_the_same(tmp_path):
    (tmp_path / "file").write_text("")
    assert len(TeacherKey.found("", tmp_path / "file").key) >= 20


def test_the_printed_link_leads_to_the_first_page_and_leaves_a_cookie_that_opens():
    key = TeacherKey(KEY)
    (answer,) = ask(key, ("GET", f"/teacher?key={urllib.parse.quote(KEY)}", {}))
    assert answer.status_code == 303 and answer.headers["location"] == "./"
    name, value = re.match(r"([^=]+)=([^;]+); .*HttpOnly", answer.headers["set-cookie"]).groups()
    assert name == COOKIE and key.opens(value) and KEY not in value
    assert TeacherKey(KEY).opens(value) and not TeacherKey(KEY + "!").opens(value)


def test_the_key_can_be_typed():
    empty, right = ask(TeacherKey(KEY), ("GET", "/teacher", {}), post(KEY))
    assert empty.status_code == 200 and 'type="password"' in empty.text and "set-cookie" not in empty.headers
    assert right.status_code == 303 and COOKIE in right.headers["set-cookie"]


@pytest.mark.parametrize("origin", ["", "http://elsewhere.test", "null", "http://digits.test.elsewhere.test"])
def test_no_other_site_signs_a_browser_in(origin):
    (answer,) = ask(TeacherKey(KEY), post(KEY, origin))
    assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_a_wrong_key_is_refused_and_after_some_even_the_right_one_has_to_wait():
    answers = ask(TeacherKey(KEY), *[post(f"guess {number}") for number in range(MOST_WRONG)], post(KEY))
    assert {answer.status_code for answer in answers[:-1]} == {403} and answers[-1].status_code == 429
    assert all("set-cookie" not in answer.headers for answer in answers) and "minute" in answers[-1].text


def test_guesses_from_one_place_do_not_keep_the_teacher_out_elsewhere():
    key = TeacherKey(KEY)
    for _ in range(MOST_WRONG):
        assert key.sign("guess", "192.168.1.20") == ""
    with pytest.raises(TimeoutError):
        key.sign(KEY, "192.168.1.20")
    assert key.opens(key.sign(KEY, "192.168.1.21"))


def test_a_key_of_megabytes_is_not_read():
    (answer,) = ask(TeacherKey(KEY), post("x" * 3_000_000))
    assert answer.status_code in (400, 403) and "set-cookie" not in answer.headers
