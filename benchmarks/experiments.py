"""What experiments cost and gain: the server's share of a page that watches one, and two workers against one."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil

from benchmarks import Figure
from benchmarks.browser import WITHIN, browser, cpu_seconds, serving
from mnist_core import experiments
from mnist_core.data import dataset
from mnist_core.data.dataset import Dataset
from mnist_core.errors import DigitLabError
from mnist_core.experiments import Plan
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings
from mnist_core.store.experiments import Experiment
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.workers.jobs import Jobs

WATCHED_SECONDS = 20.0
SPEED_UP = 1.8  # at least
ROUNDS = 3  # of one worker and two in turn
SEARCH = Plan(base=TrainingConfig(), choices={"hidden_units": (32, 64, 100, 128)}, seeds=2)
SIXTEEN = replace(SEARCH, seeds=4)  # go on for as long as a page is watched
SPEED_UP_NAME = f"{SEARCH.trial_count} trials of the hidden network, 2 workers against 1, median of {ROUNDS}"
PAGE_SHARE_NAME = f"page open on a running experiment: server CPU over {WATCHED_SECONDS:g} s"
END_WITHIN = 1_800.0  # seconds
LOOK_EVERY = 0.2


def page_share() -> Figure:
    """The server's CPU, as a share of one core, while Chromium has a running experiment open."""
    data = dataset.load(Settings.from_environment())
    with tempfile.TemporaryDirectory(prefix="digitlab-") as folder, browser() as chromium:
        with serving(Path(folder), data) as server:
            store = Store(f"sqlite:///{Path(folder) / 'digitlab.sqlite'}")
            try:
                experiment = _started(store, SIXTEEN, data)
                page = chromium.new_page()
                page.goto(f"{server.url}/Experiments?experiment={experiment.id}")
                page.wait_for_selector(".dl-trials", timeout=WITHIN)
                process = psutil.Process(server.pid)
                before = cpu_seconds(process)
                time.sleep(WATCHED_SECONDS)
                share = (cpu_seconds(process) - before) / WATCHED_SECONDS
                live = any(run.is_live for run in store.trials.all(experiment.id))
            finally:
                store.close()
    if not live:
        raise DigitLabError("The experiment ended while it was being watched: its figure would be too good.")
    return Figure.at_most(PAGE_SHARE_NAME, 100 * share, "% of a core", 10)


def speed_up(plan: Plan = SEARCH, workers: int = 2) -> Figure:
    """How many times faster `workers` workers end a search than one; both warm before the clock starts."""
    data = dataset.load(Settings.from_environment())
    pairs = [(_search_seconds(plan, data, 1), _search_seconds(plan, data, workers)) for _ in range(ROUNDS)]
    ratios = [alone / together for alone, together in pairs]
    alone, together = (statistics.median(seconds) for seconds in zip(*pairs, strict=True))
    return Figure.at_least(
        SPEED_UP_NAME,
        statistics.median(ratios),
        "x reference",
        SPEED_UP,
        f"1 worker {alone:.1f} s, {workers} workers {together:.1f} s; "
        f"each {', '.join(f'{ratio:.2f}' for ratio in ratios)}",
    )


def _search_seconds(plan: Plan, data: Dataset, workers: int) -> float:
    settings = Settings.from_environment()
    with tempfile.TemporaryDirectory(prefix="digitlab-") as folder:
        home = Path(folder)
        store = Store(f"sqlite:///{home / 'digitlab.sqlite'}")
        jobs = Jobs(replace(settings, home=home, database_url=store.url, scheduler=None, workers=workers), store)
        try:
            # Some trials for each worker first, so that none takes all of them while another is still importing
            # TensorFlow: that, and the first compilation, is not what is asked.
            _end(store, jobs, _started(store, replace(plan, choices={"epochs": (3,)}, seeds=6 * workers), data).id)
            began = time.perf_counter()
            _end(store, jobs, _started(store, plan, data).id)
            return time.perf_counter() - began
        finally:
            jobs.close()
            store.close()


def _started(store: Store, plan: Plan, data: Dataset) -> Experiment:
    return experiments.start(
        store, plan, name="Benchmark", data_name=data.name, data_digest=data.digest, images=len(data.y_train)
    )


def _end(store: Store, jobs: Jobs, identity: str) -> None:
    jobs.submit(identity)
    deadline = time.monotonic() + END_WITHIN
    while any(each.status in (Status.QUEUED, Status.RUNNING) for each in store.trials.states(identity)):
        if time.monotonic() > deadline or jobs.state == "failed":
            raise DigitLabError(f"The search did not end: {jobs.problem or 'it took too long.'}")
        jobs.reconcile()
        time.sleep(LOOK_EVERY)
    if any(each.status != Status.FINISHED for each in store.trials.states(identity)):
        raise DigitLabError("A trial of the search did not finish, so that its time says nothing.")
