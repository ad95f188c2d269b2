"""What the address carries: the choices, and nothing is written that it says already."""

import pytest
from app_without_browser import App, address, dead_links, opened_app
from streamlit.runtime.state.query_params import QueryParams
from streamlit.testing.v1 import AppTest
from waits import SECONDS

from mnist_core.experiments import Plan, start
from mnist_core.network.network import pretrained
from mnist_core.store.runs.records import Status
from ui.mistakes import VIEWS as MISTAKES

WITHOUT_A_RUN = [
    ("1_Draw.py", {}),
    ("1_Draw.py", {"network": "linear", "brush": 30, "image": 3}),
    ("2_Train.py", {"epochs": 3}),
    ("3_Dataset.py", {"digit": 4}),
    *(("4_Mistakes.py", {"view": view, "network": "linear"}) for view in MISTAKES),
    ("5_Compare.py", {"a": "linear", "b": "hidden"}),
    ("6_Experiments.py", {"plan": "grid", "seeds": 2}),
]


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


@pytest.fixture
def written(monkeypatch) -> list[str]:
    """Each address that a page sends to the browser."""
    sent, send = [], QueryParams._send_query_param_msg

    def noted(self):
        sent.append(str(self))
        send(self)

    monkeypatch.setattr(QueryParams, "_send_query_param_msg", noted)
    return sent


def held(said: str | None, before: str | None = None, **options: object) -> AppTest:
    """A page with one parameter, `name`, whose address says this, and that holds this already."""

    def page(options):
        import streamlit as st

        from ui.frame.address import Address, Parameter
        from ui.frame.dead_links import dead_links_place
        from ui.frame.kinds import OneOf

        address = Address(Parameter("name", OneOf(["a", "b", "c"]), "a", key="key", **options))
        dead_links_place()
        st.session_state.said = address.fill()
        address.follow()
        address.unknown()

    visit = AppTest.from_function(page, args=(options,), default_timeout=SECONDS)
    if said is not None:
        visit.query_params["name"] = said
    if before is not None:
        visit.session_state["key"] = before
    return App.again(visit)


@pytest.mark.parametrize(
    ("said", "value", "carried"),
    [(None, "a", None), ("b", "b", "b"), ("a", "a", None), ("z", "a", None), ("", "a", None)],
)
def test_the_address_fills_and_carries_what_differs_from_the_usual(said, value, carried):
    visit = held(said)
    assert visit.session_state["key"] == value and address(visit).get("name") == carried
    assert bool(dead_links(visit)) == (said in ("z", ""))


@pytest.mark.parametrize(("said", "value"), [(None, "c"), ("b", "b"), ("z", "a")])
def test_what_lasts_outlives_a_visit_whose_address_says_nothing_of_it(said, value):
    assert held(said, "c", lasting=True).session_state["key"] == value
    assert held(said, "c").session_state["key"] == ("a" if said is None else value)


def test_what_is_usual_is_carried_where_it_always_is():
    assert address(held(None, always=True)) == {"name": "a"}


def test_a_link_is_followed_once_a_visit_and_then_the_reader():
    visit = held("b")
    visit.session_state["key"] = "c"
    App.again(visit)
    assert (visit.session_state["key"], address(visit)) == ("c", {"name": "c"}) and not visit.session_state["said"]


def test_a_name_of_earlier_versions_is_read_and_given_up():
    visit = held(None, earlier="old")
    assert not address(visit)

    def page():
        import streamlit as st

        from ui.frame.address import Address, Parameter
        from ui.frame.kinds import OneOf

        address = Address(Parameter("name", OneOf(["a", "b", "c"]), "a", key="key", earlier="old"))
        st.session_state.said = address.fill()
        address.follow()

    visit = AppTest.from_function(page, default_timeout=SECONDS)
    visit.query_params["old"] = "b"
    assert address(App.again(visit)) == {"name": "b"}


@pytest.mark.parametrize(("page", "query"), WITHOUT_A_RUN, ids=lambda value: str(value))
def test_a_page_that_is_drawn_again_leaves_its_address_alone(app: App, written, page, query):
    visit = app.visit(page, **query)
    written.clear()
    app.again(visit)
    assert not written


def test_neither_do_a_run_and_an_experiment_write_it_anew(app: App, written):
    run, data = app.ended(), app.data
    tried = {"name": "Two", "data_name": data.name, "data_digest": data.digest, "images": len(data.y_train)}
    experiment = start(app.store, Plan(choices={"architecture": ("linear",)}, seeds=2), **tried)
    trial = app.store.trials.all(experiment.id)[0]
    app.store.runs.progress.claim(trial.id)
    app.store.runs.progress.add_snapshot(trial.id, step=60, epoch=0.96, network=pretrained("linear").to_bytes())
    app.store.runs.progress.finish(trial.id, Status.FINISHED, correct=400, tested=500)
    for page, query in (("2_Train.py", {"run": run.id}), ("6_Experiments.py", {"experiment": experiment.id})):
        visit = app.visit(page, **query)
        written.clear()
        app.again(visit)
        assert not written


KINDS = ("segmented_control", "pills", "selectbox", "multiselect", "radio", "checkbox")
TYPED = ("number_input", "text_input", "slider")
TYPED_IN = {"hand"}  # though it is a list to choose from
LIMITED = {"page", "image"}  # set to the last that there is


@pytest.mark.parametrize(("page", "query"), WITHOUT_A_RUN, ids=lambda value: str(value))
def test_the_browser_is_told_in_each_run_what_was_chosen_and_never_what_is_typed(app: App, page, query):
    visit = app.again(app.visit(page, **query))
    told = {each.key: each.proto.set_value for kind in KINDS for each in getattr(visit, kind)}
    assert told and [key for key, value in told.items() if not value and key not in TYPED_IN] == []
    typed = {each.key: each.proto.set_value for kind in TYPED for each in getattr(visit, kind)}
    assert [key for key, value in typed.items() if value and key not in LIMITED] == []
