"""Phones of a class, as the server knows them: `python -m benchmarks.phones ADDRESS CODE PHONES SECONDS`.

Each is a browser without a screen: it fetches the page, keeps its cookie, joins, waits for what the class asks,
answers within so many seconds as people do, and tries again where the server is not reached, as `web/js/phone` does.
Every phone has connections of its own; run as a process of their own they share no interpreter with the server.

Prints a line when all are in, then one JSON object for each of: an answer that was accepted, a state of the class
that a phone saw, and what went wrong.  Ends with its standard input, or after `LONGEST` seconds.

Not covered: what a browser does with what it is sent.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import sys
import time
from typing import Any

import httpx
import numpy as np

from mnist_core.data.synthetic.hand import draw_digit
from mnist_core.drawing.paths import SIDE

LONGEST = 300.0  # seconds
AGAIN = 1.0, 2.0, 4.0, 8.0  # seconds between two tries, as on the phone
PATIENCE = 40.0  # seconds for one request: the server holds one that waits for 20
JOINING = 10  # phones that join at the same time: a code is typed, and not by all in the same second


class Refused(Exception):
    """The server has refused an answer; trying again would not help."""


class Phone:
    """One phone of a class.

    Args:
        address: of the server, without a slash at the end.
        code: of the class.
        seed: of what is drawn, chosen, and when.
        thinking: seconds from a question to an answer, at most; each further drawing takes half of them.
    """

    def __init__(self, address: str, code: str, seed: int, thinking: float):
        # What is plain HTTP needs no certificates, and loading them for each phone would take longer than a class.
        self._client = httpx.AsyncClient(
            base_url=f"{address}/join", timeout=PATIENCE, verify=False, headers={"origin": address}, trust_env=False
        )
        self._code, self._seed, self._thinking = code, seed, thinking
        self._random, self._strokes = random.Random(seed), np.random.default_rng(seed)
        self._answered: set[tuple[int, int, int]] = set()
        self._seen: tuple[object, ...] = ()
        self._takes = 0

    async def join(self) -> dict[str, Any]:
        """Fetch the page, and enter the class; returns what the phone shows then."""
        (await self._client.get(f"/{self._code}")).raise_for_status()
        return await self._ask("POST", "me")

    async def follow(self, screen: dict[str, Any]) -> None:
        """Answer whatever is asked, as long as the class lasts."""
        answers: set[asyncio.Task[None]] = set()
        while True:
            self._note(screen)
            for message in self._due(screen):
                task = asyncio.create_task(self._send(message))
                answers.add(task)
                task.add_done_callback(answers.discard)
            try:
                screen = await self._ask("GET", f"view?since={screen['revision']}")
            except Refused as error:
                _say(phone=self._seed, ended=str(error))
                return

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    def _note(self, screen: dict[str, Any]) -> None:
        round = screen["round"]
        seen = None if round is None else (round["number"], round["step"], round["state"]), screen["paused"]
        if seen != self._seen:
            self._seen = seen
            _say(phone=self._seed, saw=seen[0], paused=seen[1], at=time.time())

    def _due(self, screen: dict[str, Any]) -> list[dict[str, Any]]:
        """The answers that are asked and not yet given."""
        round = screen["round"]
        if round is None or round["state"] != "open" or screen["paused"]:
            return []
        where = {"round": round["number"], "step": round["step"]}
        if round["asks"] == "draw":
            asked: list[dict[str, Any]] = [{"strokes": self._drawn(digit)} for digit in round["digits"]]
        elif round["asks"] == "read":
            asked = [{"about": each["id"], "value": self._random.randrange(10)} for each in screen["toRead"]]
        elif round["asks"] == "vote":
            asked = [{"value": self._random.randrange(len(round["question"]["choices"]))}]
        else:
            return []
        due = []
        for slot, answer in enumerate(asked):
            key = (round["number"], round["step"], slot)
            if key not in self._answered:
                self._answered.add(key)
                self._takes += 1
                due.append({**where, **answer, "slot": slot, "take": self._takes, "sent": secrets.token_hex(12)})
        return due

    def _drawn(self, digit: int) -> list[list[list[float]]]:
        return [(stroke * SIDE).round(1).tolist() for stroke in draw_digit(digit, self._strokes)]

    async def _send(self, message: dict[str, Any]) -> None:
        # One after the other, as a hand draws them.
        await asyncio.sleep((self._random.random() + message["slot"] / 2) * self._thinking)
        begun = time.perf_counter()
        try:
            kept = await self._ask("POST", "answers", message)
        except Refused as error:
            _say(phone=self._seed, refused=str(error), sent=message["sent"])
        else:
            _say(phone=self._seed, accepted=time.perf_counter() - begun, sent=message["sent"], id=kept["id"])

    async def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """What the server answers, sooner or later.

        Raises:
            Refused: it does.
        """
        tries = 0
        while True:
            try:
                answer = await self._client.request(method, f"/{self._code}/{path}", json=body)
                told = answer.json()
            except (httpx.HTTPError, ValueError):
                told = {"reason": "unreached"}
            else:
                if answer.is_success:
                    return told
                if answer.status_code < 500 and told.get("reason") != "fast":
                    raise Refused(told["message"])
            _say(phone=self._seed, again=told.get("reason"))
            await asyncio.sleep(AGAIN[min(tries, len(AGAIN) - 1)])
            tries += 1


def _say(**event: object) -> None:
    print(json.dumps(event), flush=True)


async def _main(address: str, code: str, count: int, thinking: float) -> None:
    phones = [Phone(address, code, seed, thinking) for seed in range(count)]
    turn = asyncio.Semaphore(JOINING)

    async def joined(phone: Phone) -> tuple[dict[str, Any], float]:
        async with turn:
            begun = time.perf_counter()
            return await phone.join(), time.perf_counter() - begun

    entered = await asyncio.gather(*(joined(phone) for phone in phones))
    _say(joined=[seconds for _, seconds in entered])
    followed = [asyncio.create_task(phone.follow(screen)) for phone, (screen, _) in zip(phones, entered, strict=True)]
    try:
        await asyncio.wait_for(asyncio.to_thread(sys.stdin.readline), LONGEST)
    finally:
        for task in followed:
            task.cancel()
        await asyncio.gather(*followed, return_exceptions=True)
        await asyncio.gather(*(phone.close() for phone in phones))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
