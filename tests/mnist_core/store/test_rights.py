"""What a guest may not do is refused by the store, whatever a page shows or a browser sends."""

import numpy as np
import pytest
from few_images import few_images

from mnist_core.errors import ExperimentNotFound, NotAllowed, RunNotFound
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.drawings import Drawing
from mnist_core.store.runs.queue import Bounds
from mnist_core.store.runs.records import Status
from mnist_core.store.store import Store
from mnist_core.store.trials import NewTrial
from mnist_core.store.visitors import TEACHER, Limits, Rights, Visitor, mark_of, new_token

DATA = few_images()
CONFIG = TrainingConfig("linear", epochs=2, batch_size=100)
MADE = {"data_name": DATA.name, "data_digest": DATA.digest}
ANNA, BEN = (Visitor(mark_of(new_token()), Rights.GUEST, Limits(epochs=2, trials=2, drawings=3)) for _ in range(2))
ONLOOKER = Visitor(ANNA.mark, Rights.ONLOOKER)
SEVEN = Drawing(7, np.full((28, 28), 90, np.uint8))


def new_run(store: Store, visitor: Visitor = TEACHER, config: TrainingConfig = CONFIG) -> str:
    ours = store.on_behalf_of(visitor)
    return ours.runs.create(config, total_steps=40, visitor=visitor.mark, **MADE).id


def new_experiment(store: Store, visitor: Visitor = TEACHER, trials: int = 2) -> str:
    planned = [NewTrial(f"Trial {place}", CONFIG, 40) for place in range(trials)]
    ours = store.on_behalf_of(visitor)
    return ours.experiments.create("Search", {}, planned, visitor=visitor.mark, **MADE).id


def ended(store: Store, run_id: str) -> None:
    store.runs.progress.claim(run_id, owner="w")
    store.runs.progress.finish(run_id, Status.STOPPED, owner="w")


OF_RUNS = {
    "rename": lambda store, run: store.runs.rename(run, "Another"),
    "pause": lambda store, run: store.runs.command(run, "pause"),
    "stop": lambda store, run: store.runs.command(run, "stop"),
    "stop many": lambda store, run: store.runs.many.stop({run: None}),
    "delete": lambda store, run: store.runs.delete(run),
    "delete many": lambda store, run: store.runs.many.delete({run: None}),
    "requeue": lambda store, run: store.runs.requeue(run),
}
OF_EXPERIMENTS = {
    "rename": lambda store, search: store.experiments.rename(search, "Another"),
    "hold": lambda store, search: store.experiments.hold(search),
    "release": lambda store, search: store.experiments.hold(search) and store.experiments.release(search),
    "stop": lambda store, search: store.experiments.stop(search),
    "resume": lambda store, search: store.experiments.stop(search) and store.experiments.resume(search),
    "delete": lambda store, search: store.experiments.delete(search),
    "stop a trial": lambda store, search: store.runs.command(store.trials.all(search)[0].id, "stop"),
    "rename a trial": lambda store, search: store.runs.rename(store.trials.all(search)[0].id, "Another"),
}


@pytest.mark.parametrize("what", OF_RUNS)
def test_a_run_is_changed_by_whoever_made_it_and_by_the_teacher(store, what):
    for maker in (BEN, TEACHER):
        run, again = new_run(store, maker), new_run(store, maker)
        if what in ("delete many", "requeue"):
            ended(store, run)
            ended(store, again)
        before = store.runs.get(run)
        for stranger in (ANNA, ONLOOKER, Visitor("", Rights.GUEST), Visitor(BEN.mark, Rights.CLOSED)):
            with pytest.raises(NotAllowed):
                OF_RUNS[what](store.on_behalf_of(stranger), run)
        assert store.runs.get(run) == before
        OF_RUNS[what](store.on_behalf_of(maker), run)
        assert changed(store, run) != before
        before = store.runs.get(again)
        OF_RUNS[what](store, again)
        assert changed(store, again) != before


def changed(store: Store, run_id: str):
    try:
        return store.runs.get(run_id)
    except RunNotFound:
        return None


@pytest.mark.parametrize("what", OF_EXPERIMENTS)
def test_an_experiment_is_changed_by_whoever_made_it_and_by_the_teacher(store, what):
    for maker in (BEN, TEACHER):
        search = new_experiment(store, maker)
        before = store.experiments.get(search), store.trials.all(search)
        for stranger in (ANNA, ONLOOKER):
            with pytest.raises(NotAllowed):
                OF_EXPERIMENTS[what](store.on_behalf_of(stranger), search)
        assert (store.experiments.get(search), store.trials.all(search)) == before
        OF_EXPERIMENTS[what](store.on_behalf_of(maker), search)
        try:
            assert (store.experiments.get(search), store.trials.all(search)) != before
        except ExperimentNotFound:
            assert what == "delete"


def test_several_runs_are_deleted_or_none_that_is_somebody_elses(store):
    mine, other = new_run(store, ANNA), new_run(store, BEN)
    with pytest.raises(NotAllowed):
        store.on_behalf_of(ANNA).runs.many.stop({other: None, mine: None})
    assert [store.runs.get(run).status for run in (mine, other)] == [Status.QUEUED, Status.QUEUED]


def test_what_is_not_there_is_not_there_for_guests_too(store):
    with pytest.raises(RunNotFound):
        store.on_behalf_of(ANNA).runs.rename("12345678", "Another")
    with pytest.raises(ExperimentNotFound):
        store.on_behalf_of(ANNA).experiments.stop("12345678")


def test_guests_train_within_limits_and_the_teacher_beyond(store):
    long = TrainingConfig("linear", epochs=3, batch_size=100)
    with pytest.raises(NotAllowed, match="at most 2 epochs in a run, not 3"):
        new_run(store, ANNA, long)
    with pytest.raises(NotAllowed, match="at most 2 trials"):
        new_experiment(store, ANNA, trials=3)
    assert store.runs.lists.all() == []
    new_run(store, TEACHER, long)
    new_experiment(store, TEACHER, trials=3)
    new_run(store, ANNA)


def test_more_epochs_count_against_the_limit(store):
    run = new_run(store, ANNA)
    store.runs.progress.claim(run, owner="w")
    store.runs.progress.set_state(run, step=40, state=b"state", owner="w")
    store.runs.progress.finish(run, Status.STOPPED, owner="w")
    with pytest.raises(NotAllowed, match="at most 2 epochs in a run, not 3"):
        store.on_behalf_of(ANNA).runs.extend(run, 1)
    assert store.runs.get(run).status == Status.STOPPED
    assert store.runs.extend(run, 1)


def test_guests_keep_and_change_drawings_that_are_theirs(store):
    anna, ben = store.on_behalf_of(ANNA), store.on_behalf_of(BEN)
    own = anna.handwritings.own(ANNA.mark)
    (mine,) = anna.drawings.keep(Drawing(7, SEVEN.image, hand=own), owner=ANNA.mark)
    (ours,) = anna.drawings.keep(Drawing(7, SEVEN.image, hand="Class 7b"))
    for refused in (
        lambda: ben.drawings.keep(Drawing(7, SEVEN.image, hand=own)),
        lambda: ben.drawings.relabel(mine.id, 1),
        lambda: ben.drawings.delete(mine.id),
        lambda: ben.drawings.delete_all(own),
        lambda: ben.drawings.relabel(ours.id, 1),
        lambda: ben.drawings.delete(ours.id),
        lambda: ben.drawings.delete_all("Class 7b"),
        lambda: anna.drawings.delete_all("Class 7b"),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert [drawing.label for drawing in store.drawings.all(own)] == [7]
    anna.drawings.relabel(ours.id, 1)
    anna.drawings.relabel(mine.id, 2)
    ben.drawings.keep(Drawing(3, SEVEN.image, hand="Class 7b"))
    assert [drawing.label for drawing in store.drawings.all("Class 7b")] == [1, 3]
    assert anna.drawings.delete_all(own) == 1 and store.drawings.delete_all("Class 7b") == 2


def test_a_guests_handwriting_holds_so_many_drawings(store):
    anna = store.on_behalf_of(ANNA)
    anna.drawings.keep(*[SEVEN] * 3)
    with pytest.raises(NotAllowed, match="at most 3 drawings"):
        anna.drawings.keep(SEVEN)
    assert len(store.drawings.all(SEVEN.hand)) == 3
    store.drawings.keep(SEVEN)


def test_onlookers_keep_and_start_nothing(store):
    for refused in (
        lambda: new_run(store, ONLOOKER),
        lambda: new_experiment(store, ONLOOKER),
        lambda: store.on_behalf_of(ONLOOKER).drawings.keep(SEVEN),
    ):
        with pytest.raises(NotAllowed, match="only look"):
            refused()
    assert store.runs.lists.all() == [] and store.on_behalf_of(ONLOOKER).runs.lists.all() == []


def test_whoever_is_asked_for_shares_the_queue_and_its_bounds(store):
    bound = Store(store.url, bounds=Bounds(3, 7))
    assert bound.on_behalf_of(ANNA).runs.queue.bounds == Bounds(3, 7)
    bound.close()
