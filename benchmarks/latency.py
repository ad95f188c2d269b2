"""What a person waits for, and what the web server costs, beside a page as most people write it."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

import numpy as np
import psutil
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page

from benchmarks import Figure, Part, Report, p95
from benchmarks.browser import CANVAS, AppServer, Board, Stroke, Traffic, browser, digits, serving, wait_until_at_rest
from benchmarks.crowd import CROWDS, crowd
from mnist_core.data import dataset
from mnist_core.drawing.normalise import to_mnist
from mnist_core.exchange.model_files import keras_file
from mnist_core.network.network import DRAW_READY, Network, pretrained
from mnist_core.settings import Settings
from mnist_core.training.tensorflow import keras
from ui.frame.page import PAGES

NAIVE_APP = Path(__file__).with_name("naive_app.py")
BARE_APP = 'import streamlit as st\nst.write("Hello")\n'
SIDE, PEN = 320, 22  # pixels
NETWORKS = (f"linear{DRAW_READY}", f"hidden{DRAW_READY}")  # that answer on the Draw page unless asked otherwise
NAIVE_NAMES = ("linear", "hidden")  # what the naive app calls its two
STROKES = 50
BLOCK = 10  # strokes on one page before it is the other's turn, so that both see the same machine
DRAWINGS = 200
PREDICTIONS = 50
STARTS = 3
KB, MB = 1_000, 1_000_000

Serving = AbstractContextManager[AppServer]


class _Rooms:
    """What servers need, in a folder that goes away: homes, the naive page's models, MNIST's place."""

    def __init__(self, folder: Path):
        self._folder = folder
        for name, network in zip(NAIVE_NAMES, NETWORKS, strict=True):
            (folder / f"{name}.keras").write_bytes(keras_file(pretrained(network)))
        self.bare = folder / "bare.py"
        self.bare.write_text(BARE_APP)
        self._data = dataset.load(Settings.from_environment())

    def ours(self) -> Serving:
        """Our app, with an empty home."""
        return serving(self._home(), self._data)

    def other(self, app: Path) -> Serving:
        """Another app, with Streamlit's usual configuration."""
        return serving(self._home(), self._data, app=app, environ={"NAIVE_MODELS": str(self._folder)})

    def _home(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="home-", dir=self._folder))


def _our_board(page: Page) -> Board:
    # What the browser answers while the pen moves is not yet the answer.
    return Board(page, ".dl-live[data-from=server] .dl-digit", ".st-key-canvas_clear button")


def _naive_board(page: Page) -> Board:
    return Board(page, '[data-testid="stMain"] h2', 'button[aria-label^="Reset canvas"]')


def _classifying(folder: Path, report: Report) -> Iterator[Figure]:
    networks = [pretrained(name) for name in NETWORKS]
    canvases = [_canvas(stroke) for stroke in digits(DRAWINGS, seed=0)]
    convolutional = pretrained(f"convolutional{DRAW_READY}")

    def ours(asked: list[Network], canvas: np.ndarray) -> None:
        image = to_mnist(canvas)[None]
        for network in asked:
            network.scores(image)

    def predict(canvas: np.ndarray) -> None:
        image = to_mnist(canvas)[None] / 255
        for model in models:
            model.predict(image, verbose=0)

    milliseconds = _median_ms(partial(ours, networks), canvases)
    models = [_keras_model(network) for network in networks]
    reference = _median_ms(predict, canvases[:PREDICTIONS])
    yield Figure.at_most(
        "server side: one drawing through both networks, median",
        milliseconds,
        "ms",
        2.0,
        f"Keras predict {reference:.0f} ms",
    )
    milliseconds = _median_ms(partial(ours, [convolutional]), canvases)
    yield Figure.at_most("server side: one drawing through the convolutional network, median", milliseconds, "ms", 3.0)


def _answering(folder: Path, report: Report) -> Iterator[Figure]:
    with ExitStack() as stack:
        chromium, rooms = stack.enter_context(browser()), _Rooms(folder)
        boards, traffics = [], []
        for server, path, as_board in (
            (rooms.ours(), "/Draw", _our_board),
            (rooms.other(NAIVE_APP), "", _naive_board),
        ):
            page = _tab(stack, chromium)
            traffics.append(Traffic(page))
            page.goto(stack.enter_context(server).url + path, wait_until="commit")
            boards.append(as_board(page))
        taken: list[list[float]] = [[], []]
        first, *strokes = digits(1 + STROKES, seed=1)
        for board in boards:
            board.wait_for_canvas()
            wait_until_at_rest(board.page)
            board.answer(first)  # Not counted: the first one compiles and caches.
            board.clear()
            board.note_frames()
        received: list[list[int]] = [[], []]
        for start in range(0, STROKES, BLOCK):
            for board, traffic, times, sizes in zip(boards, traffics, taken, received, strict=True):
                for stroke in strokes[start : start + BLOCK]:
                    before = traffic.received
                    times.append(board.answer(stroke))
                    wait_until_at_rest(board.page)
                    sizes.append(traffic.received - before)
                    board.clear()
        frames = boards[0].frames()
    ours, naive = taken
    for name, of, bound in (("median", statistics.median, 300), ("95th percentile", p95, 360)):
        yield Figure.at_most(
            f"pen-up to answer in Chromium, {name} of {STROKES} strokes",
            of(ours),
            "ms",
            bound,
            f"naive page {of(naive):.0f} ms",
        )
    for name, of in (("median", statistics.median), ("95th percentile", p95)):
        words = f"both networks, {len(frames):,} frames of {STROKES} strokes"
        yield Figure.at_most(f"script per animation frame while drawing, {name}", of(frames), "ms", 4.0, words)
    ours_kb, naive_kb = (statistics.median(sizes) / KB for sizes in received)
    yield Figure.note("sent to the page per stroke, median", ours_kb, "kB", f"naive page {naive_kb:.0f} kB")


def _inside(folder: Path, report: Report) -> Iterator[Figure]:
    with browser() as chromium, ExitStack() as stack:
        page = _tab(stack, chromium, f"{stack.enter_context(_Rooms(folder).ours()).url}/Draw")
        board = _our_board(page)
        board.wait_for_canvas()
        wait_until_at_rest(page)
        page.locator('[data-testid="stExpander"] summary', has_text="Inside the network").click()
        page.locator(".st-key-inside_view .places button").first.wait_for()
        wait_until_at_rest(page)
        page.locator(CANVAS).scroll_into_view_if_needed()
        first, *strokes = digits(1 + STROKES, seed=1)
        board.answer(first)  # Not counted: the first one compiles.
        board.clear()
        board.note_frames()
        for stroke in strokes:
            board.answer(stroke)
            board.clear()
        frames = board.frames()
    words = f"both networks and the overview of the hidden one, {len(frames):,} frames of {STROKES} strokes"
    for name, of in (("median", statistics.median), ("95th percentile", p95)):
        yield Figure.at_most(
            f"script per animation frame with the network's inside open, {name}", of(frames), "ms", 8.0, words
        )


def _memory(folder: Path, report: Report) -> Iterator[Figure]:
    rooms = _Rooms(folder)
    with browser() as chromium, ExitStack() as stack:
        server = stack.enter_context(rooms.ours())
        for path in ["", *(Path(page).stem.partition("_")[2] for page in PAGES if page != "home.py")]:
            page = _tab(stack, chromium, f"{server.url}/{path}")
            wait_until_at_rest(page)
            if path == "Draw":
                _our_board(page).answer(digits(1, seed=2)[0])
        ours = server.memory() / MB
        children = [child.memory_info().rss / MB for child in psutil.Process(server.pid).children(recursive=True)]
    with browser() as chromium, ExitStack() as stack:
        server = stack.enter_context(rooms.other(NAIVE_APP))
        board = _naive_board(_tab(stack, chromium, server.url))
        board.wait_for_canvas()
        wait_until_at_rest(board.page)
        board.answer(digits(1, seed=2)[0])
        naive = server.memory() / MB
    yield Figure.at_most(
        f"web server memory after visiting all {len(PAGES)} pages",
        ours,
        "MB",
        300,
        f"naive page {naive:.0f} MB; not counted: {len(children)} processes for training, {sum(children):.0f} MB",
    )


def _starting(folder: Path, report: Report) -> Iterator[Figure]:
    rooms, ours, naive, bare = _Rooms(folder), [], [], []
    with browser() as chromium:
        for _ in range(STARTS):
            bare.append(_start(chromium, lambda: rooms.other(rooms.bare), "", None))
            ours.append(_start(chromium, rooms.ours, "/Draw", _our_board))
            naive.append(_start(chromium, lambda: rooms.other(NAIVE_APP), "", _naive_board))
    middle, floor = statistics.median(ours), statistics.median(bare)
    yield Figure.at_most(
        f"server start to a canvas one can draw on, median of {STARTS}",
        middle,
        "s",
        4.0,
        f"naive page {statistics.median(naive):.1f} s; a page with one word {floor:.1f} s",
    )
    yield Figure.at_most(
        "the same, over Streamlit itself with one word on the page", middle - floor, "s", 3.0, f"{floor:.1f} s"
    )


def _start(
    chromium: Browser, server: Callable[[], Serving], path: str, as_board: Callable[[Page], Board] | None
) -> float:
    """Seconds from spawning a server to what one can use: its canvas, or its word."""
    with ExitStack() as stack:
        started = time.perf_counter()
        page = _tab(stack, chromium, stack.enter_context(server()).url + path)
        if as_board is None:
            page.get_by_text("Hello").wait_for()
            return time.perf_counter() - started
        board = as_board(page)
        board.wait_for_canvas()
        seconds = time.perf_counter() - started
        board.answer(digits(1, seed=2)[0])  # Not a canvas that only looks like one.
        return seconds


def _tab(stack: ExitStack, chromium: Browser, url: str | None = None) -> Page:
    """A tab with nothing cached, on its way to `url`."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    stack.callback(context.close)
    page = context.new_page()
    if url is not None:
        page.goto(url, wait_until="commit")
    return page


def _canvas(stroke: Stroke) -> np.ndarray:
    """(320, 320, 4) uint8 RGBA: the stroke in white on black, as the canvas component gives it."""
    image = Image.new("RGBA", (SIDE, SIDE), "black")
    ImageDraw.Draw(image).line([(SIDE * x, SIDE * y) for x, y in stroke], fill="white", width=PEN, joint="curve")
    return np.asarray(image)


def _keras_model(network: Network) -> keras.Model:
    with tempfile.TemporaryDirectory(prefix="digitlab-") as folder:
        path = Path(folder) / "network.keras"
        path.write_bytes(keras_file(network))
        return keras.models.load_model(path)


def _median_ms(work: Callable[[np.ndarray], None], canvases: list[np.ndarray]) -> float:
    work(canvases[0])
    times = []
    for canvas in canvases:
        started = time.perf_counter()
        work(canvas)
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


def _names(*templates: str, of: int) -> tuple[str, ...]:
    return tuple(template.format(of) for template in templates)


PARTS = (
    Part(
        "Classifying drawings without a browser",
        20,
        _classifying,
        (
            "server side: one drawing through both networks, median",
            "server side: one drawing through the convolutional network, median",
        ),
    ),
    Part(
        f"{STROKES} strokes on our page and on a naive one, in turn",
        180,
        _answering,
        (
            *_names(
                "pen-up to answer in Chromium, median of {} strokes",
                "pen-up to answer in Chromium, 95th percentile of {} strokes",
                of=STROKES,
            ),
            "script per animation frame while drawing, median",
            "script per animation frame while drawing, 95th percentile",
            "sent to the page per stroke, median",
        ),
    ),
    Part(
        f"{STROKES} strokes while one looks into the hidden network",
        60,
        _inside,
        (
            "script per animation frame with the network's inside open, median",
            "script per animation frame with the network's inside open, 95th percentile",
        ),
    ),
    *(Part(f"Drawing, {each.title}", each.seconds, crowd(each), each.figures) for each in CROWDS),
    Part("Visiting every page", 35, _memory, _names("web server memory after visiting all {} pages", of=len(PAGES))),
    Part(
        f"Starting each server {STARTS} times",
        50,
        _starting,
        (
            *_names("server start to a canvas one can draw on, median of {}", of=STARTS),
            "the same, over Streamlit itself with one word on the page",
        ),
    ),
)
