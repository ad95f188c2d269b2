"""The app opens: at once, without the internet, in every window it is meant for."""

import pytest
from playwright.sync_api import expect
from strokes import DIGITS

from ui.frame.page import PAGES

NAMES = [label for label, _ in PAGES.values()]


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_home_opens_and_fits_the_window(new_tab, phone, colour_scheme):
    tab = new_tab(phone=phone, colour_scheme=colour_scheme)
    tab.open("Home")
    expect(tab.page.get_by_role("heading", level=1)).to_be_visible()
    expect(tab.page).to_have_title("Home - Digit Lab")
    assert tab.overflow() == 0


def test_every_page_is_one_click_away(desktop):
    desktop.open("Home")
    for name in NAMES:
        desktop.widget("links").get_by_role("link", name=name, exact=True).click()
        expect(desktop.page).to_have_title(f"{name} - Digit Lab")
        desktop.wait_until_at_rest()


@pytest.mark.parametrize("name", NAMES)
def test_every_page_opens_by_its_address(desktop, name):
    desktop.open(name)
    expect(desktop.page).to_have_title(f"{name} - Digit Lab")


@pytest.mark.parametrize("name", NAMES)
def test_no_page_scrolls_sideways_on_a_phone(phone, name):
    phone.open(name)
    assert phone.overflow() == 0


def test_what_a_stranger_wrote_into_a_link_fetches_nothing_and_is_read_as_it_was_written(desktop):
    evil = "![t](http://198.51.100.7/t.png)"  # The tab fails on any request to elsewhere.
    desktop.open("Draw", hand=evil)
    expect(desktop.page.get_by_text(f"Drawings of {evil}".replace(":", ":\u2060"))).to_be_visible()
    for name, query in (("Train", {"run": evil}), ("Mistakes", {"network": evil}), ("Compare", {"a": evil})):
        desktop.open(name, **query)
        assert desktop.page.get_by_test_id("stAlert").count()
        assert not desktop.page.get_by_test_id("stMain").locator("img[src^='http://198'], a[href*='198.51']").count()


def test_below_a_path_a_page_opened_by_its_address_finds_its_modules(new_server, new_tab):
    server = new_server(STREAMLIT_SERVER_BASE_URL_PATH="lab")
    tab = new_tab(server=server)
    tab.open("Draw")
    tab.draw(DIGITS[3], lift=False)
    expect(tab.page.locator(".dl-live[data-from=browser] .dl-digit").first).to_have_text("3")
    tab.lift()
    assert tab.page.request.get(f"{server.url}/health").json()["store"]["well"]
