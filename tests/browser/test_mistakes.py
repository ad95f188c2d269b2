"""From a cell of the matrix to its images, with a mouse, a finger and the keyboard."""

import re

import pytest
from playwright.sync_api import Locator, expect
from tab import Tab


def cell(tab: Tab, true: int, read: int) -> Locator:
    return tab.page.locator(f"[data-cell='{true}-{read}']")


def images(tab: Tab) -> Locator:
    return tab.widget("found_cell_gallery").get_by_role("button")


def expect_cell(tab: Tab, true: int, read: int) -> None:
    """All that shows the chosen cell agrees: the outline, the sentence, the images, the address."""
    words = "read right" if true == read else f"read as {read}"
    expect(tab.page.get_by_text(re.compile(rf"of [\d,]+ images of a {true} were {words}"))).to_be_visible()
    expect(cell(tab, true, read)).to_have_attribute("aria-pressed", "true")
    expect(tab.page.locator("[aria-pressed=true][data-cell]")).to_have_count(1)
    expect(tab.page).to_have_url(re.compile(rf"true={true}&read={read}\b"))
    tab.wait_until_at_rest()
    count = int(cell(tab, true, read).inner_text() or 0)
    labels = images(tab).evaluate_all("buttons => buttons.map(each => each.ariaLabel)")
    assert len(labels) == min(240, count)
    assert all(re.match(rf"Image [\d,]+: a {true}, {words}, .* sure", label) for label in labels)


@pytest.mark.parametrize("phone", [False, True], ids=["mouse", "finger"])
def test_a_click_on_a_cell_shows_its_images(new_tab, phone):
    tab = new_tab(phone=phone)
    tab.open("Mistakes", network="linear")
    # Twice the same cell: a toggle would lose it.
    for true, read in ((4, 9), (7, 9), (7, 9), (2, 2)):
        (cell(tab, true, read).tap if phone else cell(tab, true, read).click)()
        expect_cell(tab, true, read)
    assert tab.overflow() == 0


def test_on_a_projector_the_matrix_and_the_images_of_a_cell_are_seen_at_once(mnist, desktop):
    desktop.page.set_viewport_size({"width": 853, "height": 480})  # 1280 x 720, enlarged to 150 %
    desktop.open("Mistakes", network="linear", true=4, read=9)
    # Synthetic digits, as there may be here, are said to be so in a line of its own above.
    seen = [each.bounding_box() for each in (cell(desktop, 5, 5), images(desktop).first)]
    assert all(box["y"] < 480 for box in seen)


def test_a_phone_shows_most_of_the_matrix_at_once(mnist, phone):
    phone.open("Mistakes", network="linear")
    expect(cell(phone, 6, 6)).to_be_in_viewport(ratio=1)


def test_arrow_keys_and_enter_choose_a_cell(desktop):
    desktop.open("Mistakes", network="linear", true=4, read=8)
    cell(desktop, 4, 8).focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        desktop.page.keyboard.press(key)
    expect_cell(desktop, 7, 9)


def test_select_boxes_choose_a_cell_and_the_matrix_follows(desktop):
    desktop.open("Mistakes", network="linear", true=4, read=9)
    field = desktop.widget("cell_read").locator("input")
    field.scroll_into_view_if_needed()
    desktop.wait_until_at_rest()  # A list of options closes where the page is scrolled.
    field.click()
    desktop.page.get_by_role("option", name="7", exact=True).click()
    expect_cell(desktop, 4, 7)


def test_a_frequent_mistake_is_one_click_away(desktop):
    desktop.open("Mistakes", network="linear", true=0, read=0)
    button = desktop.widget("pairs").get_by_role("button").first
    true, read = re.match(r"(\d) read as (\d):", button.inner_text()).groups()
    button.click()
    expect_cell(desktop, int(true), int(read))


def test_a_reload_finds_the_network_and_the_cell(desktop):
    desktop.open("Mistakes", network="linear")
    cell(desktop, 9, 4).click()
    expect_cell(desktop, 9, 4)
    desktop.reload()
    expect_cell(desktop, 9, 4)
    assert "network=linear" in desktop.page.url


def test_errors_only_empties_the_diagonal_and_choosing_a_cell_keeps_the_mode(desktop):
    desktop.open("Mistakes", network="linear", true=4, read=9)
    expect(cell(desktop, 0, 0)).not_to_have_text("")
    errors = cell(desktop, 4, 9).inner_text()
    desktop.widget("matrix_mode").get_by_text("Errors only").click()
    for digit in range(10):
        expect(cell(desktop, digit, digit)).to_have_text("")
    assert cell(desktop, 4, 9).inner_text() == errors
    cell(desktop, 7, 9).click()
    expect_cell(desktop, 7, 9)
    expect(cell(desktop, 0, 0)).to_have_text("")


def test_the_pictures_of_a_cell_are_there_and_differ(desktop):
    desktop.open("Mistakes", network="linear", true=4, read=9)
    expect_cell(desktop, 4, 9)
    pictures = {each.screenshot() for each in images(desktop).all()[:4]}
    assert len(pictures) == 4
    assert all(len(picture) > 300 for picture in pictures)


def test_the_figures_are_downloaded_as_a_table(desktop):
    desktop.open("Mistakes", network="linear", view="figures")
    with desktop.page.expect_download() as download:
        desktop.widget("figures_csv").get_by_role("button").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0] == "digit,images,read_as_it,right,precision,recall,f1" and len(lines) == 11


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_numbers_in_cells_are_large_enough_for_a_finger(new_tab, colour_scheme):
    tab = new_tab(phone=True, colour_scheme=colour_scheme)
    tab.open("Mistakes", network="hidden")
    box = cell(tab, 5, 3).bounding_box()
    assert box["height"] >= 40 and box["width"] >= 28
    assert tab.overflow() == 0
