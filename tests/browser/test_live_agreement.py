"""The browser's own arithmetic gives what the server's gives."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from agreement import MODULE, Computed, agrees_on_digits, agrees_on_filters

ROOT = Path(__file__).parents[2]
SERVER = "http://modules.test"  # There is none: the modules are files.


@pytest.fixture
def computed(browser) -> Computed:
    page = browser.new_page()
    page.route(f"{SERVER}/", lambda route: route.fulfill(body="<!DOCTYPE html>", content_type="text/html"))
    page.route(f"{SERVER}/**/*.js", lambda route: route.fulfill(path=ROOT / urlsplit(route.request.url).path[1:]))
    page.goto(f"{SERVER}/")
    source = f"async (arguments_) => (await import('/{MODULE}')).computed(...arguments_)"
    yield lambda strokes, networks: page.evaluate(source, [strokes, networks])
    page.close()


def test_the_browser_brings_drawings_to_the_images_and_digits_that_the_server_brings_them_to(computed):
    agrees_on_digits(computed)


def test_a_convolutional_network_that_sets_digits_upright_gives_what_slow_loops_give(computed):
    agrees_on_filters(computed)
