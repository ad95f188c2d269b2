"""The server says what is wrong with what, and waits for no look that hangs."""

import asyncio
import json
import logging
import threading

import loops
import pytest
from asgi import ask
from starlette.applications import Starlette
from starlette.routing import Route

from web.health import Finding, Health, main

WELL = Finding(True, "answers")


def server(**looks) -> Starlette:
    within = looks.pop("within", 5.0)
    return Starlette(routes=[Route("/health", Health(looks, within=within).answer)])


def test_where_all_is_well_the_status_says_so():
    answer = ask(server(store=lambda: WELL, images=lambda: Finding(True, "MNIST")), "/health")
    assert answer.status == 200 and answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.body) == {
        "well": True,
        "store": {"well": True, "words": "answers"},
        "images": {"well": True, "words": "MNIST"},
    }


def test_what_is_wrong_is_named_and_turns_the_status():
    answer = ask(server(store=lambda: Finding(False, "does not answer"), images=lambda: WELL), "/health")
    found = json.loads(answer.body)
    assert answer.status == 503 and not found["well"]
    assert found["store"] == {"well": False, "words": "does not answer"} and found["images"]["well"]


def test_a_look_that_fails_tells_the_log_and_nobody_else(caplog):
    def broken() -> Finding:
        raise RuntimeError("postgresql://digitlab:secret@host")

    with caplog.at_level(logging.ERROR):
        answer = ask(server(store=broken), "/health")
    assert answer.status == 503 and b"secret" not in answer.body
    assert "secret" in caplog.text


def test_a_look_that_hangs_is_given_up_and_not_begun_twice():
    released, begun = threading.Event(), []

    def hanging() -> Finding:
        begun.append(1)
        released.wait(60)
        return WELL

    app = server(store=hanging, images=lambda: WELL, within=0.05)
    for _ in range(3):
        found = json.loads(ask(app, "/health").body)
        assert found["store"] == {"well": False, "words": "no answer within 0.05 seconds"} and found["images"]["well"]
    assert len(begun) == 1
    released.set()


def test_pages_are_answered_while_a_look_waits():
    released = threading.Event()
    health = Health({"store": lambda: (released.wait(60), WELL)[1]})

    async def both() -> int:
        asked = asyncio.ensure_future(health.answer(None))
        for _ in range(3):  # The loop turns although nobody has let the look go.
            await asyncio.sleep(0)
        assert not asked.done()
        released.set()
        return (await asked).status_code

    assert loops.run(both()) == 200


def test_the_program_says_whether_a_server_is_there(capsys):
    with pytest.raises(SystemExit):
        main([])
    assert main(["http://127.0.0.1:9/health"]) == 2  # The port that discards; nobody listens.
    assert "does not answer" in capsys.readouterr().err
