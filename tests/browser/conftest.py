"""A real server and a real Chromium.

    def test_a_drawn_three_is_read_as_a_three(desktop):
        desktop.open("Draw")
        desktop.draw(DIGITS[3])
        expect(desktop.page.get_by_text("3")).to_be_visible()

`desktop`, `projector` and `phone` are tabs (see `tab.Tab`) on one server that all tests share;
`new_tab` makes more of them; `new_server` starts a server of the test's own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import chromium
import pytest
from app_server import GUESTS, AppServer
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from tab import Tab
from windows import Windows

from mnist_core.data import dataset
from mnist_core.settings import Settings

expect.set_options(timeout=30_000)  # Milliseconds: a busy machine is slow, which is no failure.

# Playwright's own routes would do too, but each request then goes through it, and none through the browser's cache:
# that doubles the work of every test.
OFFLINE = f"--host-resolver-rules=MAP {GUESTS} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"

TABS = pytest.StashKey[list[Tab]]()
SKIPPED = pytest.StashKey[str]()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """What went wrong in a tab fails the test, and a failed test leaves pictures of its tabs."""
    __tracebackhide__ = True
    tabs = pyfuncitem.stash.setdefault(TABS, [])
    try:
        result = yield
        for tab in tabs:
            if not tab.page.is_closed():
                tab.settle()
            tab.check()
        return result
    except (Exception, pytest.fail.Exception):
        for number, tab in enumerate(tabs):
            if not tab.page.is_closed():
                print(f"\nScreenshot: {tab.screenshot(f'{pyfuncitem.name}-{number}')}")
            for problem in tab.problems:
                print(f"Problem: {problem}")
            tab.page.context.close()  # The next test gets a window in which nothing went wrong.
        for server in {tab.server for tab in tabs}:
            print(f"The server's last words ({server.log}):\n{server.log_tail()}")
        raise


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reason = config.stash.get(SKIPPED, None)
    if reason:
        terminalreporter.section("WARNING: the browser tests did not run", sep="=", yellow=True, bold=True)
        terminalreporter.line(f"Nothing was tested in a browser: {reason}", yellow=True)


@pytest.fixture(scope="session")
def playwright(pytestconfig: pytest.Config) -> Iterator[tuple[Playwright, str]]:
    """Playwright, and the path of the Chromium to use; skips where there is none (fails in CI)."""
    try:
        path, reason = chromium.find(), chromium.obstacle()
    except chromium.NoChromium as error:
        pytest.fail(str(error), pytrace=False)
    if reason:
        if chromium.in_ci():
            pytest.fail(reason, pytrace=False)
        pytestconfig.stash[SKIPPED] = reason
        pytest.skip(reason)
    with sync_playwright() as driver:
        yield driver, path


@pytest.fixture(scope="session")
def browser(playwright: tuple[Playwright, str]) -> Iterator[Browser]:
    """A headless Chromium; a fresh profile each time, and nothing that calls home."""
    driver, path = playwright
    args = ["--disable-component-update", "--disable-dev-shm-usage", "--renderer-process-limit=1", OFFLINE]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")  # Chromium refuses to sandbox for root.
    browser = driver.chromium.launch(executable_path=path, headless=True, args=args)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def synthetic_digits(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The file of synthetic digits, drawn once for all servers; `None` where this machine has MNIST."""
    home = tmp_path_factory.mktemp("digits")
    dataset.load(Settings.from_environment(os.environ | {"DIGITLAB_HOME": str(home), "DIGITLAB_OFFLINE": "1"}))
    return next(home.glob("synthetic-*.npz"), None)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, synthetic_digits: Path | None) -> Iterator[AppServer]:
    """The app, running; shared by all tests, so leave no run in it behind that others would see."""
    server = AppServer(tmp_path_factory.mktemp("server") / "home", synthetic_digits=synthetic_digits)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def new_server(tmp_path: Path, synthetic_digits: Path | None) -> Iterator[Callable[..., AppServer]]:
    """`new_server(DIGITLAB_X="...")` starts a server for this test alone, free to be killed."""
    with ExitStack() as stack:
        started = []

        def start(**environ: str) -> AppServer:
            home = tmp_path / f"server-{len(started)}" / "home"
            server = AppServer(home, environ=environ, synthetic_digits=synthetic_digits)
            started.append(server)
            server.start()
            stack.callback(server.stop)
            return server

        yield start


@pytest.fixture(scope="session")
def windows(playwright: tuple[Playwright, str], browser: Browser) -> Windows:
    """Windows of this browser."""
    driver, _ = playwright
    return Windows(driver, browser)


@pytest.fixture
def new_tab(request, windows: Windows) -> Iterator[Callable[..., Tab]]:
    """`new_tab(phone=True, colour_scheme="dark", server=...)` opens a window on the app.

    A desktop's has 1280 x 900 pixels, a phone's 390 x 844, a finger and a phone's name; `size=(width, height)` gives
    it another.
    Each is a visitor of their own, with their own cookies: the teacher, unless it is a guest's.
    """
    with ExitStack() as stack:

        def open_tab(
            *,
            phone: bool = False,
            size: tuple[int, int] | None = None,
            colour_scheme: str = "light",
            server: AppServer | None = None,
            guest: bool = False,
            locale: str = "en-GB",
        ) -> Tab:
            if server is None:
                server = request.getfixturevalue("server")
            context = stack.enter_context(
                windows.lent(phone=phone, size=size, colour_scheme=colour_scheme, locale=locale)
            )
            tab = Tab(context, server, touch=phone, guest=guest)
            request.node.stash.setdefault(TABS, []).append(tab)
            return tab

        yield open_tab


@pytest.fixture
def desktop(new_tab: Callable[..., Tab]) -> Tab:
    """A tab in a desktop's window, with a mouse."""
    return new_tab()


@pytest.fixture
def projector(new_tab: Callable[..., Tab]) -> Tab:
    """A tab on a projector of 1280 x 720 pixels, enlarged to 150 %."""
    return new_tab(size=(853, 480))


@pytest.fixture
def phone(new_tab: Callable[..., Tab]) -> Tab:
    """A tab in a phone's window, with a finger."""
    return new_tab(phone=True)
