"""What all sessions of the server share: settings, store, jobs and the data set."""

from __future__ import annotations

import threading
import time

import numpy as np
import streamlit as st

from mnist_core.data import dataset as datasets
from mnist_core.data.dataset import MNIST_DIGEST, Dataset
from mnist_core.errors import DigitLabError, StoreReplaced
from mnist_core.settings import Settings
from mnist_core.store.datasets import USUAL
from mnist_core.store.runs.queue import Bounds
from mnist_core.store.store import Store
from mnist_core.store.visitors import Limits, Rights, Visitor, is_token, mark_of, new_token
from mnist_core.workers.jobs import Jobs
from web.people.visitors import COOKIE, RIGHTS_HEADER

TOKEN = "visitor"  # in session state
LOOKING = "Looking for MNIST"
CHOSEN = "data_chosen"  # likewise: the source that was in use when the page began, and of which run of a page that was
SHOWN = "data_shown"  # likewise: the source that this page shows instead, since what it shows belongs to that
MOST_AT_HAND = 3  # data sets in memory
LOOK_EVERY = 0.1  # seconds between two looks at a data set that is still on its way


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """The environment's settings, read once."""
    return Settings.from_environment()


def store() -> Store:
    """The store, for what this visitor asks of it; opened on first need.  Raises `StoreError` where it cannot be."""
    return servers_store().on_behalf_of(visitor())


def visitor() -> Visitor:
    """Who is at the other end, the same in each of a browser's tabs; see `mnist_core.store.visitors`.

    A browser that keeps no cookies is another one each time it loads a page anew.
    """
    token = st.context.cookies.get(COOKIE, "")
    if not is_token(token):
        token = st.session_state.setdefault(TOKEN, new_token())
    headers = st.context.headers
    # Where no browser asked at all, the page runs by itself, as in a test.
    rights = headers.get(RIGHTS_HEADER, Rights.ONLOOKER) if len(headers) else Rights.TEACHER
    now = settings()
    return Visitor(
        mark_of(token), rights, Limits(now.guest_epochs, now.guest_images, now.guest_trials, now.guest_drawings)
    )


def may_change(owner: str) -> bool:
    """Whether what bears this mark is the visitor's to rename, stop and delete."""
    return visitor().may_change(owner)


@st.cache_resource(show_spinner=False)
def servers_store() -> Store:
    """The store, for what the server itself asks of it, whoever visits.  Raises `StoreError` where it cannot be."""
    return Store(settings().database_url, bounds=Bounds(settings().queue_each, settings().queue))


def store_problem() -> str:
    """Why nothing is kept any more, though the store was open; empty while all is well."""
    try:
        servers_store().database.check()
    except StoreReplaced as error:
        return str(error)
    except DigitLabError:
        pass  # Parts of pages that need it will say so; others do without.
    return ""


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The way to the workers; nothing is started until it is asked to."""
    return Jobs(settings(), servers_store())


class _Loading:
    """A data set on its way, in a thread that outlives the session that asked first."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.words = LOOKING if source == USUAL else "Fetching the images"
        self.fraction: float | None = None
        self.result: Dataset | None = None
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._load, name="dataset", daemon=True)
        self._thread.start()

    def is_running(self) -> bool:
        return self._thread.is_alive()

    def _load(self) -> None:
        try:
            if self._source == USUAL:  # It needs no store.
                self.result = datasets.load(settings(), on_progress=self._on_progress)
            else:
                store = servers_store()
                self.result = store.datasets.load(self._source, settings(), on_progress=self._on_progress)
        except Exception as error:  # Raised again in the sessions that wait for it.
            self.error = error

    def _on_progress(self, words: str, fraction: float | None) -> None:
        self.words, self.fraction = words, fraction


@st.cache_resource(show_spinner=False, max_entries=MOST_AT_HAND)
def _of_source(source: str) -> _Loading:
    return _Loading(source)


def _loading(of: str | None = None) -> _Loading:
    return _of_source(source() if of is None else of)


def source() -> str:
    """What the store calls the data set that this page shows; see `mnist_core.store.datasets`."""
    return st.session_state.get(SHOWN) or chosen_source()


def chosen_source() -> str:
    """What the store calls the data set that this visitor has in use, looked up once a run of the page."""
    run = st.session_state.get("page_run", 0)
    before = st.session_state.get(CHOSEN)
    if before is None or before[0] != run:
        try:
            chosen = store().datasets.chosen()
        except DigitLabError:  # What is wrong with the store is told elsewhere; MNIST needs none.
            chosen = USUAL
        before = st.session_state[CHOSEN] = run, chosen
    return before[1]


def begin_page() -> None:
    """Show the data set in use again, whatever the page before has shown."""
    st.session_state.pop(SHOWN, None)


def show_digits() -> None:
    """Have this page show images of digits, where those in use are of other things."""
    chosen = chosen_source()
    if chosen != USUAL and not dataset().is_of_digits:
        st.session_state[SHOWN] = USUAL


def show_data_of(digest: str) -> None:
    """Have this page show the data set of this digest, where it is here and another is in use."""
    if dataset().digest == digest:
        return
    try:
        brought = store().datasets.find(digest) is not None
    except DigitLabError:
        return
    if brought:
        st.session_state[SHOWN] = digest
    elif digest == MNIST_DIGEST or not dataset().is_of_digits:
        st.session_state[SHOWN] = USUAL


def dataset() -> Dataset:
    """The data set that this page shows; shows how far it is while it is being fetched or drawn.

    Raises:
        DataError: what `DIGITLAB_MNIST` names cannot be used.
    """
    loading = _loading()
    if loading.is_running():
        place = st.empty()
        while loading.is_running():
            place.progress(loading.fraction or 0.0, text=loading.words)
            time.sleep(LOOK_EVERY)
        place.empty()
    if loading.error is not None:
        _of_source.clear()  # The next visit tries again.
        raise loading.error
    assert loading.result is not None  # Whatever came to its end without an error has one.
    return loading.result


def loaded_dataset(of: str | None = None) -> Dataset | None:
    """The data set of a source, by default of this page, where it is here already; never waits."""
    return _loading(of).result


def loading_words(of: str | None = None) -> str:
    """How far the data set of a source, by default of this page, is that is still on its way; never waits.

    Raises:
        DataError: it will not arrive: what `DIGITLAB_MNIST` names cannot be used.
    """
    loading = _loading(of)
    if loading.error is not None:
        raise loading.error
    return loading.words


def dataset_is_coming() -> bool:
    """Whether the data set in use is still on its way; never waits."""
    return _loading().is_running()


def warm_dataset() -> None:
    """Start to load the data set without waiting for it."""
    _loading()


def reload_dataset() -> None:
    """Forget the data sets, so that the next need looks for them again."""
    _of_source.clear()
    st.session_state.pop(CHOSEN, None)
    st.cache_data.clear()


def test_image(place: int) -> np.ndarray | None:
    """The (28, 28) uint8 test image at this place; `None` where there is none, or none yet."""
    data = loaded_dataset()
    return data.x_test[place] if data is not None and 0 <= place < len(data.x_test) else None
