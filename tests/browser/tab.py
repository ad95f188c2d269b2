"""One browser tab on the app, watched: what goes wrong in it fails the test."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

from app_server import AppServer
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    expect,
)
from playwright.sync_api import TimeoutError as TookTooLong
from strokes import Stroke

FAILURES = Path(__file__).parent / "failures"
ELSEWHERE = re.compile(r"^(https?|wss?)://(?!(127\.0\.0\.1|localhost|guests\.test)[:/])")
# A page opened by its own address first looks for Streamlit below that address, then at the root.
PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")
CANVAS = "canvas.upper-canvas"  # takes the pen; CSS selectors see into the component's open shadow root
LOST_SERVER = r"ERR_CONNECTION|ERR_EMPTY|WebSocket|Failed to fetch|server endpoint|server is not responding"
MIDDLE = (0.2, 0.12, 0.8, 0.88)  # left, top, right, bottom of a digit drawn with some room around it
STEPS = 6  # events of a swipe
# What follows the pen takes the server's answers; until it has been loaded, a stroke is answered by the server alone.
FOLLOWS_THE_PEN = """() => {
    const box = document.querySelector(".st-key-live_answers .dl-live");
    const told = () => new CustomEvent("digitlab-answer", { bubbles: true, cancelable: true });
    return !document.querySelector(".st-key-live_networks") || (box && !box.dispatchEvent(told()));
}"""
PEN_STEP = 12.0  # CSS pixels between two events of the pen: a hand that writes at 700 pixels a second

# Streamlit keeps the state of its script on the app's element, and shows skeletons where the code of
# an element is still on its way; icons are letters of a font.  A rerun that is about to start is not
# yet visible in any of them, so the page has to stay at rest for a while.
AT_REST = """([quiet, question]) => {
    const app = document.querySelector('[data-testid="stApp"]');
    const resting = app?.dataset.testScriptState === "notRunning"
        && app.dataset.testConnectionState === "CONNECTED"
        && document.fonts.status === "loaded"
        && !document.querySelector('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]');
    if (!resting || window.restQuestion !== question) {
        window.restQuestion = question;
        window.restingSince = performance.now();
    }
    return resting && performance.now() - window.restingSince >= quiet;
}"""


class Tab:
    """A page of the app in a browser window of its own.

    Attributes:
        page: Playwright's page, for everything that has no method here.
        url: of the first page, without a slash at the end.
        touch: true where the window is a phone's and strokes are drawn by a finger.
        problems: what went wrong so far: console errors, uncaught exceptions, failed
            requests, requests to other machines.
    """

    def __init__(self, context: BrowserContext, server: AppServer, *, touch: bool, guest: bool = False):
        self.server = server
        self.url = server.guests_url if guest else server.url
        self.touch = touch
        self.problems: list[str] = []
        self._questions = 0
        self._tolerated: list[re.Pattern[str]] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._report_message)
        self.page.on("pageerror", lambda error: self._report(f"uncaught in the page: {error}"))
        self.page.on("requestfailed", lambda request: self._report_failed(request.url, request.failure))
        self.page.on("response", lambda response: self._report_status(response.url, response.status))
        self.page.on("websocket", lambda socket: self._report_elsewhere(socket.url))

    def open(self, name: str = "Home", **query: object) -> None:
        """Go to the page called `name`, with `query` in its address, and wait until it has been drawn."""
        path = "" if name == "Home" else name
        self.page.goto(f"{self.url}/{path}" + (f"?{urlencode(query)}" if query else ""))
        self.wait_until_at_rest()

    def reload(self) -> None:
        """Do what F5 does: session state is lost."""
        self.page.reload()
        self.wait_until_at_rest()

    def wait_until_at_rest(self, *, quiet: float = 0.25, within: float = 60.0) -> None:
        """Wait until Streamlit has run nothing for `quiet` seconds, `within` seconds at most."""
        self._rest(quiet, within)
        self.check()

    def settle(self) -> None:
        """Wait until the page is at rest, but only a moment: a page that polls may never be."""
        with suppress(TookTooLong):
            self._rest(quiet=0.25, within=2.0)

    def tolerate(self, pattern: str) -> None:
        """Let problems that match `pattern` pass: this test causes them on purpose."""
        self._tolerated.append(re.compile(pattern))

    def tolerate_lost_server(self) -> None:
        """Let pass what a browser says while the server is away: this test stops it on purpose."""
        self.tolerate(LOST_SERVER)

    def check(self) -> None:
        """Fail with all that went wrong in this tab so far.

        Raises:
            AssertionError: names each problem.
        """
        __tracebackhide__ = True
        problems = [words for words in self.problems if not any(each.search(words) for each in self._tolerated)]
        if not self.page.is_closed():
            shown = self.page.locator('[data-testid="stException"]').all_inner_texts()
            problems += [f"exception on the page: {text}" for text in shown]
        assert not problems, "\n".join([f"{self.page.url}:", *problems])

    def widget(self, key: str) -> Locator:
        """The widget or container with this `key=`."""
        return self.page.locator(f".st-key-{key}")

    def pressable(self, name: str) -> Locator:
        """The button whose key begins with this name: behind it the key says what a press is for."""
        return self.page.locator(f'[class*="st-key-{name}_"]').get_by_role("button")

    def unfold(self, *labels: str) -> None:
        """Open what is folded away under each of these labels."""
        for label in labels:
            self.page.locator('[data-testid="stExpander"] summary', has_text=label).click()
            self.wait_until_at_rest()

    def canvas(self) -> Locator:
        """What takes the pen, once the page follows it, scrolled to where a hand can reach all of it."""
        canvas = self.page.locator(CANVAS)
        expect(canvas).to_be_visible(timeout=30_000)
        self.page.wait_for_function(FOLLOWS_THE_PEN)
        canvas.evaluate("element => element.scrollIntoView({block: 'center'})")
        return canvas

    def draw(
        self,
        strokes: Sequence[Stroke],
        *,
        box: tuple[float, float, float, float] = MIDDLE,
        lift: bool = True,
        on: Locator | None = None,
    ) -> None:
        """Draw on the canvas, with the mouse or, on a phone, with a finger.

        Args:
            strokes: points in the unit square, y down (`strokes.DIGITS`).
            box: where the unit square lies on the canvas: left, top, right, bottom, each from 0 to 1.
            on: another canvas than that of the Draw page.
            lift: false leaves the pen down at the end of the last stroke; `lift()` ends it.
        """
        area = (on or self.canvas()).bounding_box()
        left, top, right, bottom = box
        for index, stroke in enumerate(strokes):
            points = [
                (
                    area["x"] + area["width"] * (left + (right - left) * x),
                    area["y"] + area["height"] * (top + (bottom - top) * y),
                )
                for x, y in stroke
            ]
            self._press(points[0])
            for before, after in pairwise(points):
                steps = max(1, round(math.dist(before, after) / PEN_STEP))
                for step in range(1, steps + 1):
                    self._move(tuple(a + (b - a) * step / steps for a, b in zip(before, after, strict=True)))
            if lift or index < len(strokes) - 1:
                self.lift()

    def lift(self) -> None:
        """Take the pen, or the finger, off."""
        if self.touch:
            self._dispatch("touchEnd")
        else:
            self.page.mouse.up()

    def swipe(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Move a finger over the window, as for scrolling; positions in CSS pixels of the window."""
        self._dispatch("touchStart", start)
        for step in range(1, STEPS + 1):
            self._dispatch("touchMove", tuple(a + (b - a) * step / STEPS for a, b in zip(start, end, strict=True)))
        self._dispatch("touchEnd")

    def scroll_position(self) -> float:
        """How far the page is scrolled down, in CSS pixels."""
        return self.page.evaluate(
            "() => window.scrollY + (document.querySelector('[data-testid=\"stMain\"]')?.scrollTop ?? 0)"
        )

    def overflow(self) -> float:
        """By how many CSS pixels the page is wider than the window; 0 where nothing scrolls sideways."""
        return self.page.evaluate(
            """() => Math.max(...[document.documentElement, document.querySelector('[data-testid="stMain"]')]
                .filter(Boolean).map(element => element.scrollWidth - element.clientWidth))"""
        )

    def screenshot(self, name: str, *, full_page: bool = False) -> Path:
        """Save what the tab shows under `tests/browser/failures/`; returns the file's path."""
        FAILURES.mkdir(exist_ok=True)
        path = FAILURES / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}.png"
        self.page.screenshot(path=path, full_page=full_page)
        return path

    def _rest(self, quiet: float, within: float) -> None:
        self._questions += 1
        # Not asked every frame, as would be usual: that alone makes the browser draw frames.
        self.page.wait_for_function(AT_REST, arg=[quiet * 1000, self._questions], polling=50, timeout=within * 1000)

    def _press(self, point: tuple[float, float]) -> None:
        if self.touch:
            self._dispatch("touchStart", point)
        else:
            self.page.mouse.move(*point)
            self.page.mouse.down()

    def _move(self, point: tuple[float, float]) -> None:
        if self.touch:
            self._dispatch("touchMove", point)
        else:
            self.page.mouse.move(*point)

    def _dispatch(self, kind: str, point: tuple[float, float] | None = None) -> None:
        # Playwright's touchscreen only taps; the browser's own protocol has fingers that move.
        if not hasattr(self, "_fingers"):
            self._fingers = self.page.context.new_cdp_session(self.page)
        points = [] if point is None else [{"x": point[0], "y": point[1]}]
        self._fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def _report_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBE.search(message.location.get("url", "")):
            self._report(f"console: {message.text}")

    def _report_failed(self, url: str, failure: str | None) -> None:
        # The browser drops what is still on its way when a page is left or reloaded.
        if not self._report_elsewhere(url) and failure != "net::ERR_ABORTED":
            self._report(f"request failed: {url}: {failure}")

    def _report_status(self, url: str, status: int) -> None:
        if not self._report_elsewhere(url) and status >= 400 and not PROBE.search(url):
            self._report(f"request failed: {url}: status {status}")

    def _report_elsewhere(self, url: str) -> bool:
        """Report what was asked of another machine; whether it was."""
        if found := bool(ELSEWHERE.match(url)):
            self._report(f"asked another machine: {url}")
        return found

    def _report(self, words: str) -> None:
        self.problems.append(words)
