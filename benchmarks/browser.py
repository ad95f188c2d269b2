"""Chromium and servers for the figures that a user would notice; the harness itself lives with the tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from mnist_core.data.dataset import Dataset
from mnist_core.errors import DigitLabError

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / each) for each in ("browser", "support")]

import chromium  # noqa: E402  # The browser harness lies with the tests.
from app_server import AppServer as AppServer  # noqa: E402  # As above.
from strokes import DIGITS  # noqa: E402  # As above.
from strokes import Stroke as Stroke  # noqa: E402  # As above.
from tab import AT_REST  # noqa: E402  # As above.
from tab import CANVAS as CANVAS  # noqa: E402  # As above.

WITHIN = 120_000  # ms for anything to appear
QUIET = 250  # ms without a run of the script, before a page counts as at rest
EVENTS = 2  # between two points of a stroke

# Notes the time in the page, so that the driver's own does not count: from the event that
# lifts the pen to the first frame that shows the answer.
_WATCH = """([digits, count, within]) => {
    let lifted = null;
    addEventListener("pointerup", (event) => { lifted = event.timeStamp; }, {capture: true, once: true});
    window.digitlabAnswer = new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error("no answer")), within);
        const observer = new MutationObserver(() => {
            if (lifted === null || document.querySelectorAll(digits).length < count) return;
            observer.disconnect();
            requestAnimationFrame((now) => resolve(now - lifted));
        });
        const attributes = ["data-from"];  // says whether the browser or the server answers
        observer.observe(
            document.body, {subtree: true, childList: true, characterData: true, attributeFilter: attributes});
    });
}"""
# Every frame that was drawn while the pen moved, in milliseconds of script.
_NOTE_FRAMES = """() => {
    window.digitlabFrames = [];
    document.addEventListener("digitlab-frame", (event) => window.digitlabFrames.push(event.detail));
}"""


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium.

    Raises:
        DigitLabError: there is none on this machine, or none that can be driven.
    """
    try:
        problem = chromium.obstacle()
    except chromium.NoChromium as error:
        problem = str(error)
    if problem:
        raise DigitLabError(f"These figures need a browser: {problem}")
    args = ["--disable-component-update", "--disable-dev-shm-usage"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")  # Chromium refuses to sandbox for root.
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium.find(), args=args)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def serving(
    home: Path, data: Dataset | None = None, *, app: Path = ROOT / "app.py", environ: Mapping[str, str] = {}
) -> Iterator[AppServer]:
    """`app` on a server of its own, with these images or those that it finds; ended with all that it started."""
    environ = {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false", **environ}
    if data is not None and data.is_mnist:
        environ["DIGITLAB_MNIST"] = str(Path(data.location).resolve())
    server = AppServer(home, app=app, environ=environ)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def cpu_seconds(process: psutil.Process) -> float:
    """What a process has taken of the cores so far."""
    times = process.cpu_times()
    return times.user + times.system


def wait_until_at_rest(page: Page) -> None:
    """Wait until Streamlit has run nothing for a moment."""
    page.wait_for_function(AT_REST, arg=[QUIET, 0], timeout=WITHIN)


@dataclass(frozen=True)
class Board:
    """A page with a canvas.

    Attributes:
        page: the tab.
        digits: CSS selector of what is there once an answer is given, and only then.
        clear_button: CSS selector of what empties the canvas.
    """

    page: Page
    digits: str
    clear_button: str
    networks: int = 2

    def wait_for_canvas(self) -> None:
        """Wait until there is a canvas to draw on."""
        self.page.wait_for_selector(CANVAS, timeout=WITHIN)

    def answer(self, stroke: Stroke) -> float:
        """Milliseconds from pen-up to the frame with all networks' answers.

        Args:
            stroke: points in the unit square, which is the canvas, y down.
        """
        area = self.page.locator(CANVAS).bounding_box()
        assert area is not None  # `wait_for_canvas` has seen it.
        points = [(area["x"] + area["width"] * x, area["y"] + area["height"] * y) for x, y in stroke]
        self.page.evaluate(_WATCH, [self.digits, self.networks, WITHIN])
        mouse = self.page.mouse
        mouse.move(*points[0])
        mouse.down()
        for point in points[1:]:
            mouse.move(*point, steps=EVENTS)
        mouse.up()
        return self.page.evaluate("() => window.digitlabAnswer")

    def note_frames(self) -> None:
        """From now on, note how long each frame takes in which the answers follow the pen."""
        self.page.evaluate(_NOTE_FRAMES)

    def frames(self) -> list[float]:
        """Milliseconds of script of each such frame."""
        return self.page.evaluate("() => window.digitlabFrames")

    def clear(self) -> None:
        """Empty the canvas, and wait until that has been answered too."""
        wait_until_at_rest(self.page)
        self.page.locator(self.clear_button).evaluate("button => button.click()")
        self.page.wait_for_selector(self.digits, state="detached", timeout=WITHIN)
        wait_until_at_rest(self.page)


class Traffic:
    """What a page sends and gets over its web socket; make it before the page goes anywhere.

    Attributes:
        sent: bytes so far.
        received: the same.
    """

    def __init__(self, page: Page):
        self.sent = self.received = 0
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: self._count(len(payload), 0))
        socket.on("framereceived", lambda payload: self._count(0, len(payload)))

    def _count(self, sent: int, received: int) -> None:
        self.sent += sent
        self.received += received


ONE_STROKE = [strokes[0] for strokes in DIGITS.values() if len(strokes) == 1]


def digits(count: int, seed: int) -> list[Stroke]:
    """Digits of one stroke each, no two alike: points in the unit square, which is the canvas, y down."""
    boxes = np.array([0.2, 0.12, 0.8, 0.88]) + np.random.default_rng(seed).uniform(-0.1, 0.1, (count, 4))
    return [
        [(left + (right - left) * x, top + (bottom - top) * y) for x, y in ONE_STROKE[i % len(ONE_STROKE)]]
        for i, (left, top, right, bottom) in enumerate(boxes.tolist())
    ]
