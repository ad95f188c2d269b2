import asyncio
import os
import signal

import pytest

from web.classes.ending import SIGNALS, before_the_end
from web.classes.watch import Watch


@pytest.mark.parametrize("number", SIGNALS)
def test_what_waits_is_told_of_the_end_and_the_server_too(number):
    told = []
    before = signal.signal(number, lambda *_: told.append("server"))

    async def serve() -> None:
        asked = asyncio.Event()
        with before_the_end(lambda: (told.append("waits"), asked.set())):
            os.kill(os.getpid(), number)
            await asked.wait()
        os.kill(os.getpid(), number)

    try:
        asyncio.run(serve())
    finally:
        signal.signal(number, before)
    assert told == ["server", "waits", "server"]


def test_where_nobody_handles_the_signals_nothing_is_changed():
    before = [signal.signal(each, signal.SIG_DFL) for each in SIGNALS]

    async def serve() -> None:
        with before_the_end(lambda: None):
            assert [signal.getsignal(each) for each in SIGNALS] == [signal.SIG_DFL, signal.SIG_DFL]

    try:
        asyncio.run(serve())
    finally:
        for number, each in zip(SIGNALS, before, strict=True):
            signal.signal(number, each)


def test_phones_that_wait_are_answered_at_the_end_and_none_waits_afterwards():
    async def serve() -> None:
        watch = Watch(dict, every=0.01)
        waiting = [asyncio.create_task(watch.until_changed("ABCDEF", 0, within=3600)) for _ in range(3)]
        await asyncio.sleep(0)
        watch.end()
        await asyncio.wait_for(asyncio.gather(*waiting, watch.until_changed("ABCDEF", 0, within=3600)), 60)

    asyncio.run(serve())
