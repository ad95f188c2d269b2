"""What a wait says: what comes before, and for about how long."""

import pytest
from test_run_queue import ANNA, BEN, new_lesson, new_run, trials

from mnist_core.store.runs.queue import LONG_TURN
from mnist_core.store.runs.records import Metric, Status
from mnist_core.store.runs.waits import EACH_RUN, Wait
from mnist_core.store.store import Store


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'digitlab.sqlite'}")
    yield store
    store.close()


def begun(store: Store, run: str, *, step: int = 20, rate: float = 200.0) -> None:
    """A worker has the run: of its 40 steps of 100 images it has done some, at so many images a second."""
    store.runs.progress.claim(run, owner="w")
    point = Metric(step, 1.0, 0.5, 0.9, None, None, step * 100 / rate)
    store.runs.progress.add(run, point, images_per_second=rate, total_steps=40, owner="w")


def test_with_a_free_worker_there_is_no_wait(store):
    run = new_run(store)
    assert store.runs.waits.of(run, workers=1) == Wait(0, 0.0)
    assert store.runs.waits.of("deadbeef", workers=1) == Wait(0, 0.0)


def test_a_run_waits_for_the_rest_of_the_one_in_training_and_for_those_before_it(store):
    begun(store, new_run(store))  # 2,000 images to go: 10 s.
    first, second = new_run(store), new_run(store)
    assert store.runs.waits.of(first, workers=1) == Wait(0, 10.0)
    assert store.runs.waits.of(second, workers=1) == Wait(1, None)  # Nothing was finished yet that tells of the first.
    begun(store, done := new_run(store), step=40, rate=400.0)
    store.runs.progress.finish(done, Status.FINISHED, correct=1, tested=2)
    assert store.runs.waits.of(second, workers=1) == Wait(1, 10.0 + 4_000 / 400 + EACH_RUN)
    assert store.runs.waits.of(second, workers=2).seconds == 10.0  # Another takes the first at once.


def test_what_gives_way_is_waited_for_a_moment_and_others_for_a_turn(store):
    begun(store, new_run(store, ANNA), rate=1.0)
    assert store.runs.waits.of(new_lesson(store, BEN), workers=1) == Wait(0, EACH_RUN)
    (searched,) = trials(store, BEN, 1)
    assert store.runs.waits.of(searched, workers=1) == Wait(1, None)


def test_a_run_of_somebody_else_is_waited_for_no_longer_than_a_turn(store):
    begun(store, new_run(store, ANNA), rate=1.0)
    assert store.runs.waits.of(new_run(store, BEN), workers=1) == Wait(0, LONG_TURN)
    assert store.runs.waits.of(new_run(store, ANNA), workers=1).before == 1
