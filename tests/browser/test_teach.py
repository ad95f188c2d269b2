"""A hand is taught: from nothing kept to a network that learned from it; and what is said of single drawings."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect
from strokes import DIGITS
from tab import CANVAS, Tab

from mnist_core.store.drawings import Drawing
from mnist_core.store.store import Store

ASKED = ".dl-asked b"


def press(tab: Tab, key: str) -> None:
    """Press the button with this key once it can be pressed."""
    press_on(tab, tab.widget(key).get_by_role("button"))


def press_on(tab: Tab, button: Locator) -> None:
    expect(button).to_be_enabled(timeout=30_000)
    button.scroll_into_view_if_needed()
    button.tap() if tab.touch else button.click()


def guide(tab: Tab) -> None:
    """Switch guided drawing on."""
    switch = tab.widget("guided").locator("label").first
    switch.scroll_into_view_if_needed()
    switch.tap() if tab.touch else switch.click()
    expect(tab.page.locator(ASKED)).to_have_text("0", timeout=30_000)


def draw_asked(tab: Tab, digit: int) -> None:
    """Draw the digit that is asked for, and keep it."""
    expect(tab.page.locator(ASKED)).to_have_text(str(digit), timeout=30_000)
    tab.draw(DIGITS[digit])
    press_on(tab, tab.pressable("keep_next"))


def test_from_nothing_kept_to_a_taught_network_by_guided_drawing(desktop: Tab):
    desktop.open("Draw", network="hidden")
    name = desktop.page.get_by_role("combobox", name="Whose handwriting is this?")
    name.fill("Guided")
    name.press("Enter")
    desktop.page.wait_for_url("**hand=Guided**", timeout=30_000)
    guide(desktop)
    for digit in range(10):
        draw_asked(desktop, digit)
    expect(desktop.page.locator(".dl-asked small")).to_contain_text("now teach", timeout=30_000)
    press_on(desktop, desktop.pressable("teach"))
    expect(desktop.page.locator(".dl-lesson ~ .dl-table")).to_be_visible(timeout=120_000)
    expect(desktop.page.locator(".dl-lesson ~ .dl-table")).to_contain_text("10 of 10")
    press(desktop, "let_it_answer")
    expect(desktop.page.locator(".dl-answer h4").first).to_contain_text("taught by Guided", timeout=30_000)
    for place in (desktop.page.locator(CANVAS), desktop.page.locator(".dl-answer").first):
        expect(place).to_be_in_viewport(ratio=1)  # Where one tries it out; the press was a screen below.
    desktop.wait_until_at_rest()
    assert "hand=Guided" in desktop.page.url and "lesson=" in desktop.page.url


def test_a_wrong_answer_is_corrected_with_a_finger_and_stays_after_a_refresh(phone: Tab):
    phone.open("Draw", hand="Corrected")
    phone.draw(DIGITS[5])
    expect(phone.page.locator(".dl-digit")).to_have_count(2, timeout=30_000)
    choice = phone.widget("feedback").get_by_role("radio", name="5")
    choice.scroll_into_view_if_needed()
    choice.tap()
    expect(phone.page.get_by_text("Kept in Corrected.")).to_be_visible(timeout=30_000)
    phone.reload()
    expect(phone.page.locator(".dl-counts li").nth(5)).to_contain_text("1", timeout=30_000)
    assert phone.overflow() <= 0
    assert all(box["height"] >= 32 for box in (each.bounding_box() for each in phone.pressable("teach").all()))


def test_canvas_answers_digits_and_clear_stand_on_one_screen_of_a_phone(phone: Tab):
    phone.open("Draw", hand="On one screen")
    phone.draw(DIGITS[8])
    keypad = phone.widget("feedback").get_by_role("radio")
    expect(keypad).to_have_count(10)
    phone.wait_until_at_rest()
    phone.page.locator('[data-testid="stMain"]').evaluate("main => main.scrollTo(0, 0)")
    parts = [
        phone.page.locator("canvas.upper-canvas"),
        phone.widget("canvas_clear"),
        *phone.page.locator(".dl-answer").all(),
        *keypad.all(),
    ]
    boxes = [each.bounding_box() for each in parts]
    assert min(box["y"] for box in boxes) >= 0 and max(box["y"] + box["height"] for box in boxes) <= 844
    cards, keys = boxes[2:4], boxes[4:]
    assert cards[0]["y"] == cards[1]["y"]
    assert len({key["y"] for key in keys[:5]}) == len({key["y"] for key in keys[5:]}) == 1
    assert min(min(key["height"], key["width"]) for key in keys) >= 44
    phone.widget("feedback").get_by_role("radio", name="8").tap()  # One press: nothing is scrolled or opened before.
    said = phone.page.get_by_text("Kept as an 8. Press another to correct it")
    for words in (said, phone.page.get_by_text("Kept in On one screen.")):
        expect(words).to_be_in_viewport(ratio=1)  # So that one sees what the press did, and who was right.


@pytest.mark.parametrize("guided", [False, True], ids=["free", "guided"])
def test_all_of_drawing_stands_on_one_screen_of_a_projector(projector: Tab, guided):
    hand = f"On a projector, {'guided' if guided else 'free'}"
    projector.open("Draw", hand=hand)
    parts = [*(projector.widget(key) for key in ("canvas_undo", "canvas_clear")), projector.page.locator(CANVAS)]
    if guided:
        guide(projector)
        parts += [projector.page.locator(ASKED), projector.pressable("keep_next"), projector.pressable("skip")]
    projector.draw(DIGITS[0])
    expect(projector.page.locator(".dl-live[data-from=server] .dl-digit")).to_have_count(2)
    projector.wait_until_at_rest()
    projector.page.locator('[data-testid="stMain"]').evaluate("main => main.scrollTo(0, 0)")
    if not guided:
        projector.widget("feedback").get_by_role("radio", name="0").click()
        parts += [
            projector.page.get_by_text("Kept as a 0. Press"),
            projector.page.get_by_text(f"Kept in {hand}."),
        ]
        parts += projector.widget("feedback").get_by_role("radio").all()
    for part in [*parts, *projector.page.locator(".dl-answer").all()]:
        expect(part).to_be_in_viewport(ratio=1)


def test_a_projector_has_no_room_for_heads_and_so_shows_numbers_of_one_kind(projector: Tab):
    projector.open("Draw", network="linear")
    projector.draw(DIGITS[0])
    expect(projector.page.locator(".dl-live[data-from=server] .dl-digit")).to_have_count(1)
    for numbers, is_seen in ((".dl-share", True), (".dl-output", False)):
        assert (projector.page.locator(numbers).first.bounding_box()["width"] > 1) is is_seen


def test_guide_me_on_a_phone_brings_what_it_asks_into_view_and_teach_is_in_reach_after_ten(phone: Tab):
    store = Store(f"sqlite:///{phone.server.home / 'digitlab.sqlite'}")
    images = np.random.default_rng(0).integers(0, 256, (9, 28, 28), np.uint8)
    store.drawings.keep(*(Drawing(digit, images[digit], hand="Nine of ten") for digit in range(9)))
    store.close()
    phone.open("Draw", hand="Nine of ten")
    phone.widget("guided").evaluate("element => element.scrollIntoView({block: 'start'})")
    phone.widget("guided").locator("label").first.tap()
    expect(phone.page.locator(ASKED)).to_have_text("9")
    expect(phone.page.locator(ASKED)).to_be_in_viewport(ratio=1)
    draw_asked(phone, 9)
    expect(phone.page.locator(".dl-asked small")).to_contain_text("now teach")
    phone.wait_until_at_rest()
    expect(phone.pressable("guided_teach")).to_be_in_viewport(ratio=1)
    expect(phone.page.locator("canvas.upper-canvas")).to_be_in_viewport(ratio=1)
    assert phone.pressable("guided_teach").bounding_box()["height"] >= 44


def test_a_browser_has_one_handwriting_in_all_its_tabs_and_after_a_refresh(new_tab):
    def shown(tab: Tab) -> str:
        name = tab.page.get_by_role("combobox", name="Whose handwriting is this?")
        expect(name).to_have_value(re.compile(r"^\w+ \w+ \d\d \(yours\)$"))
        return name.input_value()

    first, other = new_tab(), new_tab()
    second = Tab(first.page.context, first.server, touch=False)
    for tab in (first, second, other):
        tab.open("Draw")
    own = shown(first)
    assert shown(second) == own != shown(other)
    first.reload()
    assert shown(first) == own and "hand=" not in first.page.url


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_nothing_of_the_panel_reaches_beyond_the_window(request, device):
    tab: Tab = request.getfixturevalue(device)
    tab.open("Draw", hand="A name that is as long as a name may be...")
    guide(tab)
    tab.draw(DIGITS[0])
    tab.wait_until_at_rest()
    assert tab.overflow() <= 0


@pytest.mark.parametrize("way", ["keep", "say"])
def test_a_press_that_comes_before_the_last_stroke_is_known_keeps_that_stroke_too(desktop: Tab, way):
    hand = f"Quick to {way}"
    desktop.open("Draw", hand=hand)
    if way == "keep":
        guide(desktop)
    first, second = DIGITS[4]
    desktop.draw([first])
    expect(desktop.page.locator(".dl-live[data-from=server] .dl-digit")).to_have_count(2)
    desktop.wait_until_at_rest()
    place = desktop.pressable("keep_next")
    button = place if way == "keep" else desktop.widget("feedback").get_by_role("radio", name="4")
    where = button.bounding_box()
    desktop.draw([second])
    desktop.page.mouse.click(where["x"] + where["width"] / 2, where["y"] + where["height"] / 2)
    expect(desktop.page.locator(".dl-counts li").nth(0 if way == "keep" else 4)).to_contain_text("1")
    store = Store(f"sqlite:///{desktop.server.home / 'digitlab.sqlite'}")
    (kept,) = store.drawings.all(hand)
    store.close()
    assert len(kept.strokes) == 2
