"""Trying again while the store refuses: whoever asks a patient store waits for a database that is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from mnist_core.errors import StoreError
from mnist_core.store.database.database import Part

if TYPE_CHECKING:
    from mnist_core.store.store import Store

PATIENCE = 120.0  # seconds for a database to come back; most restart within one minute
FIRST_WAIT = 0.1  # seconds before the second attempt; doubles with each, up to
LONGEST_WAIT = 1.0
HURRY = 3.0  # seconds that are left to a store that refuses once the run shall stop


def patient(store: Store, *, wanted: Callable[[], bool] = lambda: True) -> Store:
    """The same store, where every method of a part is tried again for `PATIENCE` seconds while it refuses.

    For what does the same however often it is called.  What no patience changes is raised at once:
    see `StoreError.may_pass`.

    Args:
        store: the store.
        wanted: asked between two attempts; little patience is left once it says no.
    """
    return cast("Store", _Patient(store, wanted))


class _Patient:
    """A store, or a part of one."""

    def __init__(self, part: Store | Part, wanted: Callable[[], bool]):
        self._part, self._wanted = part, wanted

    def __getattr__(self, name: str) -> object:
        found = getattr(self._part, name)
        if isinstance(found, Part):
            return _Patient(found, self._wanted)
        if not callable(found):
            return found
        return partial(self._ask, found)

    def _ask(self, method: Callable[..., object], *values: object, **named: object) -> object:
        wait, deadline = FIRST_WAIT, time.monotonic() + PATIENCE
        while True:
            try:
                return method(*values, **named)
            except StoreError as error:
                if not self._wanted():
                    deadline = min(deadline, time.monotonic() + HURRY)
                if not error.may_pass or time.monotonic() >= deadline:
                    raise
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
