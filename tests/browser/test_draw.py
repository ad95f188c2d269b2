"""Digits are drawn with a mouse and a finger, taken back, brought as pictures, and answered."""

import io
import re
import time

import numpy as np
import pytest
from photos import drawing, photo
from PIL import Image
from playwright.sync_api import expect
from strokes import DIGITS
from tab import Tab

from mnist_core.network.network import pretrained

ANSWER = ".dl-live[data-from=server] .dl-digit"  # what the browser shows meanwhile does not count
EMPTY = ".dl-live[data-from=server] .dl-none"
LAYER = "canvas.dc-canvas.lower-canvas"  # holds the finished strokes
INK = """canvas => {
    const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let ink = 0;
    for (let at = 0; at < image.length; at += 4) ink += image[at] > 127;
    return ink / (image.length / 4);
}"""
# Looks at the page on every frame until it is told to stop: the answers it showed, what else was redrawn.
WATCH = """() => {
    window.seen = {answers: new Set(), redrawn: 0};
    const look = () => {
        window.seen.answers.add([...document.querySelectorAll(".dl-digit")].map(each => each.textContent).join());
        const outside = [...document.querySelectorAll("h1, .st-key-links a")];
        window.seen.redrawn += outside.some(each => each.closest("[data-stale=true]"));
        window.watching = requestAnimationFrame(look);
    };
    look();
}"""
SEEN = """() => {
    cancelAnimationFrame(window.watching);
    return {answers: [...window.seen.answers], redrawn: window.seen.redrawn};
}"""


def answers(tab: Tab) -> list[str]:
    """The digits that the networks gave."""
    return tab.page.locator(ANSWER).all_inner_texts()


def press(tab: Tab, key: str) -> None:
    button = tab.widget(key).get_by_role("button")
    button.tap() if tab.touch else button.click()


def ink(tab: Tab) -> float:
    """Share of the canvas that has ink on it."""
    return tab.page.locator(LAYER).evaluate(INK)


def expect_ink(tab: Tab, *, blank: bool = False) -> None:
    """Wait until the canvas itself has ink on it, or has none."""
    deadline = time.monotonic() + 30
    while (ink(tab) == 0) != blank:  # Asked anew each time: a canvas that comes back is another element.
        assert time.monotonic() < deadline, f"the canvas has {ink(tab):.1%} of ink"
        tab.page.wait_for_timeout(50)


@pytest.mark.parametrize("digit", [0, 2, 3, 5, 7])
def test_a_digit_drawn_with_the_mouse_is_read_by_the_hidden_network(desktop: Tab, digit):
    desktop.open("Draw")
    desktop.draw(DIGITS[digit])
    expect(desktop.page.locator(ANSWER)).to_have_count(2)
    desktop.wait_until_at_rest()
    assert answers(desktop)[1] == str(digit)
    for section in desktop.page.locator(".dl-answer").all():
        shown = section.locator("td.dl-share").all_inner_texts()
        assert len(shown) == section.locator("tbody tr").count() == 10
        shares = [float(each.strip("> %\xa0")) for each in shown if "<" not in each]
        assert sum(shares) == pytest.approx(100, abs=0.6)
        assert section.locator(".dl-best th").inner_text() == section.locator(".dl-digit").inner_text()


@pytest.mark.parametrize("digit", [2, 3, 5])
def test_a_digit_drawn_with_a_finger_is_read_and_the_page_stays_where_it_is(phone: Tab, digit):
    phone.open("Draw")
    phone.canvas()
    before = phone.scroll_position()
    phone.draw(DIGITS[digit])
    expect(phone.page.locator(ANSWER)).to_have_count(2)
    phone.wait_until_at_rest()
    assert answers(phone)[1] == str(digit)
    assert phone.scroll_position() == before


def test_a_finger_in_the_corner_draws_and_presses_no_hidden_button(phone: Tab):
    phone.open("Draw")
    phone.draw(DIGITS[3])
    expect(phone.page.locator(ANSWER)).to_have_count(2)
    phone.wait_until_at_rest()
    drawn = ink(phone)
    # Where the component's own toolbar lies, invisible where nothing hovers.
    for x in (0.98, 0.9, 0.8, 0.7, 0.6):
        phone.draw([[(x, 0.02), (x, 0.05)]], box=(0, 0, 1, 1))
    phone.wait_until_at_rest()
    assert ink(phone) > drawn + 5 * 0.003
    expect(phone.page.locator(".dc-toolbar")).to_be_hidden()


def test_an_empty_canvas_says_draw_a_digit(desktop: Tab):
    desktop.open("Draw")
    expect(desktop.page.locator(EMPTY)).to_have_text(["Draw a digit", "Draw a digit"])
    expect(desktop.page.locator(ANSWER)).to_have_count(0)


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_clear_is_blank_and_the_old_digit_does_not_flash_up_again(request, device):
    tab: Tab = request.getfixturevalue(device)
    tab.open("Draw")
    tab.draw(DIGITS[3])
    expect(tab.page.locator(ANSWER)).to_have_count(2)
    press(tab, "canvas_clear")
    expect(tab.page.locator(EMPTY)).to_have_count(2)
    tab.page.evaluate(WATCH)
    expect_ink(tab, blank=True)
    tab.wait_until_at_rest()
    assert tab.page.evaluate(SEEN)["answers"] == [""]
    tab.draw(DIGITS[7])
    expect(tab.page.locator(ANSWER)).to_have_count(2)
    tab.wait_until_at_rest()
    assert answers(tab)[1] == "7"


def test_undo_takes_back_the_last_stroke_only(desktop: Tab):
    desktop.open("Draw")
    desktop.draw(DIGITS[3])
    expect(desktop.page.locator(ANSWER)).to_have_count(2)
    desktop.wait_until_at_rest()
    three, drawn = desktop.page.locator(".dl-answers").inner_text(), ink(desktop)
    desktop.draw([[(0.1, 0.95), (0.9, 0.95)]])
    expect(desktop.page.locator(".dl-answers")).not_to_have_text(three, use_inner_text=True)
    desktop.wait_until_at_rest()
    press(desktop, "canvas_undo")
    expect(desktop.page.locator(".dl-answers")).to_have_text(three, use_inner_text=True)
    assert ink(desktop) == pytest.approx(drawn, abs=0.002)
    press(desktop, "canvas_undo")
    expect(desktop.page.locator(EMPTY)).to_have_count(2)
    expect_ink(desktop, blank=True)


def test_a_stroke_redraws_nothing_but_the_board(desktop: Tab):
    desktop.open("Draw")
    desktop.page.evaluate(WATCH)
    desktop.draw(DIGITS[4])
    expect(desktop.page.locator(ANSWER)).to_have_count(2)
    desktop.wait_until_at_rest()
    assert desktop.page.evaluate(SEEN)["redrawn"] == 0


def test_other_settings_leave_the_drawing_alone(desktop: Tab):
    desktop.open("Draw")
    desktop.draw(DIGITS[3])
    expect(desktop.page.locator(ANSWER)).to_have_count(2)
    desktop.wait_until_at_rest()
    drawn = ink(desktop)
    desktop.widget("bars").get_by_text("Raw outputs").click()
    expect(desktop.page.locator(".dl-by-outputs")).to_have_count(2)
    desktop.widget("brush").get_by_role("slider").press("ArrowRight")
    desktop.page.wait_for_url(re.compile("brush=23"))
    desktop.wait_until_at_rest()
    desktop.widget("network").get_by_role("button", name=re.compile("^(Remove|Delete).*Linear|Linear.*")).first.click()
    expect(desktop.page.locator(ANSWER)).to_have_text(["3"])
    desktop.page.wait_for_url(re.compile("network=hidden"))
    assert ink(desktop) == pytest.approx(drawn, abs=0.002)


def test_the_drawing_is_still_there_after_a_look_at_another_page(desktop: Tab):
    desktop.open("Draw")
    desktop.draw(DIGITS[3])
    expect(desktop.page.locator(ANSWER)).to_have_count(2)
    desktop.wait_until_at_rest()
    drawn = ink(desktop)
    desktop.widget("way").get_by_role("radio", name="Picture").click()
    expect(desktop.page.locator(EMPTY)).to_have_text(["No picture yet"] * 2)
    desktop.widget("way").get_by_role("radio", name="Draw").click()
    expect_ink(desktop)
    expect(desktop.page.locator(ANSWER)).to_have_count(2)
    desktop.widget("links").get_by_role("link", name="Home").click()
    expect(desktop.page.get_by_text("All that the linear network knows")).to_be_visible()
    desktop.widget("links").get_by_role("link", name="Draw").click()
    expect_ink(desktop)
    expect(desktop.page.locator(ANSWER)).to_have_count(2)
    assert ink(desktop) == pytest.approx(drawn, abs=0.002)
    desktop.draw([[(0.1, 0.95), (0.9, 0.95)]])
    desktop.wait_until_at_rest()
    assert ink(desktop) > drawn + 0.01


def test_a_reload_starts_anew_with_the_settings_of_the_address(desktop: Tab):
    desktop.open("Draw", bars="outputs", network="hidden")
    desktop.draw(DIGITS[3])
    expect(desktop.page.locator(ANSWER)).to_have_text(["3"])
    desktop.reload()
    expect(desktop.page.locator(EMPTY)).to_have_count(1)
    expect(desktop.page.locator(".dl-by-outputs")).to_have_count(1)
    expect_ink(desktop, blank=True)


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_the_canvas_is_black_in_both_themes(new_tab, colour_scheme):
    tab: Tab = new_tab(colour_scheme=colour_scheme)
    tab.open("Draw")
    expect_ink(tab, blank=True)
    tab.draw(DIGITS[3])
    expect(tab.page.locator(ANSWER)).to_have_count(2)
    assert 0.05 < ink(tab) < 0.3


def test_a_photo_is_answered_and_the_way_through_is_shown(desktop: Tab):
    desktop.open("Draw", way="upload")
    content = photo(drawing(3, size=500), "lined", seed=2)
    desktop.widget("picture").locator("input[type=file]").set_input_files(
        {"name": "three.jpg", "mimeType": "image/jpeg", "buffer": content}
    )
    expect(desktop.page.locator(ANSWER)).to_have_text(["3", "3"])
    desktop.unfold("What the networks see")
    expect(desktop.page.locator(".dl-steps figcaption strong")).to_have_text(
        ["1. Picture", "2. Ink", "3. Cropped", "4. Squared", "5. 20x20", "6. 28x28", "Upright"]
    )


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_part_of_a_picture_is_cut_out_by_a_frame_that_is_drawn(device: str, request: pytest.FixtureRequest):
    tab: Tab = request.getfixturevalue(device)
    two = np.concatenate([drawing(2), drawing(7)], axis=1)
    tab.open("Draw", way="upload")
    file = {"name": "two", "mimeType": "", "buffer": photo(two, "paper")}
    tab.widget("picture").locator("input[type=file]").set_input_files(file)
    expect(tab.page.get_by_text("2 digits found")).to_be_visible()
    expect(tab.page.locator(ANSWER)).to_have_text(["2", "2"])
    tab.page.get_by_text("Cut out the digit").click()
    crop = tab.page.locator(".crop")
    expect(crop.locator(".frame")).to_be_visible()
    width = crop.bounding_box()["width"]
    crop.hover(position={"x": 0.52 * width, "y": 3})  # Waits until what opens lies still.
    box = crop.bounding_box()
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + 0.98 * box["width"], box["y"] + box["height"] - 3, steps=5)
    tab.page.mouse.up()
    expect(tab.page.locator(ANSWER)).to_have_text(["7", "7"])
    tab.page.get_by_role("button", name="Whole picture").click()
    expect(tab.page.get_by_text("2 digits found")).to_be_visible()


def test_a_file_that_is_no_picture_is_refused_in_a_sentence(desktop: Tab):
    desktop.open("Draw", way="upload")
    desktop.widget("picture").locator("input[type=file]").set_input_files(
        {"name": "digit.png", "mimeType": "image/png", "buffer": b"not a picture at all"}
    )
    expect(desktop.page.get_by_text("not a picture that can be read")).to_be_visible()


def test_the_downloaded_image_is_what_the_networks_saw(desktop: Tab):
    desktop.open("Draw")
    desktop.draw(DIGITS[3])
    expect(desktop.page.locator(ANSWER)).to_have_count(2)
    desktop.unfold("What the networks see")
    with desktop.page.expect_download() as waiting:
        press(desktop, "download_image")
    image = np.asarray(Image.open(io.BytesIO(waiting.value.path().read_bytes())))
    assert image.shape == (28, 28) and image.dtype == np.uint8 and image.max() == 255
    read = [str(pretrained(name).classify(image[None])[0]) for name in ("linear-draw-ready", "hidden-draw-ready")]
    assert read == answers(desktop)


def test_on_a_phone_nothing_scrolls_sideways_and_a_finger_hits_every_button(phone: Tab):
    phone.open("Draw")
    phone.draw(DIGITS[3])
    expect(phone.page.locator(ANSWER)).to_have_count(2)
    assert phone.overflow() == 0
    for key in ("canvas_undo", "canvas_clear"):
        assert phone.widget(key).get_by_role("button").bounding_box()["height"] >= 40
    first, second = (each.bounding_box() for each in phone.page.locator(".dl-answer").all())
    assert first["y"] == second["y"]  # Beside each other: both are seen at once.


@pytest.mark.parametrize("device", ["phone", "projector"])
def test_three_networks_stand_level_with_their_whole_names_and_no_words_over_others(request, device):
    tab: Tab = request.getfixturevalue(device)
    tab.open("Draw", network="linear-draw-ready,hidden-draw-ready,convolutional-draw-ready")
    tab.draw(DIGITS[3])
    expect(tab.page.locator(ANSWER)).to_have_count(3)
    tab.wait_until_at_rest()
    levels = []
    for card in tab.page.locator(".dl-answer").all():
        parts = [card.locator(each).bounding_box() for each in ("h4", ".dl-digit", ".dl-sure", ".dl-bars")]
        name, digit, words, bars = ((box["y"], box["y"] + box["height"]) for box in parts)
        assert name[1] <= digit[0] and name[1] <= words[0] and max(digit[1], words[1]) <= bars[0] + 1
        assert card.locator("h4").evaluate("name => name.scrollHeight <= name.clientHeight")
        levels.append([box["y"] for box in parts])
    assert levels[1] == pytest.approx(levels[0]) and levels[2] == pytest.approx(levels[0])
    assert tab.overflow() == 0
