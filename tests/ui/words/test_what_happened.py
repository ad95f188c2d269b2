from dataclasses import replace

import pytest

from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.heartbeats import MOST_ATTEMPTS
from mnist_core.store.runs.records import Cause, Run, Status
from ui.words.what_happened import what_happened

CONFIG = TrainingConfig(epochs=5, patience=2, target_accuracy=0.97)
RUN = replace(
    Run.queued(CONFIG, name="Mine", data_name="MNIST", data_digest="d", total_steps=5_000),
    status=Status.FINISHED,
    step=3_000,
    cause_step=3_000,
)


def told(**values: object) -> str:
    return what_happened(replace(RUN, **values))


def test_nothing_is_said_of_a_run_that_ended_as_it_should():
    assert told() == told(status=Status.STOPPED) == told(status=Status.QUEUED) == ""


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"cause": Cause.REACHED}, "Reached 97\xa0% of the test images after 3 of 5 epochs."),
        (
            {"cause": Cause.PATIENCE, "kept_epoch": 1},
            "Ended after 3 of 5 epochs: the test loss had not fallen for 2 epochs. It keeps the weights of epoch 1, "
            "where the test loss was lowest.",
        ),
        ({"kept_epoch": 4}, "It keeps the weights of epoch 4, where the test loss was lowest."),
        (
            {"status": Status.PRUNED, "cause": Cause.MEDIAN, "correct": 600, "tested": 1_000, "median": 0.7},
            "After 3 epochs it read 60.0\xa0% of the test images, less than the median 70.0\xa0% of the "
            "finished trials.",
        ),
        (
            {"status": Status.FAILED, "cause": Cause.DIVERGED, "cause_step": 1_016},
            "The loss ceased to be a number at step 1,016: a learning rate of 0.001 is too large here. Start again "
            "with a smaller one, 0.0001 for instance.",
        ),
        ({"status": Status.FAILED, "cause": Cause.ERROR, "message": "OSError: no"}, "OSError: no"),
        ({"status": Status.QUEUED, "lost_step": 1_234}, "Its worker was lost at step 1,234."),
        (
            {"cause": Cause.REACHED, "lost_step": 1_234, "resumed_step": 1_200},
            "Its worker was lost at step 1,234; taken up again by another at step 1,200. Reached 97\xa0% of the test "
            "images after 3 of 5 epochs.",
        ),
    ],
)
def test_what_happened_is_said_in_sentences(values, words):
    assert told(**values) == words


@pytest.mark.parametrize(
    ("step", "resumable", "left"),
    [
        (0, False, "It had learned nothing yet, and can be started again."),
        (50, False, "It can be started again."),
        (50, True, "What it had learned is kept, and it can go on from there."),
    ],
)
def test_an_interrupted_run_says_what_is_left_of_it(step, resumable, left):
    run = replace(RUN, status=Status.INTERRUPTED, step=step, lost_step=step)
    assert what_happened(run, resumable=resumable) == f"Its worker stopped answering at step {step}. {left}"
    trial = replace(run, experiment="12345678", trial=0, attempts=MOST_ATTEMPTS)
    assert what_happened(trial, resumable=resumable).startswith("Its worker stopped answering, for the 3rd time, so")
