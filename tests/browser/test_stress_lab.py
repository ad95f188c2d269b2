"""The stress lab under a mouse, a finger and the keyboard."""

import os
import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from mnist_core.data import dataset
from mnist_core.insight.all_images import stress
from mnist_core.insight.work import version_of
from mnist_core.network.network import pretrained
from mnist_core.settings import Settings
from mnist_core.store.analyses import Analysis
from mnist_core.store.store import Store


@pytest.fixture(scope="module")
def curves(server):
    """The curves of the linear network, as if a worker had worked them out, from few images."""
    settings = Settings.from_environment(os.environ | {"DIGITLAB_HOME": str(server.home), "DIGITLAB_OFFLINE": "1"})
    store, data = Store(settings.database_url), dataset.load(settings)
    few = SimpleNamespace(x_test=data.x_test[:100], y_test=data.y_test[:100], classes=data.classes)
    result = stress.compute(SimpleNamespace(dataset=few, network=pretrained("linear"), options={}))
    store.analyses.keep(Analysis("stress", data.digest, "linear", version_of(store, "linear")), result)
    store.close()


@pytest.mark.parametrize("phone", [False, True], ids=["keyboard", "finger"])
def test_the_setting_moves_the_images_and_the_address(curves, new_tab, phone):
    tab = new_tab(phone=phone)
    tab.open("Mistakes", view="stress", network="linear", transform="shift_x", amount=2)
    expect(tab.page.get_by_text("Changed: 2 px to the right")).to_be_visible()
    before = tab.page.locator(".dl-ten").screenshot()
    slider = tab.page.get_by_role("slider")
    if phone:
        slider.scroll_into_view_if_needed()
        thumb, whole = slider.bounding_box(), tab.widget("stress_amount_shift_x").bounding_box()
        tab.page.touchscreen.tap(whole["x"] + whole["width"] / 2, thumb["y"] + thumb["height"] / 2)
        said, amount = "unchanged", "0"
    else:
        slider.focus()
        tab.page.keyboard.press("ArrowRight")
        said, amount = "2.5 px to the right", "2.5"
    expect(tab.page.get_by_text(f"Changed: {said}")).to_be_visible()
    expect(tab.page).to_have_url(re.compile(rf"amount={amount}\b"))
    tab.wait_until_at_rest()
    assert tab.page.locator(".dl-ten").screenshot() != before
    assert tab.page.locator(".dl-breaks figure").count() == 12
    expect(tab.page.get_by_text("images that Linear 784-10, pretrained reads right")).to_be_visible()
    assert tab.overflow() == 0


def test_on_a_projector_the_slider_and_what_it_does_to_ten_digits_are_seen_together(curves, desktop):
    desktop.page.set_viewport_size({"width": 853, "height": 480})  # 1280 x 720, enlarged to 150 %
    desktop.open("Mistakes", view="stress", network="linear", transform="shift_x", amount=2)
    slider, changed = desktop.page.get_by_role("slider"), desktop.page.get_by_text("Changed: 2 px to the right")
    expect(changed).to_be_visible()
    apart = changed.bounding_box()["y"] - slider.bounding_box()["y"]
    expect(desktop.page.locator(".dl-ten")).to_be_in_viewport(ratio=1)
    assert 0 < apart < 150 and changed.bounding_box()["y"] < desktop.page.locator(".dl-breaks").bounding_box()["y"]
