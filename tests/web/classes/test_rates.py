"""Counts of requests and wrong codes pass with time, and take little memory however many ask."""

import time

import pytest
from starlette.requests import Request

from mnist_core.store.visitors import new_token
from web.classes import rates
from web.classes.rates import Pace, WrongCodes
from web.classes.requests import Unfit
from web.people.visitors import COOKIE


def asked(token: str = "", address: str = "192.168.1.20") -> Request:
    cookie = [(b"cookie", f"{COOKIE}={token}".encode())] if token else []
    return Request({"type": "http", "headers": cookie, "client": (address, 50_000)})


def is_refused(act, *arguments) -> bool:
    try:
        act(*arguments)
    except Unfit:
        return True
    return False


def wait_until(what) -> None:
    end = time.monotonic() + 30
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_wrong_codes_are_forgotten_after_a_while():
    codes = WrongCodes(of_one=2, of_all=10, within=0.3)
    phone = asked(new_token())
    for _ in range(2):
        codes.count(phone)
    assert is_refused(codes.require_few, phone) and not is_refused(codes.require_few, asked(new_token()))
    wait_until(lambda: not is_refused(codes.require_few, phone))


def test_an_address_has_more_tries_than_a_browser_and_one_without_a_token_is_its_address():
    codes = WrongCodes(of_one=2, of_all=3, within=60)
    for _ in range(3):
        codes.count(asked(new_token()))
    assert is_refused(codes.require_few, asked(new_token())) and is_refused(codes.require_few, asked())
    assert not is_refused(codes.require_few, asked(new_token(), "192.168.1.21"))
    with pytest.raises(Unfit):
        codes.count(asked(new_token()))


def test_requests_come_back_with_time():
    pace = Pace(requests=3, a_second=20)
    phone = asked(new_token())
    for _ in range(3):
        pace.count(phone)
    assert is_refused(pace.count, phone)
    wait_until(lambda: not is_refused(pace.count, phone))


def test_a_window_that_no_longer_waits_makes_room_for_another():
    pace = Pace(waiting=1)
    phone = asked(new_token())
    with pace.wait(phone):
        with pytest.raises(Unfit), pace.wait(phone):
            pass
        with pace.wait(asked(new_token())):
            pass
    with pace.wait(phone):
        pass


def test_no_more_is_remembered_than_what_may_still_matter(monkeypatch):
    monkeypatch.setattr(rates, "MOST_KEPT", 50)
    codes, pace = WrongCodes(within=0.001), Pace(requests=2, a_second=10_000)
    for _ in range(500):
        codes.count(asked(new_token()))
        pace.count(asked(new_token()))
        time.sleep(0.0005)
    assert len(codes._times) <= 60 and len(pace._left) <= 60
