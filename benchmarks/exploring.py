"""How soon a number leads to its images, and what exploring costs the web server.

A hidden network is trained for five epochs first, so that there are snapshots to travel
through; a worker places the test images and looks for suspected labels as it does for
the page.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page
from sklearn.neighbors import NearestNeighbors

from benchmarks import Figure, Part, Report
from benchmarks.browser import WITHIN, AppServer, browser, serving, wait_until_at_rest
from mnist_core.cli.output import what_happened
from mnist_core.data import dataset
from mnist_core.data.dataset import Dataset
from mnist_core.errors import DigitLabError
from mnist_core.insight.all_images.label_errors import Suspects
from mnist_core.insight.all_images.votes import VOTES
from mnist_core.insight.one_image.neighbours import Neighbours
from mnist_core.insight.work import version_of
from mnist_core.network.evaluation import Evaluation
from mnist_core.network.network import pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings
from mnist_core.store.analyses import Analysis
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.workers.jobs import Jobs
from ui.mistakes import VIEWS

CLICKS = 50
STEPS = 50  # of the slider
SEARCHES = 50
SHOWS = 5
SUSPECTS = 100  # the first of the list
CONFIG = TrainingConfig(architecture="hidden", epochs=5, seed=0)
NETWORK = "hidden"  # whose matrix is clicked at
MB = 1_000_000
HOME, RUN = "exploring", "run"  # in the topic's folder: the app's, and in it the id of the run that is looked at
# Names of figures.
MAP = "map of the test images, computed once in the worker"
CLICK = f"click on a cell to its gallery in Chromium, {{}} of {CLICKS}"
SLIDE = f"slider step to the new matrix in Chromium, {{}} of {STEPS}"
BOTH = ("median", "95th percentile")
SHOW = f"click on the map to its points in Chromium, median of {SHOWS}"
MEMORY = "web server memory after using all of it"

# All of the page, that of its components included, which live in shadow roots.
_WITHIN = """(selector) => {
    const look = (root) => {
        const found = root.querySelector(selector);
        if (found) return found;
        for (const each of root.querySelectorAll("*")) {
            const inner = each.shadowRoot && look(each.shadowRoot);
            if (inner) return inner;
        }
        return null;
    };
    return look(document);
}"""
# From an event to the first frame in which what `look` gives is another: the driver's own time does not count.
_WATCH = f"""([event, selector, within]) => {{
    const find = {_WITHIN};
    const look = () => [...(find(selector)?.children ?? [])].map((each) => each.title || each.textContent).join("|");
    const before = look();
    let began = null;
    addEventListener(event, (each) => {{ began = each.timeStamp; }}, {{capture: true, once: true}});
    window.digitlabShown = new Promise((resolve, reject) => {{
        setTimeout(() => reject(new Error("nothing changed")), within);
        const wait = (now) => {{
            const shown = look();
            if (began !== null && shown && shown !== before) requestAnimationFrame((drawn) => resolve(drawn - began));
            else requestAnimationFrame(wait);
        }};
        requestAnimationFrame(wait);
    }});
}}"""

# The same, until there is something that `selector` names and that has a size.
_WATCH_FOR = f"""([event, selector, within]) => {{
    const find = {_WITHIN};
    let began = null;
    addEventListener(event, (each) => {{ began = each.timeStamp; }}, {{capture: true, once: true}});
    window.digitlabShown = new Promise((resolve, reject) => {{
        setTimeout(() => reject(new Error("nothing came")), within);
        const wait = (now) => {{
            if (began !== null && find(selector)?.clientWidth) requestAnimationFrame((drawn) => resolve(drawn - began));
            else requestAnimationFrame(wait);
        }};
        requestAnimationFrame(wait);
    }});
}}"""


def _searching_part(folder: Path, report: Report) -> Iterator[Figure]:
    yield _searching(_data())


def _prepared(folder: Path, report: Report) -> Iterator[Figure]:
    """Train and place what the browser looks at afterwards."""
    home, data = folder / HOME, _data()
    home.mkdir()
    store = Store(f"sqlite:///{home / 'digitlab.sqlite'}")
    settings = replace(Settings.from_environment(), home=home, database_url=store.url, scheduler=None, workers=1)
    jobs = Jobs(settings, store)
    try:
        run_id = _trained(store, jobs, data)
        report("Placing the test images, and looking for suspected labels")
        yield Figure.at_most(MAP, _placed(store, jobs, data, run_id), "s", 60.0)
        (home / RUN).write_text(run_id)
        yield from _suspected(store, jobs, data)
    finally:
        jobs.close()
        store.close()


def _looking(
    measure: Callable[[Browser, AppServer, str], Iterator[Figure]],
) -> Callable[[Path, Report], Iterator[Figure]]:
    """A part that looks at the run that `_prepared` has trained."""

    def part(folder: Path, report: Report) -> Iterator[Figure]:
        if not (folder / HOME / RUN).exists():
            raise DigitLabError("The network to look back on was not trained, or its test images not placed.")
        with browser() as chromium, serving(folder / HOME, _data()) as server:
            yield from measure(chromium, server, (folder / HOME / RUN).read_text())

    return part


@cache
def _data() -> Dataset:
    return dataset.load(Settings.from_environment())


def _searching(data: Dataset) -> Figure:
    ours = Neighbours(data.x_train, data.y_train)
    rows = data.x_train.reshape(len(data.x_train), -1)
    theirs = NearestNeighbors(algorithm="brute").fit(rows)
    images = data.x_test[np.random.default_rng(0).choice(len(data.x_test), SEARCHES, replace=False)]
    took, reference = [], []
    for image in images:
        started = time.perf_counter()
        found = ours.nearest(image, 10)
        took.append(1000 * (time.perf_counter() - started))
        started = time.perf_counter()
        distances, _ = theirs.kneighbors(image.reshape(1, -1), 10)
        reference.append(1000 * (time.perf_counter() - started))
        if not np.allclose(found.distances, distances[0], atol=1e-3):
            raise DigitLabError("The search and scikit-learn's disagree.")
    return Figure.at_most(
        f"nearest of {len(rows):,} training images, median of {SEARCHES}, all as exact as scikit-learn's",
        statistics.median(took),
        "ms",
        50.0,
        f"scikit-learn, brute force {statistics.median(reference):.0f} ms",
    )


def _trained(store: Store, jobs: Jobs, data: Dataset) -> str:
    steps = CONFIG.epochs * CONFIG.steps_per_epoch(len(data.x_train))
    run = store.runs.create(CONFIG, data_name=data.name, data_digest=data.digest, total_steps=steps)
    jobs.submit(run.id)
    _wait(lambda: store.runs.get(run.id).status not in (Status.QUEUED, Status.RUNNING), jobs)
    if store.runs.get(run.id).status != Status.FINISHED:
        raise DigitLabError(f"The run did not finish: {what_happened(store.runs.get(run.id))}")
    return run.id


def _placed(store: Store, jobs: Jobs, data: Dataset, run_id: str) -> float:
    version = version_of(store, run_id)
    return _worked_out(store, jobs, Analysis("map", data.digest, run_id, version, {"method": "tsne"}))


def _suspected(store: Store, jobs: Jobs, data: Dataset) -> Iterator[Figure]:
    if not data.is_mnist:
        return  # Nobody voted on other images.
    analysis = Analysis("suspects", data.digest, options={"split": "test"})
    _worked_out(store, jobs, analysis)
    first = Suspects.of(store.analyses.get(analysis.key) or {}, data.y_test).order()[:SUSPECTS]
    published = [votes.place for votes in VOTES.values() if votes.verdict == "another label"]
    yield Figure.at_least(
        f"published label errors among the first {SUSPECTS} suspects of the test set",
        len(np.intersect1d(first, published)),
        f"of {len(published)}",
        7,
        "by chance 0.1",
    )


def _worked_out(store: Store, jobs: Jobs, analysis: Analysis) -> float:
    """Seconds that a warm worker takes for it, the way there and back included."""
    started = time.perf_counter()
    jobs.analyse(analysis)
    _wait(lambda: store.analyses.has(analysis.key), jobs, analysis.key)
    return time.perf_counter() - started


def _wait(condition: Callable[[], bool], jobs: Jobs, key: str = "") -> None:
    deadline = time.monotonic() + WITHIN / 1000
    while not condition():
        problem = jobs.problem or jobs.analysis_problem(key)
        if problem or time.monotonic() > deadline:
            raise DigitLabError(problem or "The worker took too long.")
        jobs.reconcile()
        time.sleep(0.02)


def _clicking(chromium: Browser, server: AppServer, run_id: str) -> Iterator[Figure]:
    data = _data()
    matrix = Evaluation.of(pretrained(NETWORK).scores(data.x_test), data.y_test).confusion_matrix
    cells = [(int(cell) // 10, int(cell) % 10) for cell in np.argsort(-matrix, axis=None, kind="stable")]
    cells = [cell for cell in cells if matrix[cell]][: CLICKS + 1]
    images = sum(int(min(240, matrix[cell])) for cell in cells[1:]) / CLICKS
    page = _page(chromium, f"{server.url}/Mistakes?network={NETWORK}&true={cells[0][0]}&read={cells[0][1]}")
    took = []
    for true, read in cells[1:]:
        page.evaluate(_WATCH, ["pointerup", ".gallery", WITHIN])
        page.locator(f"[data-cell='{true}-{read}']").click()
        took.append(page.evaluate("() => window.digitlabShown"))
        wait_until_at_rest(page)
    page.context.close()
    yield from _both(CLICK, took, 300, 500,
                     f"{images:.0f} images on average")  # fmt: skip


def _travelling(chromium: Browser, server: AppServer, run_id: str) -> Iterator[Figure]:
    page = _page(chromium, f"{server.url}/Mistakes?network={run_id}")
    slider = page.locator("input[type=range]").first
    slider.wait_for(timeout=WITHIN)
    wait_until_at_rest(page)
    last = int(slider.get_attribute("max") or 0)
    slider.focus()
    took = []
    for turn in range(STEPS):
        page.evaluate(_WATCH, ["keydown", "table tbody", WITHIN])
        page.keyboard.press("ArrowLeft" if turn // last % 2 == 0 else "ArrowRight")
        took.append(page.evaluate("() => window.digitlabShown"))
        wait_until_at_rest(page)
        slider.focus()
    page.context.close()
    yield from _both(SLIDE, took, 150, 300,
                     f"{last + 1} snapshots")  # fmt: skip


def _both(name: str, took: Sequence[float], median: float, p95: float, reference: str) -> Iterator[Figure]:
    yield Figure.at_most(name.format("median"), statistics.median(took), "ms", median, reference)
    yield Figure.at_most(name.format("95th percentile"), float(np.percentile(took, 95)), "ms", p95, reference)


def _page(chromium: Browser, url: str) -> Page:
    """A tab with nothing cached, at rest at `url`."""
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, service_workers="block").new_page()
    page.goto(url)
    wait_until_at_rest(page)
    return page


def _showing(chromium: Browser, server: AppServer, run_id: str) -> Iterator[Figure]:
    page = _page(chromium, f"{server.url}/Mistakes?network={run_id}")
    took = []
    for _ in range(SHOWS):
        page.evaluate(_WATCH_FOR, ["click", "canvas.points", WITHIN])
        page.get_by_role("radio", name="Map").click()
        took.append(page.evaluate("() => window.digitlabShown") / 1000)
        wait_until_at_rest(page)
        page.get_by_role("radio", name="Matrix").click()
        wait_until_at_rest(page)
    page.context.close()
    yield Figure.at_most(SHOW, statistics.median(took), "s", 1.0)


def _memory(chromium: Browser, server: AppServer, run_id: str) -> Iterator[Figure]:
    for view in VIEWS:
        page = _page(chromium, f"{server.url}/Mistakes?network={run_id}&view={view}&image=8")
        # What a worker works out first takes its time.
        page.locator("[data-testid=stProgress]").first.wait_for(state="detached", timeout=WITHIN)
        wait_until_at_rest(page)
        page.context.close()
    for path in ("Compare", f"Compare?a=linear&b={run_id}", "Dataset", "Train", "Draw", "Draw?mnist=8"):
        _page(chromium, f"{server.url}/{path}").context.close()
    yield Figure.at_most(MEMORY, server.memory() / MB, "MB", 400.0, f"{len(VIEWS)} views, 6 pages")


PARTS = (
    Part("Searching for the nearest training images", 20, _searching_part),
    Part("Training a network to look back on", 80, _prepared, (MAP,)),
    Part(
        f"{CLICKS} clicks on cells of the matrix", 35, _looking(_clicking), tuple(CLICK.format(name) for name in BOTH)
    ),
    Part(f"{STEPS} steps of the slider", 35, _looking(_travelling), tuple(SLIDE.format(name) for name in BOTH)),
    Part("Showing the map", 15, _looking(_showing), (SHOW,)),
    Part("Using everything", 40, _looking(_memory), (MEMORY,)),
)
