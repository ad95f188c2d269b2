"""The game of mystery digits and the list of suspected labels under a mouse, a finger and the keyboard."""

import os
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_core.data import dataset
from mnist_core.insight.all_images.label_errors import predicted, scored
from mnist_core.insight.work import version_of
from mnist_core.network.network import pretrained
from mnist_core.settings import Settings
from mnist_core.store.analyses import Analysis
from mnist_core.store.store import Store


@pytest.mark.parametrize("phone", [False, True], ids=["keyboard", "finger"])
def test_a_guess_comes_first_and_then_the_truth(new_tab, phone):
    tab = new_tab(phone=phone)
    tab.open("Mistakes", view="mystery", network="linear", seed=3)
    for number, guess in ((1, "4"), (2, "x")):
        expect(tab.page.get_by_alt_text(f"Mystery digit {number} of 20")).to_be_visible()
        shown = tab.page.content()
        assert "The label says" not in shown and "The network read" not in shown
        if phone:
            tab.widget(f"mystery_{guess}").get_by_role("button").tap()
        else:
            tab.page.keyboard.press(guess)
        expect(tab.page.get_by_role("row", name=re.compile(r"The label says \d"))).to_be_visible()
        expect(
            tab.page.get_by_role("row", name=re.compile(rf"By the labels \d of {number} \d of {number}"))
        ).to_be_visible()
        tab.wait_until_at_rest()
        if phone:
            tab.widget("mystery_next").get_by_role("button").tap()
        else:
            tab.page.keyboard.press("n")
        tab.wait_until_at_rest()
    expect(tab.page).to_have_url(re.compile(r"seed=3&at=3&guesses=4x$"))
    tab.reload()
    expect(tab.page.get_by_text("3 of 20, 2 guessed")).to_be_visible()
    assert tab.overflow() == 0


@pytest.fixture(scope="module")
def suspects(server) -> list[int]:
    """Places of the linear network's suspects, in order, as if a worker had worked them out."""
    settings = Settings.from_environment(os.environ | {"DIGITLAB_HOME": str(server.home), "DIGITLAB_OFFLINE": "1"})
    store, data = Store(settings.database_url), dataset.load(settings)
    result = scored(predicted(pretrained("linear").logits(data.x_test)), data.y_test)
    asked = Analysis("suspects", data.digest, "linear", version_of(store, "linear"), {"split": "test"})
    store.analyses.keep(asked, {**result, "counted": np.zeros(len(data.y_test), bool)})
    store.close()
    return np.argsort(result["normalized_margin"], kind="stable").tolist()


def test_a_suspect_opens_under_a_finger_and_the_next_one_follows(suspects, phone):
    phone.open("Mistakes", view="labels", network="linear", judges="this")
    expect(phone.page.get_by_text(re.compile("The 100 most suspected of 10,000 labels"))).to_be_visible()
    image = phone.page.get_by_role("button", name=re.compile(rf"^Number 2, image {suspects[1]:,}: labelled \d"))
    image.tap()
    expect(phone.page.get_by_text("Rank 2 of 10,000")).to_be_visible()
    expect(phone.page).to_have_url(re.compile(rf"image={suspects[1]}\b"))
    phone.wait_until_at_rest()
    phone.widget("labels_next").get_by_role("button").tap()
    expect(phone.page.get_by_text("Rank 3 of 10,000")).to_be_visible()
    expect(phone.page).to_have_url(re.compile(rf"image={suspects[2]}\b"))
    with phone.page.expect_download() as download:
        phone.widget("labels_csv").get_by_role("button").click()
    lines = download.value.path().read_text().splitlines()
    assert len(lines) == 10_001 and [int(line.split(",")[1]) for line in lines[1:4]] == suspects[:3]
    assert phone.overflow() == 0


@pytest.mark.usefixtures("mnist")  # Synthetic digits are said to be so in a line of its own above.
def test_on_a_projector_the_suspects_come_first(mnist, suspects, projector):
    projector.open("Mistakes", view="labels", network="linear", judges="this")
    first = projector.page.get_by_role("button", name=re.compile(rf"^Number 1, image {suspects[0]:,}: "))
    expect(first).to_be_in_viewport(ratio=1)
