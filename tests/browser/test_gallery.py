"""From a number to its images, to one image, to why, to the pen, and back."""

import re

import numpy as np
from playwright.sync_api import Locator, expect
from tab import Tab

from ui.colours import BLUE


def cell(tab: Tab, true: int, read: int) -> Locator:
    return tab.page.locator(f"[data-cell='{true}-{read}']")


def images(tab: Tab) -> Locator:
    return tab.widget("found_cell_gallery").get_by_role("button")


def open_place(tab: Tab) -> int:
    """The place of the image that the address names."""
    expect(tab.page).to_have_url(re.compile(r"[?&]image=\d+"))
    return int(re.search(r"[?&]image=(\d+)", tab.page.url)[1])


def canvas_pixels(tab: Tab) -> np.ndarray:
    """(28, 28) uint8: what lies on the canvas, the middle of each cell of 11x11."""
    tab.canvas()
    values = tab.page.evaluate(
        """() => {
          const roots = [...document.querySelectorAll('*')].map((each) => each.shadowRoot);
          const canvas = roots.map((each) => each?.querySelector('.dc-canvas.lower-canvas')).find(Boolean);
          const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          const scale = canvas.width / 320;
          const at = (cell) => Math.floor((6 + 11 * cell + 5) * scale);
          return [...Array(784).keys()].map((i) => data[4 * (at(Math.floor(i / 28)) * canvas.width + at(i % 28))]);
        }"""
    )
    return np.array(values, np.uint8).reshape(28, 28)


def test_from_a_cell_to_its_images_to_one_to_why_to_the_pen_and_back(desktop):
    desktop.open("Mistakes", network="linear", true=4, read=8)
    cell(desktop, 4, 9).click()
    expect(cell(desktop, 4, 9)).to_have_attribute("aria-pressed", "true")
    desktop.wait_until_at_rest()
    assert images(desktop).count() == int(cell(desktop, 4, 9).inner_text())
    images(desktop).first.click()
    place = open_place(desktop)
    page = desktop.page
    expect(page.get_by_role("heading", name=re.compile(rf"Image {place:,}: a 4, read as 9"))).to_be_in_viewport()
    expect(page.locator(".dl-evidence img")).to_be_visible()
    expect(page.locator(".dl-nearest [role=img]")).to_have_count(6)
    was = page.url
    picture = desktop.widget("one_image_picture").locator("img").get_attribute("src")

    page.get_by_role("link", name="Open in Draw").click()
    expect(page).to_have_url(re.compile(rf"/Draw\?.*mnist={place}\b"))
    desktop.wait_until_at_rest()
    expect(page.locator(".dl-digit")).to_have_text(["9"])
    desktop.unfold("What the networks see")
    assert page.locator(".dl-seen img").get_attribute("src") == picture  # Pixel by pixel what was tested.
    before = canvas_pixels(desktop)
    shares = page.locator(".dl-answer .dl-share").all_inner_texts()
    desktop.draw([[(0, 0), (1, 0)]], box=(0.2, 0.1, 0.8, 0.9))
    expect(page.get_by_text(re.compile(r"read as 9, now as \d; probability of 4"))).to_be_visible()
    assert page.locator(".dl-answer .dl-share").all_inner_texts() != shares
    assert not np.array_equal(canvas_pixels(desktop), before)
    assert page.locator(".dl-seen img").get_attribute("src") != picture
    page.get_by_role("button", name="As it was").click()
    expect(page.get_by_text("now as")).to_have_count(0)
    desktop.wait_until_at_rest()
    assert np.array_equal(canvas_pixels(desktop), before)

    page.get_by_role("link", name=f"Back to image {place:,} in Mistakes").click()
    expect(page.get_by_role("heading", name=re.compile(rf"Image {place:,}: a 4, read as 9"))).to_be_visible()
    desktop.wait_until_at_rest()
    assert sorted(re.split("[?&]", page.url)) == sorted(re.split("[?&]", was))


def test_keys_walk_through_the_images_and_choose_one(desktop):
    desktop.open("Mistakes", network="linear", true=4, read=9)
    images(desktop).first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowLeft", "Enter"):
        desktop.page.keyboard.press(key)
    chosen = images(desktop).nth(images(desktop).count() - 2)
    expect(chosen).to_have_attribute("aria-pressed", "true")
    desktop.wait_until_at_rest()  # The address follows the outline.
    place = open_place(desktop)
    assert chosen.get_attribute("aria-label").startswith(f"Image {place:,}: a 4, read as 9")
    desktop.page.keyboard.press("n")
    last = images(desktop).last
    expect(last).to_have_attribute("aria-pressed", "true")
    desktop.wait_until_at_rest()
    assert open_place(desktop) != place
    desktop.page.keyboard.press("p")
    expect(chosen).to_have_attribute("aria-pressed", "true")


def test_the_colours_of_the_page_reach_its_html_and_its_components(desktop):
    desktop.open("Mistakes", network="linear", true=4, read=8)
    inherited = "element => getComputedStyle(element).getPropertyValue('--digitlab-blue')"
    assert desktop.page.locator("h1").evaluate(inherited) == BLUE
    assert cell(desktop, 4, 9).evaluate(inherited) == BLUE


def test_on_a_phone_a_cell_brings_its_images_into_view_and_closing_one_leads_back_to_them(phone):
    phone.open("Mistakes", network="linear", true=4, read=8)
    cell(phone, 4, 9).tap()
    title = phone.page.get_by_text(re.compile(r"images of a 4 were read as 9"))
    expect(title).to_be_in_viewport()
    phone.wait_until_at_rest()
    images(phone).first.tap()
    open_place(phone)
    expect(phone.page.get_by_role("heading", name=re.compile("a 4, read as 9"))).to_be_in_viewport()
    phone.wait_until_at_rest()
    phone.widget("found_cell_close").get_by_role("button").tap()
    expect(phone.page.get_by_role("heading", name=re.compile("a 4, read as 9"))).to_have_count(0)
    expect(images(phone).first).to_be_in_viewport()


def test_on_a_projector_an_image_stands_above_why_and_what_else_is_known_below(new_tab):
    projector = new_tab(size=(853, 480))
    projector.open("Mistakes", network="linear", true=4, read=9)
    images(projector).first.click()
    open_place(projector)
    expect(projector.page.locator(".dl-evidence img")).to_be_visible()
    projector.wait_until_at_rest()
    tops = [
        projector.page.locator(each).bounding_box()["y"]
        for each in (".st-key-one_image_picture", ".dl-evidence img", ".dl-nearest")
    ]
    assert tops == sorted(tops)
