"""What guests see and may do beside the teacher, on one server: each in a browser of their own."""

import re

import pytest
from playwright.sync_api import expect

from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.store import Store


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'class.sqlite'}")
    yield store
    store.close()


@pytest.fixture
def server(new_server, store):
    return new_server(DIGITLAB_DATABASE_URL=store.url)


def paused_run(store: Store, name: str) -> str:
    made = {"data_name": "MNIST", "data_digest": "d", "total_steps": 40, "name": name}
    run = store.runs.create(TrainingConfig("linear", epochs=2), **made).id
    store.runs.command(run, "pause")
    return run


def test_a_guest_sees_the_teachers_run_and_cannot_change_it(new_tab, server, store):
    run = paused_run(store, "The teacher's")
    teacher, guest = new_tab(server=server), new_tab(server=server, guest=True)
    for tab in (teacher, guest):
        tab.open("Train", run=run)
    changes = ("Resume", "One step", "Stop")
    for label in changes:
        expect(teacher.page.get_by_role("button", name=re.compile(rf"\b{label}$")).first).to_be_visible()
    expect(guest.page.get_by_text("The teacher's").first).to_be_visible()
    for label in changes:
        expect(guest.page.get_by_role("button", name=re.compile(rf"\b{label}$"))).to_have_count(0)


def test_a_guest_changes_what_is_their_own(new_tab, server, store):
    guest = new_tab(server=server, guest=True)
    guest.open("Train", architecture="linear", epochs=1)
    guest.page.get_by_role("button", name="Start training").click()
    expect(guest.page.get_by_role("button", name=re.compile("Stop$"))).to_be_visible()
    guest.page.get_by_role("button", name=re.compile("Stop$")).click()
    expect(guest.page.get_by_role("button", name=re.compile("Stop$"))).to_have_count(0, timeout=120_000)
    other = new_tab(server=server, guest=True)
    other.open("Train", run=store.runs.lists.all()[0].id)
    expect(other.page.get_by_role("button", name=re.compile("(Rename|Delete)$"))).to_have_count(0)
    expect(guest.page.get_by_role("button", name=re.compile("Rename$")).first).to_be_visible()


def test_the_printed_link_makes_a_guest_the_teacher(new_tab, server, store):
    run = paused_run(store, "The teacher's")
    tab = new_tab(server=server, guest=True)
    key = re.search(r"/teacher\?key=(\S+)", server.log.read_text()).group(1)
    tab.page.goto(f"{tab.url}/teacher?key={key}")
    tab.wait_until_at_rest()
    assert "key" not in tab.page.url
    tab.open("Train", run=run)
    expect(tab.page.get_by_role("button", name=re.compile("Resume$"))).to_be_visible()


def test_guests_who_may_only_look_find_nothing_to_start(new_tab, new_server, store):
    server = new_server(DIGITLAB_DATABASE_URL=store.url, DIGITLAB_GUESTS="look")
    guest = new_tab(server=server, guest=True)
    for page, label in (("Train", "Start training"), ("Experiments", "Start"), ("Draw", "Teach")):
        guest.open(page)
        expect(guest.page.get_by_text("You may look at everything here")).to_be_visible()
        expect(guest.page.locator("button:not([disabled])").get_by_text(re.compile(rf"^{label}"))).to_have_count(0)


def test_a_closed_door_shows_guests_a_sentence_and_the_teacher_the_app(new_tab, new_server):
    server = new_server(DIGITLAB_GUESTS="none")
    guest, teacher = new_tab(server=server, guest=True), new_tab(server=server)
    guest.tolerate("403")
    guest.page.goto(f"{guest.url}/Train")
    expect(guest.page.get_by_role("heading", name="Digit Lab is closed to guests")).to_be_visible()
    teacher.open("Train")
    expect(teacher.page.get_by_role("button", name="Start training")).to_be_visible()
