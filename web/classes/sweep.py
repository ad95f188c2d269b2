"""Deletes classes that nobody has ended within a day, while the server runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from mnist_core.classroom.desk import Desk
from mnist_core.classroom.rules import Role
from mnist_core.errors import StoreError
from mnist_core.store.store import Store

EVERY = 10 * 60.0  # seconds

logger = logging.getLogger(__name__)


@asynccontextmanager
async def swept(store: Callable[[], Store], *, every: float = EVERY) -> AsyncIterator[None]:
    """Look for such classes every so many seconds, in a thread, until the server ends.

    Args:
        store: gives the store; may raise `StoreError`.
        every: seconds.
    """

    def sweep() -> None:
        try:
            Desk(store(), Role.TEACHER).sweep()
        except StoreError as error:  # Away for a moment: the next look finds them too.
            logger.warning("classes of yesterday are still there: %s", error)

    async def keep_sweeping() -> None:
        while True:
            await asyncio.sleep(every)
            await asyncio.to_thread(sweep)

    task = asyncio.create_task(keep_sweeping())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
