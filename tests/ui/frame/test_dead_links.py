"""What a link asks for that is not here: said at the top of the page, and as long as it matters."""

import pytest
from app_without_browser import App, as_read, dead_links, opened_app
from streamlit.testing.v1 import AppTest

DRAWN = {"button", "button_group", "multiselect", "number_input", "radio", "selectbox", "select_slider", "slider"}
DEAD = {
    "a network": ("4_Mistakes.py", {"network": "deadbeef"}, "There is no run 'deadbeef'."),
    "a view": ("4_Mistakes.py", {"view": "nonsense"}, "View must be one of matrix, "),
    "a cell": (
        "4_Mistakes.py",
        {"true": "12", "read": "x"},
        "got '12'. Digit read must be a whole number from 0 to 9, ",
    ),
    "half a cell": ("4_Mistakes.py", {"true": "4"}, "names no whole cell of the matrix"),
    "an image": ("4_Mistakes.py", {"image": "123456"}, "Image must be a whole number from 0 to 499, got '123456'."),
    "a snapshot": ("4_Mistakes.py", {"step": "x"}, "Of step 'x' nothing is left"),
    "a figure": ("4_Mistakes.py", {"view": "figures", "of": "nonsense"}, "got 'nonsense'"),
    "a kind of sureness": ("4_Mistakes.py", {"view": "figures", "sure": "maybe"}, "got 'maybe'"),
    "a game": ("4_Mistakes.py", {"view": "mystery", "seed": "x"}, "Game must be a whole number from 0 to 9,999, got"),
    "a label": ("4_Mistakes.py", {"view": "labels", "image": "x"}, "from 0 to 499, got 'x'"),
    "a change": ("4_Mistakes.py", {"view": "stress", "transform": "x"}, "Change must be one of shift_x, "),
    "a place on the map": ("4_Mistakes.py", {"view": "map", "at": "x"}, "from 0 to 499, got 'x'"),
    "a cell of a comparison": ("5_Compare.py", {"cell": "z"}, "got 'z'"),
    "networks to compare": ("5_Compare.py", {"a": "deadbeef"}, "There is no run 'deadbeef'."),
    "a run": ("2_Train.py", {"run": "deadbeef"}, "There is no run 'deadbeef'."),
    "settings": ("2_Train.py", {"epochs": "many"}, "got 'many'. 5 is used instead."),
    "samples": ("3_Dataset.py", {"digit": "x", "page": "y"}, "got 'x'. Page must be a whole number from 1 to 34, got"),
    "an experiment": ("6_Experiments.py", {"experiment": "deadbeef"}, "no experiment deadbeef"),
    "a plan": ("6_Experiments.py", {"plan": "grid", "vary": "nonsense"}, "got 'nonsense'"),
    "networks that answer": ("1_Draw.py", {"network": "deadbeef"}, "There is no run 'deadbeef'."),
    "a handwriting": ("1_Draw.py", {"hand": "x" * 41}, "Handwriting must be a name of 1 to 40 characters"),
    "a lesson": ("1_Draw.py", {"lesson": "deadbeef"}, "There is no run 'deadbeef'."),
    "what no page knows": ("1_Draw.py", {"colour": "x"}, "'colour=x' means nothing on this page."),
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


@pytest.mark.parametrize("what", DEAD)
def test_it_stays_said_however_often_the_page_runs(app: App, what: str):
    page, query, said = DEAD[what]
    visit = app.visit(page, **query)
    before = dead_links(visit)
    assert said in before
    for _ in range(2):
        assert dead_links(App.again(visit)) == before


def test_it_stays_said_when_what_a_worker_found_out_arrives(app: App):
    visit = app.visit("4_Mistakes.py", view="map", method="pca", by="pixels", colour="pink")
    before = dead_links(visit)
    assert "Colour must be one of truth, " in before and app.answer() == 1
    assert dead_links(App.again(visit)) == before and visit.segmented_control(key="map_colour").value == "truth"


def test_it_is_said_until_somebody_chooses_something_else(app: App):
    visit = app.visit("3_Dataset.py", digit="x", page="y")
    visit.pills(key="digit").set_value("7")
    assert dead_links(App.again(visit)) == (
        "The link asks for something that is not here. Page must be a whole number from 1 to 34, got 'y'. "
        "The usual is shown instead."
    )
    visit.number_input(key="page").set_value(2)
    assert dead_links(App.again(visit)) == ""


def test_what_a_link_asks_one_view_for_is_no_matter_on_another(app: App):
    visit = app.visit("4_Mistakes.py", cells="x")
    assert "Cells must be one of counts, " in dead_links(visit)
    visit.segmented_control(key="mistakes_view").set_value("mystery")
    assert dead_links(App.again(visit)) == ""


def test_another_visit_says_nothing_of_the_link_before(app: App):
    visit = app.visit("2_Train.py", run="deadbeef")
    visit.switch_page("pages/3_Dataset.py")
    assert dead_links(App.again(visit)) == ""


def test_much_nonsense_is_one_notice_that_comes_to_an_end(app: App):
    visit = app.visit("1_Draw.py", **{f"name{number}": "y" * 1_000 for number in range(50)}, brush="x", way="y")
    said = dead_links(visit)
    assert said.count("means nothing on this page") == 20 and said.endswith("So it is with 32 more.")


def test_what_a_link_says_is_text_on_the_map_too(app: App):
    visit = app.visit("4_Mistakes.py", view="map", by="![x](/y.png)")
    assert any("\\!\\[x\\]" in each.value or "!\\[x\\]" in each.value for each in visit.info)


def _first_drawn(visit: AppTest) -> int:
    return next(place for place, each in enumerate(visit.main) if each.type in DRAWN)
