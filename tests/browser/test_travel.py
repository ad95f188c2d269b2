"""Through the snapshots of a run with the slider, and over the matrix with the arrow keys alone."""

import os
import re
from collections.abc import Iterator

import numpy as np
import pytest
from app_server import AppServer
from playwright.sync_api import Locator, expect
from tab import Tab

from mnist_core.data import dataset
from mnist_core.insight.work import version_of
from mnist_core.network.network import Network, pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings
from mnist_core.store.analyses import Analysis
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.workers.methods import compute

STEPS = (250, 500, 1_000)


@pytest.fixture
def run(server: AppServer) -> Iterator[tuple[str, list[int]]]:
    """The id of a run with three snapshots, and how many images each reads right; no worker is needed."""
    settings = Settings.from_environment(os.environ | {"DIGITLAB_HOME": str(server.home), "DIGITLAB_OFFLINE": "1"})
    data, store = dataset.load(settings), Store(settings.database_url)
    config = TrainingConfig(architecture="linear", epochs=1)
    made = store.runs.create(config, data_name=data.name, data_digest=data.digest, total_steps=STEPS[-1])
    store.runs.progress.claim(made.id)
    kernel, bias = pretrained("linear").weights[1]
    for step in STEPS:
        noise = np.random.default_rng(step).normal(0, 0.3 * (1 - step / STEPS[-1]), kernel.shape)
        network = Network(pretrained("linear").layers, ((), ((kernel + noise).astype(np.float32), bias)))
        store.runs.progress.add_snapshot(made.id, step=step, epoch=step / STEPS[-1], network=network.to_bytes())
    scores = network.scores(data.x_test)
    right = int((scores.argmax(axis=1) == data.y_test).sum())
    store.runs.progress.finish(made.id, Status.FINISHED, correct=right, tested=len(scores), scores=scores)
    asked = Analysis("history", data.digest, made.id, version_of(store, made.id))
    found = compute(asked, data, store)
    store.analyses.keep(asked, found)
    yield made.id, [int((read == data.y_test).sum()) for read in found["labels"]]
    store.runs.delete(made.id)
    store.close()


def cell(tab: Tab, true: int, read: int) -> Locator:
    return tab.page.locator(f"[data-cell='{true}-{read}']")


def title(tab: Tab) -> Locator:
    return tab.page.get_by_text(re.compile(r"[\d,]+ of [\d,]+ images of a 4 were read as 9"))


def test_the_slider_changes_the_matrix_at_once_and_the_images_when_it_rests(desktop, run):
    key, right = run
    desktop.open("Mistakes", network=key, true=4, read=9)
    slider, words = desktop.page.get_by_role("slider", name="Snapshot"), desktop.page.locator(".words")
    expect(words).to_contain_text(f"Snapshot 3 of 3, epoch 1: {right[2]:,} of ")
    last = cell(desktop, 4, 9).inner_text()
    picture = desktop.page.locator(".tiles i").first.screenshot()
    # Two steps in one turn of the browser: no server can have answered in between.
    shown = slider.evaluate(
        """(slider) => [1, 0].map((place) => {
            slider.value = place;
            slider.dispatchEvent(new Event("input"));
            const root = slider.getRootNode();
            return [root.querySelector(".words").innerText, root.querySelector("[data-cell='4-9']").innerText];
        })"""
    )
    assert [f"{count:,} of " in each[0] for count, each in zip((right[1], right[0]), shown, strict=True)] == [True] * 2
    assert shown[1][1] != last
    expect(slider).to_have_attribute("aria-valuetext", re.compile(f"epoch 0.25: {right[0]:,} of"))
    expect(desktop.page).to_have_url(re.compile(r"[?&]step=250\b"))
    expect(title(desktop)).to_contain_text(f"{int(shown[1][1]):,} of")
    desktop.wait_until_at_rest()
    assert desktop.page.locator(".tiles i").first.screenshot() != picture
    desktop.reload()
    expect(words).to_contain_text("Snapshot 1 of 3")


def test_a_projector_shows_all_of_the_matrix_below_its_slider_and_what_the_accuracy_above_is_of(mnist, projector, run):
    key, right = run
    projector.open("Mistakes", network=key, true=4, read=9, step=STEPS[0])
    expect(projector.page.locator(".travel .words")).to_contain_text(f"Snapshot 1 of 3, epoch 0.25: {right[0]:,} of")
    # The matrix shows another epoch.
    expect(projector.page.get_by_text(re.compile(r"Test accuracy .* at epoch 1: "))).to_contain_text(
        f"{right[-1]:,} of"
    )
    for each in (cell(projector, 0, 0), cell(projector, 9, 9), projector.page.locator(".total").last):
        expect(each).to_be_in_viewport(ratio=1)


def test_play_runs_to_the_last_snapshot_and_stays_there(desktop, run):
    key, right = run
    desktop.open("Mistakes", network=key, true=4, read=9, step=250)
    play = desktop.page.get_by_role("button", name="Play")
    play.click()
    expect(desktop.page.get_by_role("button", name="Pause")).to_be_visible()
    expect(desktop.page.locator(".words")).to_contain_text(f"Snapshot 3 of 3, epoch 1: {right[2]:,} of ")
    expect(play).to_be_visible()
    expect(desktop.page).not_to_have_url(re.compile("step="))
    desktop.wait_until_at_rest()
    expect(desktop.page.locator(".words")).to_contain_text("Snapshot 3 of 3")


def test_arrow_keys_that_rest_choose_a_cell(desktop):
    desktop.open("Mistakes", network="linear", true=4, read=8)
    cell(desktop, 4, 8).focus()
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight"):
        desktop.page.keyboard.press(key)
    expect(title(desktop)).to_be_visible()
    expect(cell(desktop, 4, 9)).to_have_attribute("aria-pressed", "true")
    expect(cell(desktop, 4, 9)).to_be_focused()
    expect(desktop.page).to_have_url(re.compile("true=4&read=9"))
