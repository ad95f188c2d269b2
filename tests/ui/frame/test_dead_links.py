"""What a link asks for that is not here is said at the top of the page, before anything that one has to scroll past."""

import pytest
from app_without_browser import App, as_read, opened_app
from streamlit.testing.v1 import AppTest

DRAWN = {"button", "button_group", "multiselect", "number_input", "radio", "selectbox", "select_slider", "slider"}
DEAD = {
    "a network": ("4_Mistakes.py", {"network": "deadbeef"}, "There is no run 'deadbeef'."),
    "a view": ("4_Mistakes.py", {"view": "nonsense"}, "a view 'nonsense'"),
    "a cell": ("4_Mistakes.py", {"true": "12", "read": "x"}, "no cell of the matrix"),
    "an image": ("4_Mistakes.py", {"image": "123456"}, "names image '123456'"),
    "a snapshot": ("4_Mistakes.py", {"step": "x"}, "names step 'x'"),
    "a figure": ("4_Mistakes.py", {"view": "figures", "of": "nonsense"}, "of=nonsense"),
    "a kind of sureness": ("4_Mistakes.py", {"view": "figures", "sure": "maybe"}, "sure=maybe"),
    "a game": ("4_Mistakes.py", {"view": "mystery", "seed": "x"}, "seed='x'"),
    "a label": ("4_Mistakes.py", {"view": "labels", "image": "x"}, "'image=x'"),
    "a change": ("4_Mistakes.py", {"view": "stress", "transform": "x"}, "'transform=x'"),
    "a place on the map": ("4_Mistakes.py", {"view": "map", "at": "x"}, "at=x"),
    "a cell of a comparison": ("5_Compare.py", {"cell": "z"}, "names images 'z'"),
    "networks to compare": ("5_Compare.py", {"a": "deadbeef"}, "There is no run 'deadbeef'."),
    "a run": ("2_Train.py", {"run": "deadbeef"}, "There is no run 'deadbeef'."),
    "settings": ("2_Train.py", {"epochs": "many"}, "got 'many'"),
    "samples": ("3_Dataset.py", {"digit": "x", "page": "y"}, "'digit=x' and 'page=y', which are not here"),
    "an experiment": ("6_Experiments.py", {"experiment": "deadbeef"}, "no experiment deadbeef"),
    "a plan": ("6_Experiments.py", {"plan": "grid", "vary": "nonsense"}, "got 'nonsense'"),
    "networks that answer": ("1_Draw.py", {"network": "deadbeef"}, "'network=deadbeef', which is not here"),
}


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


@pytest.mark.parametrize("what", DEAD)
def test_what_a_link_asks_for_in_vain_is_said_before_all_else(app: App, what: str):
    page, query, said = DEAD[what]
    visit = app.visit(page, **query)
    notices = [place for place, each in enumerate(visit.main) if each.type == "info" and said in as_read(each.value)]
    assert len(notices) == 1
    assert notices[0] < _first_drawn(visit)


def test_what_a_link_says_is_text_on_the_map_too(app: App):
    visit = app.visit("4_Mistakes.py", view="map", by="![x](/y.png)")
    assert any("\\!\\[x\\]" in each.value or "!\\[x\\]" in each.value for each in visit.info)


def _first_drawn(visit: AppTest) -> int:
    return next(place for place, each in enumerate(visit.main) if each.type in DRAWN)
