"""The browser's own arithmetic gives what the server's gives."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from agreement import MODULE, Computed, agrees_on_digits, agrees_on_filters
from playwright.sync_api import Page

from mnist_core.numerals import probable_sign

ROOT = Path(__file__).parents[2]
SERVER = "http://modules.test"  # There is none: the modules are files.


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A page that can import the modules."""
    page = browser.new_page()
    page.route(f"{SERVER}/", lambda route: route.fulfill(body="<!DOCTYPE html>", content_type="text/html"))
    page.route(f"{SERVER}/**/*.js", lambda route: route.fulfill(path=ROOT / urlsplit(route.request.url).path[1:]))
    page.goto(f"{SERVER}/")
    yield page
    page.close()


@pytest.fixture
def computed(page: Page) -> Computed:
    source = f"async (arguments_) => (await import('/{MODULE}')).computed(...arguments_)"
    return lambda strokes, networks: page.evaluate(source, [strokes, networks])


def test_the_browser_brings_drawings_to_the_images_and_digits_that_the_server_brings_them_to(computed):
    agrees_on_digits(computed)


def test_a_convolutional_network_that_sets_digits_upright_gives_what_slow_loops_give(computed):
    agrees_on_filters(computed)


def test_the_browser_words_a_probability_as_the_server_does(page: Page):
    asked = [0, 0.0004, 0.0006, 0.031, 0.5, 0.81234, 0.9994, 0.9996, 1]
    source = "async (asked) => asked.map((await import('/web/js/numerals.js')).probable)"
    assert page.evaluate(source, asked) == list(map(probable_sign, asked))
