"""Which trial a worker takes: one that it need not compile, else the longest that no other trains."""

from dataclasses import replace

import pytest

from mnist_core.experiments.turns import next_of
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.store import Store
from mnist_core.store.trials import NewTrial

UNITS = (32, 64, 32, 64, 100)


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'digitlab.sqlite'}")
    yield store
    store.close()


def experiment(store: Store) -> tuple[str, list[str]]:
    trials = [
        NewTrial(f"{units} units", TrainingConfig("hidden", hidden_units=units, seed=seed), 10)
        for seed, units in enumerate(UNITS)
    ]
    made = store.experiments.create("Units", {}, trials, data_name="Blobs", data_digest="blobs")
    return made.id, [trial.id for trial in store.trials.all(made.id)]


def kind(units: int):
    return TrainingConfig("hidden", hidden_units=units).kind


def test_a_worker_that_has_compiled_nothing_takes_the_longest(store):
    identity, waiting = experiment(store)
    assert next_of(waiting, store.trials.all(identity), ()) == waiting[4]


def test_of_equally_long_ones_the_oldest_is_taken(store):
    identity, waiting = experiment(store)
    assert next_of(waiting[:4], store.trials.all(identity), ()) == waiting[1]


def test_what_is_compiled_goes_before_what_takes_longer(store):
    identity, waiting = experiment(store)
    assert next_of(waiting, store.trials.all(identity), {kind(32)}) == waiting[0]
    assert next_of(waiting, store.trials.all(identity), {kind(32), kind(64), kind(999)}) == waiting[1]


def test_a_kind_that_another_worker_trains_comes_last(store):
    identity, waiting = experiment(store)
    assert store.runs.progress.claim(waiting[4], owner="other")
    assert next_of(waiting[:4], store.trials.all(identity), ()) == waiting[1]
    assert store.runs.progress.claim(waiting[1], owner="other")
    left = [waiting[0], waiting[2], waiting[3]]
    assert next_of(left, store.trials.all(identity), ()) == waiting[0]
    assert next_of([waiting[3]], store.trials.all(identity), ()) == waiting[3]


def test_runs_of_others_wait_for_no_experiment_behind_them(store):
    config = TrainingConfig("linear")
    alone = store.runs.create(config, data_name="Blobs", data_digest="blobs", total_steps=10)
    identity, waiting = experiment(store)
    assert store.runs.queue.order() == [alone.id, *waiting]
    assert next_of(store.runs.queue.order(), [], {kind(64)}) == alone.id
    # Nor does one in between: it is no trial of the oldest's experiment.
    assert next_of([*waiting, alone.id], store.trials.all(identity), {config.kind}) == waiting[4]


def test_settings_of_one_program_are_of_one_kind():
    config = TrainingConfig("hidden")
    assert replace(config, seed=3, learning_rate=0.1, epochs=9).kind == config.kind
    others = [{"hidden_units": 99}, {"optimizer": "sgd"}, {"batch_size": 64}, {"outputs": "softmax"}]
    assert len({replace(config, **other).kind for other in others} | {config.kind}) == 5
