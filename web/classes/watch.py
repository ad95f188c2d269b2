"""Whoever waits until a class changes: one look at the store serves all phones of this server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from mnist_core.errors import StoreError
from mnist_core.store.rooms.rooms import Counts

EVERY = 0.25  # seconds between two looks, while somebody waits


class Watch:
    """Looks while somebody waits, and wakes those whose class has changed.

    Args:
        look: the counts of all rooms by their codes; called in a thread, may raise `StoreError`.
        every: seconds between two looks.
    """

    def __init__(self, look: Callable[[], Mapping[str, Counts]], *, every: float = EVERY):
        self._look, self._every = look, every
        self._waiting = 0
        self._counts: Mapping[str, Counts] | None = None  # as they were seen last; `None` before the first look
        self._changed = asyncio.Condition()
        self._looking: asyncio.Task[None] | None = None
        self._over = False

    def end(self) -> None:
        """Have nobody wait any more, now or later; called in the event loop."""
        self._over = True
        self._waking = asyncio.create_task(self._wake())

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until_changed(self, code: str, since: int, *, within: float) -> bool:
        """Wait until the room's revision is beyond `since`, or the room is gone.

        Args:
            code: of the room.
            since: `Room.revision` as it was seen.
            within: seconds to wait at most.

        Returns:
            Whether it has changed.
        """
        if not self._waiting:
            self._counts = None  # What was seen when somebody waited last may be long ago.
        self._waiting += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._keep_looking())
        try:
            async with self._changed:
                await asyncio.wait_for(self._changed.wait_for(lambda: self._has_changed(code, since)), within)
            return True
        except asyncio.TimeoutError:
            return False
        finally:
            self._waiting -= 1

    def _has_changed(self, code: str, since: int) -> bool:
        if self._over:
            return True
        if self._counts is None:
            return False
        counts = self._counts.get(code)
        return counts is None or counts.revision > since

    async def _keep_looking(self) -> None:
        while self._waiting:
            try:
                counts = await asyncio.to_thread(self._look)
            except StoreError:
                pass  # Away for a moment: phones go on waiting.
            else:
                if counts != self._counts:
                    self._counts = counts
                    await self._wake()
            await asyncio.sleep(self._every)
