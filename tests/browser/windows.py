"""Windows of a browser, each lent to one test after another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, Playwright
from playwright.sync_api import Error as PlaywrightError


class Windows:
    """Windows that are lent to a test and, once they are as they were before it, to the next one.

    In a window of before a page opens with half of the work: its scripts are compiled, if a page is left that shares
    its process with those that follow.  All that a test leaves is removed: its pages, their cookies, and what their
    scripts have stored.

    Args:
        driver: Playwright.
        browser: the browser whose windows they are.
    """

    def __init__(self, driver: Playwright, browser: Browser):
        self._devices, self._browser = driver.devices, browser
        self._idle: dict[tuple[object, ...], list[BrowserContext]] = defaultdict(list)

    @contextmanager
    def lent(
        self, *, phone: bool, size: tuple[int, int] | None, colour_scheme: str, locale: str
    ) -> Iterator[BrowserContext]:
        """A window with cookies of its own; see `new_tab` for the arguments.  One that was closed is not lent again."""
        idle = self._idle[phone, size, colour_scheme, locale]
        context = idle.pop() if idle else self._open(phone, size, colour_scheme, locale)
        yield context
        if context.pages and _tidied(context):
            idle.append(context)

    def _open(self, phone: bool, size: tuple[int, int] | None, colour_scheme: str, locale: str) -> BrowserContext:
        width, height = size or ((390, 844) if phone else (1280, 900))
        device = self._devices["Pixel 7"] if phone else {}
        context = self._browser.new_context(
            **{key: device[key] for key in ("user_agent", "is_mobile", "has_touch") if key in device},
            viewport={"width": width, "height": height},
            device_scale_factor=2 if phone else 1,
            color_scheme=colour_scheme,
            service_workers="block",
            locale=locale,
        )
        context.new_page()  # It stays, and with it the process.
        return context


def _tidied(context: BrowserContext) -> bool:
    """Whether it is as it was before the test."""
    try:
        own, *left = context.pages
        servers = {urljoin(page.url, "/") for page in left if page.url.startswith("http")}
        for page in left:
            page.close()
        session = context.new_cdp_session(own)
        for server in servers:
            session.send("Storage.clearDataForOrigin", {"origin": server, "storageTypes": "all"})
        session.detach()
        context.clear_cookies()
        context.set_offline(False)
    except PlaywrightError:
        context.close()
        return False
    return True
