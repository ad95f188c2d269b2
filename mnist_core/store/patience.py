"""Trying again while the store refuses: what a worker asks of it waits for a database that is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from mnist_core.errors import ExperimentNotFound, RunNotFound, StoreError

Result = TypeVar("Result")

PATIENCE = 120.0  # seconds for a database to come back; most restart within one minute
FIRST_WAIT = 0.1  # seconds before the second attempt; doubles with each, up to
LONGEST_WAIT = 1.0
HURRY = 3.0  # seconds that are left to a store that refuses once the run shall stop


def patiently(ask: Callable[[], Result], *, wanted: Callable[[], bool] = lambda: True) -> Result:
    """What `ask` returns; tried again for `PATIENCE` seconds while the store refuses.

    Args:
        ask: reads or writes, and does the same however often it is called.
        wanted: asked between two attempts; little patience is left once it says no.

    Raises:
        RunNotFound, ExperimentNotFound: it is gone, which no patience changes.
        StoreError: it refused to the last.
    """
    wait, deadline = FIRST_WAIT, time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except (RunNotFound, ExperimentNotFound):
            raise
        except StoreError:
            if not wanted():
                deadline = min(deadline, time.monotonic() + HURRY)
            if time.monotonic() >= deadline:
                raise
        time.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)
