"""A press does what its reader saw, and does it once: however often, and in which order, presses arrive."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mnist_core.errors import ExperimentNotFound, RunNotFound
from mnist_core.experiments import Plan, start
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.records import HOLD, Status

CONFIG = TrainingConfig(architecture="linear", epochs=2)


@pytest.fixture
def run(store):
    """A run that a worker trains."""
    made = store.runs.create(CONFIG, data_name="MNIST", data_digest="d" * 64, total_steps=3_750)
    store.runs.progress.claim(made.id)
    return store.runs.get(made.id)


def experiment(store):
    plan = Plan(choices={"hidden_units": (10, 20)}, seeds=1)
    return start(store, plan, name="Units", data_name="Few", data_digest="few", images=2_000)


@pytest.mark.parametrize("command", ["pause", "stop", "step", "epoch"])
def test_a_command_that_arrives_twice_is_done_once(store, run, command):
    assert store.runs.command(run.id, command, revision=run.revision)
    assert not store.runs.command(run.id, command, revision=run.revision)
    now = store.runs.get(run.id)
    assert (now.command, now.revision) == (command, run.revision + 1)


def test_a_press_that_was_overtaken_by_another_persons_changes_nothing(store, run):
    store.runs.command(run.id, "pause", revision=run.revision)
    store.runs.command(run.id, "run", revision=run.revision + 1)
    assert not store.runs.command(run.id, "stop", revision=run.revision)
    assert store.runs.get(run.id).command == "run"


def test_of_many_who_press_at_once_one_is_first(store, run):
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: store.runs.command(run.id, "pause", revision=run.revision), range(24)))
    assert sum(done) == 1 and store.runs.get(run.id).revision == run.revision + 1


def test_what_a_worker_writes_overtakes_no_press(store, run):
    store.runs.command(run.id, "step", revision=run.revision)
    store.runs.progress.beat(run.id, paused=True, done="step")
    store.runs.progress.beat(run.id, paused=True)
    assert store.runs.command(run.id, "stop", revision=run.revision + 1)


def test_a_run_that_has_ended_hears_no_command_and_one_that_is_gone_is_named(store, run):
    store.runs.progress.finish(run.id, Status.FINISHED, correct=9, tested=10)
    assert not store.runs.command(run.id, "pause", revision=run.revision)
    assert store.runs.get(run.id).command == "run"
    store.runs.delete(run.id)
    with pytest.raises(RunNotFound):
        store.runs.command(run.id, "pause", revision=run.revision)


def test_a_stop_that_arrives_once_more_does_not_stop_what_was_gone_on_with(store, run):
    store.runs.command(run.id, "stop", revision=run.revision)
    store.runs.progress.finish(run.id, Status.STOPPED)
    assert store.runs.requeue(run.id, revision=run.revision + 1)
    assert not store.runs.command(run.id, "stop", revision=run.revision)
    assert not store.runs.requeue(run.id, revision=run.revision + 1)
    assert (store.runs.get(run.id).status, store.runs.get(run.id).command) == (Status.QUEUED, "run")


def test_more_epochs_are_given_once_however_often_the_press_arrives(store, run):
    store.runs.progress.set_state(run.id, step=3_750, state=b"state")
    store.runs.progress.finish(run.id, Status.STOPPED)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: store.runs.extend(run.id, 5, revision=run.revision), range(8)))
    assert sum(done) == 1 and store.runs.get(run.id).config.epochs == CONFIG.epochs + 5


def test_a_confirmation_deletes_the_run_that_was_shown_and_not_what_has_become_of_it(store, run):
    assert not store.runs.delete(run.id, revision=run.revision)  # It is trained.
    store.runs.progress.finish(run.id, Status.STOPPED)
    shown = store.runs.get(run.id)
    store.runs.requeue(run.id)
    assert not store.runs.delete(run.id, revision=shown.revision)
    store.runs.command(run.id, "stop")
    assert not store.runs.delete(run.id, revision=shown.revision)
    assert store.runs.delete(run.id, revision=store.runs.get(run.id).revision)
    with pytest.raises(RunNotFound):
        store.runs.get(run.id)


def test_an_experiment_does_what_was_asked_once_and_its_trials_are_no_longer_as_they_were_seen(store):
    made = experiment(store)
    trial = store.trials.all(made.id)[0]
    assert store.experiments.hold(made.id, revision=0) and not store.experiments.hold(made.id, revision=0)
    assert not store.runs.command(trial.id, "pause", revision=trial.revision)  # It would be held no more.
    assert store.runs.get(trial.id).command == HOLD
    assert store.experiments.release(made.id, revision=1) and not store.experiments.stop(made.id, revision=1)
    assert store.experiments.stop(made.id, revision=2)
    assert not store.experiments.hold(made.id)  # It is over.
    assert store.experiments.resume(made.id, revision=3) == 2 and store.experiments.resume(made.id, revision=3) == 0
    assert store.experiments.get(made.id).revision == 4


def test_a_confirmation_deletes_the_experiment_that_was_shown(store):
    made = experiment(store)
    assert not store.experiments.delete(made.id, revision=0)  # It goes on.
    store.experiments.stop(made.id)
    assert not store.experiments.delete(made.id, revision=0)
    assert store.experiments.delete(made.id, revision=1) and not store.runs.lists.all()
    with pytest.raises(ExperimentNotFound):
        store.experiments.delete(made.id, revision=1)


def test_what_is_asked_for_twice_under_one_id_is_made_once(store):
    options = {"data_name": "MNIST", "data_digest": "d" * 64}
    runs = [store.runs.create(CONFIG, total_steps=10, run_id="0123abcd", **options) for _ in range(2)]
    assert runs[0] == runs[1] == store.runs.lists.all()[0] and len(store.runs.lists.all()) == 1
    made = [store.experiments.create("Units", {}, [], experiment_id="0123abcd", **options) for _ in range(2)]
    assert made[0] == made[1] and len(store.experiments.all()) == 1
