"""A class from the first phone to its end: the teacher's window, the projector, and three phones with their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from app_server import AppServer
from playwright.sync_api import expect
from simulated_class import simulated_class
from strokes import DIGITS, Stroke
from tab import Tab

from mnist_core.classroom import rounds
from mnist_core.classroom.desk import Desk
from mnist_core.classroom.rules import Role
from mnist_core.errors import Refused
from mnist_core.settings import sqlite_url
from mnist_core.store.rooms.records import Kind, State
from mnist_core.store.store import Store

SOON = 20_000  # ms
TAUGHT_WITHIN = 180_000


@dataclass
class Phone:
    """The page that a phone opens."""

    tab: Tab

    def join(self, code: str) -> None:
        """Open the address in the QR code, and press Join."""
        self.tab.page.goto(f"{self.tab.url}/join/{code}")
        self.tab.page.locator("#main form button").click(timeout=SOON)
        expect(self.tab.page.locator("#main .big")).to_be_visible(timeout=SOON)

    def draw(self, strokes: list[Stroke]) -> None:
        """Draw on the pad, and send it."""
        pad = self.tab.page.locator("canvas.pad")
        expect(pad).to_be_visible(timeout=SOON)
        self.tab.draw(strokes, on=pad)
        self.tab.page.locator("button.first").click()

    def choose(self, place: int) -> None:
        """Press one of the choices."""
        self.tab.page.locator(".choices button:not([disabled])").nth(place).click(timeout=SOON)


class Teacher:
    """The teacher's window on the desk of one class."""

    def __init__(self, tab: Tab):
        self.tab = tab
        tab.open("Class")
        self.press("Start a class")
        expect(tab.widget("class_head")).to_be_visible()
        self.code = re.search(r"class=(\w{6})", tab.page.url)[1]

    def press(self, label: str) -> None:
        """Press a button, and wait until that is done."""
        self.tab.page.get_by_role("button", name=label).first.click()
        self.tab.wait_until_at_rest()

    def begin(self, kind: str) -> None:
        """Begin a round."""
        self.tab.widget("class_kind").get_by_text(kind, exact=True).click()
        self.tab.wait_until_at_rest()
        self.press(f"Begin: {kind}")

    def wait_for(self, words: str) -> None:
        """Wait until the desk says so."""
        expect(self.tab.page.get_by_text(words).first).to_be_visible(timeout=SOON)

    def close_and_reveal(self) -> None:
        """Close the round and reveal it."""
        self.press("Close the round")
        self.press("Reveal")


@pytest.fixture
def server(new_server: Callable[..., AppServer]) -> AppServer:
    return new_server()


@pytest.fixture
def store(server: AppServer):
    store = Store(sqlite_url(server.home / "digitlab.sqlite"))
    yield store
    store.close()


@pytest.fixture
def teacher(new_tab, server) -> Teacher:
    return Teacher(new_tab(server=server))


@pytest.fixture
def projector(new_tab, server, teacher) -> Tab:
    tab = new_tab(server=server, size=(1280, 720))
    tab.open("Class", **{"class": teacher.code, "view": "projector"})
    return tab


@pytest.fixture
def phones(new_tab, server, teacher) -> list[Phone]:
    """One with a finger, one German, and one that loses its network."""
    tabs = [
        new_tab(server=server, guest=True, phone=True),
        new_tab(server=server, guest=True, size=(390, 844), locale="de-DE"),
        new_tab(server=server, guest=True, size=(390, 844)),
    ]
    phones = [Phone(tab) for tab in tabs]
    for each in phones:
        each.join(teacher.code)
    return phones


def fits(projector: Tab) -> bool:
    """Whether nothing of the view lies outside of the window, or is to be scrolled to."""
    return projector.page.evaluate(
        """() => { const main = document.querySelector('[data-testid="stMain"]');
        const body = document.querySelector('.st-key-projector_body');
        return main.scrollHeight <= innerHeight && main.scrollWidth <= innerWidth
          && body.scrollHeight <= body.clientHeight + 1 && body.scrollWidth <= body.clientWidth + 1; }"""
    )


def test_a_class_goes_through_all_rounds_with_three_phones_one_of_which_loses_its_network(teacher, projector, phones):
    wall = projector.page
    expect(wall.get_by_text("3 phones are in")).to_be_visible(timeout=SOON)
    assert fits(projector)

    # Draw it: hidden until Reveal; the third is without a network while it sends.
    teacher.begin("Draw it")
    expect(wall.get_by_role("heading", name="Draw a 7")).to_be_visible(timeout=SOON)
    phones[0].draw(DIGITS[7])
    phones[1].draw(DIGITS[7])
    lost = phones[2].tab
    lost.tolerate("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    expect(lost.page.locator("canvas.pad")).to_be_visible(timeout=SOON)
    lost.page.context.set_offline(True)
    phones[2].draw(DIGITS[8])  # Read as an 8, and so an error.
    expect(wall.get_by_text("2 of 3 have drawn")).to_be_visible(timeout=SOON)
    lost.page.context.set_offline(False)
    expect(wall.get_by_text("3 of 3 have drawn")).to_be_visible(timeout=SOON)
    expect(wall.locator(".gallery button")).to_have_count(0)
    teacher.close_and_reveal()
    expect(wall.locator(".gallery button")).to_have_count(3, timeout=SOON)
    expect(wall.get_by_text("2 of 3 right")).to_be_visible()
    assert fits(projector)

    # One large, with why; both windows show the same class.
    wall.locator(".gallery button").last.click()
    expect(wall.get_by_text("Rather than")).to_be_visible(timeout=SOON)
    at_the_desk = teacher.tab.page.get_by_role("button", name="Back to the wall")
    expect(at_the_desk).to_be_visible(timeout=SOON)
    wall.get_by_role("button", name="Back to the wall").click()
    expect(wall.locator(".gallery button")).to_have_count(3, timeout=SOON)
    expect(at_the_desk).to_have_count(0, timeout=SOON)

    # Pause: all phones say so, each in its language.
    teacher.press("Pause all phones")
    expect(phones[0].tab.page.locator(".big")).to_have_text("Pause. Listen to your teacher.", timeout=SOON)
    expect(phones[1].tab.page.locator(".big")).to_have_text("Pause. Hör deiner Lehrkraft zu.", timeout=SOON)
    teacher.press("Resume")

    # Guess, whose hand, and fool it.
    teacher.begin("Guess")
    for each in phones:
        each.choose(0)
    expect(wall.get_by_text("3 of 3 have voted")).to_be_visible(timeout=SOON)
    teacher.press("Close the round")
    teacher.press("Have them discuss")
    expect(wall.get_by_text("Talk to your neighbour")).to_be_visible(timeout=SOON)
    expect(phones[1].tab.page.locator(".big")).to_contain_text("Sprich mit", timeout=SOON)
    teacher.press("Vote again")
    expect(wall.get_by_text("Vote again: you have talked")).to_be_visible(timeout=SOON)  # Not the button of that name.
    for each in phones:
        each.choose(1)
    expect(wall.get_by_text("3 of 3 have voted")).to_be_visible(timeout=SOON)
    teacher.close_and_reveal()
    expect(wall.get_by_text("After discussing: 3 votes")).to_be_visible(timeout=SOON)
    assert fits(projector)

    teacher.begin("Whose hand?")
    phones[0].choose(0)
    teacher.close_and_reveal()
    expect(wall.get_by_text("one bar a person")).to_be_visible(timeout=SOON)

    teacher.begin("Fool it")
    for each in phones:
        each.draw(DIGITS[8])
    expect(wall.get_by_text("3 of 3 have drawn")).to_be_visible(timeout=SOON)
    teacher.press("Close the round")
    teacher.press("Have classmates read them")
    for each in phones:
        for _ in range(2):
            each.choose(3)
    expect(wall.get_by_text("3 of 3 have read")).to_be_visible(timeout=SOON)
    teacher.close_and_reveal()
    expect(wall.get_by_text("of 3 drawings fool")).to_be_visible(timeout=SOON)
    expect(wall.get_by_text(re.compile("changed, and it reads 3")).first).to_be_visible(timeout=SOON)
    assert fits(projector)

    # A phone is sent out; the class ends, and nothing is left of it.
    teacher.tab.unfold("Keep the drawings, and end the class")
    teacher.press("End the class")
    teacher.press("Yes, end it")
    expect(teacher.tab.page.get_by_text("You get a code")).to_be_visible(timeout=SOON)
    expect(wall.get_by_text("Thank you.")).to_be_visible(timeout=SOON)
    for each in phones:
        each.tab.tolerate("404")
        expect(each.tab.page.locator("canvas.pad")).to_have_count(0, timeout=SOON)
    for tab in (teacher.tab, projector, *(each.tab for each in phones)):
        tab.check()


def test_a_class_teaches_a_network_that_is_on_every_phone_once_it_is_there(teacher, projector, phones, store):
    teacher.begin("Teach it")
    for each in phones:
        for digit in range(10):
            each.draw(DIGITS[digit])
    simulated = simulated_class(store, teacher.code, 5)
    for person in simulated:
        person.draw()
    expect(projector.page.get_by_text("8 of 8 have finished")).to_be_visible(timeout=SOON)
    teacher.close_and_reveal()
    teacher.press("Teach Hidden layer")
    expect(projector.page.get_by_text("People it was not taught by")).to_be_visible(timeout=TAUGHT_WITHIN)
    assert fits(projector)
    desk = Desk(store, Role.TEACHER)
    taught = desk.room(teacher.code).round.runs[-1]
    teacher.wait_for("The taught network as a run")
    assert desk.room(teacher.code).networks[0] == taught
    desk.begin(teacher.code, Kind.DRAW, digits=[3])
    pad = phones[0].tab.page.locator("canvas.pad")
    expect(pad).to_be_visible(timeout=SOON)
    phones[0].tab.draw(DIGITS[3], on=pad)
    expect(phones[0].tab.page.locator(".says")).to_contain_text("Our network", timeout=SOON)


def test_the_teacher_hides_a_drawing_and_sends_a_phone_out(teacher, projector, phones, store):
    desk = Desk(store, Role.TEACHER)
    desk.begin(teacher.code, Kind.DRAW, digits=[7])
    for person in simulated_class(store, teacher.code, 3):
        person.draw()
    teacher.wait_for("3 of 6 are done")
    teacher.tab.unfold("The drawings, for your eyes")
    teacher.tab.page.locator(".gallery button").first.click()
    teacher.press("Hide it")
    teacher.press("Close the door")
    teacher.press("Close the round")
    teacher.press("Reveal")
    expect(projector.page.locator(".gallery button")).to_have_count(2, timeout=SOON)
    with pytest.raises(Refused, match="closed the door"):
        simulated_class(store, teacher.code, 1)
    for each in phones:
        each.tab.tolerate("403")
    teacher.press("Remove a phone")
    teacher.tab.page.get_by_role("button", name=re.compile("^Remove (?!a phone)")).first.click()
    teacher.press("Yes, remove it")
    teacher.wait_for("5 phones are in")


def fits_at_any_size(projector: Tab) -> bool:
    """Whether it does on the usual walls, magnified to 150 % and full HD among them."""
    found = []
    for width, height in ((1280, 720), (853, 480), (1920, 1080)):
        projector.page.set_viewport_size({"width": width, "height": height})
        projector.wait_until_at_rest()
        found.append(fits(projector))
    return all(found)


def test_a_class_of_thirty_fits_on_a_wall_of_any_size(projector, teacher, store):
    wall = projector
    people = simulated_class(store, teacher.code, 30)
    desk = Desk(store, Role.TEACHER)
    expect(wall.page.get_by_text("30 phones are in")).to_be_visible(timeout=SOON)
    assert fits_at_any_size(wall)
    desk.press(teacher.code, rounds.answer_with("linear-draw-ready"))
    desk.begin(teacher.code, Kind.FOOL, digits=[3])
    for each in people:
        each.draw()
    desk.press(teacher.code, rounds.close)
    desk.advance(teacher.code)
    expect(wall.page.get_by_text("0 of 30 have read")).to_be_visible(timeout=SOON)
    assert fits_at_any_size(wall)
    for each in people:
        each.read([3])
    desk.press(teacher.code, rounds.close)
    desk.press(teacher.code, rounds.reveal)
    expect(wall.page.locator(".gallery button")).to_have_count(30, timeout=SOON)
    assert fits_at_any_size(wall)


def test_why_in_german_fits_on_the_wall(projector, teacher, store):
    teacher.tab.open("Dataset")  # The images are here from now on.
    expect(teacher.tab.page.get_by_text("60,000").first).to_be_visible(timeout=SOON)
    desk = Desk(store, Role.TEACHER)
    desk.press(teacher.code, rounds.speak("de", "en"))
    people = simulated_class(store, teacher.code, 3)
    desk.begin(teacher.code, Kind.DRAW, digits=[7])
    for each in people:
        each.draw()
    for move in (rounds.close, rounds.reveal, rounds.show_large(desk.drawings(teacher.code, 1).ids[0])):
        desk.press(teacher.code, move)
    expect(projector.page.get_by_text("Warum diese Ziffer")).to_be_visible(timeout=SOON)
    for view, shown in (
        ("Gründe", "Zusammen"),
        ("Ähnlichste Beispiele", "Verglichen wurden alle"),
        ("Umstimmen", "Nächstes Pixel ändern"),
    ):
        projector.page.get_by_text(view, exact=True).click()
        expect(projector.page.get_by_text(shown).first).to_be_visible(timeout=SOON)
        projector.wait_until_at_rest()
        assert fits(projector), view


def test_a_press_after_a_restart_of_the_server_finds_the_class_as_it_was(teacher, phones, server, store):
    teacher.begin("Draw it")
    phones[0].draw(DIGITS[7])
    teacher.wait_for("1 of 3 are done")
    for each in (teacher.tab, *(each.tab for each in phones)):
        each.tolerate_lost_server()
        each.tolerate("disconnected from server")
    server.kill()
    server.start()
    phones[1].draw(DIGITS[7])
    teacher.wait_for("2 of 3 are done")
    teacher.press("Close the round")
    assert Desk(store, Role.TEACHER).room(teacher.code).round.state == State.CLOSED


def test_a_guest_finds_no_desk_and_sees_no_drawing_before_it_is_revealed(teacher, new_tab, server, store):
    desk = Desk(store, Role.TEACHER)
    desk.begin(teacher.code, Kind.DRAW, digits=[7])
    for person in simulated_class(store, teacher.code, 3):
        person.draw()
    desk.press(teacher.code, rounds.close)
    guest = new_tab(server=server, guest=True)
    for view in ("desk", "projector"):
        guest.open("Class", **{"class": teacher.code, "view": view})
        expect(guest.page.get_by_text("Only the teacher leads a class")).to_be_visible()
        expect(guest.page.get_by_role("button", name=re.compile("Reveal|Close|End|Begin"))).to_have_count(0)
        expect(guest.page.locator(".gallery button")).to_have_count(0)
    guest.page.get_by_label("Code").fill(teacher.code.lower())
    guest.page.get_by_role("button", name="Join").click()
    with guest.page.context.expect_page() as opened:
        guest.page.get_by_role("link", name=re.compile("Open the class")).click()
    opened.value.locator("#main form button").click(timeout=SOON)
    expect(opened.value.locator(".big")).to_have_text("The round is closed. Look at the big screen.", timeout=SOON)
