"""A question is asked on the page, answered while it is watched, and its best trial is drawn at."""

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
    rows = page.locator(".dl-compared tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("2 of 2")
    expect(page.get_by_text("The best mean is")).to_be_visible()
    desktop.widget("best_trial").get_by_role("link", name="Draw with it").click()
    expect(page).to_have_url(re.compile(r"/Draw\?network=[0-9a-f]{8}"))
    desktop.canvas()
    page.go_back()
    desktop.wait_until_at_rest()
    page.get_by_text("Rename or delete this experiment").click()
    page.get_by_text("Delete it with 4 trials").click()
    delete = desktop.widget("delete_experiment").get_by_role("button")
    expect(delete).to_be_enabled()
    delete.click()  # Other tests share the server.
    expect(page.get_by_text("Nothing has been tried here yet")).to_be_visible()
