"""Other data sets on the command line: brought from a file, trained on by name, evaluated on by whoever was."""

import json
from functools import partial

import numpy as np
import pytest
from brought_files import npz, shapes
from command_line import forked

CLASSES = ["cat", "dog", "emu", "fox"]


@pytest.fixture
def run(tmp_path):
    import os

    environment = {**os.environ, "DIGITLAB_HOME": str(tmp_path / "home"), "DIGITLAB_OFFLINE": "1"}
    return partial(forked, environment, tmp_path)


def test_a_data_set_is_brought_trained_on_and_evaluated_on(run, tmp_path):
    images, labels = shapes(700, 4)
    path = tmp_path / "animals.npz"
    path.write_bytes(npz(images=images, labels=np.array(CLASSES)[labels]))
    brought = run("data", "--data", path, "--json")
    assert brought.returncode == 0, brought.stderr
    told = json.loads(brought.stdout)
    assert (told["name"], told["classes"], told["verified"]) == ("animals", CLASSES, False)
    assert told["training_images"] + told["test_images"] == 700

    trained = run("train", "--architecture", "linear", "--epochs", "3", "--data", "animals", "--json")
    assert trained.returncode == 0, trained.stderr
    told = json.loads(trained.stdout)
    assert told["classes"] == CLASSES and told["test_accuracy"] > 0.9

    evaluated = run("evaluate", "--run", told["run"], "--json")
    assert evaluated.returncode == 0, evaluated.stderr
    measured = json.loads(evaluated.stdout)
    assert (measured["data"], measured["correct"]) == ("animals", told["correct"])
    assert len(measured["confusion_matrix"]) == 4

    other = run("evaluate", "--architecture", "linear", "--data", "animals")
    assert other.returncode != 0 and "10 classes" in other.stderr


def test_a_data_set_that_there_is_not_is_told_with_those_that_there_are(run):
    missing = run("train", "--data", "fashion")
    assert missing.returncode != 0
    assert "mnist, synthetic" in missing.stderr and "has to be brought first" in missing.stderr
