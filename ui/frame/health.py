"""What is found wrong with what all pages need; see `web.health`."""

from __future__ import annotations

import logging

from mnist_core.errors import StoreError, StoreReplaced, StoreUnavailable
from mnist_core.store.datasets import USUAL
from ui.frame import state
from web.health import Finding

logger = logging.getLogger(__name__)

LOG = "the server's log says why"


def store() -> Finding:
    """Whether the database answers; waits for it."""
    try:
        state.servers_store().runs.queue.has_work()
    except StoreReplaced:
        return Finding(False, "was deleted or replaced while it was in use")
    except StoreUnavailable:
        return Finding(False, "does not answer")
    except StoreError as error:  # Its words name this machine's paths.
        logger.warning("%s", error)
        return Finding(False, f"cannot be used; {LOG}")
    return Finding(True, "answers")


def images() -> Finding:
    """Whether the images that all use by default are there or on their way; the first look has them fetched."""
    try:
        state.loading_words(USUAL)
    except Exception as error:
        logger.warning("%s", error)
        return Finding(False, f"cannot be used; {LOG}")
    loaded = state.loaded_dataset(USUAL)
    return Finding(True, "on their way" if loaded is None else loaded.name)


def workers() -> Finding:
    """Whether workers can be had; starts none."""
    try:
        jobs = state.jobs()
    except StoreError:
        return Finding(False, "wait for the store")
    if jobs.problem:
        logger.warning("%s", jobs.problem)
        return Finding(False, f"cannot be had; {LOG}")
    return Finding(True, {"cold": "not asked for yet"}.get(jobs.state, jobs.state))


LOOKS = {"store": store, "images": images, "workers": workers}
