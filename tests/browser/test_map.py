"""The map of the test images: a line around points, a click on one, a finger, and a reload."""

import re

import pytest
from playwright.sync_api import expect
from tab import Tab

WHERE = """(canvas, place) => {
    const {view, points} = canvas.getRootNode().querySelector(".scatter").scatter, box = canvas.getBoundingClientRect();
    const [x, y] = view.toPixels(points().x[place], points().y[place]);
    return [box.left + x, box.top + y, points().right.length + points().wrong.length];
}"""
LAST = """canvas => {
    const {x} = canvas.getRootNode().querySelector(".scatter").scatter.points();
    return x.indexOf(Math.max(...x));
}"""


def opened(tab: Tab):
    tab.open("Mistakes", view="map", network="linear", method="pca")
    canvas = tab.page.locator("canvas.marks")
    expect(canvas).to_be_visible(timeout=150_000)
    tab.wait_until_at_rest()
    canvas.evaluate("element => element.scrollIntoView({block: 'center'})")
    return canvas


def test_a_line_around_points_shows_their_images_and_a_reload_finds_them(desktop):
    canvas = opened(desktop)
    box = canvas.bounding_box()
    total = canvas.evaluate(WHERE, 0)[2]
    corners = [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.33)]
    for number, (x, y) in enumerate(corners):
        desktop.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=6)
        if number == 0:
            desktop.page.mouse.down()
    desktop.page.mouse.up()
    title = desktop.page.get_by_text(re.compile(r"Images inside the line: [\d,]+, \d+ of them read wrong"))
    expect(title).to_be_visible()
    words = title.inner_text()
    inside = int(re.search(r"line: ([\d,]+)", words).group(1).replace(",", ""))
    # The browser has drawn those faint that the server left out; rounding may move a point or two over the line.
    assert 0 < inside < total and abs(canvas.evaluate(WHERE, 0)[2] - inside) <= 3
    expect(desktop.page).to_have_url(re.compile("lasso=-?[0-9]+_"))
    desktop.reload()
    expect(desktop.page.get_by_text(words)).to_be_visible()
    desktop.page.get_by_role("button", name="Clear").click()
    expect(desktop.page.get_by_text("Choose points on the map")).to_be_visible()


def test_on_a_projector_most_of_the_map_is_seen_at_once_and_it_says_what_a_pointer_does(mnist, desktop):
    desktop.page.set_viewport_size({"width": 853, "height": 480})  # 1280 x 720, enlarged to 150 %
    canvas = opened(desktop)
    desktop.page.locator("h1").scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box["y"] + 0.7 * box["height"] < 480
    hint = desktop.page.locator(".hint")
    expect(hint).to_contain_text("Draw around points")
    desktop.page.get_by_role("button", name="Move").click()
    expect(hint).to_contain_text("then drag to move")


@pytest.mark.parametrize("phone", [False, True], ids=["mouse", "finger"])
def test_a_click_on_a_point_opens_its_image(new_tab, phone):
    tab = new_tab(phone=phone)
    canvas = opened(tab)
    # Where points lie close together another one may be nearer: the farthest to the right has room.
    last = canvas.evaluate(LAST)
    x, y, _ = canvas.evaluate(WHERE, last)
    (tab.page.touchscreen.tap if phone else tab.page.mouse.click)(x, y)
    expect(tab.page.get_by_text(f"nearest to image {last:,} on the map")).to_be_visible()
    expect(tab.page).to_have_url(re.compile(rf"at={last}\b.*image={last}\b|image={last}\b.*at={last}\b"))
    assert tab.overflow() == 0


def test_two_fingers_enlarge_the_map_and_choose_nothing(phone):
    canvas = opened(phone)
    box, view = canvas.bounding_box(), "c => c.getRootNode().querySelector('.scatter').scatter.view.zoom"
    address, scrolled = phone.page.url, phone.scroll_position()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    fingers = phone.page.context.new_cdp_session(phone.page)

    def spread(kind: str, apart: float) -> None:
        points = [{"x": middle[0] + side * apart, "y": middle[1] + 5, "id": int(side > 0)} for side in (-1, 1)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points if apart else []})

    def pinch(apart: range) -> float:
        spread("touchStart", apart[0])
        for each in apart[1:]:
            spread("touchMove", each)
        spread("touchEnd", 0)
        phone.wait_until_at_rest()
        return canvas.evaluate(view)

    assert canvas.evaluate(view) == 1
    assert pinch(range(30, 95, 5)) == pytest.approx(3, rel=0.1)
    assert pinch(range(90, 55, -5)) == pytest.approx(2, rel=0.1)
    # The page has stayed where it was, at its own size, and no point was chosen.
    assert phone.page.url == address and phone.scroll_position() == scrolled
    assert phone.page.evaluate("visualViewport.scale") == 1


@pytest.mark.parametrize("phone", [False, True], ids=["mouse", "finger"])
def test_move_says_what_dragging_does_now_and_shows_a_hand_where_it_does_something(new_tab, phone):
    tab = new_tab(phone=phone)
    canvas, hint = opened(tab), tab.page.locator(".hint")
    for press in ("Move", "Zoom in"):
        button = tab.page.locator(".tools").get_by_role("button", name=press)
        button.tap() if phone else button.click()
        larger = press == "Zoom in"
        expect(hint).to_contain_text("Drag to move" if larger else "This is all of the map")
        assert canvas.evaluate("c => c.style.cursor") == ("grab" if larger else "pointer")


def test_a_point_at_the_edge_of_the_map_is_cut_by_it_and_does_not_vanish(desktop):
    canvas = opened(desktop)
    # Its middle two pixels within the frame, which is not enough for the whole of it.
    inked = canvas.evaluate(
        """canvas => {
            const {view, points, draw} = canvas.getRootNode().querySelector(".scatter").scatter;
            const [x, y] = [points().x[0], points().y[0]];
            Object.assign(view, {zoom: 4, x: 0, y: 0});
            Object.assign(view, {x: x - view.toData(2, 0)[0], y});
            draw();
            const at = Math.round(view.side / 2), pen = canvas.parentNode.querySelector(".points").getContext("2d");
            return [...pen.getImageData(2, at, 1, 1).data].join() !== [...pen.getImageData(0, 0, 1, 1).data].join();
        }"""
    )
    assert inked


def test_a_laptop_shows_all_of_the_map_and_its_hint(desktop):
    map_top, hint = opened(desktop).bounding_box()["y"], desktop.page.locator(".hint").bounding_box()
    assert hint["y"] + hint["height"] - map_top < 900 - 375  # What stands above the map, where the images are MNIST.
