"""Experiments in the store: made, stopped, gone on with and deleted as one; trials that are lost are tried again."""

from dataclasses import asdict

import pytest

from mnist_core.errors import ConfigError, ExperimentNotFound, RunNotFound, StoreError, TrainingError
from mnist_core.experiments import Plan, start
from mnist_core.experiments.search import configs
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.heartbeats import MOST_ATTEMPTS
from mnist_core.store.runs.records import HOLD, Metric, Status
from mnist_core.store.store import Store
from mnist_core.store.trials import NewTrial, is_over

PLAN = Plan(choices={"hidden_units": (10, 20)}, seeds=2)


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'digitlab.sqlite'}", busy_timeout=0.2)
    yield store
    store.close()


def started(store: Store, name: str = "Units"):
    return start(store, PLAN, name=name, data_name="Few", data_digest="few", images=2_000)


def statuses(store: Store, experiment) -> list[str]:
    return [run.status for run in store.trials.all(experiment.id)]


def lose(store: Store, run_id: str) -> None:
    """A worker takes the run and is never heard of again."""
    assert store.runs.progress.claim(run_id, owner="dead")
    store.heartbeats.mark_lost(0)
    assert run_id in store.heartbeats.mark_lost(0) or store.runs.get(run_id).status != Status.RUNNING


def test_all_trials_are_there_at_once_in_their_order_behind_what_was_queued_before(store):
    before = store.runs.create(TrainingConfig(), data_name="Few", data_digest="few", total_steps=10)
    experiment = started(store)
    trials = store.trials.all(experiment.id)
    assert [run.config for run in trials] == configs(PLAN, 2_000)
    assert [run.trial for run in trials] == [0, 1, 2, 3]
    assert store.runs.queue.order() == [before.id, *(run.id for run in trials)]
    assert [run.total_steps for run in trials] == [5 * 63] * 4
    assert store.experiments.get(experiment.id) == experiment == store.experiments.all()[0]
    assert store.trials.counts() == {experiment.id: {Status.QUEUED: 4}}
    assert Plan.from_dict(store.experiments.get(experiment.id).plan) == PLAN


def test_an_experiment_that_cannot_be_written_leaves_nothing(store):
    def trials():
        yield NewTrial("one", TrainingConfig(), 10)
        yield NewTrial("x" * 81, TrainingConfig(), 10)

    with pytest.raises(ConfigError, match="name must be 1 to 80 characters"):
        store.experiments.create("Units", {}, trials(), data_name="Few", data_digest="few")
    assert not store.experiments.all() and not store.runs.lists.all()


def test_what_is_not_there_is_said_by_its_id(store):
    for asked in (
        lambda: store.experiments.get("12345678"),
        lambda: store.trials.all("12345678"),
        lambda: store.experiments.rename("12345678", "a"),
        lambda: store.experiments.delete("12345678"),
        lambda: store.experiments.stop("12345678"),
        lambda: store.experiments.resume("12345678"),
        lambda: store.experiments.hold("12345678"),
        lambda: store.experiments.release("12345678"),
    ):
        with pytest.raises(ExperimentNotFound, match="no experiment 12345678"):
            asked()


def test_stop_ends_what_waits_and_asks_those_that_train_and_leaves_the_others_alone(store):
    experiment, other = started(store), started(store, "Others")
    first, second, *_ = store.trials.all(experiment.id)
    store.runs.progress.claim(first.id, owner="a")
    store.runs.progress.claim(second.id, owner="b")
    store.runs.progress.finish(second.id, Status.FINISHED, correct=1, tested=2, owner="b")
    store.experiments.stop(experiment.id)
    assert statuses(store, experiment) == [Status.RUNNING, Status.FINISHED, Status.STOPPED, Status.STOPPED]
    assert store.runs.get(first.id).command == "stop" and store.runs.get(second.id).command == "run"
    assert statuses(store, other) == [Status.QUEUED] * 4
    assert not is_over(store.trials.states(experiment.id))
    store.runs.progress.finish(first.id, Status.STOPPED, owner="a")
    assert is_over(store.trials.states(experiment.id))
    assert store.experiments.resume(experiment.id) == 3
    assert statuses(store, experiment) == [Status.QUEUED, Status.FINISHED, Status.QUEUED, Status.QUEUED]
    assert store.runs.get(first.id).command == "run"


def test_a_paused_experiment_keeps_its_trials_from_the_workers_until_it_is_resumed(store):
    experiment, other = started(store), started(store, "Others")
    first, *waiting = store.trials.all(experiment.id)
    store.runs.progress.claim(first.id, owner="a")
    store.runs.progress.set_state(first.id, step=40, state=b"as it stood", owner="a")
    store.experiments.hold(experiment.id)
    assert store.runs.progress.beat(first.id, owner="a") == HOLD
    store.runs.progress.put_back(first.id, owner="a")
    held = store.runs.get(first.id)
    assert held.is_held and (held.status, held.attempts) == (Status.QUEUED, 0)
    assert store.runs.queue.order() == [run.id for run in store.trials.all(other.id)]
    assert not any(store.runs.progress.claim(run.id, owner="b") for run in (first, *waiting))
    with pytest.raises(RunNotFound):  # It is not the worker's any more.
        store.runs.progress.beat(first.id, owner="a")
    assert (
        store.heartbeats.mark_lost(0) == store.heartbeats.mark_lost(0) == []
    )  # Nobody beats for it, and nobody needs to.
    assert store.experiments.get(experiment.id).command == HOLD and not is_over(store.trials.states(experiment.id))
    store.experiments.release(experiment.id)
    assert store.experiments.get(experiment.id).command == "run"
    assert store.runs.queue.order()[:4] == [first.id, *(run.id for run in waiting)]  # In their order again.
    assert store.runs.progress.claim(first.id, owner="b") and store.runs.results.state(first.id) == b"as it stood"
    assert store.runs.get(first.id).attempts == 1


def test_a_paused_experiment_leaves_what_is_over_alone_and_can_be_stopped_and_gone_on_with(store):
    experiment = started(store)
    first, second, third, _ = store.trials.all(experiment.id)
    store.runs.progress.claim(first.id, owner="a")
    store.runs.progress.finish(first.id, Status.FINISHED, correct=1, tested=2, owner="a")
    store.runs.command(second.id, "stop")
    store.runs.progress.claim(third.id, owner="a")
    store.experiments.hold(experiment.id)
    store.experiments.stop(experiment.id)
    store.experiments.hold(experiment.id)  # Too late: what is being stopped stops.
    assert store.runs.get(third.id).command == store.experiments.get(experiment.id).command == "stop"
    store.runs.progress.put_back(third.id, owner="a")  # Its worker had seen the pause only.
    assert statuses(store, experiment) == [Status.FINISHED, *3 * [Status.STOPPED]]
    assert store.runs.get(third.id).ended is not None and is_over(store.trials.states(experiment.id))
    store.experiments.hold(experiment.id)
    assert store.experiments.get(experiment.id).command == "stop"  # There is nothing left to pause.
    assert store.experiments.resume(experiment.id) == 3
    store.experiments.hold(experiment.id)
    store.experiments.resume(experiment.id)  # From a page that was opened before the pause.
    assert len(store.runs.queue.order()) == 3


def test_resuming_a_pause_does_not_take_up_what_was_stopped_by_itself(store):
    experiment = started(store)
    first, *_ = store.trials.all(experiment.id)
    store.runs.command(first.id, "stop")
    store.experiments.hold(experiment.id)
    store.experiments.release(experiment.id)
    assert statuses(store, experiment) == [Status.STOPPED, *3 * [Status.QUEUED]]


def test_a_trial_whose_worker_died_over_a_pause_waits_with_the_others(store):
    experiment = started(store)
    run = store.trials.all(experiment.id)[0]
    store.runs.progress.claim(run.id, owner="dead")
    store.experiments.hold(experiment.id)
    store.heartbeats.mark_lost(0), store.heartbeats.mark_lost(0)
    assert store.runs.get(run.id).is_held and store.runs.queue.order() == []


def test_what_happened_to_a_trial_is_said_once_however_often_it_is_put_back(store):
    run = store.trials.all(started(store).id)[0]
    for _ in range(MOST_ATTEMPTS):
        lose(store, run.id)
    store.runs.requeue(run.id)
    for _ in range(2):
        store.runs.progress.claim(run.id, owner="a")
        store.runs.progress.put_back(run.id, owner="a")
    assert (store.runs.get(run.id).lost_step, store.runs.get(run.id).resumed_step) == (0, 0)


def test_deleting_takes_the_trials_along_and_nothing_else(store):
    experiment, other = started(store), started(store, "Others")
    run = store.trials.all(experiment.id)[0]
    store.runs.progress.claim(run.id, owner="a")
    store.experiments.delete(experiment.id)
    with pytest.raises(RunNotFound):
        store.runs.progress.beat(run.id, owner="a")
    assert [each.id for each in store.experiments.all()] == [other.id]
    assert {each.experiment for each in store.runs.lists.all()} == {other.id}


def test_one_trial_is_neither_deleted_nor_given_more_epochs_by_itself(store):
    experiment = started(store)
    run = store.trials.all(experiment.id)[0]
    store.runs.progress.claim(run.id)
    store.runs.progress.set_state(run.id, step=315, state=b"state")
    store.runs.progress.finish(run.id, Status.FINISHED, correct=1, tested=2)
    before = store.trials.all(experiment.id)
    with pytest.raises(StoreError, match="Delete the experiment instead"):
        store.runs.delete(run.id)
    with pytest.raises(TrainingError, match="A trial cannot be given more epochs"):
        store.runs.extend(run.id, 5)
    assert store.trials.all(experiment.id) == before
    with pytest.raises(RunNotFound):
        store.runs.delete("deadbeef")


def test_a_lost_trial_is_tried_three_times_in_all_and_then_says_so(store):
    experiment = started(store)
    run = store.trials.all(experiment.id)[0]
    for attempt in range(1, MOST_ATTEMPTS):
        lose(store, run.id)
        found = store.runs.get(run.id)
        assert (found.status, found.attempts) == (Status.QUEUED, attempt)
        assert (found.lost_step, found.resumed_step) == (0, None)
        with pytest.raises(RunNotFound):  # The worker was alive after all: it is its run no longer.
            store.runs.progress.finish(run.id, Status.FINISHED, correct=1, tested=2, owner="dead")
    lose(store, run.id)
    found = store.runs.get(run.id)
    assert (found.status, found.attempts) == (Status.INTERRUPTED, MOST_ATTEMPTS)
    assert found.lost_step == 0
    assert statuses(store, experiment)[1:] == [Status.QUEUED] * 3
    store.experiments.resume(experiment.id)  # Somebody asks for it: its workers are counted anew.
    lose(store, run.id)
    assert store.runs.get(run.id).status == Status.QUEUED
    assert store.runs.progress.claim(run.id)
    assert (store.runs.get(run.id).lost_step, store.runs.get(run.id).resumed_step) == (0, 0)


def test_stopping_and_going_on_is_no_loss(store):
    run = store.trials.all(started(store).id)[0]
    for _ in range(MOST_ATTEMPTS):
        store.runs.progress.claim(run.id, owner="a")
        store.runs.progress.finish(run.id, Status.STOPPED, owner="a")
        store.runs.requeue(run.id)
    lose(store, run.id)
    found = store.runs.get(run.id)
    assert (found.status, found.attempts) == (Status.QUEUED, 1)


def test_a_run_by_itself_is_not_queued_again_nor_a_trial_that_was_to_stop(store):
    alone = store.runs.create(TrainingConfig(), data_name="Few", data_digest="few", total_steps=10)
    lose(store, alone.id)
    assert store.runs.get(alone.id).status == Status.INTERRUPTED
    experiment = started(store)
    run = store.trials.all(experiment.id)[0]
    store.runs.progress.claim(run.id, owner="dead")
    store.experiments.stop(experiment.id)
    store.heartbeats.mark_lost(0), store.heartbeats.mark_lost(0)
    assert store.runs.get(run.id).status == Status.STOPPED


def test_only_ends_of_epochs_of_finished_trials_are_what_others_are_compared_with(store):
    experiment = started(store)
    first, second, *_ = store.trials.all(experiment.id)
    for run, owner in ((first, "a"), (second, "b")):
        store.runs.progress.claim(run.id, owner=owner)
        points = [
            Metric(20, 0.4, 1, 0.5, 1, 0.4, 1.0),
            Metric(63, 1.0, 1, 0.5, 1, 0.5, 2.0),
            Metric(80, 1.3, 1, 0.5, None, None, 2.5),
            Metric(126, 2.0, 1, 0.5, 1, 0.6, 3.0),
        ]
        store.runs.progress.add(run.id, *points, images_per_second=1, total_steps=315, owner=owner)
    store.runs.progress.finish(first.id, Status.FINISHED, correct=1, tested=2, owner="a")
    assert store.trials.epoch_accuracies(experiment.id) == {first.id: {1: 0.5, 2: 0.6}}
    assert store.trials.epoch_accuracies(experiment.id, also=second.id).keys() == {first.id, second.id}
    assert store.trials.latest_accuracies([first.id, second.id, "none"]) == {first.id: 0.6, second.id: 0.6}
    assert store.trials.latest_accuracies([]) == {}
    state = store.trials.states(experiment.id)[1]
    assert (state.id, state.step, state.status, state.attempts) == (second.id, 126, Status.RUNNING, 1)
    assert asdict(state).keys() <= asdict(store.runs.get(second.id)).keys()
