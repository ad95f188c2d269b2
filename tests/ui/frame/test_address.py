"""What the address carries: the choices, and nothing is written that it says already."""

import pytest
from app_without_browser import App, opened_app
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


@pytest.mark.parametrize(
    ("value", "usual", "carried"),
    [("b", None, "b"), ("b", "a", "b"), ("a", "a", None), (None, None, None), ("", None, None), (0, None, "0")],
)
def test_the_address_carries_what_differs_from_the_usual(value, usual, carried):
    def page(value, usual):
        from ui.frame.address import carry

        carry("name", value, usual)

    for before in (None, "b", "c"):
        visit = AppTest.from_function(page, args=(value, usual), default_timeout=SECONDS)
        if before:
            visit.query_params["name"] = before
        visit.run()
        assert not visit.exception
        assert visit.query_params.get("name", [None])[-1] == carried


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
