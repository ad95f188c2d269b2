"""Those who wait for a class are woken by its changes, by nobody else's, and by one look for all."""

import asyncio

import loops

from mnist_core.errors import StoreUnavailable
from mnist_core.store.rooms.rooms import Counts
from web.classes.watch import Watch


class Looks:
    """Rooms that change, and who looked how often."""

    def __init__(self):
        self.counts, self.number, self.fails = {"ABCDEF": Counts(1, 0), "BCDFGH": Counts(1, 0)}, 0, False

    def __call__(self):
        self.number += 1
        if self.fails:
            raise StoreUnavailable("The database does not answer.")
        return dict(self.counts)

    async def more(self, number: int = 2) -> None:
        """Wait until it has been looked so many times more."""
        until = self.number + number
        while self.number < until:
            await asyncio.sleep(0.001)


def test_a_change_wakes_those_of_the_room_and_what_people_send_wakes_nobody():
    async def play() -> None:
        looks = Looks()
        watch = Watch(looks, every=0.001)
        mine = asyncio.create_task(watch.until_changed("ABCDEF", 1, within=60))
        others = asyncio.create_task(watch.until_changed("BCDFGH", 1, within=60))
        looks.counts["ABCDEF"] = Counts(1, 5)
        await looks.more(3)
        assert not mine.done() and not others.done()
        looks.counts["ABCDEF"] = Counts(2, 5)
        assert await mine and not others.done()
        del looks.counts["BCDFGH"]  # It has ended.
        assert await others

    loops.run(play())


def test_whoever_has_missed_a_change_is_told_at_once_and_whoever_waits_in_vain_after_a_while():
    async def play() -> None:
        watch = Watch(Looks(), every=0.001)
        assert await watch.until_changed("ABCDEF", 0, within=60)
        assert not await watch.until_changed("ABCDEF", 1, within=0.05)
        assert await watch.until_changed("ABCDEF", 0, within=60)

    loops.run(play())


def test_one_look_at_a_time_serves_all_and_none_is_made_while_nobody_waits():
    async def play() -> None:
        looks = Looks()
        watch = Watch(looks, every=0.02)
        waiting = [asyncio.create_task(watch.until_changed("ABCDEF", 1, within=60)) for _ in range(100)]
        await looks.more(3)
        assert looks.number <= 4
        looks.counts["ABCDEF"] = Counts(2, 0)
        assert all(await asyncio.gather(*waiting))
        await watch._looking
        before = looks.number
        await asyncio.sleep(0.1)
        assert looks.number == before

    loops.run(play())


def test_a_store_that_is_away_for_a_moment_ends_no_wait():
    async def play() -> None:
        looks = Looks()
        watch = Watch(looks, every=0.001)
        waiting = asyncio.create_task(watch.until_changed("ABCDEF", 1, within=60))
        await looks.more()
        looks.fails = True
        await looks.more()
        assert not waiting.done()
        looks.fails, looks.counts["ABCDEF"] = False, Counts(2, 0)
        assert await waiting

    loops.run(play())
