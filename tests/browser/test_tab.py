"""The harness itself: a tab has to notice what goes wrong, and its pens have to draw."""

import re
import shutil

import pytest
from app_server import ROOT, AppServer
from playwright.sync_api import expect
from strokes import DIGITS

APP = """
import streamlit as st
from streamlit_drawable_canvas import st_canvas

@st.fragment
def board():
    drawing = st_canvas(key="canvas", width=320, height=320, stroke_width=22, return_image_data=True)
    st.markdown(f"{len((drawing.json_data or {}).get('objects', []))} strokes")

board()
if st.button("Raise"):
    raise RuntimeError("on purpose")
for line in range(40):
    st.markdown(f"line {line}")
"""


@pytest.fixture(scope="module")
def small_app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    (folder / "app.py").write_text(APP)
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    server = AppServer(folder / "home", app=folder / "app.py")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def tab(new_tab, small_app):
    tab = new_tab(server=small_app)
    tab.open()
    return tab


@pytest.mark.parametrize("phone", [False, True], ids=["mouse", "finger"])
def test_strokes_arrive_and_the_page_stays_where_it_is(new_tab, small_app, phone):
    tab = new_tab(server=small_app, phone=phone)
    tab.open()
    tab.canvas()
    before = tab.scroll_position()
    tab.draw(DIGITS[4])
    expect(tab.page.get_by_text("2 strokes")).to_be_visible()
    tab.draw([[(0.5, 0.95), (0.5, 0.05)]])
    expect(tab.page.get_by_text("3 strokes")).to_be_visible()
    assert tab.scroll_position() == before


def test_a_finger_beside_the_canvas_scrolls(new_tab, small_app):
    tab = new_tab(server=small_app, phone=True)
    tab.open()
    tab.swipe((200, 800), (200, 400))
    tab.page.wait_for_function("document.querySelector('[data-testid=\"stMain\"]').scrollTop > 100")


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("console.error('oh no')", "console: oh no"),
        ("setTimeout(() => { throw new Error('oh no') })", "uncaught in the page: oh no"),
        ("fetch('https://example.org/font.css').catch(() => 0)", "asked another machine: https://example.org/font.css"),
        ("void new WebSocket('wss://example.org/live')", "asked another machine: wss://example.org/live"),
        ("fetch('/media/nothing.png')", "media/nothing.png: status 404"),
    ],
)
def test_what_goes_wrong_in_the_page_is_noticed(tab, script, problem):
    tab.page.evaluate(script)
    tab.settle()
    with pytest.raises(AssertionError, match=re.escape(problem)):
        tab.check()
    tab.problems.clear()


def test_an_exception_on_the_page_is_noticed(tab):
    tab.page.get_by_role("button", name="Raise").click()
    with pytest.raises(AssertionError, match="exception on the page"):
        tab.wait_until_at_rest()
    tab.reload()


def test_tolerated_problems_pass_and_others_do_not(tab):
    tab.tolerate("^console: expected$")
    tab.page.evaluate("console.error('expected')")
    tab.check()
    tab.page.evaluate("console.error('unexpected')")
    with pytest.raises(AssertionError, match="unexpected"):
        tab.check()
    tab.problems.clear()


def test_a_server_that_was_killed_leaves_nothing_and_starts_again_at_the_same_address(small_app):
    address = small_app.url
    small_app.kill()
    assert small_app.processes() == []
    small_app.start()
    assert small_app.url == address
