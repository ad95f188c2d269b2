"""What all sessions of the server share: settings, store, jobs and the data set."""

from __future__ import annotations

import threading
import time

import streamlit as st

from mnist_core.data import dataset as datasets
from mnist_core.data.dataset import Dataset
from mnist_core.errors import DigitLabError, StoreReplaced
from mnist_core.settings import Settings
from mnist_core.store.store import Store
from mnist_core.workers.jobs import Jobs

LOOK_EVERY = 0.1  # seconds between two looks at a data set that is still on its way


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """The environment's settings, read once."""
    return Settings.from_environment()


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The store of runs; opened on first need.  Raises `StoreError` where it cannot be."""
    opened = Store(settings().database_url)
    opened.runs.queue.most_each, opened.runs.queue.most_in_all = settings().queue_each, settings().queue
    return opened


def store_problem() -> str:
    """Why nothing is kept any more, though the store was open; empty while all is well."""
    try:
        store().database.check()
    except StoreReplaced as error:
        return str(error)
    except DigitLabError:
        pass  # Parts of pages that need it will say so; others do without.
    return ""


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The way to the workers; nothing is started until it is asked to."""
    return Jobs(settings(), store())


class _Loading:
    """A data set on its way, in a thread that outlives the session that asked first."""

    def __init__(self) -> None:
        self.words, self.fraction = "Looking for MNIST", None
        self.result: Dataset | None = None
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._load, name="dataset", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def _load(self) -> None:
        try:
            self.result = datasets.load(settings(), on_progress=self._on_progress)
        except Exception as error:  # Raised again in the sessions that wait for it.
            self.error = error

    def _on_progress(self, words: str, fraction: float | None) -> None:
        self.words, self.fraction = words, fraction


@st.cache_resource(show_spinner=False)
def _loading() -> _Loading:
    return _Loading()


def dataset() -> Dataset:
    """The data set in use; shows how far it is while it is being fetched or drawn.

    Raises:
        DataError: what `DIGITLAB_MNIST` names cannot be used.
    """
    loading = _loading()
    if loading.running:
        place = st.empty()
        while loading.running:
            place.progress(loading.fraction or 0.0, text=loading.words)
            time.sleep(LOOK_EVERY)
        place.empty()
    if loading.error is not None:
        _loading.clear()  # The next visit tries again.
        raise loading.error
    return loading.result


def loaded_dataset() -> Dataset | None:
    """The data set in use where it is here already; never waits."""
    return _loading().result


def loading_words() -> str:
    """How far the data set is that is still on its way; never waits.

    Raises:
        DataError: it will not arrive: what `DIGITLAB_MNIST` names cannot be used.
    """
    loading = _loading()
    if loading.error is not None:
        raise loading.error
    return loading.words


def warm_dataset() -> None:
    """Start to load the data set without waiting for it."""
    _loading()


def reload_dataset() -> None:
    """Forget the data set, so that the next need looks for it again."""
    _loading.clear()
    st.cache_data.clear()
