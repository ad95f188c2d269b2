"""How much a network gains from a person's first 10, 20 and 50 digits, and what it forgets over them.

Each writer of the pen drawings (see `benchmarks.drawing`) teaches the tutorial's exact
hidden network, and a draw-ready one that was trained without that writer, with the first
digits that they drew, and is tested on all their others.
What is timed is the whole way of a lesson through a worker that is warm, from the moment
in which it is queued to its stored evaluation.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks import Figure, Part, Report
from benchmarks.drawing import EPOCHS, FILLS, fitted, without_each
from mnist_core.cli.output import what_happened
from mnist_core.data import dataset, pen_drawings, synthetic
from mnist_core.data.dataset import Dataset
from mnist_core.data.pen_drawings import PenDrawings
from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.pen import reink
from mnist_core.network.network import Network, pretrained
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings
from mnist_core.store.drawings import Drawing, stacked
from mnist_core.store.lessons import lesson
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.training import loop, teaching
from mnist_core.workers.jobs import Jobs

PARENT = "hidden"
TAUGHT = {10: 97.0, 20: 98.5, 50: 99.5}  # digits that teach, and % of the rest that should be read then
TAUGHT_READY = {10: 98.5, 20: 99.0, 50: 99.5}  # the same, of a network that has seen how people draw
FORGOTTEN = 1.0  # percentage points of MNIST that may be lost
SECONDS = 3.0  # from submit to finished
LESSONS = 5  # that are timed
LESSON = "lesson of 20 drawings, submit to finished, warm worker, median"
PATIENCE = 120.0  # seconds to wait for a worker, or for a lesson


def check() -> None:
    """Raise `DigitLabError` where there are no drawings to teach with."""
    _people()


@cache
def _people() -> PenDrawings:
    return pen_drawings.read(pen_drawings.find())


@cache
def _material() -> tuple[Dataset, dict[int, list[Drawing]], tuple[np.ndarray, np.ndarray]]:
    """The images of MNIST, the drawings of each writer, and the styles that lessons mix in."""
    settings = Settings.from_environment()
    return dataset.load(settings), _kept(_people()), synthetic.load_people(settings.home, count=teaching.STYLES)


def _exact(folder: Path, report: Report) -> Iterator[Figure]:
    data, drawings, styles = _material()
    exact = dict.fromkeys(drawings, pretrained(PARENT))
    yield from _gains(f"{PARENT}, exact", exact, TAUGHT, drawings, data, styles, report)


def _ready(folder: Path, report: Report) -> Iterator[Figure]:
    data, drawings, styles = _material()
    ready = _draw_ready(_people(), data, report)
    yield from _gains(f"{PARENT}, draw-ready without the writer", ready, TAUGHT_READY, drawings, data, styles, report)


def _draw_ready(people: PenDrawings, data: Dataset, report: Report) -> dict[int, Network]:
    """A draw-ready network for each writer, trained without that writer's drawings."""
    config = TrainingConfig(PARENT, epochs=EPOCHS, straighten=True, pen_styles=True)
    networks = {}
    for writer, pool in zip(np.unique(people.writers), without_each(people), strict=True):
        report(f"Training {PARENT} without writer {writer}")
        networks[int(writer)] = loop.train(config, data, pool=pool).network
    return networks


def _gains(
    name: str,
    parents: Mapping[int, Network],
    targets: Mapping[int, float],
    drawings: Mapping[int, list[Drawing]],
    data: Dataset,
    styles: tuple[np.ndarray, np.ndarray],
    report: Report,
) -> Iterator[Figure]:
    known = {id(network): 100 * (network.classify(data.x_test) == data.y_test).mean() for network in parents.values()}
    untaught = float(np.mean([known[id(network)] for network in parents.values()]))
    for count, least in targets.items():
        before, after, tested = [], [], []
        for writer, drawn in drawings.items():
            report(f"Teaching {name}: the first {count} digits of writer {writer}")
            network = parents[writer]
            config = teaching.teaching_config(network)
            lesson_ = lesson(drawn[:count], hand=str(writer), parent=PARENT, network=network, hold_back=False)
            images = teaching.mixture(lesson_, data, config, styles=styles)
            result = loop.train(config, images, initial=network, falling=True)
            rest, labels = stacked(drawn[count:])
            before.append(100 * float((network.classify(rest) == labels).mean()))
            after.append(100 * float((result.network.classify(rest) == labels).mean()))
            tested.append(100 * result.test_accuracy)
        writers = ", ".join(f"{value:.1f}" for value in after)
        title = f"{name}: the rest of a writer's drawings read after {count} digits, mean over {len(after)} writers"
        yield Figure.at_least(
            title, statistics.mean(after), "%", least, f"untaught {statistics.mean(before):.1f} %; each {writers} %"
        )
        title = f"{name}: MNIST after {count} digits of a writer, mean over {len(after)} writers"
        reference = f"untaught {untaught:.2f} %; lowest {min(tested):.2f} %"
        yield Figure.at_least(title, statistics.mean(tested), "%", round(untaught - FORGOTTEN, 2), reference)


def _seconds(folder: Path, report: Report) -> Iterator[Figure]:
    settings, (data, drawings, _) = Settings.from_environment(), _material()
    drawn = next(iter(drawings.values()))
    with tempfile.TemporaryDirectory() as home:
        address = f"sqlite:///{Path(home) / 'digitlab.sqlite'}"
        store = Store(address)
        jobs = Jobs(replace(settings, database_url=address, scheduler=None, workers=1), store)
        try:
            jobs.prepare_lesson(PARENT)
            # The first lesson waits for the worker to be warm, and is not counted.
            times = [_lesson(store, jobs, drawn[:20], data) for _ in range(1 + LESSONS)][1:]
        finally:
            jobs.close()
            store.close()
    yield Figure.at_most(
        LESSON, np.median(times), "s", SECONDS, ", ".join(f"{seconds:.1f}" for seconds in times) + " s"
    )


def _lesson(store: Store, jobs: Jobs, drawn: Sequence[Drawing], data: Dataset) -> float:
    """Seconds from submit to finished."""
    began = time.perf_counter()
    run = teaching.teach(
        store,
        drawn,
        hand="writer",
        parent=PARENT,
        network=pretrained(PARENT),
        data_name=data.name,
        data_digest=data.digest,
    )
    jobs.submit(run.id)
    while store.runs.get(run.id).is_live and time.perf_counter() - began < PATIENCE:
        time.sleep(0.02)
    ended = store.runs.get(run.id)
    if ended.status != Status.FINISHED:
        raise RuntimeError(f"The lesson is {ended.status}: {what_happened(ended)}")
    return time.perf_counter() - began


def _kept(drawings: PenDrawings) -> dict[int, list[Drawing]]:
    """The drawings of each writer, in the order in which they were drawn, as the Draw page would keep them."""
    found: dict[int, list[Drawing]] = {}
    for strokes, label, writer in zip(drawings.strokes, drawings.labels, drawings.writers, strict=True):
        path = fitted(strokes, FILLS[0])
        found.setdefault(int(writer), []).append(Drawing(int(label), to_mnist(reink(path)), tuple(path)))
    return found


PARTS = (
    Part("Teaching the tutorial's exact network", 60, _exact),
    Part("Teaching draw-ready networks that have not seen the writer", 120, _ready),
    Part("Lessons through a worker", 30, _seconds, (LESSON,)),
)
