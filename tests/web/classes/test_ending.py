"""What waits for the next change of a class is told when the server is asked to end."""

import asyncio
import subprocess
import sys

import loops
import pytest

from web.classes.ending import SIGNALS
from web.classes.watch import Watch

# In a process of its own, whose signals and whose only thread are nobody else's.
SERVER = """
import asyncio, os, signal, sys
from web.classes.ending import SIGNALS, before_the_end

number, handled = signal.Signals(int(sys.argv[1])), sys.argv[2] == "handled"

async def serve():
    asked = asyncio.Event()
    with before_the_end(lambda: (print("waits"), asked.set())):
        if not handled:
            print(signal.getsignal(number).name)
            return
        os.kill(os.getpid(), number)
        await asked.wait()
    os.kill(os.getpid(), number)

for each in SIGNALS:
    signal.signal(each, (lambda *_: print("server")) if handled else signal.SIG_DFL)
asyncio.run(serve())
"""


def said_by_server(number: int, how: str) -> list[str]:
    command = [sys.executable, "-c", SERVER, str(int(number)), how]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.split()


@pytest.mark.parametrize("number", SIGNALS)
def test_what_waits_is_told_of_the_end_and_the_server_too(number):
    assert said_by_server(number, "handled") == ["server", "waits", "server"]


@pytest.mark.parametrize("number", SIGNALS)
def test_where_nobody_handles_the_signals_nothing_is_changed(number):
    assert said_by_server(number, "left alone") == ["SIG_DFL"]


def test_phones_that_wait_are_answered_at_the_end_and_none_waits_afterwards():
    async def serve() -> None:
        watch = Watch(dict, every=0.01)
        waiting = [asyncio.create_task(watch.until_changed("ABCDEF", 0, within=3600)) for _ in range(3)]
        await asyncio.sleep(0)
        watch.end()
        await asyncio.wait_for(asyncio.gather(*waiting, watch.until_changed("ABCDEF", 0, within=3600)), 60)

    loops.run(serve())
