"""The app's pages run by Streamlit's AppTest, on a store and images of the test's own.

Workers are left out, and only they: what hands runs to them takes note and does nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from few_images import few_images
from stored import lay_empty_store
from streamlit.components.v2 import manifest_scanner
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button
from waits import SECONDS

from mnist_core.data import dataset
from mnist_core.network.network import Network, pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.analyses import Analysis
from mnist_core.store.runs.records import Metric, Run, Status
from mnist_core.store.store import Store
from mnist_core.store.visitors import mark_of
from mnist_core.workers.methods import compute
from ui.draw.canvas_value import path_object
from ui.draw.sketch import Sketch
from ui.explain.why import DECIDED, SEES
from ui.frame import state

APP = Path(__file__).parents[2] / "home.py"
STYLES = re.compile(r"<style\b.*?</style>", re.DOTALL)
TOKEN = "5" * 32
VISITOR = mark_of(TOKEN)
# Each `AppTest` looks through all that is installed for components: 0.13 s of work for what does not change.
COMPONENTS = cache(manifest_scanner.scan_component_manifests)


class IdleJobs:
    """Stands for the workers: none ever takes a run."""

    def __init__(self) -> None:
        self.state, self.problem, self.workers = "ready", "", 1
        self.submitted: list[str] = []
        self.warmed = 0
        self.lessons_prepared: list[str] = []
        self.asked: list[Analysis] = []

    def warm_up(self) -> None:
        self.warmed += 1

    def prepare_lesson(self, parent: str) -> None:
        self.lessons_prepared.append(parent)

    def analyse(self, analysis: Analysis) -> None:
        self.asked.append(analysis)

    def give_up_analysis(self, key: str) -> None:
        self.asked = [analysis for analysis in self.asked if analysis.key != key]

    def analyses_before(self, key: str) -> int:
        return 0

    def analysis_problem(self, key: str) -> str:
        return ""

    def submit(self, run_id: str) -> None:
        self.submitted.append(run_id)

    def reconcile(self) -> None:
        pass


class App:
    """The pages, and what lies behind them.

    Attributes:
        store: the store that the pages use.
        jobs: takes note of what would be handed to workers.
        data: the images that the pages use.
        token: of the browser that visits.
    """

    token = TOKEN

    def __init__(self, store: Store, jobs: IdleJobs):
        self.store, self.jobs, self.data = store, jobs, few_images()

    def visit(self, page: str, /, **query: object) -> AppTest:
        """The page with this file name after its first run, its address carrying `query`."""
        visit = AppTest.from_file(str(APP), default_timeout=SECONDS)
        visit.session_state["visitor"] = self.token
        visit.switch_page(f"pages/{page}")
        for name, value in query.items():
            visit.query_params[name] = str(value)
        return self.again(visit)

    def visit_home(self) -> AppTest:
        """The first page after its first run."""
        return self.again(AppTest.from_file(str(APP), default_timeout=60))

    @staticmethod
    def again(visit: AppTest) -> AppTest:
        """Run the page once more; nothing may have ended in a traceback."""
        visit.run()
        assert not visit.exception, visit.exception[0].message
        return visit

    @staticmethod
    def deliver_again(visit: AppTest, button: Button) -> AppTest:
        """The same press once more, behind what came of it: Streamlit does so where reruns overlap."""
        states = visit._tree.get_widget_states()
        states.widgets.append(WidgetState(id=button.id, trigger_value=True))
        visit._run(states)
        assert not visit.exception, visit.exception[0].message
        return visit

    def answer(self) -> int:
        """Do a worker's part for the analyses that were asked for; returns how many there were."""
        asked = {analysis.key: analysis for analysis in self.jobs.asked}
        for analysis in asked.values():
            self.store.analyses.keep(analysis, compute(analysis, self.data, self.store))
        self.jobs.asked.clear()
        return len(asked)

    def queued(self, config: TrainingConfig | None = None, **values: object) -> Run:
        """A run that waits."""
        config = config or TrainingConfig(architecture="linear", epochs=2)
        values = {"data_name": self.data.name, "data_digest": self.data.digest, "total_steps": 126, **values}
        return self.store.runs.create(config, **values)

    def begun(self, config: TrainingConfig | None = None, *, network: Network | None = None, **values: object) -> Run:
        """A run in the middle of its training, with a curve of three points and the weights of a network."""
        run = self.queued(config, **values)
        self.store.runs.progress.claim(run.id)
        points = [
            Metric(20, 0.32, 1.0, 0.6, None, None, 1.0),
            Metric(40, 0.64, 0.5, 0.7, 0.55, 0.682, 2.0),
            Metric(60, 0.96, 0.33, 0.8, 0.37, 0.772, 3.0),
        ]
        self.store.runs.progress.add(run.id, *points, images_per_second=640.0, total_steps=run.total_steps)
        content = (network or pretrained(run.config.architecture)).to_bytes()
        self.store.runs.progress.add_snapshot(run.id, step=60, epoch=0.96, network=content)
        return self.store.runs.get(run.id)

    def ended(self, status: str = Status.FINISHED, *, message: str = "", cause: str = "", **options: object) -> Run:
        """A run that has ended, evaluated where it finished."""
        run = self.begun(**options)
        scores = self.store.runs.results.snapshot(run.id).scores(self.data.x_test)
        correct = int((scores.argmax(axis=1) == self.data.y_test).sum())
        result = {"correct": correct, "tested": len(scores), "scores": scores}
        result = result if status == Status.FINISHED else {}
        self.store.runs.progress.finish(run.id, status, cause=cause, message=message, **result)
        return self.store.runs.get(run.id)


@contextmanager
def opened_app(monkeypatch: pytest.MonkeyPatch, home: Path, *, database_url: str = "") -> Iterator[App]:
    """The app with a home of its own, its store there or at `database_url`.

    Afterwards nothing of it is left in Streamlit's caches.
    """
    _forget()
    for name, value in {"DIGITLAB_HOME": str(home), "DIGITLAB_OFFLINE": "1"}.items():
        monkeypatch.setenv(name, value)
    for name in ("DIGITLAB_DATABASE_URL", "DIGITLAB_SCHEDULER", "DIGITLAB_MNIST", "DIGITLAB_WORKERS"):
        monkeypatch.delenv(name, raising=False)
    if database_url:
        monkeypatch.setenv("DIGITLAB_DATABASE_URL", database_url)
    elif not (file := home / "digitlab.sqlite").exists():
        lay_empty_store(file)
    monkeypatch.setattr(dataset, "load", lambda settings, **_: few_images())
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", COMPONENTS)
    monkeypatch.setattr(st, "fragment", _side_by_side(st.fragment))
    jobs = IdleJobs()
    monkeypatch.setattr(state, "jobs", lambda: jobs)
    app = App(state.store(), jobs)
    state.dataset()  # Here before the first visit, as on a server that has been up for a while.
    yield app
    app.store.close()
    _forget()


def pressable(visit: AppTest, name: str) -> Button | None:
    """The button whose key is this name, or begins with it: behind the name a key says what the press is for."""
    found = [each for each in visit.button if each.key == name or (each.key or "").startswith(f"{name}_")]
    assert len(found) <= 1, [each.key for each in found]
    return found[0] if found else None


def html(visit: AppTest) -> str:
    """All HTML that the page drew itself, that of the answers included, without styles: they name what is not there."""
    sent = [json.loads(each.proto.json) for each in visit.get("bidi_component") if each.proto.json]
    answers = [each["html"] for each in sent if "html" in each]
    drawn = "".join([*(each.proto.body for each in visit.get("html")), *answers]).replace("\N{NO-BREAK SPACE}", " ")
    return STYLES.sub("", drawn)


def words(visit: AppTest) -> str:
    """What the page says in messages and texts, as it is read."""
    kinds = (visit.error, visit.warning, visit.info, visit.success, visit.markdown, visit.caption, visit.subheader)
    return "\n".join(as_read(each.value) for kind in kinds for each in kind)


def dead_links(visit: AppTest) -> str:
    """What the page says of what its link asks for in vain; empty where it says nothing, and never in two places."""
    said = [as_read(each.value) for each in visit.info if each.icon == ":material/link_off:"]
    assert len(said) <= 1, said
    return "".join(said)


def as_read(markdown: str) -> str:
    """The text without the marks by which `ui.words.plain` keeps it from being more than text."""
    return re.sub(r"\\([^\w\s])", r"\1", markdown).replace("\u2060", "").replace("\N{NO-BREAK SPACE}", " ")


def address(visit: AppTest) -> dict[str, str]:
    """The query of the page's address."""
    return {name: value if isinstance(value, str) else value[-1] for name, value in visit.query_params.items()}


def charts(visit: AppTest) -> list[object]:
    """One entry a chart on the page."""
    return list(visit.get("vega_lite_chart"))


def _side_by_side(fragment: Callable[..., Callable]) -> Callable[..., Callable]:
    """Streamlit's `fragment`, refusing one within another: their reruns can break the page in the browser."""
    within = ContextVar("within", default=False)

    def checked(body: Callable[..., None], **options: object) -> Callable[..., None]:
        assert not within.get(), f"{body.__name__} is a fragment within a fragment"

        @wraps(body)
        def marked(*arguments: object) -> None:
            token = within.set(True)
            try:
                body(*arguments)
            finally:
                within.reset(token)

        return fragment(marked, **options)

    return checked


def _forget() -> None:
    st.cache_resource.clear()
    st.cache_data.clear()


def with_drawing(visit: AppTest, strokes: list[np.ndarray], *, brush: float = 22) -> AppTest:
    """The page with these strokes on its canvas, as after a visit to another page, and with its reasons opened."""
    visit.session_state["canvas_sketch"] = Sketch(objects=[path_object(stroke, brush) for stroke in strokes])
    return with_reasons(visit)


def with_reasons(visit: AppTest) -> AppTest:
    """The page as somebody sees it who has opened what the networks see, and why they said it."""
    visit.session_state[SEES] = visit.session_state[DECIDED] = True
    return App.again(visit)
