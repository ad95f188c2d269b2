"""Runs leave as a notebook and a script, which are executed here and train the same network with Keras alone."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import keras
import nbclient
import nbformat
import numpy as np
import pytest
from few_images import few_images

from mnist_core.data.mixture import chosen
from mnist_core.drawing.slant import straighten
from mnist_core.errors import ModelError
from mnist_core.exchange import reproduce
from mnist_core.network.choices import ACTIVATIONS, LOSSES, OPTIMIZERS
from mnist_core.network.evaluation import accuracy_interval
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.records import Cause, Run, Status
from mnist_core.training import loop
from mnist_core.training.program import keras_model

TEST_ACCURACY = re.compile(r"Test accuracy: ([\d.]+), ([\d,]+) of ([\d,]+) right")


def finished(config: TrainingConfig, **values: object) -> Run:
    return Run(
        **{
            "id": "0a1b2c3d",
            "name": "A run",
            "config": config,
            "data_name": "MNIST",
            "data_digest": "",
            "status": Status.FINISHED,
            "command": "run",
            "created": 1.0,
            "started": 2.0,
            "ended": 3.0,
            "heartbeat": 3.0,
            "step": 100,
            "total_steps": 100,
            "images_per_second": 1.0,
            "seconds": 1.0,
            "correct": 9_000,
            "tested": 10_000,
            "message": "",
            "parent": None,
            **values,
        }
    )


@pytest.fixture(scope="module")
def few(tmp_path_factory) -> str:
    """A file like mnist.npz with 64 images to learn from."""
    data = few_images(64, 20)
    path = tmp_path_factory.mktemp("few") / "mnist.npz"
    np.savez(path, **{name: getattr(data, name) for name in ("x_train", "y_train", "x_test", "y_test")})
    return str(path)


def executed(run: Run, path: str, monkeypatch) -> dict[str, object]:
    """The names that the run's script leaves behind, executed in this process."""
    monkeypatch.setenv("DIGITLAB_MNIST", path)
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(reproduce.script(run), "script.py", "exec"), names)
    return names


def notebook_text(run: Run) -> str:
    return "\n".join(cell["source"] for cell in json.loads(reproduce.notebook(run))["cells"])


def accuracy_in(text: str) -> tuple[float, int]:
    accuracy, right, of = TEST_ACCURACY.search(text).groups()
    assert int(right.replace(",", "")) == pytest.approx(float(accuracy) * int(of.replace(",", "")), abs=1)
    return float(accuracy), int(of.replace(",", ""))


@pytest.fixture(scope="module")
def linear(mnist) -> Run:
    config = TrainingConfig("linear", epochs=1, batch_size=128)
    return finished(config, correct=loop.train(config, mnist).correct)


@pytest.fixture(scope="module")
def hidden(mnist) -> Run:
    config = TrainingConfig("hidden", epochs=2, batch_size=128)
    return finished(config, correct=loop.train(config, mnist).correct)


def test_the_script_reaches_the_runs_accuracy_within_its_interval(linear, tmp_path):
    path = tmp_path / "run.py"
    path.write_text(reproduce.script(linear), encoding="utf-8")
    result = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=300, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    accuracy, images = accuracy_in(result.stdout)
    low, high = accuracy_interval(linear.correct, linear.tested)
    assert images == 10_000 and low <= accuracy <= high
    matrix = np.array([int(number) for number in re.findall(r"\d+", result.stdout.rpartition("[[")[2])])
    assert matrix.size == 100 and matrix.sum() == 10_000
    assert matrix.reshape(10, 10).trace() == pytest.approx(accuracy * 10_000, abs=1)


@pytest.mark.parametrize("name", ["linear", "hidden"])
def test_the_notebook_runs_in_a_kernel_and_reaches_the_runs_accuracy_within_its_interval(name, request, tmp_path):
    run = request.getfixturevalue(name)
    notebook = nbformat.reads(reproduce.notebook(run), as_version=4)
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}}).execute()
    printed = "".join(
        output.text for cell in notebook.cells for output in cell.get("outputs", []) if output.get("name") == "stdout"
    )
    accuracy, images = accuracy_in(printed)
    low, high = accuracy_interval(run.correct, run.tested)
    assert images == 10_000 and low <= accuracy <= high


def test_the_notebook_is_the_scripts_cells(linear):
    entries = json.loads(reproduce.notebook(linear))["cells"]
    parts = re.split(r"^# %%.*\n", reproduce.script(linear), flags=re.MULTILINE)[1:]
    assert len(entries) == len(parts) > 15
    for entry, part in zip(entries, parts, strict=True):
        text = re.sub(r"^# ?", "", part, flags=re.MULTILINE) if entry["cell_type"] == "markdown" else part
        assert text.strip() == entry["source"].strip()


def test_the_tutorials_settings_come_out_as_the_tutorials_own_calls():
    script = reproduce.script(finished(TrainingConfig("hidden")))
    assert 'model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])\n' in script
    assert 'Dense(100, activation="relu")' in script and 'Dense(10, activation="sigmoid")' in script
    assert "to_categorical" not in script and "straighten" not in script
    assert "model.fit(x_train, y_train, batch_size=32, epochs=5" in script


@pytest.mark.parametrize(
    "config",
    [
        TrainingConfig("linear", optimizer="sgd", learning_rate=0.125, loss="mean_squared_error", epochs=2),
        TrainingConfig(
            hidden_units=7, activation="tanh", optimizer="rmsprop", loss="binary_crossentropy", seed=2**32 - 1
        ),
        TrainingConfig(hidden_units=3, activation="elu", optimizer="adagrad", learning_rate=1e-05, batch_size=64),
        TrainingConfig(
            hidden_units=3, activation="linear", optimizer="nadam", learning_rate=0.002, batch_size=1, epochs=1
        ),
        TrainingConfig(hidden_units=3, activation="sigmoid", learning_rate=0.1 + 0.2, seed=2**32 - 1),
        TrainingConfig("convolutional", epochs=1, batch_size=16),
        TrainingConfig("linear", epochs=2, outputs="softmax", patience=3, target_accuracy=0.999),
    ],
    ids=lambda config: f"{config.architecture} {config.activation} {config.optimizer} {config.loss}",
)
def test_every_setting_comes_out_as_it_is(config, few, monkeypatch):
    seeds = []
    monkeypatch.setattr(keras.utils, "set_random_seed", seeds.append)
    names = executed(finished(config), few, monkeypatch)
    model = names["model"]
    expected = keras_model(config.layers, 0)
    assert seeds == [config.seed]
    assert [type(layer) for layer in model.layers] == [type(layer) for layer in expected.layers]
    for found, wanted in zip(model.layers, expected.layers, strict=True):
        for name in ("units", "filters", "kernel_size", "pool_size", "activation"):
            assert getattr(found, name, None) == getattr(wanted, name, None)
    assert isinstance(model.optimizer, type(keras.optimizers.get(config.optimizer)))
    assert float(model.optimizer.learning_rate) == pytest.approx(config.learning_rate, rel=1e-6)
    assert model.loss == config.loss
    assert int(model.optimizer.iterations) == config.epochs * config.steps_per_epoch(64)
    assert names["confusion_matrix"].sum() == 20
    assert names["confusion_matrix"].trace() == pytest.approx(names["accuracy"] * 20, abs=1e-3)


def test_the_settings_above_take_every_entry_of_the_registries():
    configs = test_every_setting_comes_out_as_it_is.pytestmark[0].args[1]
    assert {config.optimizer for config in configs} == set(OPTIMIZERS)
    assert {config.activation for config in configs} == set(ACTIVATIONS)
    assert {config.loss for config in configs} == set(LOSSES)


def test_digits_are_set_upright_as_the_run_set_them(few, monkeypatch, mnist):
    names = executed(finished(TrainingConfig("linear", epochs=1, straighten=True)), few, monkeypatch)
    images = mnist.x_test[:300]
    upright = np.array([names["straighten"](image) for image in images])
    differ = np.abs(upright - straighten(images).astype(float))
    assert differ.max() <= 1 and (differ > 0).mean() < 1e-3  # but for the last rounding
    assert np.abs(upright - images).mean() > 1
    assert names["x_train"].max() <= 1
    blank = np.zeros((28, 28), np.uint8)
    assert not names["straighten"](blank).any()


@pytest.mark.parametrize("write", [reproduce.script, notebook_text])
def test_what_it_cannot_reproduce_is_said_in_the_file(write):
    told = {
        "pen styles": finished(TrainingConfig(pen_styles=True)),
        "learned from synthetic digits": finished(TrainingConfig(), data_name="Synthetic digits"),
        "ended after 2.5 of 5 epochs": finished(TrainingConfig(), step=50),
        "was not tested there": finished(TrainingConfig(), correct=None, tested=None),
    }
    for sentence, run in told.items():
        text = write(run)
        assert sentence in text
        assert [other for other in told if other in text] == [sentence]


def test_lessons_and_imported_networks_are_refused_in_words():
    run = finished(TrainingConfig())
    assert reproduce.obstacle(run, lesson=False) == ""
    assert "own drawings" in reproduce.obstacle(run, lesson=True)
    imported = replace(run, cause=Cause.IMPORTED)
    assert "imported" in reproduce.obstacle(imported, lesson=False)
    with pytest.raises(ModelError, match="imported"):
        reproduce.script(imported)


def test_a_name_cannot_break_out_of_its_heading():
    name = '"""\nimport os; os.abort()\n# %%\nos.abort()'
    script = reproduce.script(finished(TrainingConfig("linear"), name=name))
    code = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert not any("abort" in line for line in code)
    assert reproduce.script(finished(TrainingConfig("linear"))).splitlines()[1:2] == ["# # A run"]


def test_without_a_copy_of_mnist_keras_own_is_asked_for(few, monkeypatch):
    data = few_images(64, 20)
    asked = []
    monkeypatch.setattr(
        keras.datasets.mnist,
        "load_data",
        lambda: asked.append(1) or ((data.x_train, data.y_train), (data.x_test, data.y_test)),
    )
    executed(finished(TrainingConfig("linear", epochs=1)), "", monkeypatch)
    assert asked == [1]
    executed(finished(TrainingConfig("linear", epochs=1)), few, monkeypatch)
    assert asked == [1]
    assert os.environ["DIGITLAB_MNIST"] == few


def test_the_images_that_the_seed_chose_and_an_early_end_come_out_too(few, monkeypatch):
    config = TrainingConfig("linear", epochs=9, batch_size=16, seed=5, training_images=40, target_accuracy=0.001)
    run = replace(finished(config), step=3, total_steps=27)
    names = executed(run, few, monkeypatch)
    assert np.array_equal(names["chosen"], chosen(64, 40, seed=5))
    assert int(names["model"].optimizer.iterations) == 3  # One epoch was enough.
    assert not any("ended after" in words for words in reproduce.shortcomings(run))
