"""People who draw at once, as the server knows them: `python -m benchmarks.people ADDRESS PEOPLE STROKES`.

Each is a WebSocket that speaks Streamlit's protocol to the Draw page and sends what the canvas component sends after a
stroke; no browser, so that a hundred of them cost less than what they measure.  Run as a process of their own they
share no interpreter with the server or the benchmark.  Prints a line when all have their page, waits for one on its
standard input, draws, and prints the seconds that each stroke took, from sending it to the answer.

Not covered: what the browser itself does, and its fetching of files.
"""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request
from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import urlsplit

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

EVERY = 3.0  # seconds from one stroke of a person to the next
AT_ONCE = 4  # people who open the page at the same time
WITHIN = 60.0  # seconds for a page or an answer; what takes longer ends the measurement
SIDE, PEN = 320, 22  # canvas pixels
CANVAS, ANSWERS = "-canvas", "-live_answers"  # how the ids of components end
POINTS = 24  # of a stroke


def drawings(count: int, seed: int) -> list[str]:
    """What the canvas component reports of digits of one stroke each, no two alike, as JSON."""
    rng = np.random.default_rng(seed)
    return [_drawing(_stroke(rng)) for _ in range(count)]


def _stroke(rng: np.random.Generator) -> np.ndarray:
    """(POINTS, 2) canvas pixels: a 3, or a 7, as a hand might write it."""
    t = np.linspace(0, 1, POINTS)
    if rng.random() < 0.5:
        x, y = 0.45 + 0.22 * np.abs(np.sin(2 * np.pi * t)), 0.15 + 0.7 * t
    else:
        x, y = np.where(t < 0.4, 0.25 + 1.25 * t, 0.75 - 0.5 * (t - 0.4)), np.where(t < 0.4, 0.2, 0.2 + 1.1 * (t - 0.4))
    shake = np.cumsum(rng.normal(0, 0.004, (2, POINTS)), axis=1) + rng.uniform(-0.05, 0.05, (2, 1))
    return SIDE * (np.stack([x, y]) + shake).T


def _drawing(stroke: np.ndarray) -> str:
    points = stroke.round(3).tolist()
    path: list[list[object]] = [["M", *points[0]]]
    path += [["Q", *a, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2] for a, b in pairwise(points)]
    path.append(["L", *points[-1]])
    drawn = {
        "type": "Path", "version": "7.4.0", "originX": "center", "originY": "center", "fill": None,
        "stroke": "#FFFFFF", "strokeWidth": PEN, "strokeLineCap": "round", "strokeLineJoin": "round",
        "scaleX": 1, "scaleY": 1, "angle": 0, "flipX": False, "flipY": False, "opacity": 1, "visible": True,
        "skewX": 0, "skewY": 0, "path": path,
    }  # fmt: skip
    raw = {"version": "7.4.0", "objects": [drawn], "background": "#000000"}
    return json.dumps({"drawing": {"raw": raw, "data": None}, "backgroundFit": None})


class Person:
    """One session on the Draw page.

    Attributes:
        seconds: from sending each stroke to its answer.
        messages: that came after each stroke, its answer among them.
    """

    def __init__(self, socket: ClientConnection, address: str):
        self._socket, self._address = socket, address
        self._page = self._fragment = self._canvas = ""
        self._kept: OrderedDict[str, None] = OrderedDict()  # hashes of messages, as the browser keeps them
        self.seconds: list[float] = []
        self.messages: list[int] = []

    async def open(self) -> None:
        """Ask for the page, and take all of it."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        message.rerun_script.page_name = "Draw"
        await self._socket.send(message.SerializeToString())
        await self._take(ForwardMsg.FINISHED_SUCCESSFULLY)
        if not self._canvas:
            raise RuntimeError("The page has no canvas.")

    async def draw(self, drawing: str) -> None:
        """Send a stroke, and take all that comes of it."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.page_script_hash, rerun.fragment_id = self._page, self._fragment
        rerun.cached_message_hashes.extend(self._kept)
        rerun.context_info.url = f"{self._address}/Draw"
        rerun.widget_states.widgets.add(id=self._canvas, json_value=drawing)
        await self._socket.send(message.SerializeToString())
        await self._take(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY, asyncio.get_running_loop().time())

    async def _take(self, until: int, sent: float | None = None) -> None:
        answered, count = sent is None, 0
        async for data in self._socket:
            count += 1
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if message.metadata.cacheable:
                self._kept[message.hash] = None
            if kind == "new_session":
                self._page = message.new_session.page_script_hash
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                component = message.delta.new_element.bidi_component
                if component.id.endswith(CANVAS):
                    self._canvas, self._fragment = component.id, message.delta.fragment_id
                elif component.id.endswith(ANSWERS) and not answered:
                    answered = True
                    self.seconds.append(asyncio.get_running_loop().time() - (sent or 0.0))
            elif kind == "script_finished" and message.script_finished == until:
                if not answered:
                    raise RuntimeError("A stroke was not answered.")
                self.messages.append(count)
                return
        raise RuntimeError("The server has hung up.")


async def _visit(address: str, turn: asyncio.Semaphore) -> Person:
    cookies = await asyncio.to_thread(cookies_of, f"{address}/Draw")
    socket = await connect(
        f"ws://{urlsplit(address).netloc}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": cookies} if cookies else None,
        max_size=None,
        compression=None,
        ping_interval=None,
    )
    person = Person(socket, address)
    async with turn:
        await asyncio.wait_for(person.open(), WITHIN)
    return person


def cookies_of(page: str) -> str:
    """What the server lets a browser keep that asks for the page at this address, as it sends it back."""
    with urllib.request.urlopen(page, timeout=WITHIN) as answer:
        given = answer.headers.get_all("Set-Cookie") or []
    return "; ".join(each.partition(";")[0] for each in given)


async def _draw(person: Person, drawings: Sequence[str], first: float) -> None:
    clock = asyncio.get_running_loop()
    for turn, drawing in enumerate(drawings):
        await asyncio.sleep(max(0.0, first + turn * EVERY - clock.time()))
        await asyncio.wait_for(person.draw(drawing), WITHIN)


async def _main(address: str, people: int, strokes: int) -> None:
    turn = asyncio.Semaphore(AT_ONCE)
    drawn = drawings(people * (strokes + 1), seed=people)
    crowd = await asyncio.gather(*(_visit(address, turn) for _ in range(people)))
    for place, person in enumerate(crowd):  # The first stroke compiles and caches.
        await asyncio.wait_for(person.draw(drawn[place]), WITHIN)
        person.seconds.clear()
        person.messages.clear()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    begin = asyncio.get_running_loop().time()
    await asyncio.gather(
        *(
            _draw(person, drawn[people + place * strokes :][:strokes], begin + EVERY * place / people)
            for place, person in enumerate(crowd)
        )
    )
    seconds = [each for person in crowd for each in person.seconds]
    messages = [each for person in crowd for each in person.messages]
    print(json.dumps({"seconds": seconds, "messages": messages}), flush=True)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
