"""Images are chosen from the gallery and looked into, pixel by pixel."""

import re

import pytest
from playwright.sync_api import expect
from tab import Tab

ARRIVES_WITHIN = 180_000  # milliseconds; where MNIST is missing, 70,000 digits are drawn first
WORDS = ".pixels .words"


def opened(tab: Tab, **query: object) -> Tab:
    tab.open("Dataset", **query)
    expect(tab.page.locator(".gallery button").first).to_be_visible(timeout=ARRIVES_WITHIN)
    expect(tab.page.locator(WORDS)).not_to_be_empty()
    return tab


def number_of(label: str) -> int:
    return int(re.match(r"Image ([\d,]+):", label)[1].replace(",", ""))


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_an_image_of_the_gallery_opens_large_and_enters_the_address(request, device):
    tab = opened(request.getfixturevalue(device), digit=7, split="test")
    button = tab.page.locator(".gallery button").nth(4)
    label = button.get_attribute("aria-label")
    assert label.endswith("labelled 7")
    button.tap() if tab.touch else button.click()
    expect(tab.page).to_have_url(re.compile(rf"image={number_of(label)}\b"))
    expect(tab.page.locator(".pixels .grid")).to_have_attribute(
        "aria-label", f"Test image {number_of(label)}, labelled 7"
    )
    expect(button).to_have_attribute("aria-pressed", "true")
    assert tab.overflow() == 0


def test_pointing_at_a_pixel_says_its_number_and_where_flattening_puts_it(desktop: Tab):
    opened(desktop)
    grid = desktop.page.locator(".pixels .grid")
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    cell = box["width"] / 28
    desktop.page.mouse.move(box["x"] + 9.5 * cell, box["y"] + 3.5 * cell)
    expect(desktop.page.locator(WORDS)).to_have_text(
        re.compile(r"^Row 4, column 10: the value is \d+\. It is number 3 x 28 \+ 10 = 94 of 784\.$")
    )
    expect(desktop.page.locator(".pixels .row li")).to_have_count(28)
    expect(desktop.page.locator(".pixels .row li").nth(9)).to_have_attribute("aria-current", "true")
    strip = desktop.page.locator(".pixels .strip").bounding_box()
    desktop.page.mouse.move(strip["x"] + strip["width"] * (783.5 / 784), strip["y"] + strip["height"] / 2)
    expect(desktop.page.locator(WORDS)).to_have_text(re.compile("= 784 of 784"))


def test_the_arrow_keys_walk_over_the_pixels(desktop: Tab):
    opened(desktop)
    grid = desktop.page.locator(".pixels .grid")
    grid.focus()
    expect(desktop.page.locator(WORDS)).to_have_text(re.compile("Row 15, column 15"))
    grid.press("ArrowDown")
    grid.press("ArrowRight")
    expect(desktop.page.locator(WORDS)).to_have_text(re.compile("Row 16, column 16"))


def test_a_finger_on_a_pixel_says_its_number(phone: Tab):
    opened(phone)
    grid = phone.page.locator(".pixels .grid")
    grid.scroll_into_view_if_needed()
    grid.tap(position={"x": 3, "y": 3})
    expect(phone.page.locator(WORDS)).to_have_text(re.compile("Row 1, column 1:.*= 1 of 784"))


def test_the_page_turns_and_a_reload_shows_the_same_images(desktop: Tab):
    opened(desktop, digit=3)
    first = desktop.page.locator(".gallery button").first
    before = first.get_attribute("aria-label")
    desktop.widget("page").get_by_role("button", name=re.compile("[Ii]ncrement")).click()
    expect(first).not_to_have_attribute("aria-label", before)
    expect(desktop.page).to_have_url(re.compile("page=2"))
    after = first.get_attribute("aria-label")
    desktop.reload()
    expect(first).to_have_attribute("aria-label", after)


def test_the_arrow_keys_walk_through_the_gallery(desktop: Tab):
    opened(desktop)
    buttons = desktop.page.locator(".gallery button")
    buttons.first.focus()
    buttons.first.press("ArrowRight")
    expect(buttons.nth(1)).to_be_focused()
    buttons.nth(1).press("Enter")
    expect(buttons.nth(1)).to_have_attribute("aria-pressed", "true")
