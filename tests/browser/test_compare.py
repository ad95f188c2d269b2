"""From two networks to the images that only one of them reads right, and to one image through both."""

import re

import pytest
from playwright.sync_api import expect
from tab import Tab


def cell(tab: Tab, name: str):
    return tab.page.locator(f"[data-cell={name}]")


def test_from_the_verdict_to_a_cell_to_one_image_through_both(desktop):
    desktop.open("Compare")
    expect(desktop.page.get_by_text(re.compile(r"B fixes [\d,]+ of [\d,]+ images that A misreads"))).to_be_visible()
    cell(desktop, "only_a").click()
    expect(desktop.page).to_have_url(re.compile("show=only_a"))
    cell(desktop, "only_b").click()
    expect(cell(desktop, "only_b")).to_have_attribute("aria-pressed", "true")
    expect(desktop.page).to_have_url(re.compile("a=linear&b=hidden&show=only_b"))
    count = cell(desktop, "only_b").locator("b").inner_text()
    expect(desktop.page.get_by_text(re.compile(rf"{count} of [\d,]+ images that only B reads right"))).to_be_visible()
    desktop.page.locator(".gallery button").nth(2).click()
    through = desktop.widget("through_both")
    expect(through).to_contain_text(re.compile(r"A reads it as \d with .*wrong; B reads it as \d with .*right"))
    expect(through.locator(".dl-table").first.locator("tbody tr")).to_have_count(10)
    expect(through.locator(".dl-evidence")).to_have_count(2)
    expect(desktop.page).to_have_url(re.compile(r"image=\d+"))
    said = through.locator(".dl-through-key").inner_text()
    desktop.reload()
    expect(desktop.widget("through_both").locator(".dl-through-key")).to_have_text(said)
    expect(cell(desktop, "only_b")).to_have_attribute("aria-pressed", "true")


def test_a_finger_and_the_arrow_keys_find_pairs_of_digits(new_tab):
    tab = new_tab(phone=True)
    tab.open("Compare", show="both")
    cell(tab, "both").focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        tab.page.keyboard.press(key)
    expect(tab.page).to_have_url(re.compile("show=neither"))
    tab.widget("compare_by").get_by_text("Which digits").tap()
    expect(tab.page).to_have_url(re.compile(r"show=[ab]-\d-\d"))
    tab.page.locator("[data-cell='4-9']").tap()
    expect(tab.page).to_have_url(re.compile("show=[ab]-4-9"))
    expect(tab.page.get_by_text(re.compile(r"of [\d,]+ images of a 4 that only [AB] reads as 9"))).to_be_visible()
    assert tab.overflow() == 0


@pytest.mark.usefixtures("mnist")  # Synthetic digits are said to be so in a line of its own above.
def test_on_a_projector_the_four_cells_and_their_images_come_first(mnist, projector):
    projector.open("Compare")
    expect(cell(projector, "only_a")).to_be_in_viewport(ratio=0.5)
    expect(projector.page.locator(".gallery button").first).to_be_in_viewport(ratio=0.5)
