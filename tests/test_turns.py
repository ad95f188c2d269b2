"""Which trial a worker takes: the oldest, but for the ones that it need not compile."""

from dataclasses import replace

import pytest

from mnist_core.architectures import TrainingConfig
from mnist_core.experiments.turns import kind_of, next_of
from mnist_core.store import Store
from mnist_core.trials import NewTrial

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
    made = store.create_experiment("Units", {}, trials, data_name="Blobs", data_digest="blobs")
    return made.id, [trial.id for trial in store.trials(made.id)]


def kind(units: int):
    return kind_of(TrainingConfig("hidden", hidden_units=units))


def test_a_worker_that_has_compiled_nothing_takes_the_oldest(store):
    identity, waiting = experiment(store)
    assert next_of(waiting, store.trials(identity), ()) == waiting[0]


def test_what_is_compiled_goes_before_what_is_older(store):
    identity, waiting = experiment(store)
    assert next_of(waiting, store.trials(identity), {kind(64)}) == waiting[1]
    assert next_of(waiting, store.trials(identity), {kind(100), kind(999)}) == waiting[4]


def test_a_kind_that_another_worker_trains_comes_last(store):
    identity, waiting = experiment(store)
    assert store.claim(waiting[0], owner="other")
    assert next_of(waiting[1:], store.trials(identity), ()) == waiting[1]
    assert next_of([waiting[2], waiting[3]], store.trials(identity), ()) == waiting[3]
    assert next_of([waiting[2]], store.trials(identity), ()) == waiting[2]


def test_runs_of_others_wait_for_no_experiment_behind_them(store):
    config = TrainingConfig("linear")
    alone = store.create_run(config, data_name="Blobs", data_digest="blobs", total_steps=10)
    identity, waiting = experiment(store)
    assert store.queue() == [alone.id, *waiting]
    assert next_of(store.queue(), [], {kind(64)}) == alone.id
    # Nor does one in between: it is no trial of the oldest's experiment.
    assert next_of([*waiting, alone.id], store.trials(identity), {kind_of(config)}) == waiting[0]


def test_settings_of_one_program_are_of_one_kind():
    config = TrainingConfig("hidden")
    assert kind_of(replace(config, seed=3, learning_rate=0.1, epochs=9)) == kind_of(config)
    others = [{"hidden_units": 99}, {"optimizer": "sgd"}, {"batch_size": 64}, {"outputs": "softmax"}]
    assert len({kind_of(replace(config, **other)) for other in others} | {kind_of(config)}) == 5
