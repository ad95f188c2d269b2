"""What a worker process does: take runs from the queue, train them, write down how it goes.

The queue is the store.  A worker that is woken takes the oldest queued run, and then
the next, until none is left; who wakes it, and how often, makes no difference.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from mnist_core.data import dataset as datasets
from mnist_core.data import synthetic
from mnist_core.data.dataset import Dataset
from mnist_core.data.mixture import Pool
from mnist_core.errors import DataError, DigitLabError, Diverged, ExperimentNotFound, JobError, RunNotFound
from mnist_core.experiments.pruning import pruning_of, watched
from mnist_core.experiments.turns import next_of
from mnist_core.network.network import pretrained, pretrained_names
from mnist_core.settings import Settings
from mnist_core.store.analyses import Analysis
from mnist_core.store.patience import patient
from mnist_core.store.runs.records import Cause, Run, Status
from mnist_core.store.store import Store
from mnist_core.training import teaching
from mnist_core.workers.methods import compute
from mnist_core.workers.recorder import Held, Recorder

logger = logging.getLogger(__name__)

_one_at_a_time = threading.Lock()
_loading = threading.Lock()
_drawing = threading.Lock()
_dataset: Dataset | None = None
_drawn: dict[Path, Pool] = {}  # by the home folder
LOOK_SECONDS = 0.1  # between two looks at whether a run that waits for its images is still wanted


def warm_up() -> None:
    """Import TensorFlow, which takes seconds, and load MNIST where it lies at hand."""
    from mnist_core.training import loop  # noqa: F401  # Only here, in a worker, and only when needed.

    # Otherwise the page is fetching or drawing images just now: both would do it twice.
    if datasets.at_hand(Settings.from_environment()):
        with suppress(DigitLabError):  # The run that needs them will say what is wrong.
            _load()


def prepare_lesson(parent: str) -> None:
    """Have at hand what a lesson for the network of this key needs: drawn digits, and a compiled program."""
    from mnist_core.training import loop

    with suppress(DigitLabError):  # The lesson itself will say what is wrong.
        network = pretrained(parent) if parent in pretrained_names() else _open_store().runs.results.snapshot(parent)
        if network is not None and datasets.at_hand(Settings.from_environment()):
            _styles()
            loop.prepare(teaching.teaching_config(network), _load(), images=teaching.STEPS * teaching.BATCH)


def train_queue(identity: str) -> int:
    """Train the queued runs, oldest first, until none is left; returns how many.

    Returns at once where this process is training already: it will come to them.

    Args:
        identity: `Store.identity` of the store that holds the runs.

    Raises:
        JobError: this process cannot open that store.
    """
    store = _own_store(identity)
    warm_up()  # Before a run is claimed: importing TensorFlow can hold up heartbeats.
    trained = 0
    # Asked again once the lock is free: a run queued in the last moment may have woken nobody else.
    while (queue := patient(store).runs.queue.order()) and _one_at_a_time.acquire(blocking=False):
        try:
            trained += train_run(store, _next(patient(store), queue))
        finally:
            _one_at_a_time.release()
    return trained


def _next(store: Store, queue: list[str]) -> str:
    """The run to take of those that wait: see `turns`."""
    from mnist_core.training.program import kinds_at_hand

    try:
        first = store.runs.get(queue[0])
        searched = first.experiment if first.command != "stop" else None  # What has only to end is not put off.
        return next_of(queue, store.trials.all(searched) if searched else (), kinds_at_hand())
    except (RunNotFound, ExperimentNotFound):
        return queue[0]  # Deleted just now: claiming it does nothing.


def train_run(store: Store, run_id: str, *, pool: Callable[[], Pool] | None = None) -> bool:
    """Train this run and store what comes of it, a failure included.

    Goes on from the run's last state where it has one.

    Args:
        store: where it is.
        run_id: which it is.
        pool: as for `training.train`.

    Returns:
        Whether the run was queued; `False` where somebody else has taken it.
    """
    owner, runs = _sign(), patient(store).runs
    if not runs.progress.claim(run_id, owner=owner):
        return False
    try:
        _train(store, runs.get(run_id), owner, pool)
    except Held as held:
        with suppress(RunNotFound):
            runs.progress.put_back(run_id, owner=owner, first=held.first)
    except RunNotFound:
        logger.info("Run %s was deleted or taken over while it was trained.", run_id)
    except Exception as error:
        logger.warning("Run %s failed.", run_id, exc_info=not isinstance(error, DigitLabError))
        with suppress(RunNotFound):
            failed = partial(runs.progress.finish, run_id, Status.FAILED, owner=owner)
            if isinstance(error, Diverged):
                failed(cause=Cause.DIVERGED, step=error.step)
            else:
                message = str(error) if isinstance(error, DigitLabError) else f"{type(error).__name__}: {error}"
                failed(cause=Cause.ERROR, message=message)
    return True


def exported(run_id: str, name: str) -> bytes:
    """The run's latest weights as the content of a file that TensorFlow makes.

    Args:
        run_id: which run it is.
        name: key of `model_files.FILES`.

    Raises:
        JobError: there is no such run, or it has no weights yet.
    """
    from mnist_core.exchange import model_files

    try:
        network = _open_store().runs.results.snapshot(run_id)
    except DigitLabError as error:
        raise JobError(str(error)) from None  # Other errors of ours do not survive the way between processes.
    if network is None:
        raise JobError(f"Run {run_id} has no weights yet. Wait until it has trained for a moment.")
    return model_files.FILES[name](network)


def analyse(identity: str, analysis: Analysis) -> None:
    """Work an analysis out and keep it in the store, unless it is there.

    Args:
        identity: `Store.identity` of the store.
        analysis: what is asked.

    Raises:
        JobError: this process has another store, or the question cannot be answered.
    """
    try:
        store = _own_store(identity)
        if not store.analyses.has(analysis.key):
            store.analyses.keep(analysis, compute(analysis, _load(store, analysis.data_digest), store))
    except DigitLabError as error:
        raise JobError(str(error)) from None  # Other errors of ours do not survive the way between processes.


def _train(store: Store, run: Run, owner: str, pool: Callable[[], Pool] | None) -> None:
    with Recorder(store, run, owner) as recorder:
        from mnist_core.training import loop  # Within: where nothing is warm, the heart beats meanwhile.

        store = patient(store)
        dataset = _load(store, run.data_digest, recorder.look)
        lesson = store.lessons.get(run.id)
        images = dataset
        if lesson is not None:
            images = teaching.mixture(lesson, dataset, run.config, styles=_styles(recorder.look), look=recorder.look)
        pruning = pruning_of(store, run)
        on_progress, control = watched(pruning, recorder.on_progress, recorder.control)
        result = loop.train(
            run.config,
            images,
            on_progress=on_progress,
            on_checkpoint=recorder.on_checkpoint,
            control=control,
            between=run.experiment is None,  # Trials are compared at the ends of epochs.
            resume=store.runs.results.state(run.id),
            pool=pool,
            look=recorder.look,
            initial=None if lesson is None else lesson.network,
            falling=lesson is not None,
        )
    tested = len(result.scores)
    about = {
        **result.network.about,
        "architecture": run.config.architecture,
        "correct": result.correct,
        "tested": tested,
        "test_accuracy": result.test_accuracy,
        "run": run.id,
        **({"kept_epoch": result.kept_epoch} if result.kept_epoch else {}),
    }
    network = replace(result.network, about=about).to_bytes()
    if lesson is not None:
        compared = teaching.compare(lesson, result.network, dataset, correct=result.correct)
        store.lessons.set_result(run.id, compared)
    epoch = result.step / run.config.steps_per_epoch(len(images.x_train))
    store.runs.progress.add_snapshot(run.id, step=result.step, epoch=epoch, network=network, owner=owner)
    status, cause, median = Status.STOPPED if result.stopped else Status.FINISHED, result.cause, None
    if pruning is not None and pruning.median is not None:
        status, cause, median = Status.PRUNED, Cause.MEDIAN, pruning.median
    store.runs.progress.finish(
        run.id,
        status,
        owner=owner,
        cause=cause,
        median=median,
        step=result.step,
        kept_epoch=result.kept_epoch,
        correct=result.correct,
        tested=tested,
        scores=result.scores,
    )


def _sign() -> str:
    """A token for one claim that also says where it was made; 32 characters, the room that the store has."""
    return f"{socket.gethostname()[:15]}/{os.getpid()}/{secrets.token_hex(4)}"[:32]


def _load(store: Store | None = None, digest: str | None = None, look: Callable[[], object] = lambda: None) -> Dataset:
    """The images, loaded once a process; again where the run wants others: MNIST may have arrived since.

    Those that people brought are in the store.  What `look` raises, which is called while they are
    fetched or drawn, ends it.

    Raises:
        DataError: they are not those that the run was made for.
    """
    global _dataset
    with _waited_for(_loading, look):
        if _dataset is not None and digest in (None, _dataset.digest):
            return _dataset
        settings = Settings.from_environment()
        if store is not None and digest is not None and store.datasets.find(digest) is not None:
            _dataset = store.datasets.load(digest, settings)
        else:
            # A download only where the run wants MNIST: the page that made it here has fetched it already.
            _dataset = datasets.load(
                settings,
                download=digest == datasets.MNIST_DIGEST,
                on_progress=lambda *_: look(),
            )
        if digest and _dataset.digest != digest and synthetic.at_hand(settings.home):
            drawn = datasets.synthetic_digits(settings, on_progress=lambda *_: look())
            _dataset = drawn if drawn.digest == digest else _dataset
        if digest and _dataset.digest != digest:
            raise DataError(
                _dataset.location,
                f"The worker finds other images here ({_dataset.name}) than the run was made for. Start a new run, "
                "or give the workers the DIGITLAB_MNIST and DIGITLAB_HOME that the page has.",
            )
        return _dataset


def _styles(look: Callable[[], object] = lambda: None) -> Pool:
    """Drawn digits for lessons, from the cache in the home folder where they are there; `look` as in `_load`."""
    home = Settings.from_environment().home
    with _waited_for(_drawing, look):
        if home not in _drawn:
            _drawn[home] = synthetic.load_people(home, count=teaching.STYLES, look=look)
        return _drawn[home]


@contextmanager
def _waited_for(lock: threading.Lock, look: Callable[[], object]) -> Iterator[None]:
    """Hold the lock; `look` is called while another thread has it."""
    while not lock.acquire(timeout=LOOK_SECONDS):
        look()
    try:
        yield
    finally:
        lock.release()


def _own_store(identity: str) -> Store:
    store = _open_store()
    if store.identity != identity:
        raise JobError(
            "The workers use another store than this page. Start them with the DIGITLAB_DATABASE_URL that it has."
        )
    return store


@cache
def _open_store() -> Store:
    return Store(Settings.from_environment().database_url)
