"""A class that nobody ends is deleted after a day, while the server runs."""

import asyncio
from dataclasses import replace

import loops

from mnist_core.classroom.limits import DAY
from mnist_core.errors import StoreUnavailable
from web.classes.sweep import swept


def test_a_class_of_yesterday_is_deleted_and_one_of_today_stays(store, desk, room):
    old = replace(desk.begin_class(), code="BCDFGJ", created=room.created - DAY - 1)
    assert store.rooms.create(old)
    asked = []

    def sometimes_away():
        asked.append(1)
        if len(asked) == 1:
            raise StoreUnavailable("The database does not answer.")
        return store

    async def serve() -> None:
        async with swept(sometimes_away, every=0.01):
            while old.code in store.rooms.counts():
                await asyncio.sleep(0.01)

    loops.run(asyncio.wait_for(serve(), 60))
    assert room.code in store.rooms.counts()
