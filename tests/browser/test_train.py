"""A network is trained, watched, stopped, found again, and taken along."""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from app_server import AppServer
from playwright.sync_api import Locator, expect
from tab import Tab

from mnist_core.network.network import Network, pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import sqlite_url
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store

# Importing TensorFlow and compiling, on a machine that has other things to do.
STARTS_WITHIN, ENDS_WITHIN = 120_000, 180_000  # milliseconds
RUN = re.compile(r"[?&]run=([0-9a-f]{8})\b")

# Looks at the page on every frame: how often it showed something else, whether the charts were built anew.
# Until it has seen `least` of each, or as long as that takes at most: on a busy machine polls are rare.
WATCH = """async ([least, milliseconds]) => {
    const chart = () => document.querySelector('[data-testid="stVegaLiteChart"] svg');
    const inside = () => [...document.querySelectorAll('.st-key-run_inside_view *')].find(each => each.shadowRoot)
        ?.shadowRoot.querySelector('.overview canvas')?.toDataURL();
    const first = chart(), seen = {figures: new Set(), weights: new Set(), curves: new Set(), replaced: 0, faded: 0};
    const end = performance.now() + milliseconds;
    const enough = () => [seen.figures, seen.weights, seen.curves].every(each => each.size >= least);
    while (!enough() && performance.now() < end) {
        await new Promise(requestAnimationFrame);
        seen.figures.add(document.querySelector('.dl-figures')?.innerText);
        seen.weights.add(inside());
        seen.curves.add(chart()?.querySelector('path[aria-roledescription="line mark"]')?.getAttribute('d'));
        seen.replaced += chart() !== first;
        const view = document.querySelector('.st-key-run_view');
        seen.faded += [...view.querySelectorAll('[data-stale=true]')].some(e => getComputedStyle(e).opacity < 1);
    }
    return {...seen, figures: seen.figures.size, weights: seen.weights.size, curves: seen.curves.size};
}"""


def start(tab: Tab, **settings: object) -> str:
    """Press Start on a form that the address fills; returns the run's id."""
    tab.open("Train", **settings)
    press(tab, tab.pressable("start"))
    expect(tab.page).to_have_url(RUN)
    return RUN.search(tab.page.url).group(1)


def press(tab: Tab, button: Locator) -> None:
    button.tap() if tab.touch else button.click()


def expect_training(tab: Tab) -> None:
    expect(tab.page.get_by_text("Training, epoch")).to_be_visible(timeout=STARTS_WITHIN)
    for part in (".st-key-run_inside_view .overview canvas", "[data-testid=stVegaLiteChart] svg >> nth=1"):
        expect(tab.page.locator(part)).to_be_visible(timeout=STARTS_WITHIN)


def end(tab: Tab) -> None:
    """Stop a run that is not over yet, and delete it: other tests share the server."""
    press(tab, tab.pressable("stop_run"))
    delete(tab)


def delete(tab: Tab) -> None:
    """Delete a run that is over, or about to be."""
    expect(tab.pressable("stop_run")).to_have_count(0, timeout=ENDS_WITHIN)
    view = tab.page.locator(".st-key-run_view")
    view.get_by_role("button", name="Delete").click()
    view.get_by_role("button", name="Delete for good").click()
    expect(tab.widget("run_view")).to_have_count(0)


def test_a_linear_network_takes_shape_and_ends_with_an_accuracy_one_can_trust(desktop):
    run = start(desktop, architecture="linear", epochs=500)
    expect_training(desktop)
    seen = desktop.page.evaluate(WATCH, [4, ENDS_WITHIN])
    assert seen["figures"] >= 4 and seen["weights"] >= 4 and seen["curves"] >= 4, seen
    assert seen["replaced"] == 0 and seen["faded"] == 0, seen
    press(desktop, desktop.pressable("stop_run"))
    expect(desktop.pressable("stop_run")).to_have_count(0, timeout=ENDS_WITHIN)
    expect(desktop.page.locator(".dl-figures")).to_contain_text("interval")
    words = desktop.page.locator(".dl-figures").inner_text()
    right, tested = re.search(r"([\d,]+) of ([\d,]+) right, 95\s% interval [\d.]+ to [\d.]+\s%", words).groups()
    assert int(right.replace(",", "")) / int(tested.replace(",", "")) > 0.85
    expect(desktop.page.locator(".st-key-run_inside_view .places button")).to_have_count(10)
    expect(desktop.widget(f"run_row_{run}").get_by_text("stopped")).to_be_visible()
    delete(desktop)


def test_reload_second_browser_and_list_all_find_the_run_in_the_middle(desktop, new_tab):
    run = start(desktop, architecture="linear", epochs=500)
    expect_training(desktop)
    desktop.page.reload()
    expect_training(desktop)
    assert run in desktop.page.url
    other = new_tab()
    other.page.goto(f"{other.server.url}/Train")
    other.page.locator(f".st-key-open_{run}").get_by_role("button").click()
    expect_training(other)
    # What one stops, the other sees end.
    press(other, other.pressable("stop_run"))
    expect(desktop.page.get_by_text(re.compile(r"Stopped after [\d.]+ of 500 epochs"))).to_be_visible(
        timeout=ENDS_WITHIN
    )
    delete(desktop)


def test_pause_holds_still_resume_goes_on_and_stop_keeps_what_was_learned(phone):
    start(phone, architecture="linear", epochs=500)
    expect_training(phone)
    press(phone, phone.pressable("pause_run"))
    progress = phone.page.get_by_text(re.compile("Paused, epoch"))
    expect(progress).to_be_visible(timeout=STARTS_WITHIN)
    step = progress.inner_text()
    phone.settle()  # Curves are drawn a moment after the words.
    seen = phone.page.evaluate(WATCH, [2, 1_500])
    assert seen["curves"] == 1 and progress.inner_text() == step
    press(phone, phone.pressable("resume_run"))
    expect_training(phone)
    expect(phone.page.get_by_text(step.replace("Paused", "Training"))).to_have_count(0)
    assert phone.overflow() == 0
    press(phone, phone.pressable("stop_run"))
    expect(phone.page.get_by_text("What it had learned is kept.")).to_be_visible(timeout=ENDS_WITHIN)
    expect(phone.page.locator(".dl-figures").get_by_text("95 % interval")).to_be_visible()
    assert phone.overflow() == 0
    delete(phone)


def test_on_a_phone_the_run_comes_into_view_above_the_form(phone):
    start(phone, architecture="linear", epochs=500)
    expect(phone.page.locator(".dl-run-name")).to_be_in_viewport()
    assert phone.page.locator(".dl-run-name").bounding_box()["y"] < phone.pressable("start").bounding_box()["y"]
    expect_training(phone)  # The page has come to rest then: a press while it scrolls would miss.
    end(phone)


def test_on_a_phone_a_run_that_is_opened_from_the_list_comes_into_view(phone: Tab, server: AppServer):
    with ended_run(server) as run:
        phone.open("Train")
        phone.widget(f"open_{run}").get_by_role("button").tap()
        expect(phone.page.locator(".dl-run-name")).to_be_in_viewport()


def test_a_second_run_waits_in_line_behind_the_first(desktop, new_tab):
    start(desktop, architecture="linear", epochs=500)
    expect_training(desktop)
    other = new_tab()
    start(other, architecture="linear", epochs=1)
    expect(other.page.get_by_text("Next in line")).to_be_visible(timeout=STARTS_WITHIN)
    end(desktop)
    expect(other.pressable("stop_run")).to_have_count(0, timeout=ENDS_WITHIN)
    expect(other.page.locator(".dl-figures").get_by_text("95 % interval")).to_be_visible()
    delete(other)


def test_weights_are_downloaded_in_both_formats(desktop):
    run = start(desktop, architecture="linear", epochs=1)
    view = desktop.page.locator(".st-key-run_view")
    expect(view.get_by_role("button", name="Download", exact=True)).to_be_visible(timeout=ENDS_WITHIN)
    expect(desktop.widget(f"run_row_{run}").get_by_text("finished")).to_be_visible()
    view.get_by_role("button", name="Download", exact=True).click()
    view = desktop.page.get_by_test_id("stPopoverBody")
    with desktop.page.expect_download(timeout=STARTS_WITHIN) as download:
        view.get_by_role("button", name=".npz").click()
    network = Network.load(download.value.path())
    assert network.parameters == 7_850 and network.scores(np.zeros((1, 28, 28), np.uint8)).shape == (1, 10)
    with desktop.page.expect_download(timeout=STARTS_WITHIN) as download:
        view.get_by_role("button", name=".keras").click()
    assert download.value.suggested_filename.endswith(".keras")
    names = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())).namelist()
    assert {"config.json", "model.weights.h5"} <= set(names)
    desktop.page.keyboard.press("Escape")
    delete(desktop)


def test_a_network_is_brought_by_hand_and_a_file_that_cannot_be_is_refused_in_words(phone):
    phone.open("Train")
    phone.page.get_by_text("Bring a network").click()
    place = phone.widget("bring")
    file, button = place.locator("input[type=file]"), phone.widget("bring_import").get_by_role("button")
    file.set_input_files({"name": "old.h5", "mimeType": "application/x-hdf5", "buffer": b"\x89HDF\r\n\x1a\n"})
    expect(button).to_be_enabled()
    press(phone, phone.widget("bring_import"))
    expect(place.get_by_text("old.h5 cannot be imported. It is an HDF5 file that is damaged.")).to_be_visible()
    assert "run=" not in phone.page.url
    content = pretrained("linear").to_bytes()
    file.set_input_files({"name": "mine.npz", "mimeType": "application/octet-stream", "buffer": content})
    expect(place.get_by_text("mine.npz")).to_be_visible()
    phone.wait_until_at_rest()
    press(phone, phone.widget("bring_import"))
    expect(phone.page.locator(".dl-run-name")).to_have_text("mine")
    expect(phone.page.locator(".st-key-run_view").get_by_text("Imported from mine.npz.")).to_be_visible()
    assert phone.overflow() == 0
    delete(phone)


@pytest.mark.parametrize(("text", "got"), [("0", "got 0"), ("1000000000", "got 1000000000"), ("-3", "got -3")])
def test_impossible_epochs_typed_into_the_form_end_in_a_sentence(desktop, text, got):
    desktop.open("Train")
    field = desktop.widget("epochs").get_by_role("spinbutton")
    field.fill(text)
    field.press("Enter")
    expect(desktop.page.get_by_text(f"Epochs must be a whole number from 1 to 1,000, {got}.")).to_be_visible()
    press(desktop, desktop.pressable("start"))
    desktop.wait_until_at_rest()
    assert "run=" not in desktop.page.url


def test_a_run_outlives_its_server(new_server, new_tab):
    server: AppServer = new_server()
    tab = new_tab(server=server)
    run = start(tab, architecture="linear", epochs=900)
    expect_training(tab)
    tab.tolerate_lost_server()
    tab.tolerate("Cannot send rerun backMessage when disconnected")  # The page goes on polling.
    server.kill()
    server.start()
    tab.page.goto(f"{server.url}/Train?run={run}")
    expect(tab.page.get_by_text("This run was interrupted.")).to_be_visible(timeout=STARTS_WITHIN)
    tab.page.get_by_role("button", name="Go on from the last snapshot").click()
    expect_training(tab)
    end(tab)


def test_a_page_that_watches_a_run_says_that_the_database_is_away_and_goes_on_with_it(new_server, new_tab, postgresql):
    server: AppServer = new_server(DIGITLAB_DATABASE_URL=postgresql.url(postgresql.create()))
    tab = new_tab(server=server)
    start(tab, architecture="linear", epochs=500)
    expect_training(tab)
    away = tab.page.get_by_text("Once it does, everything goes on by itself")
    postgresql.stop()
    try:
        expect(away.first).to_be_visible()
    finally:
        postgresql.start()
    expect(away).to_have_count(0)
    expect_training(tab)
    end(tab)


def test_on_a_phone_a_box_stands_beside_the_run_that_it_chooses_and_the_buttons_below(phone: Tab, server: AppServer):
    with ended_run(server) as run:
        phone.open("Train")
        phone.page.get_by_text("Choose several").tap()
        row = phone.widget(f"run_row_{run}")
        box, name, button = (
            each.bounding_box()
            for each in (row.locator(".stCheckbox"), row.locator(".dl-run"), row.get_by_role("button", name="Open"))
        )
        assert box["x"] + box["width"] <= name["x"] and name["y"] <= box["y"] <= name["y"] + name["height"]
        assert name["width"] > 250 and button["y"] > name["y"] + name["height"]


@contextmanager
def ended_run(server: AppServer) -> Iterator[str]:
    """The id of a run that was stopped before it had learned anything."""
    store = Store(sqlite_url(server.home / "digitlab.sqlite"))
    run = store.runs.create(
        TrainingConfig(architecture="linear", epochs=1), data_name="None", data_digest="0" * 64, total_steps=10
    )
    try:
        store.runs.progress.claim(run.id)
        store.runs.progress.finish(run.id, Status.STOPPED)
        yield run.id
    finally:
        store.runs.delete(run.id, revision=store.runs.get(run.id).revision)
        store.close()


@pytest.mark.parametrize("device", ["phone", "projector"])
def test_what_starts_a_training_is_in_sight_above_a_long_form(request, device):
    tab: Tab = request.getfixturevalue(device)
    tab.open("Train")
    expect(tab.pressable("start")).to_be_in_viewport(ratio=1)


def test_on_a_projector_the_curves_are_seen_while_they_grow_and_when_they_have_grown(projector: Tab):
    def expect_curves() -> None:
        for chart in projector.page.locator('[data-testid="stVegaLiteChart"]').all():
            expect(chart).to_be_in_viewport(ratio=1)

    start(projector, architecture="linear", epochs=500)
    expect_training(projector)
    expect_curves()
    end(projector)
    start(projector, architecture="linear", epochs=1)
    expect(projector.page.get_by_role("link", name="Draw with it")).to_be_visible(timeout=ENDS_WITHIN)
    projector.wait_until_at_rest()
    expect_curves()
    expect(projector.page.locator(".dl-figures").get_by_text("95 % interval")).to_be_in_viewport(ratio=1)
    delete(projector)
