"""The answers follow the pen, and the server's own takes over without a jump."""

import re

import pytest
from playwright.sync_api import expect
from strokes import DIGITS
from tab import Tab

SERVER, BROWSER = ".dl-live[data-from=server]", ".dl-live[data-from=browser]"
DIGIT = " .dl-digit"
BARS = "rows => rows.map(row => parseFloat(row.style.getPropertyValue('--length')))"
LINE = [[(0.1, 0.95), (0.9, 0.95)]]
# Notes on every frame where the answers come from and what they are.
WATCH = """() => {
    window.seen = [];
    const look = () => {
        const box = document.querySelector(".dl-live");
        const digits = [...document.querySelectorAll(".dl-digit")].map(each => each.textContent).join();
        const now = `${box?.dataset.from} ${digits}`;
        if (window.seen.at(-1) !== now) window.seen.push(now);
        window.watching = requestAnimationFrame(look);
    };
    look();
}"""
SEEN = "() => { cancelAnimationFrame(window.watching); return window.seen; }"


@pytest.fixture(params=["desktop", "phone"])
def tab(request) -> Tab:
    """The Draw page, with a mouse and with a finger."""
    tab: Tab = request.getfixturevalue(request.param)
    tab.sent = 0
    tab.page.on("websocket", lambda socket: socket.on("framesent", lambda _: count(tab)))
    tab.open("Draw")
    expect(tab.page.locator(SERVER)).to_have_count(1)
    return tab


def count(tab: Tab) -> None:
    tab.sent += 1


def digits(tab: Tab) -> list[str]:
    return tab.page.locator(DIGIT).all_inner_texts()


def bars(tab: Tab) -> list[float]:
    """Lengths of all bars, in percent."""
    return tab.page.locator(".dl-bar i").evaluate_all(BARS)


def press(tab: Tab, key: str) -> None:
    button = tab.widget(key).get_by_role("button")
    button.tap() if tab.touch else button.click()


def wait_for_server(tab: Tab) -> None:
    expect(tab.page.locator(SERVER + DIGIT)).to_have_count(2)
    tab.wait_until_at_rest()


def test_the_bars_move_before_the_pen_is_lifted_and_lifting_it_changes_nothing(tab: Tab):
    before = tab.sent
    three = DIGITS[3][0]
    tab.draw([three[: len(three) // 2]], lift=False)
    expect(tab.page.locator(BROWSER + DIGIT)).to_have_count(2)
    tab.lift()
    wait_for_server(tab)
    half = bars(tab)
    press(tab, "canvas_clear")
    expect(tab.page.locator(SERVER + " .dl-none")).to_have_count(2)
    tab.wait_until_at_rest()

    before = tab.sent
    spoken = tab.page.locator(".dl-spoken").inner_text()
    tab.draw(DIGITS[3], lift=False)
    tab.page.wait_for_timeout(600)  # Longer than anything takes that would be sent.
    assert tab.sent == before
    assert digits(tab)[1] == "3" and tab.page.locator(BROWSER).count() == 1
    assert tab.page.locator(".dl-spoken").inner_text() == spoken == ""
    shown = bars(tab)
    assert max(abs(one - other) for one, other in zip(shown, half, strict=True)) > 5
    tab.page.evaluate(WATCH)
    tab.lift()
    wait_for_server(tab)
    assert bars(tab) == pytest.approx(shown, abs=0.5)
    # First the browser's, then the server's, and never anything else.
    assert tab.page.evaluate(SEEN) == [f"browser {','.join(digits(tab))}", f"server {','.join(digits(tab))}"]
    assert "3," in tab.page.locator(".dl-spoken").inner_text()


def test_a_second_stroke_soon_after_the_first_is_answered_together_with_it(tab: Tab):
    tab.draw(DIGITS[4][:1])
    tab.draw(DIGITS[4][1:], lift=False)
    tab.page.wait_for_timeout(600)  # The server has answered to the first stroke meanwhile.
    both = bars(tab)
    assert digits(tab)[1] == "4" and tab.page.locator(BROWSER).count() == 1
    tab.page.evaluate(WATCH)
    tab.lift()
    wait_for_server(tab)
    assert bars(tab) == pytest.approx(both, abs=0.5)
    assert len(tab.page.evaluate(SEEN)) <= 2


def test_the_pen_goes_on_from_what_an_undo_has_left(tab: Tab):
    tab.draw(DIGITS[3])
    wait_for_server(tab)
    three = bars(tab)
    tab.draw(LINE)
    wait_for_server(tab)
    assert bars(tab) != pytest.approx(three, abs=0.5)
    press(tab, "canvas_undo")
    tab.wait_until_at_rest()
    assert bars(tab) == pytest.approx(three, abs=0.05) and tab.page.locator(SERVER).count() == 1
    tab.draw(LINE, lift=False)
    expect(tab.page.locator(BROWSER)).to_have_count(1)
    shown = bars(tab)
    tab.lift()
    wait_for_server(tab)
    assert bars(tab) == pytest.approx(shown, abs=0.5)


def test_clear_empties_the_bars_also_where_the_server_has_not_heard_of_the_stroke(tab: Tab):
    tab.draw(DIGITS[3])
    expect(tab.page.locator(DIGIT)).to_have_count(2)
    press(tab, "canvas_clear")
    expect(tab.page.locator(SERVER + " .dl-none")).to_have_count(2)
    tab.page.evaluate(WATCH)
    tab.wait_until_at_rest(quiet=0.5)
    assert tab.page.evaluate(SEEN) == ["server "]
    assert bars(tab) == [0] * 20


def test_a_drawing_that_was_put_back_is_gone_on_with(desktop: Tab):
    desktop.open("Draw")
    desktop.draw(DIGITS[3])
    wait_for_server(desktop)
    desktop.widget("links").get_by_role("link", name="Home").click()
    expect(desktop.page.get_by_text("All that the linear network knows")).to_be_visible()
    desktop.widget("links").get_by_role("link", name="Draw").click()
    wait_for_server(desktop)
    desktop.draw(LINE, lift=False)
    expect(desktop.page.locator(BROWSER)).to_have_count(1)
    shown = bars(desktop)
    desktop.lift()
    wait_for_server(desktop)
    assert bars(desktop) == pytest.approx(shown, abs=0.5)


@pytest.mark.parametrize("rubs_out", [False, True])
def test_ink_added_to_a_test_image_or_rubbed_out_is_answered_while_the_pen_moves(tab: Tab, rubs_out: bool):
    tab.open("Draw", mnist=0, bars="shares")
    expect(tab.page.locator(SERVER + DIGIT)).to_have_count(2)
    tab.wait_until_at_rest()
    if rubs_out:
        tab.widget("rubs_out").locator("label").first.click()
        tab.wait_until_at_rest()
    before = bars(tab)
    tab.draw([[(0.1, 0.3), (0.9, 0.5)], [(0.1, 0.8), (0.8, 0.6)]], lift=False)
    expect(tab.page.locator(BROWSER)).to_have_count(1)
    shown = bars(tab)
    assert shown != pytest.approx(before, abs=0.5)
    tab.page.evaluate(WATCH)
    tab.lift()
    wait_for_server(tab)
    assert bars(tab) == pytest.approx(shown, abs=0.5)
    assert len(tab.page.evaluate(SEEN)) <= 2  # Lifting the pen shows nothing in between.


def test_raw_outputs_follow_the_pen_too(desktop: Tab):
    desktop.open("Draw", bars="outputs", network="hidden")
    desktop.draw(DIGITS[7], lift=False)
    expect(desktop.page.locator(BROWSER + DIGIT)).to_have_text(["7"])
    shown = bars(desktop)
    assert sum(shown) > 1 and shown[7] == max(shown)
    desktop.lift()
    expect(desktop.page.locator(SERVER + DIGIT)).to_have_text(["7"])
    desktop.wait_until_at_rest()
    assert bars(desktop) == pytest.approx(shown, abs=0.5)


def test_where_the_canvas_cannot_be_found_the_server_answers(desktop: Tab):
    desktop.page.add_init_script("Event.prototype.composedPath = () => [document]")
    desktop.open("Draw")
    desktop.draw(DIGITS[3], lift=False)
    assert desktop.page.locator(BROWSER).count() == 0 and not digits(desktop)
    desktop.lift()
    wait_for_server(desktop)
    assert digits(desktop)[1] == "3"


def test_a_bar_is_chosen_by_mouse_and_by_keyboard_the_focus_stays_and_the_reasons_follow(desktop: Tab):
    desktop.open("Draw")
    desktop.draw(DIGITS[3])
    wait_for_server(desktop)
    card = desktop.page.locator(".dl-answer").nth(1)
    chosen = desktop.page.locator(".dl-bars button[aria-pressed=true]")
    card.locator("tbody tr").nth(8).locator(".dl-share").click()
    expect(chosen).to_have_text(["8", "8"])
    expect(desktop.page.get_by_text("Ink that speaks for 8")).to_be_visible()
    network = desktop.widget("why_network").get_by_role("combobox")
    expect(network).to_have_value(re.compile("Hidden layer"))
    card.get_by_role("button", name="3", exact=True).focus()
    desktop.page.keyboard.press("ArrowDown")
    desktop.page.keyboard.press("ArrowDown")
    desktop.page.keyboard.press("Enter")
    expect(chosen).to_have_text(["5", "5"])
    desktop.wait_until_at_rest()
    expect(card.get_by_role("button", name="5", exact=True)).to_be_focused()
    assert card.locator("tbody tr").first.evaluate("row => getComputedStyle(row).cursor") == "pointer"
    desktop.page.keyboard.press("Enter")
    expect(chosen).to_have_count(0)


def test_a_picture_is_answered_by_the_server_alone(desktop: Tab):
    desktop.open("Draw", way="upload")
    expect(desktop.page.locator(SERVER + " .dl-none")).to_have_text([re.compile("No picture yet")] * 2)
