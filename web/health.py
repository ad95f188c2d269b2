"""Whether this server is well, and what is wrong with what: for a person, a balancer, or what watches over it.

Also a program, for units and containers: `python -m web.health http://127.0.0.1:8501/health`.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse

logger = logging.getLogger(__name__)

WITHIN = 5.0  # seconds that a look may take
LOOK_EVERY = 0.2  # seconds between two questions to a server that is not there yet
WELL, ILL = 200, 503
PATH = "/health"


@dataclass(frozen=True)
class Finding:
    """What a look found.

    Attributes:
        well: whether nothing is wrong.
        words: what is so, in a few words that anybody may read.
    """

    well: bool
    words: str


class Health:
    """Answers with what all looks find: 200 where everything is well, 503 otherwise.

    Each look has a thread of its own, so that one that hangs holds up no page, and no two of a kind go on at a time,
    however many ask.

    Args:
        looks: by the name of what they look at; they may wait.
        within: seconds after which a look counts as found wanting.
    """

    def __init__(self, looks: Mapping[str, Callable[[], Finding]], *, within: float = WITHIN):
        self._looks, self._within = looks, within
        self._threads = ThreadPoolExecutor(max(1, len(looks)), thread_name_prefix="health")
        self._underway: dict[str, Future[Finding]] = {}

    async def answer(self, request: Request) -> JSONResponse:
        """What is found now, as JSON."""
        found = dict(zip(self._looks, await asyncio.gather(*map(self._find, self._looks)), strict=True))
        well = all(each.well for each in found.values())
        content = {"well": well, **{name: asdict(each) for name, each in found.items()}}
        return JSONResponse(content, WELL if well else ILL, {"cache-control": "no-store"})

    async def _find(self, name: str) -> Finding:
        look = self._underway.get(name)
        if look is None or look.done():
            look = self._underway[name] = self._threads.submit(self._looks[name])
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(look)), self._within)
        except asyncio.TimeoutError:
            return Finding(False, f"no answer within {self._within:g} seconds")
        except Exception:
            logger.exception("Looking at %s failed", name)
            return Finding(False, "could not be looked at; the server's log says why")


def main(arguments: list[str] | None = None) -> int:
    """Print what a server says of itself; 0 where it is well, 1 where it is not, 2 where it does not answer."""
    parser = argparse.ArgumentParser(prog="python -m web.health", description="Ask a server whether it is well.")
    parser.add_argument("url", help="for example http://127.0.0.1:8501/health")
    parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="for a server that is starting")
    asked = parser.parse_args(arguments)
    deadline = time.monotonic() + asked.wait
    while True:
        try:
            with urllib.request.urlopen(asked.url, timeout=2 * WITHIN) as answer:
                print(answer.read().decode())
                return 0
        except urllib.error.HTTPError as error:
            print(error.read().decode(errors="replace"))
            return 1
        except OSError as error:
            if time.monotonic() > deadline:
                print(f"{asked.url} does not answer: {error}", file=sys.stderr)
                return 2
            time.sleep(LOOK_EVERY)


if __name__ == "__main__":
    sys.exit(main())
