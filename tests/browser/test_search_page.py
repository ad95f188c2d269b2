"""Experiments on the page: one is answered while it is watched, another paused while somebody else trains a run."""

import re

from app_server import AppServer
from playwright.sync_api import expect
from tab import Tab

STARTS_WITHIN, ENDS_WITHIN = 120_000, 300_000  # milliseconds, on a machine that has other things to do


def test_a_question_is_started_fills_its_table_and_leads_to_draw(desktop: Tab, server: AppServer):
    desktop.open("Experiments")
    page = desktop.page
    page.get_by_text("A plan of your own", exact=True).click()
    desktop.wait_until_at_rest()
    page.get_by_role("textbox", name="Hidden units").fill("4, 8")
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="What varies").click()  # The activation stays as it is.
    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("1")
    epochs.press("Enter")
    start = page.get_by_role("button", name="Start 4 trials")
    expect(start).to_be_visible()
    start.click()
    expect(page).to_have_url(re.compile(r"experiment=[0-9a-f]{8}"))
    expect(page.locator(".dl-trials")).to_be_visible(timeout=STARTS_WITHIN)
    expect(page.get_by_text("4 of 4 trials done")).to_be_visible(timeout=ENDS_WITHIN)
    rows = page.locator(".dl-table tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("2 of 2")
    expect(page.get_by_text("The best mean is")).to_be_visible()
    desktop.widget("best_trial").get_by_role("link", name="Draw with it").click()
    expect(page).to_have_url(re.compile(r"/Draw\?network=[0-9a-f]{8}"))
    desktop.canvas()
    page.go_back()
    desktop.wait_until_at_rest()
    _delete(desktop, 4)


def test_a_paused_experiment_lets_others_train_and_goes_on(desktop: Tab, server: AppServer):
    page = desktop.page
    desktop.open("Experiments", plan="grid", vary="hidden_units", hidden_units="20,30", epochs=100, seeds=1)
    expect(page.get_by_role("textbox", name="Hidden units")).to_have_value("20, 30")
    page.get_by_role("button", name="Start 2 trials").click()
    expect(page).to_have_url(re.compile(r"Experiments\?experiment=[0-9a-f]{8}"))
    expect(page.locator(".dl-trials")).to_contain_text("of the test images", timeout=STARTS_WITHIN)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused, 0 of 2 trials done; 2 waiting")).to_be_visible()
    expect(page.locator(".dl-trials")).to_have_count(0)
    experiment = page.url
    desktop.open("Train", architecture="linear", epochs=1)
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text("1 of 1", exact=True)).to_be_visible(timeout=ENDS_WITHIN)  # Epochs.
    page.goto(experiment)
    expect(page.get_by_text("Paused, 0 of 2 trials done; 2 waiting")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".dl-trials")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name=re.compile("Go on with [12] trials?"))).to_be_visible()
    expect(page.locator(".dl-trials")).to_have_count(0)
    _delete(desktop, 2)


def _delete(tab: Tab, trials: int) -> None:
    """Delete the experiment that is open: other tests share the server."""
    tab.page.get_by_text("Rename or delete this experiment").click()
    tab.page.get_by_text(f"Delete it with {trials} trials").click()
    delete = tab.pressable("delete_experiment")
    expect(delete).to_be_enabled()
    delete.click()
    expect(tab.page.get_by_text("Nothing has been tried here yet")).to_be_visible()
