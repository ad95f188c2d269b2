"""Which run is whose, wherever runs are listed and chosen."""

import re

import pytest
import sqlalchemy as sa
from app_without_browser import App, html, opened_app, pressable, words
from streamlit.testing.v1 import AppTest

from mnist_core.store.database.schema import runs
from mnist_core.store.visitors import mark_of
from ui.frame.state import TOKEN

TOKEN_OF_MINE = "a" * 32
ME, OTHER = mark_of(TOKEN_OF_MINE), mark_of("b" * 32)
CHOICES = [
    ("4_Mistakes.py", "selectbox", "judged_network"),
    ("5_Compare.py", "selectbox", "compare_a"),
    ("1_Draw.py", "multiselect", "network"),
]


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def visited(app: App, page: str, **query: object) -> AppTest:
    """The page in the browser whose mark is `ME`."""
    visit = app.visit(page, **query)
    visit.session_state[TOKEN] = TOKEN_OF_MINE
    return App.again(visit)


@pytest.mark.parametrize(("page", "kind", "key"), CHOICES)
def test_ones_own_networks_stand_first_among_runs_and_say_so(app: App, page: str, kind: str, key: str):
    for name, visitor in (("Grace", OTHER), ("Ada", ME), ("Alan", OTHER)):
        app.ended(name=name, visitor=visitor)
    options = getattr(visited(app, page), kind)(key=key).options
    listed = [option for option in options if option.startswith(("Ada", "Grace", "Alan"))]
    assert [option.split(" - ")[0] for option in listed] == ["Ada", "Alan", "Grace"]
    assert ["yours" in option for option in listed] == [True, False, False]
    assert all(re.search(r"- [A-Z]\w+ \w+ \d\d, ", option) for option in listed[1:])
    assert options.index(listed[0]) == 6  # Behind those that come with the app.


def test_the_list_of_runs_begins_with_ones_own(app: App):
    for name, visitor in (("Ada", ME), ("Grace", OTHER)):
        app.ended(name=name, visitor=visitor)
    shown = html(visited(app, "2_Train.py"))
    assert shown.index("<strong>Ada</strong>") < shown.index("<strong>Grace</strong>")
    assert shown.count("yours, ") == 1


def test_a_run_is_called_as_its_maker_says_or_else_after_its_settings(app: App):
    visit = visited(app, "2_Train.py", architecture="linear", seed=3)
    field = visit.text_input(key="run_name")
    assert field.placeholder == "Linear 784-10, 5 epochs, seed 3"
    pressable(visit, "start").click()
    App.again(visit)
    visit.text_input(key="run_name").set_value(" Ada's  first ")
    pressable(visit, "start").click()
    App.again(visit)
    assert [run.name for run in app.store.runs.lists.all()] == ["Ada's first", "Linear 784-10, 5 epochs, seed 3"]
    assert {run.visitor for run in app.store.runs.lists.all()} == {ME}


def test_runs_that_were_called_alike_before_names_were_numbered_show_their_ids(app: App):
    twins = [app.ended(name="Twin"), app.ended(name="Other")]
    with app.store.database.write() as connection:
        connection.execute(sa.update(runs).values(name="Twin"))
    options = visited(app, "4_Mistakes.py").selectbox(key="judged_network").options
    assert all(any(f"Twin ({run.id})" in option for option in options) for run in twins)
    assert "Twin" not in words(visited(app, "4_Mistakes.py", network="hidden"))
