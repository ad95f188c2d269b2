"""The inside of a network: it follows the pen, and its numbers are NumPy's."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect
from strokes import DIGITS
from tab import Tab

from mnist_core.data.dataset import Dataset
from mnist_core.network.network import pretrained

SECTION = "Inside the network"
PLACES = ".st-key-inside_view .places"
PIXELS = """async canvas => {
    await new Promise(requestAnimationFrame);
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let sum = 0;
    for (let at = 0; at < data.length; at++) sum = (31 * sum + data[at]) % 2147483647;
    return sum;
}"""


@pytest.fixture(params=["desktop", "phone"])
def tab(request) -> Tab:
    """A tab with a mouse, and one with a finger."""
    return request.getfixturevalue(request.param)


def look_into(tab: Tab, **query: object) -> None:
    tab.open("Draw", **query)
    tab.unfold(SECTION)
    expect(tab.page.locator(f"{PLACES} button").first).to_be_visible()


def drawn_into(tab: Tab, digit: int, **query: object) -> None:
    look_into(tab, **query)
    tab.draw(DIGITS[digit])
    expect(tab.page.locator(".dl-live[data-from=server] .dl-digit").first).to_be_visible()
    tab.wait_until_at_rest()


def press(tab: Tab, button: Locator) -> None:
    # A phone's canvas stands over what lies behind it.
    button.evaluate("each => each.scrollIntoView({block: 'end'})")
    button.tap() if tab.touch else button.click()


def group(tab: Tab, name: str) -> Locator:
    return tab.page.locator(PLACES).get_by_role("group", name=name, exact=True)


def picture(tab: Tab) -> int:
    """A number that tells one picture from another."""
    return tab.page.locator(".st-key-inside_view .overview canvas").evaluate(PIXELS)


def number(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-"))


def table(tab: Tab) -> list[list[str]]:
    """The cells of the products, row by row."""
    rows = tab.page.locator(".panel .numbers .terms tr")
    return rows.evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.textContent))")


def test_the_picture_follows_the_pen_and_nothing_is_sent_for_it(tab: Tab):
    sent = []
    tab.page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    tab.page.on("request", lambda request: sent.append(request.url))
    look_into(tab)
    blank = picture(tab)
    tab.canvas()
    tab.wait_until_at_rest()
    sent.clear()
    tab.draw(DIGITS[3][:1], lift=False)
    part = picture(tab)
    expect(group(tab, "Outputs").get_by_role("button").nth(3)).to_have_accessible_name(re.compile("output 3: "))
    assert part != blank and not sent
    tab.lift()
    expect(tab.page.locator(".dl-live[data-from=server] .dl-digit")).to_have_count(2)
    tab.wait_until_at_rest()
    tab.widget("canvas_clear").get_by_role("button").click()
    tab.wait_until_at_rest()
    assert picture(tab) == blank


def test_the_numbers_of_a_unit_can_be_checked_by_hand(tab: Tab):
    tab.open("Draw", network="hidden", mnist=0)
    tab.unfold(SECTION)
    press(tab, group(tab, "100 hidden units").get_by_role("button").nth(41))
    expect(tab.page.locator(".panel h4")).to_have_text("Unit 42")
    *products, others, bias, total, relu = table(tab)
    for _, product, part in products:
        one, other = (number(each) for each in product.split(" × "))
        assert one * other == pytest.approx(number(part), abs=0.002)
    parts = [number(row[2]) for row in (*products, others, bias)]
    assert sum(parts) == pytest.approx(number(total[2]), abs=0.005)
    assert number(relu[2]) == max(0, number(total[2]))
    assert number(bias[2]) == pytest.approx(float(pretrained("hidden").weights[1][1][41]), abs=0.001)
    expect(tab.page.locator(".panel .formula")).to_contain_text(re.compile(r"^[\d.]+ × .* = .*\. ReLU: [\d.]+$"))
    press(tab, tab.page.locator(".panel .close"))
    expect(tab.page.locator(".panel")).to_be_hidden()


def test_a_pressed_unit_shows_what_numpy_gives(desktop: Tab, mnist: Dataset):
    image = mnist.x_test[0]
    sums = pretrained("hidden").activations(image[None])[1][0]
    unit = int(np.argmax(sums))
    desktop.open("Draw", network="hidden", mnist=0)
    desktop.unfold(SECTION)
    button = group(desktop, "100 hidden units").get_by_role("button").nth(unit)
    expect(button).to_have_accessible_name(f"unit {unit + 1}: {sums[unit]:.2f}")
    press(desktop, button)
    assert number(table(desktop)[-1][2]) == pytest.approx(float(sums[unit]), abs=0.001)


def test_an_output_tells_which_units_spoke_for_it_and_which_against(desktop: Tab):
    drawn_into(desktop, 3)
    press(desktop, group(desktop, "Outputs").get_by_role("button").nth(3))
    speakers = desktop.page.locator(".panel .speakers h5")
    expect(speakers).to_have_text([re.compile(r"^Spoke for it: \+"), re.compile("^Spoke against it: \N{MINUS SIGN}")])
    (plus, minus), rows = [number(each.split(": ")[1]) for each in speakers.all_inner_texts()], table(desktop)
    assert plus + minus + number(rows[-3][2]) == pytest.approx(number(rows[-2][2]), abs=0.03)
    expect(desktop.page.locator(".panel .tiles figure:visible")).to_have_count(10)


def test_a_pixel_of_a_map_is_the_sum_under_its_window(tab: Tab):
    drawn_into(tab, 3, network="convolutional")
    press(tab, group(tab, "8 maps").get_by_role("button").nth(2))
    expect(tab.page.locator(".panel .where")).to_contain_text("Its strongest pixel")
    field = tab.page.locator(".panel .field")
    press(tab, field)
    expect(tab.page.locator(".panel .where")).to_have_text(re.compile("^row 1[23], column 1[23]$"))
    *products, others, bias, total, _ = table(tab)
    parts = [number(row[2]) for row in (*products, others, bias)]
    assert sum(parts) == pytest.approx(number(total[2]), abs=0.005)
    expect(tab.page.locator(".panel .windows figure")).to_have_count(3)
    assert tab.overflow() == 0


def test_the_keyboard_finds_a_unit_opens_it_and_closes_it(desktop: Tab):
    drawn_into(desktop, 3)
    units = group(desktop, "100 hidden units").get_by_role("button")
    units.first.focus()
    for key in ("ArrowRight", "ArrowDown"):
        desktop.page.keyboard.press(key)
    expect(units.nth(11)).to_be_focused()
    desktop.page.keyboard.press("Enter")
    expect(desktop.page.locator(".panel h4")).to_have_text("Unit 12")
    desktop.page.locator(".panel .close").focus()
    desktop.page.keyboard.press("Escape")
    expect(desktop.page.locator(".panel")).to_be_hidden()
    expect(units.nth(11)).to_be_focused()


def test_the_strongest_five_are_said_in_words(desktop: Tab):
    drawn_into(desktop, 3)
    desktop.page.locator(".said summary").click()
    said = desktop.page.locator(".said li")
    expect(said).to_have_count(5)
    expect(said.first).to_have_text(re.compile(r"^Unit \d+ gave [\d.]+: it spoke for \d with \+[\d.]+ and against \d"))


def test_each_network_that_answers_can_be_looked_into(desktop: Tab):
    drawn_into(desktop, 3)
    networks = desktop.page.get_by_role("radiogroup", name="Network").get_by_role("radio")
    expect(networks).to_have_count(2)
    networks.first.click()
    expect(group(desktop, "What each pixel adds to each digit").get_by_role("button")).to_have_count(10)
    press(desktop, group(desktop, "What each pixel adds to each digit").get_by_role("button").nth(3))
    expect(desktop.page.locator(".panel .product figure")).to_have_count(3)


def test_on_a_phone_the_inside_comes_into_reach_and_the_canvas_stays_in_sight(phone: Tab):
    phone.open("Draw")
    phone.draw(DIGITS[3])
    expect(phone.page.locator(".dl-live[data-from=server] .dl-digit")).to_have_count(2)
    phone.unfold(SECTION)
    overview = phone.page.locator(".st-key-inside_view .overview")
    expect(group(phone, "Outputs")).to_be_attached()
    expect(overview).to_be_in_viewport(ratio=0.8)
    canvas = phone.page.locator("canvas.upper-canvas")
    expect(canvas).to_be_in_viewport(ratio=0.98)
    assert overview.bounding_box()["y"] >= canvas.bounding_box()["y"] + canvas.bounding_box()["height"]
    assert phone.overflow() == 0


def test_the_inside_of_a_test_image_is_looked_into_among_the_mistakes(tab: Tab, mnist: Dataset):
    place = 115
    tab.open("Mistakes", network="hidden", image=place)
    tab.unfold(SECTION)
    sums = pretrained("hidden").activations(mnist.x_test[[place]])[1][0]
    unit = int(np.argmax(sums))
    button = tab.page.locator(".st-key-one_image_inside_view .places button").nth(unit)
    expect(button).to_have_accessible_name(f"unit {unit + 1}: {sums[unit]:.2f}")
    press(tab, button)
    assert number(table(tab)[-1][2]) == pytest.approx(float(sums[unit]), abs=0.001)
    assert tab.overflow() == 0


def test_a_unit_shows_the_test_images_that_it_would_like_best_and_how_this_one_compares(desktop: Tab, mnist: Dataset):
    asked = mnist.x_test[:: max(1, len(mnist.x_test) // 2000)]
    activations = pretrained("hidden").activations(asked)[1]
    seen = activations[0]  # Test image 0 is among them.
    loud, silent = int(np.argmax(seen)), int(np.flatnonzero(seen == 0)[0])
    desktop.open("Draw", network="hidden", mnist=0)
    desktop.unfold(SECTION)
    units = group(desktop, "100 hidden units").get_by_role("button")
    press(desktop, units.nth(loud))
    liking = desktop.page.locator(".panel .liking")
    expect(liking.locator("figure")).to_have_count(4)
    shown = liking.locator("canvas").first.evaluate(
        "canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, at) => at % 4 === 0)"
    )
    assert np.corrcoef(shown, asked[activations[:, loud].argmax()].ravel())[0, 1] > 0.999
    said = liking.locator("p").last.inner_text()
    share = 100 * (activations[:, loud] < seen[loud]).mean()
    assert said.startswith("None") if share > 99.5 else abs(int(re.search(r"(\d+) of 100", said)[1]) - share) <= 2
    press(desktop, units.nth(silent))
    expect(liking.locator("p").last).to_have_text("What it sees now leaves it silent.")
