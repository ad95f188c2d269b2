"""Names and addresses come from strangers: on every page they are text, whatever they say."""

import re
from collections.abc import Iterator

import pytest
from app_without_browser import App, address, html, opened_app
from photos import drawing
from streamlit.testing.v1 import AppTest

from mnist_core.drawing.normalise import to_mnist
from mnist_core.experiments import start
from mnist_core.experiments.presets import PRESETS
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.drawings import Drawing

EVIL = "![t](http://x.org/t.png)<b>:red[y]"  # short enough for every name
PAGES = ("1_Draw.py", "2_Train.py", "3_Dataset.py", "4_Mistakes.py", "5_Compare.py", "6_Experiments.py")
PARAMETERS = (
    "run lesson hand network way bars brush mnist show cell cells trial step against sort filter page image true read "
    "predicted of sure seed at guesses lasso end learned split judges score view a b a_step b_step by method tested "
    "amount transform with experiment question vary seeds settings search_seed pruning architecture epochs batch_size "
    "learning_rate optimizer loss outputs activation units training_images target_accuracy patience straighten "
    "pen_styles label digit sample order".split()
)  # fmt: skip


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def markdown(visit: AppTest) -> Iterator[str]:
    """Every text of the page that Streamlit reads as Markdown."""
    blocks = [visit._tree]
    while blocks:
        block = blocks.pop()
        proto = getattr(block, "proto", None)
        kind = getattr(block, "type", "")
        for name in ("body", "label", "help", "caption", "text", "title"):
            # The text of `st.text` and the body of `st.html` are no Markdown.
            if kind not in {"text", "html", "code"} and isinstance(found := getattr(proto, name, None), str):
                yield found
        if kind in {"expandable", "popover"} or hasattr(proto, "expandable"):
            yield from (proto.expandable.label, proto.popover.button.label if hasattr(proto.popover, "button") else "")
        if kind in {"button_group", "radio"}:
            for option in proto.options:
                yield option if isinstance(option, str) else option.content
        blocks += list(getattr(block, "children", {}).values())


def expect_text(visit: AppTest) -> None:
    """Nothing of the stranger's words is more than words."""
    said = list(markdown(visit))
    assert [each for each in said if re.search(r"(?<!\\)\[t|:red|(?<!\\)<b>|http:/", each)] == []
    assert "<b>:red" not in html(visit)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_link_says_is_text(app: App, page):
    app.ended()
    expect_text(app.visit(page, **dict.fromkeys(PARAMETERS, EVIL)))


def test_a_run_with_such_a_name_is_text_on_every_page(app: App):
    run = app.ended(config=TrainingConfig(architecture="linear", epochs=2), name=EVIL)
    other = app.ended(status="failed", message=f"What {EVIL} said", name=EVIL)
    app.queued(name=EVIL)
    for page, query in (
        ("1_Draw.py", {"network": run.id}),
        ("2_Train.py", {"run": run.id}),
        ("2_Train.py", {"run": other.id}),
        ("4_Mistakes.py", {"network": run.id, "image": 3, "against": "hidden"}),
        ("4_Mistakes.py", {"network": run.id, "view": "stress", "step": 7}),
        ("4_Mistakes.py", {"network": run.id, "view": "figures"}),
        ("4_Mistakes.py", {"network": run.id, "view": "labels"}),
        ("5_Compare.py", {"a": run.id, "b": "hidden", "a_step": 7, "show": "both"}),
        ("5_Compare.py", {"a": run.id, "b": run.id, "a_step": 60}),
        ("5_Compare.py", {"a": other.id, "b": run.id}),
        ("5_Compare.py", {"a": run.id, "b": "linear", "view": "settings"}),
    ):
        expect_text(app.visit(page, **query))


def test_an_experiment_with_such_a_name_is_text(app: App):
    data = app.data
    plan = next(iter(PRESETS.values())).plan(len(data.y_train))
    made = start(app.store, plan, name=EVIL, data_name=data.name, data_digest=data.digest, images=len(data.y_train))
    for query in ({}, {"experiment": made.id}):
        expect_text(app.visit("6_Experiments.py", **query))


def test_a_handwriting_with_such_a_name_is_text(app: App):
    app.store.drawings.keep(*(Drawing(digit, to_mnist(drawing(digit)), hand=EVIL) for digit in (3, 3, 4)))
    visit = app.visit("1_Draw.py", hand=EVIL)
    assert address(visit)["hand"] == EVIL
    expect_text(visit)
