"""The page that phones open: joined, drawn on, voted with, asleep, without a network, in another language."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from class_of import Phone as Classmate
from class_of import drawn, said
from playwright.sync_api import Locator, Page, expect
from strokes import DIGITS
from tab import Tab

from mnist_core.classroom import questions, rounds
from mnist_core.classroom.desk import Desk
from mnist_core.classroom.phones import Phones
from mnist_core.classroom.rules import Role
from mnist_core.settings import sqlite_url
from mnist_core.store.rooms.records import Kind
from mnist_core.store.store import Store

SOON = 30_000  # ms
NO_NETWORK = r"ERR_INTERNET_DISCONNECTED|Failed to fetch"


@dataclass
class Phone:
    """The page on one phone."""

    tab: Tab

    @property
    def page(self) -> Page:
        return self.tab.page

    @property
    def main(self) -> Locator:
        return self.page.locator("#main")

    @property
    def pad(self) -> Locator:
        return self.page.locator("canvas.pad")

    @property
    def notice(self) -> Locator:
        return self.page.locator("#notice")

    def join(self, code: str, **query: str) -> "Phone":
        """Open the address in the QR code, and press Join."""
        tail = "".join(f"?{name}={value}" for name, value in query.items())
        self.page.goto(f"{self.tab.url}/join/{code}{tail}")
        self.main.locator("form button").click()
        expect(self.page.locator("header button")).to_be_visible(timeout=SOON)
        return self

    def draw(self, digit: int) -> None:
        expect(self.pad).to_be_visible(timeout=SOON)
        self.tab.draw(DIGITS[digit], on=self.pad)

    def send(self) -> None:
        self.page.locator("button.first").click()

    def hear_nothing(self) -> None:
        """No word of the class comes any more; the request that was on its way is given up, too."""
        self.tab.tolerate(NO_NETWORK)
        self.page.route("**/view*", lambda route: route.abort("internetdisconnected"))
        with self.page.expect_event("requestfailed", lambda request: "DISCONNECTED" in str(request.failure)):
            self.page.evaluate("dispatchEvent(new Event('online'))")

    def sees(self, words: str) -> None:
        expect(self.main).to_contain_text(words, timeout=SOON)


@pytest.fixture
def store(server) -> Iterator[Store]:
    store = Store(sqlite_url(server.home / "digitlab.sqlite"))
    yield store
    store.close()


@pytest.fixture
def desk(store) -> Desk:
    return Desk(store, Role.TEACHER)


@pytest.fixture
def code(desk) -> Iterator[str]:
    """The code of a class that has begun."""
    room = desk.begin_class(networks=("linear-draw-ready",))
    yield room.code
    desk.end(room.code)


@pytest.fixture
def new_phone(new_tab) -> Iterator[Callable[..., Phone]]:
    """`new_phone(...)` opens a window as `new_tab` does: a guest's phone."""
    phones = []

    def open_phone(**options) -> Phone:
        phones.append(Phone(new_tab(**{"phone": True, "guest": True, **options})))
        return phones[-1]

    yield open_phone
    for phone in phones:
        phone.tab.check()


def kept(desk: Desk, code: str) -> int:
    return desk.attendance(code).answers


def wait_for(phone: Phone, what: Callable[[], bool]) -> None:
    for _ in range(SOON // 100):
        if what():
            return
        phone.page.wait_for_timeout(100)
    raise AssertionError("it did not come")


def test_a_finger_draws_is_answered_and_sends_without_scrolling(new_phone, desk, code):
    phone = new_phone(size=(320, 568)).join(code)
    phone.sees("Look at the big screen")
    desk.begin(code, Kind.DRAW, digits=(7,))
    phone.draw(7)
    expect(phone.page.locator(".says")).to_have_text("The network reads 7", timeout=SOON)
    assert phone.page.evaluate("scrollY") == 0 and phone.tab.overflow() == 0
    expect(phone.page.locator("button.first")).to_be_in_viewport()  # On the smallest of screens.
    phone.send()
    phone.sees("Sent.")
    (label,) = desk.drawings(code, 1).labels
    assert label == 7
    desk.press(code, rounds.pause)
    phone.sees("Pause. Your drawing is safe.")
    desk.press(code, rounds.go_on)
    expect(phone.pad).to_be_visible(timeout=SOON)
    desk.press(code, rounds.close)
    phone.sees("The round is closed")
    desk.press(code, rounds.reveal)
    phone.sees("The network reads 7")


def test_ten_digits_are_drawn_in_turn_and_each_can_be_changed(new_phone, desk, code):
    phone = new_phone().join(code)
    desk.begin(code, Kind.TEACH, digits=(1, 7))
    phone.sees("Draw a 1")
    phone.sees("The network gives no answer")
    phone.draw(1)
    phone.send()
    phone.sees("Draw a 7")
    phone.draw(7)
    phone.send()
    phone.sees("All sent")
    wait_for(phone, lambda: kept(desk, code) == 2)
    phone.page.get_by_role("button", name="Drawing of 1, sent").click()
    phone.page.get_by_role("button", name="Clear").click()
    phone.sees("Your 1 that was sent still counts")
    phone.page.get_by_role("button", name="Undo").click()  # Clear can be undone.
    phone.sees("All sent")
    phone.page.get_by_role("button", name="Clear").click()
    phone.draw(4)
    phone.send()
    phone.sees("All sent")
    assert sorted(desk.drawings(code, 1).labels) == [1, 7]


def test_a_phone_that_loses_its_network_while_it_sends_sends_once_more_and_counts_once(new_phone, desk, code):
    phone = new_phone(guest=False).join(code)
    phone.tab.tolerate(NO_NETWORK)
    desk.begin(code, Kind.DRAW, digits=(3,))
    phone.draw(3)
    lost = []

    def lose_the_answer(route):
        """The server takes the drawing, and the phone never hears so."""
        lost.append(route.fetch().status)
        route.abort("internetdisconnected")

    phone.page.route("**/answers*", lose_the_answer)
    phone.send()
    expect(phone.notice).to_contain_text("No connection", timeout=SOON)
    phone.sees("Not sent yet")
    phone.page.unroute("**/answers*")
    phone.sees("Sent.")
    expect(phone.notice).to_be_empty(timeout=SOON)
    assert set(lost) == {200} and kept(desk, code) == 1


def test_what_is_drawn_without_a_network_is_kept_through_a_reload_and_sent_when_there_is_one(new_phone, desk, code):
    phone = new_phone().join(code)
    phone.tab.tolerate(NO_NETWORK)
    desk.begin(code, Kind.DRAW, digits=(3,))
    phone.draw(3)
    phone.page.route("**/answers*", lambda route: route.abort("internetdisconnected"))
    phone.send()
    expect(phone.notice).to_contain_text("No connection", timeout=SOON)
    phone.sees("Not sent yet")
    phone.page.reload()
    phone.sees("Not sent yet: it is sent as soon as")
    assert kept(desk, code) == 0
    phone.page.unroute("**/answers*")
    phone.sees("Sent.")
    assert kept(desk, code) == 1


def test_a_phone_that_sleeps_through_a_round_is_where_the_class_is_when_it_wakes(new_phone, desk, code):
    phone = new_phone().join(code)
    phone.tab.tolerate(NO_NETWORK)
    desk.begin(code, Kind.DRAW, digits=(3,))
    phone.sees("Draw a 3")
    phone.page.context.set_offline(True)
    for move in (rounds.close, rounds.reveal):
        desk.press(code, move)
    desk.begin(code, Kind.GUESS, question=questions.own("Which is larger?", ("one", "two")))
    phone.page.context.set_offline(False)
    phone.sees("Which is larger?")


def test_a_drawing_that_comes_too_late_is_said_and_not_shown_as_sent(new_phone, desk, code):
    phone = new_phone().join(code)
    phone.tab.tolerate("409")
    desk.begin(code, Kind.DRAW, digits=(3,))
    phone.draw(3)
    phone.hear_nothing()
    desk.press(code, rounds.close)
    phone.send()
    phone.page.unroute("**/view*")
    phone.sees("The round is closed")
    expect(phone.notice).to_contain_text("Too late", timeout=SOON)
    expect(phone.notice).not_to_contain_text("counts")
    assert kept(desk, code) == 0
    desk.begin(code, Kind.DRAW, digits=(4,))
    phone.sees("Draw a 4")
    expect(phone.notice).to_be_empty(timeout=SOON)


def test_digits_say_which_are_sent_which_wait_and_which_are_only_drawn(new_phone, desk, code):
    phone = new_phone().join(code)
    phone.tab.tolerate(NO_NETWORK)
    desk.begin(code, Kind.TEACH, digits=(1, 7, 4))
    phone.draw(1)
    phone.send()
    expect(phone.page.get_by_role("button", name="Drawing of 1, sent")).to_be_visible(timeout=SOON)
    phone.page.route("**/answers*", lambda route: route.abort("internetdisconnected"))
    phone.sees("Drawing 2 of 3")
    phone.draw(7)
    phone.send()
    waiting = phone.page.get_by_role("button", name="Drawing of 7, waiting to be sent")
    expect(waiting).to_be_visible(timeout=SOON)
    phone.sees("Drawing 3 of 3")
    phone.draw(4)
    phone.sees("Not sent yet.")
    waiting.click()
    drawn_only = phone.page.get_by_role("button", name="Drawing of 4, not sent yet")
    expect(drawn_only.locator("canvas")).to_be_visible()
    expect(phone.main).not_to_contain_text("All sent")
    phone.page.unroute("**/answers*")
    expect(phone.page.get_by_role("button", name="Drawing of 7, sent")).to_be_visible(timeout=SOON)


def test_what_is_drawn_and_not_sent_is_there_after_a_reload_and_goes_with_its_round(new_phone, desk, code):
    phone = new_phone().join(code)
    desk.begin(code, Kind.DRAW, digits=(7,))
    phone.draw(7)
    phone.sees("The network reads 7")
    phone.page.reload()
    phone.sees("The network reads 7")
    phone.sees("Not sent yet.")
    assert kept(desk, code) == 0
    desk.begin(code, Kind.DRAW, digits=(7,))
    expect(phone.page.locator(".says")).to_be_empty(timeout=SOON)
    phone.page.reload()
    phone.sees("Draw a 7")
    expect(phone.page.locator(".says")).to_be_empty()


def test_what_came_too_late_says_that_the_earlier_drawing_counts_and_goes_with_the_next_task(new_phone, desk, code):
    phone = new_phone().join(code)
    phone.tab.tolerate("409")
    phone.tab.tolerate(NO_NETWORK)
    desk.begin(code, Kind.DRAW, digits=(3,))
    phone.draw(3)
    phone.send()
    phone.sees("Sent.")
    phone.page.get_by_role("button", name="Clear").click()
    phone.draw(7)
    phone.hear_nothing()
    desk.press(code, rounds.close)
    phone.send()
    phone.page.unroute("**/view*")
    expect(phone.notice).to_contain_text("The drawing that you sent before counts", timeout=SOON)
    desk.begin(code, Kind.DRAW, digits=(4,))
    phone.sees("Draw a 4")
    expect(phone.notice).to_be_empty()
    assert desk.drawings(code, 1).labels.tolist() == [3]


def test_a_vote_without_a_network_says_that_it_will_be_sent(new_phone, desk, code):
    phone = new_phone().join(code)
    phone.tab.tolerate(NO_NETWORK)
    desk.begin(code, Kind.GUESS, question=questions.own("Which is larger?", ("one", "two")))
    phone.sees("Which is larger?")
    phone.page.route("**/answers*", lambda route: route.abort("internetdisconnected"))
    phone.page.locator(".choices button").first.click()
    phone.sees("It will be sent as soon as there is a connection")
    expect(phone.notice).to_contain_text("drew or chose", timeout=SOON)
    phone.page.unroute("**/answers*")
    phone.sees("You can change it until the round is closed")


def drawn_to_fool(phone: Phone, desk: Desk, store: Store, code: str, *, digit: int) -> list[Classmate]:
    """The phone draws this digit where a 3 is asked for, and three classmates theirs: now all read each other's."""
    others = [Classmate(Phones(store), code).join() for _ in range(3)]
    desk.begin(code, Kind.FOOL, digits=(3,))
    phone.draw(digit)
    phone.send()
    phone.sees("Sent.")
    for each in others:
        each.send(drawn())
    desk.press(code, rounds.close)
    desk.advance(code)
    return others


def test_a_phone_says_whether_its_drawing_fooled_the_network(new_phone, desk, store, code):
    phone = new_phone().join(code)
    # The network reads a 7, and classmates say that they read a 3.
    others = drawn_to_fool(phone, desk, store, code, digit=7)
    for each in others:
        for slot, shown in enumerate(each.view.to_read):
            each.send(said(3, slot=slot, step=1, about=shown.id))
    desk.press(code, rounds.close)
    desk.press(code, rounds.reveal)
    phone.sees("You fooled the network!")
    phone.sees("3 of 3 classmates read a 3.")


def test_a_code_that_is_missing_or_too_short_is_said_above_it(new_phone):
    phone = new_phone()
    phone.tab.tolerate("404")
    phone.page.goto(f"{phone.tab.url}/join")
    wrong, code = phone.page.get_by_role("alert"), phone.page.get_by_label("Code of the class")
    phone.send()
    expect(wrong).to_have_text("Type the code first.")
    code.fill("prj")
    phone.send()
    expect(wrong).to_have_text("A code has six letters. This one has 3.")
    code.fill("BCDFGH")
    phone.send()
    expect(wrong).to_contain_text("There is no class with this code", timeout=SOON)
    assert wrong.bounding_box()["y"] < code.bounding_box()["y"]  # Where no keyboard covers it.
    expect(code).to_be_focused()


def test_a_phone_remembers_its_language_and_the_way_back_to_its_class(new_phone, desk, code):
    phone = new_phone().join(code)
    phone.page.get_by_label("Language").select_option("de")
    phone.sees("Schau nach vorn")
    phone.page.goto(f"{phone.tab.url}/join")
    phone.page.get_by_role("button", name=f"Zurück zu deiner Klasse {code}").click()
    phone.sees("Schau nach vorn")


def test_another_name_is_asked_for_once_a_round_is_on(new_phone, desk, code):
    phone = new_phone().join(code)
    asked = []
    phone.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    desk.begin(code, Kind.DRAW, digits=(3,))
    phone.sees("Draw a 3")
    name = phone.page.locator("header strong").inner_text()
    phone.page.get_by_role("button", name="Another name").click()
    wait_for(phone, lambda: bool(asked))
    assert name in asked[0]
    expect(phone.page.locator("header strong")).to_have_text(name)


@pytest.mark.parametrize("locale", ["de-DE", "fr-FR", "fi-FI", "es-ES"])
def test_what_sends_is_in_sight_on_the_smallest_screen_in_every_language(new_phone, desk, code, locale):
    phone = new_phone(size=(320, 568), locale=locale).join(code)
    desk.begin(code, Kind.FOOL, digits=(3,))
    phone.draw(3)
    expect(phone.page.locator("button.first")).to_be_in_viewport(ratio=0.99)
    buttons = [each.bounding_box()["y"] for each in phone.page.locator(".pad ~ .row button").all()]
    assert len(set(buttons)) == 1 and phone.tab.overflow() == 0
    small = [each.bounding_box() for each in phone.page.locator("button:visible, select:visible, summary").all()]
    assert min(each["height"] for each in small) >= 44  # What a finger hits.


def test_a_vote_goes_by_keyboard_and_is_announced(new_phone, desk, code):
    phone = new_phone(phone=False, size=(820, 1180)).join(code)
    desk.begin(code, Kind.GUESS, question=questions.learns())
    phone.sees("What happens the eleventh time?")
    expect(phone.page.locator("#heard")).to_contain_text("You draw the same 7 ten times")
    choices = phone.page.locator(".choices button")
    for _ in range(20):
        if choices.nth(1).evaluate("each => each === document.activeElement"):
            break
        phone.page.keyboard.press("Tab")
    phone.page.keyboard.press("Enter")
    expect(choices.nth(1)).to_have_attribute("aria-pressed", "true")
    wait_for(phone, lambda: desk.tally(code, 1).first.tolist() == [1])
    desk.press(code, rounds.close)
    desk.advance(code)
    phone.sees("Second vote")
    expect(choices.nth(1)).to_have_attribute("aria-pressed", "true")  # What one said first is what one starts from.
    phone.page.keyboard.press("Tab")
    desk.press(code, rounds.close)
    desk.press(code, rounds.reveal)
    phone.sees("Votes: 1, then 1 · right answer · your choice")  # Who says nothing again stays with it.


def test_classmates_drawings_are_read_one_after_the_other_and_back(new_phone, desk, store, code):
    phone = new_phone().join(code)
    drawn_to_fool(phone, desk, store, code, digit=3)
    phone.sees("1 of 3")
    digit = phone.page.locator(".digits").get_by_role("button", name="3", exact=True)
    expect(digit).to_be_enabled()
    digit.focus()
    phone.page.keyboard.press("Enter")
    phone.sees("2 of 3")
    phone.page.keyboard.press("Enter")  # Too soon to mean the second drawing.
    phone.sees("2 of 3")
    expect(digit).to_be_focused()  # Whoever goes by keyboard stays on the digit.
    phone.page.get_by_role("button", name="Back").click()
    expect(digit).to_have_attribute("aria-pressed", "true")
    for _ in range(3):
        digit.click()
    phone.sees("You have read all of them")
    expect(phone.page.locator("#heard")).to_contain_text("You have read all of them")
    expect(phone.page.get_by_role("button", name="Look at the last one again")).to_be_visible()
    wait_for(phone, lambda: len(desk.readings(code, 1)) == 3)


def test_a_german_phone_speaks_german_and_another_language_can_be_chosen(new_phone, desk, code):
    phone = new_phone(locale="de-AT").join(code)
    phone.sees("Schau nach vorn")
    desk.begin(code, Kind.GUESS, question=questions.epoch([0.9, 0.91], 1))
    phone.sees("Nach Epoche 1 liest es 90,0\N{NO-BREAK SPACE}%")
    phone.page.get_by_label("Sprache").select_option("fi")
    phone.sees("Epookin 1 jälkeen")
    expect(phone.page.locator("html")).to_have_attribute("lang", "fi")


def test_a_class_that_is_held_in_finnish_speaks_it_to_all(new_phone, desk):
    room = desk.begin_class("fi")
    try:
        phone = new_phone(locale="de-DE").join(room.code)
        phone.tab.tolerate("404")  # When it has ended.
        phone.sees("Katso isoa näyttöä")
    finally:
        desk.end(room.code)


def test_whoever_was_in_goes_on_after_the_page_was_loaded_anew_and_nobody_else_does(new_phone, desk, code):
    phone = new_phone().join(code)
    name = phone.page.locator("header strong").inner_text()
    phone.page.reload()
    expect(phone.page.locator("header strong")).to_have_text(name, timeout=SOON)
    phone.page.get_by_role("button", name="Another name").click()
    expect(phone.page.locator("header strong")).not_to_have_text(name, timeout=SOON)
    other = new_phone()
    other.page.goto(f"{other.tab.url}/join/{code}")
    expect(other.page.get_by_label("Code of the class")).to_have_value(code)
    other.tab.check()  # It asked for nothing that it may not see.


def test_a_phone_deletes_what_it_sent_and_leaves(new_phone, desk, code):
    phone = new_phone().join(code)
    phone.page.on("dialog", lambda dialog: dialog.accept())
    desk.begin(code, Kind.DRAW, digits=(3,))
    phone.draw(3)
    phone.send()
    phone.sees("Sent.")
    phone.page.get_by_text("My data", exact=True).click()
    expect(phone.page.locator("details")).to_contain_text("lasts a year")
    phone.page.get_by_role("button", name="Delete what I sent").click()
    expect(phone.notice).to_contain_text("What you sent is deleted. A network that was taught", timeout=SOON)
    expect(phone.notice).to_have_class("good")
    assert kept(desk, code) == 0
    expect(phone.page.locator("button.first")).to_be_disabled()  # The pad is blank again.
    phone.page.get_by_role("button", name="Leave the class").click()
    expect(phone.page.get_by_label("Code of the class")).to_be_visible(timeout=SOON)
    assert desk.attendance(code).people == ()


def test_a_phone_of_a_class_that_has_ended_says_so(new_phone, desk):
    code = desk.begin_class().code
    phone = new_phone().join(code)
    phone.tab.tolerate("404")
    desk.end(code)
    phone.sees("The class is over. All that you sent was deleted.")
    expect(phone.notice).to_be_empty()
    phone.page.reload()
    phone.sees("The class is over. All that you sent was deleted.")
    phone.page.get_by_role("button", name="Join another class").click()
    phone.page.get_by_label("Code of the class").fill(code)
    phone.send()
    phone.sees("There is no class with this code")


def test_a_phone_says_that_drawings_were_kept_where_they_were(new_phone, desk):
    code = desk.begin_class().code
    phone = new_phone().join(code)
    phone.tab.tolerate("404")
    desk.press(code, rounds.keep)
    desk.begin(code, Kind.DRAW, digits=(3,))
    phone.sees("Draw a 3")
    desk.end(code)
    phone.sees("The drawings were kept, without names")


def test_a_phone_that_was_sent_out_says_so(new_phone, desk, code):
    phone = new_phone().join(code)
    phone.tab.tolerate("403")
    (person,) = desk.attendance(code).people
    desk.send_out(code, person.id)
    expect(phone.notice).to_contain_text("has taken this phone out", timeout=SOON)


@pytest.mark.parametrize("size", [(320, 568), (390, 844), (844, 390), (820, 1180)])
@pytest.mark.parametrize(("locale", "scheme"), [("de-DE", "dark"), ("fi-FI", "light")])
def test_nothing_is_wider_than_the_screen(new_phone, desk, code, size, locale, scheme):
    phone = new_phone(size=size, locale=locale, colour_scheme=scheme).join(code)
    desk.begin(code, Kind.TEACH)
    expect(phone.pad).to_be_in_viewport(ratio=0.99, timeout=SOON)
    assert phone.tab.overflow() == 0
    desk.begin(code, Kind.GUESS, question=questions.epoch([0.9, 0.912], 1))
    expect(phone.page.locator(".choices")).to_be_visible(timeout=SOON)
    assert phone.tab.overflow() == 0
    ground = phone.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground))) < 200) == (scheme == "dark")
