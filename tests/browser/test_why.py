"""Why it said that, in a real browser: the strip, evidence, neighbours, changes of mind."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from strokes import DIGITS
from tab import Tab

LETTER_A = [[(0.1, 0.95), (0.5, 0.05), (0.9, 0.95)], [(0.25, 0.6), (0.75, 0.6)]]
SCRIBBLE = [[(0.1, 0.1), (0.9, 0.3), (0.1, 0.4), (0.9, 0.6), (0.1, 0.7), (0.9, 0.9), (0.2, 0.95), (0.5, 0.1)]]


def draw(tab: Tab, strokes: list, **query: object) -> None:
    tab.open("Draw", **query)
    tab.unfold("What the networks see", "Why it said that")
    tab.draw(strokes)
    expect(tab.page.locator(".dl-seen")).to_be_visible()
    tab.wait_until_at_rest()


def look_at(tab: Tab, view: str) -> None:
    tab.widget("why_view").get_by_role("radio", name=view).click()
    tab.wait_until_at_rest()


def press(tab: Tab, key: str) -> None:
    button = tab.widget(key).get_by_role("button")
    button.tap() if tab.touch else button.click()
    tab.wait_until_at_rest()


def choose(tab: Tab, key: str, option: str) -> None:
    """By the keyboard alone."""
    box = tab.widget(key).get_by_role("combobox")
    box.focus()
    tab.page.keyboard.press("ArrowDown")
    for letter in option:
        tab.page.keyboard.press(letter)
    tab.page.keyboard.press("Enter")
    tab.wait_until_at_rest()


def test_each_step_has_the_answer_of_each_network(desktop: Tab):
    draw(desktop, DIGITS[3])
    # Drawing, pen, cropped, squared, 20x20 and 28x28; upright is for networks that see it so.
    expect(desktop.page.locator(".dl-on-the-way")).to_have_count(6)
    expect(desktop.page.get_by_alt_text("The 28x28 image set upright")).to_be_visible()
    expect(desktop.page.locator(".dl-seen .dl-on-the-way li b")).to_have_text(["3", "3"])
    final = [re.search(r"\d+", each)[0] for each in desktop.page.locator(".dl-best .dl-share").all_inner_texts()]
    shares = desktop.page.locator(".dl-seen .dl-on-the-way span").all_inner_texts()
    for share, whole in zip(shares, final, strict=True):
        assert abs(int(share.split()[0]) - int(whole)) <= 1
    desktop.widget("why_resized").get_by_text("Show each picture").click()
    expect(desktop.page.get_by_alt_text("Drawing, as a plain resize to 28x28 leaves it")).to_be_visible()


def test_the_evidence_follows_the_digits_that_are_chosen(desktop: Tab):
    draw(desktop, DIGITS[3], network="hidden")
    said = desktop.page.locator(".dl-sums p").first
    expect(said).to_contain_text("speaks for 3")
    expect(desktop.page.locator(".dl-units [role=img]")).to_have_count(8)
    choose(desktop, "why_against", "9")
    expect(said).to_contain_text("speaks for 3, orange for 9")
    choose(desktop, "why_digit", "5")
    expect(said).to_contain_text("speaks for 5, orange for 9")
    parts = desktop.page.locator(".dl-sums td").all_inner_texts()
    *terms, total = [float(each.replace("\N{MINUS SIGN}", "-")) for each in parts]
    assert sum(terms) == pytest.approx(total, abs=0.2)


def test_the_next_drawing_is_explained_in_the_same_view(desktop: Tab):
    draw(desktop, DIGITS[3], network="hidden")
    look_at(desktop, "Nearest examples")
    expect(desktop.page.locator(".dl-gallery [role=img]")).to_have_count(12)
    press(desktop, "canvas_clear")
    expect(desktop.page.locator(".dl-gallery")).to_have_count(0)
    desktop.draw(DIGITS[7])
    expect(desktop.page.locator(".dl-gallery [role=img]")).to_have_count(12)
    labels = desktop.page.locator(".dl-gallery figcaption").all_inner_texts()
    assert sum(each.startswith("7") for each in labels) >= 7


def test_changes_are_applied_until_it_says_something_else(phone: Tab):
    draw(phone, DIGITS[3], network="hidden")
    look_at(phone, "Change its mind")
    says = phone.page.locator(".dl-mind-says")
    expect(says).to_have_text("3")
    before = phone.page.locator(".dl-mind img").get_attribute("src")
    total = int(re.search(r"of (\d+) it says", phone.page.locator(".dl-minded").inner_text())[1])
    for step in range(1, total + 1):
        press(phone, "why_next")
        expect(phone.page.locator(".dl-minded")).to_contain_text(f"After {step} of {total}")
    expect(says).not_to_have_text("3")
    assert phone.page.locator(".dl-mind img").get_attribute("src") != before
    expect(phone.widget("why_next").get_by_role("button")).to_be_disabled()
    assert phone.overflow() == 0


@pytest.mark.usefixtures("mnist")
@pytest.mark.parametrize("strokes", [LETTER_A, SCRIBBLE], ids=["letter", "scribble"])
def test_what_is_no_digit_is_not_sure(desktop: Tab, strokes):
    draw(desktop, strokes)
    expect(desktop.page.get_by_text("Not sure.").first).to_be_visible()
    doubted = desktop.page.locator(".dl-unsure")
    expect(doubted.first).to_contain_text("Not sure")
    # While the pen moves the browser answers, which cannot tell: it claims nothing that may be taken back.
    desktop.draw(DIGITS[1], lift=False)
    expect(doubted).to_have_count(0)
    expect(desktop.page.locator(".dl-sure").first).to_contain_text("Best guess")
    expect(desktop.page.locator(".dl-sure", has_text="sure")).to_have_count(0)
    desktop.lift()


@pytest.mark.usefixtures("mnist")
def test_a_digit_is_not_doubted(desktop: Tab):
    draw(desktop, DIGITS[3])
    expect(desktop.page.get_by_text("This is like the 3s")).to_be_visible()
    expect(desktop.page.get_by_text("Not sure.")).to_have_count(0)


@pytest.mark.parametrize("device", ["phone", "projector"])
def test_a_press_on_a_bar_brings_what_it_opens_into_view_each_time(request, device):
    tab: Tab = request.getfixturevalue(device)
    tab.open("Draw", network="linear-draw-ready")
    tab.draw(DIGITS[3])
    expect(tab.page.locator(".dl-live[data-from=server] .dl-digit")).to_have_count(1)
    tab.wait_until_at_rest()
    for digit in (5, 8):
        bar = tab.page.locator(".dl-answer").first.get_by_role("button", name=str(digit), exact=True)
        bar.tap() if tab.touch else bar.click()
        expect(tab.page.locator(".dl-sums p").first).to_contain_text(f"speaks for {digit}")
        expect(tab.widget("why_choice")).to_be_in_viewport(ratio=1)
        expect(tab.page.get_by_text("Why it said that")).to_be_in_viewport(ratio=1)


def test_a_finger_that_misses_the_digits_below_opens_nothing_at_bars_half_as_wide_as_it_is(phone: Tab):
    phone.open("Draw")
    phone.draw(DIGITS[3])
    expect(phone.page.locator(".dl-live[data-from=server] .dl-digit")).to_have_count(2)
    phone.wait_until_at_rest()
    before = phone.scroll_position()
    bar = phone.page.locator(".dl-answer").first.get_by_role("button", name="5", exact=True).bounding_box()
    phone.page.touchscreen.tap(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    phone.wait_until_at_rest(quiet=1.0)
    expect(phone.page.locator(".dl-sums")).to_have_count(0)
    assert phone.scroll_position() == before


def test_a_press_on_a_bar_scrolls_nothing_where_the_reason_is_in_sight(desktop: Tab):
    desktop.open("Draw")
    desktop.draw(DIGITS[3])
    expect(desktop.page.locator(".dl-live[data-from=server] .dl-digit")).to_have_count(2)
    desktop.unfold("Why it said that")
    desktop.page.locator('[data-testid="stMain"]').evaluate("main => main.scrollTo(0, 250)")
    desktop.page.locator(".dl-answer").first.get_by_role("button", name="5", exact=True).click()
    expect(desktop.page.locator(".dl-sums p").first).to_contain_text("speaks for 5")
    desktop.wait_until_at_rest(quiet=1.0)
    assert desktop.scroll_position() == 250


@pytest.mark.parametrize("device", ["phone", "projector"])
def test_a_press_on_a_bar_of_a_test_image_brings_its_reason_into_view(request, device):
    tab: Tab = request.getfixturevalue(device)
    tab.open("Mistakes", network="linear", true=4, read=9, image=115)
    bar = tab.widget("one_image_answer").get_by_role("button", name="5", exact=True)
    bar.scroll_into_view_if_needed()
    bar.tap() if tab.touch else bar.click()
    expect(tab.page.locator(".dl-sums p").first).to_contain_text("speaks for 5")
    expect(tab.widget("why_choice")).to_be_in_viewport(ratio=1)


def test_looking_at_reasons_redraws_nothing_else(desktop: Tab):
    draw(desktop, DIGITS[3])
    desktop.page.locator(".dl-answers").evaluate("element => { element.dataset.seen = 'yes' }")
    for view in ("Nearest examples", "Change its mind", "Evidence"):
        look_at(desktop, view)
        assert desktop.page.locator(".dl-answers").get_attribute("data-seen") == "yes"


def test_on_a_phone_nothing_scrolls_sideways(phone: Tab):
    draw(phone, DIGITS[3])
    for view in ("Evidence", "Nearest examples", "Change its mind"):
        look_at(phone, view)
        assert phone.overflow() == 0
