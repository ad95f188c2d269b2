"""Who is told that the server has been asked to end: it waits for every request, and phones ask for 20 seconds."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def before_the_end(act: Callable[[], None]) -> Iterator[None]:
    """While the body runs, have the event loop call `act` as soon as one of `SIGNALS` comes.

    The server's own handlers do what they did.  They are Python's, which only the main thread has: in
    another one nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def told(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)
        theirs = before[signal.Signals(number)]
        if callable(theirs):
            theirs(number, frame)

    for number, theirs in before.items():
        if callable(theirs):
            signal.signal(number, told)
    try:
        yield
    finally:
        for number, theirs in before.items():
            if signal.getsignal(number) is told:
                signal.signal(number, theirs)
