"""A whole experiment on two real workers, one of which is killed in the middle of a trial."""

import os
import signal

import pytest
from real_workers import DATA, trained_by, wait_for

from mnist_core.experiments import Plan, start
from mnist_core.experiments.results import settings_of
from mnist_core.experiments.search import configs
from mnist_core.network.run_settings import TrainingConfig, effective
from mnist_core.store.analyses import Analysis
from mnist_core.store.runs.records import Cause, Status

BASE = TrainingConfig(architecture="linear", epochs=2, batch_size=50)


@pytest.fixture
def store(elsewhere):
    return elsewhere.store


@pytest.fixture
def jobs(elsewhere):
    return elsewhere.jobs


def started(store, plan):
    return start(store, plan, name="Search", data_name=DATA.name, data_digest=DATA.digest, images=len(DATA.y_train))


def over(store, jobs, experiment):
    jobs.submit(experiment.id)
    # No page polls: the server looks by itself.
    wait_for(
        lambda: not any(run.is_live for run in store.trials.all(experiment.id)),
        lambda: f"the experiment did not end in time: {jobs.state} {jobs.problem}",
    )
    return store.trials.all(experiment.id)


def test_a_killed_worker_costs_no_trial_and_none_is_counted_twice(store, jobs):
    # Long enough that both workers train at the same time, and one can be killed meanwhile.
    plan = Plan(
        base=TrainingConfig("linear", epochs=40, batch_size=50), choices={"learning_rate": (0.001, 0.01)}, seeds=3
    )
    experiment = started(store, plan)
    jobs.submit(experiment.id)

    def both_train():
        training = [each for each in store.trials.states(experiment.id) if each.status == Status.RUNNING and each.step]
        return len(training) == 2 and training

    victim, _ = wait_for(both_train, "the trials did not spread over both workers")
    os.kill(trained_by(store, victim), signal.SIGKILL)
    trials = over(store, jobs, experiment)
    assert [run.config for run in trials] == configs(plan, len(DATA.y_train))
    assert {run.status for run in trials} == {Status.FINISHED}
    assert sorted(run.attempts for run in trials) == [1, 1, 1, 1, 1, 2]
    assert all(run.step == run.total_steps and run.tested == len(DATA.y_test) for run in trials)
    for run in trials:
        steps = [point.step for point in store.runs.results.metrics(run.id)]
        assert steps == sorted(set(steps)) and steps[-1] == run.total_steps
    again = next(run for run in trials if run.attempts == 2)
    assert store.runs.results.outputs(again.id).shape == (len(DATA.y_test), 10)
    assert all(setting.is_complete for setting in settings_of(plan, trials))


def test_trials_that_fall_behind_are_given_up_with_the_reason_and_the_rest_is_finished(store, jobs):
    plan = Plan(
        base=TrainingConfig("linear", epochs=4, batch_size=50),
        choices={"learning_rate": (0.01, 0.008, 0.006, 0.005, 0.004, 1e-7, 2e-7, 3e-7)},
        seeds=1,
        pruning=True,
    )
    trials = over(store, jobs, started(store, plan))
    good, hopeless = trials[:5], trials[5:]
    assert {run.status for run in hopeless} == {Status.PRUNED}
    for run in hopeless:
        assert (run.cause, run.cause_step) == (Cause.MEDIAN, run.step) and run.test_accuracy < run.median <= 1
        assert 0 < run.step < run.total_steps and run.tested == len(DATA.y_test)
    assert sum(run.status == Status.FINISHED for run in good) >= 4


def test_importances_are_worked_out_by_a_worker_and_kept(store, jobs):
    plan = Plan(base=BASE, choices={"learning_rate": (0.01, 1e-6), "batch_size": (50, 100)}, seeds=1)
    experiment = started(store, plan)
    finished = over(store, jobs, experiment)
    assert [effective(run.config) for run in finished] == configs(plan, len(DATA.y_train))
    asked = Analysis("importance", DATA.digest, options={"experiment": experiment.id, "finished": len(finished)})
    jobs.analyse(asked)
    wait_for(lambda: store.analyses.has(asked.key) or jobs.analysis_problem(asked.key), "no importances came")
    result = store.analyses.get(asked.key)
    assert result["names"][0] == "learning_rate" and result["shares"].sum() == pytest.approx(1)


def test_outputs_and_the_number_of_images_reach_the_worker(store, jobs):
    plan = Plan(
        base=BASE,
        choices={"outputs": ("sigmoid", "softmax"), "training_images": (200, 0)},
        seeds=1,
    )
    trials = over(store, jobs, started(store, plan))
    assert {run.status for run in trials} == {Status.FINISHED}
    assert [(run.config.outputs, run.config.training_images, run.total_steps) for run in trials] == [
        ("sigmoid", 200, 20 * 4),
        ("sigmoid", 0, 2 * 40),
        ("softmax", 200, 20 * 4),
        ("softmax", 0, 2 * 40),
    ]
    for run in trials:
        sums = store.runs.results.outputs(run.id).sum(axis=1)
        assert (abs(sums - 1) < 1e-5).all() == (run.config.outputs == "softmax")
    # Cross-entropy trains the softmax of the sums, whichever outputs are drawn.
    assert trials[0].correct == trials[2].correct and trials[1].correct == trials[3].correct
