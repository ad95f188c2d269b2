"""Takes the README's pictures from the running app: `make screenshots`.

Opens every page in Chromium at desktop and phone width, in light and dark; what the
README shows is written to `docs/images`, all of it to the folder named on the command
line, for people who changed a page and want to look at it.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser"), str(ROOT / "tests" / "support")]

import chromium  # noqa: E402  # The browser harness lives with the tests.
from app_server import AppServer  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright  # noqa: E402
from simulated_class import simulated_class  # noqa: E402
from strokes import DIGITS  # noqa: E402
from tab import Tab  # noqa: E402

from mnist_core.classroom import rounds  # noqa: E402
from mnist_core.classroom.desk import Desk  # noqa: E402
from mnist_core.classroom.rules import Role  # noqa: E402
from mnist_core.settings import sqlite_url  # noqa: E402
from mnist_core.store.rooms.records import Kind  # noqa: E402
from mnist_core.store.store import Store  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PAGES = ("Home", "Draw", "Train", "Dataset", "Mistakes", "Compare", "Experiments", "Class")
PEOPLE = 30  # of the class in the picture
VIEWS = ("map", "figures", "mystery", "labels", "stress")  # of Mistakes, besides the first
README = {
    ("Draw", "desktop", "light"): "draw.png",
    ("Train", "desktop", "light"): "train.png",
    ("Mistakes", "desktop", "dark"): "mistakes.png",
    ("map", "desktop", "light"): "map.png",
    ("stress", "desktop", "light"): "stress.png",
    ("Compare", "desktop", "light"): "compare.png",
    ("Experiments", "desktop", "light"): "experiments.png",
    ("Draw", "phone", "dark"): "draw-phone.png",
}
AT_SCHOOL = "192.168.1.20"  # the address of the class in the picture, which phones would type
KEY = "only for these pictures"
GAP = 16  # pixels between two windows in one picture
WINDOWS: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}


def main(folder: Path) -> None:
    """Take all pictures into `folder`, and those of the README into `docs/images` too."""
    IMAGES.mkdir(exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as driver:
        server = AppServer(Path(home) / "home", environ={"DIGITLAB_TEACHER_KEY": KEY})
        server.start()
        browser = driver.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox", f"--host-resolver-rules=MAP {AT_SCHOOL} 127.0.0.1"]
        )
        try:
            run = experiment = None
            for window, size in WINDOWS.items():
                for scheme in ("light", "dark"):
                    context = browser.new_context(
                        viewport=size, color_scheme=scheme, has_touch=window == "phone", is_mobile=window == "phone"
                    )
                    tab = Tab(context, server, touch=window == "phone")
                    run = run or _train(tab)
                    experiment = experiment or _experiment(tab)
                    for page in (*PAGES, *VIEWS):
                        _show(tab, page, run, experiment)
                        picture = _picture(tab.page)
                        (folder / f"{page}-{window}-{scheme}.png").write_bytes(picture)
                        if name := README.get((page, window, scheme)):
                            (IMAGES / name).write_bytes(picture)
                    if (window, scheme) == ("desktop", "light"):
                        (IMAGES / "live.png").write_bytes(_while_the_pen_moves(tab))
                        (IMAGES / "taught.png").write_bytes(_taught(tab))
                    context.close()
            (IMAGES / "class.png").write_bytes(_class(browser, server))
        finally:
            browser.close()
            server.stop()


def _train(tab: Tab) -> str:
    """Train a network on the page; returns the id of its run."""
    tab.open("Train", architecture="linear", epochs=3)
    tab.page.get_by_role("button", name="Start").first.click()
    expect(tab.page.get_by_text("Finished").first).to_be_visible(timeout=120_000)
    return tab.page.url.partition("run=")[2].partition("&")[0]


def _experiment(tab: Tab) -> str:
    """Ask what the hidden layer buys; returns the id of the experiment, which has ended."""
    tab.open("Experiments")
    tab.page.get_by_role("button", name="Start 6 trials").click()
    expect(tab.page.get_by_text("6 of 6 trials done")).to_be_visible(timeout=300_000)
    return tab.page.url.partition("experiment=")[2].partition("&")[0]


def _while_the_pen_moves(tab: Tab) -> bytes:
    """The drawing board with the pen still down."""
    tab.open("Draw")
    tab.draw(DIGITS[4], lift=False)
    expect(tab.page.locator(".dl-live[data-from=browser] .dl-digit")).to_have_count(2)
    picture = tab.page.locator(".st-key-board").screenshot()
    tab.lift()
    return picture


def _taught(tab: Tab) -> bytes:
    """What a lesson of ten guided drawings changed."""
    tab.open("Draw", network="hidden", hand="Ada")
    tab.widget("guided").locator("label").first.click()
    for digit in DIGITS:
        expect(tab.page.locator(".dl-asked b")).to_have_text(str(digit))
        tab.draw(DIGITS[digit])
        _press(tab.pressable("keep_next"))
    _press(tab.pressable("teach"))
    expect(tab.widget("teaching").locator("table")).to_be_visible(timeout=120_000)
    tab.wait_until_at_rest()
    return tab.widget("teaching").screenshot()


def _class(browser: Browser, server: AppServer) -> bytes:
    """A round that was revealed, on the projector and on one of the phones side by side."""
    store = Store(sqlite_url(server.home / "digitlab.sqlite"))
    desk = Desk(store, Role.TEACHER)
    code = desk.begin_class("en", networks=("linear-draw-ready",)).code  # Which makes mistakes to look at.
    people = simulated_class(store, code, PEOPLE)
    wall = Tab(browser.new_context(viewport={"width": 1280, "height": 720}), server, touch=False)
    wall.tolerate(re.escape(AT_SCHOOL))  # It is this machine under another address.
    wall.url = server.url.replace("127.0.0.1", AT_SCHOOL)
    wall.page.goto(f"{wall.url}/teacher?{urlencode({'key': KEY})}")
    wall.open("Class", **{"class": code, "view": "projector"})
    held = browser.new_context(
        viewport={"width": 405, "height": 720}, device_scale_factor=1, has_touch=True, is_mobile=True
    )
    phone = Tab(held, server, touch=True, guest=False)
    phone.page.goto(f"{server.url}/join/{code}")
    phone.page.locator("#main form button").click()
    desk.begin(code, Kind.DRAW, digits=[7])
    for each in people:
        each.draw()
    phone.draw(DIGITS[7], on=phone.page.locator("canvas.pad"))
    phone.page.locator("button.first").click()
    expect(phone.page.get_by_text("Sent.")).to_be_visible()
    shown = phone.page.screenshot()
    desk.press(code, rounds.close)
    desk.press(code, rounds.reveal)
    expect(wall.page.locator(".gallery button")).to_have_count(PEOPLE + 1)
    wall.wait_until_at_rest(quiet=1.5)
    store.close()
    return _beside(wall.page.screenshot(), shown)


def _beside(*pictures: bytes) -> bytes:
    """Pictures of one height side by side."""
    opened = [Image.open(io.BytesIO(each)).convert("RGB") for each in pictures]
    together = Image.new("RGB", (sum(each.width for each in opened) + GAP, opened[0].height), "white")
    together.paste(opened[0], (0, 0))
    together.paste(opened[1], (opened[0].width + GAP, 0))
    buffer = io.BytesIO()
    together.save(buffer, "PNG")
    return buffer.getvalue()


def _press(button: Locator) -> None:
    expect(button).to_be_enabled()
    button.click()


def _show(tab: Tab, page: str, run: str, experiment: str) -> None:
    queries: dict[str, dict[str, object]] = {
        "Train": {"run": run},
        "Mistakes": {"network": run, "true": 4, "read": 9},
        "Experiments": {"experiment": experiment},
    }
    query = queries.get(page, {})
    if page in VIEWS:
        page, query = "Mistakes", {"network": "hidden", "view": page}
    tab.open(page, **query)
    if page != "Experiments":  # Whose bar stays.  What a worker works out first takes its time.
        expect(tab.page.locator("[data-testid=stProgress]")).to_have_count(0, timeout=120_000)
    if page == "Draw":
        tab.draw(DIGITS[3])
    tab.wait_until_at_rest(quiet=1.5)


def _picture(page: Page) -> bytes:
    """The whole page: Streamlit scrolls inside the window, so the window grows to hold it."""
    before = page.viewport_size
    assert before is not None  # `main` gave it one.
    height = page.evaluate("""() => document.querySelector('[data-testid="stMain"]').scrollHeight""")
    page.set_viewport_size({"width": before["width"], "height": min(max(height, before["height"]), 5_000)})
    page.wait_for_timeout(400)
    picture = page.screenshot()
    page.set_viewport_size(before)
    return picture


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="digitlab-")))
