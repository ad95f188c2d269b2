"""How much one phone may ask for, and how often a code may be wrong: counted in memory, for a minute."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request

from mnist_core.classroom.limits import WITHIN, WRONG_CODES
from web.classes.requests import Unfit, address_of, token_of

MOST_KEPT = 10_000  # browsers or addresses that are remembered: some 10 MB
OF_ONE_BROWSER = 10  # wrong codes, so that one who plays with codes does not shut out the class that shares an address
REQUESTS, A_SECOND = 60, 4.0  # that one phone may send at once, and go on with; a lesson has 40 drawings at most
WAITING = 4  # requests of one phone that may wait for a change at a time, one a window


class WrongCodes:
    """Counts wrong codes, by the browser that sent them and by where it is.

    Args:
        of_one: of one browser, within `within` seconds.
        of_all: of all from one address.
        within: seconds.
    """

    def __init__(self, of_one: int = OF_ONE_BROWSER, of_all: int = WRONG_CODES, within: float = WITHIN):
        self._most, self._within = (of_one, of_all), within
        self._times: dict[str, deque[float]] = {}

    def require_few(self, request: Request) -> None:
        """Refuse to say anything of further codes where too many were wrong.

        Raises:
            Unfit: too many were.
        """
        if self._spent(request):
            raise Unfit("tries", 429)

    def count(self, request: Request) -> None:
        """Note that a code was wrong.

        Raises:
            Unfit: it was one too many.
        """
        self.require_few(request)
        now = time.monotonic()
        if len(self._times) > MOST_KEPT:
            self._times = {name: times for name, times in self._times.items() if now - times[-1] < self._within}
        for name, most in zip(_names(request), self._most, strict=True):
            self._times.setdefault(name, deque(maxlen=most)).append(now)

    def _spent(self, request: Request) -> bool:
        now = time.monotonic()
        return any(
            len(times := self._times.get(name, deque())) == most and now - times[0] < self._within
            for name, most in zip(_names(request), self._most, strict=True)
        )


class Pace:
    """Lets each phone ask so often, and wait so many times at once.

    Args:
        requests: that it may send at once.
        a_second: that it may go on with.
        waiting: that may wait at a time.
    """

    def __init__(self, requests: int = REQUESTS, a_second: float = A_SECOND, waiting: int = WAITING):
        self._requests, self._a_second, self._most_waiting = requests, a_second, waiting
        self._left: dict[str, tuple[float, float]] = {}  # how many requests it may send yet, as of when
        self._waiting: Counter[str] = Counter()

    def count(self, request: Request) -> None:
        """Note a request.

        Raises:
            Unfit: it is one too many.
        """
        now, name = time.monotonic(), _names(request)[0]
        if len(self._left) > MOST_KEPT:
            full = self._requests / self._a_second
            self._left = {name: (left, since) for name, (left, since) in self._left.items() if now - since < full}
        left, since = self._left.get(name, (float(self._requests), now))
        left = min(self._requests, left + (now - since) * self._a_second)
        # One that is refused costs nothing: else whoever asks again and again would never be heard.
        self._left[name] = (left - 1 if left >= 1 else left, now)
        if left < 1:
            raise Unfit("fast", 429)

    @contextmanager
    def wait(self, request: Request) -> Iterator[None]:
        """While a request waits for a change.

        Raises:
            Unfit: too many do.
        """
        name = _names(request)[0]
        if self._waiting[name] >= self._most_waiting:
            raise Unfit("fast", 429)
        self._waiting[name] += 1
        try:
            yield
        finally:
            self._waiting[name] -= 1
            if not self._waiting[name]:
                del self._waiting[name]


def _names(request: Request) -> tuple[str, str]:
    """By which a browser, and where it is, are counted: one without a token is its address."""
    address = f"at {address_of(request)}"
    return token_of(request) or address, f"all {address}"
