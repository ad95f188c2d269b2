import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from command_line import forked
from few_images import few_images
from PIL import Image

from mnist_core.cli import main
from mnist_core.network.network import Network
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings
from mnist_core.store.runs.records import Cause, Status
from mnist_core.store.store import Store
from mnist_core.store.trials import NewTrial

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def environment(home) -> dict[str, str]:
    """The environment of a command, but for what `TF_...` may have it say."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    return {**outside, "DIGITLAB_HOME": str(home), "DIGITLAB_OFFLINE": "1"}


@pytest.fixture(scope="module")
def python_m(environment):
    """Runs `python -m mnist_core ...` and returns what became of it."""

    def command(*arguments: object, **more: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "mnist_core", *map(str, arguments)],
            cwd=ROOT,
            env={**environment, **more},
            capture_output=True,
            text=True,
            timeout=300,
        )

    return command


@pytest.fixture
def run(environment, tmp_path):
    """The same in a process that has imported TensorFlow already: that takes longer than most commands."""
    return partial(forked, environment, tmp_path)


@pytest.fixture
def picture(tmp_path) -> Path:
    """A one, dark on white."""
    page = np.full((90, 70), 255, np.uint8)
    page[15:75, 32:40] = 0
    path = tmp_path / "one.png"
    Image.fromarray(page).save(path)
    return path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("train", "--architecture", "transformer"), "one of linear, hidden"),
        (("train", "--activation", "swish"), "relu"),
        (("train", "--epochs", "0"), "got 0"),
        (("train", "--epochs", "1000000000"), "1 to 1,000"),
        (("train", "--epochs", "many"), "expected a whole number, got 'many'"),
        (("train", "--epochs", "1_0"), "expected a whole number, got '1_0'"),
        (("train", "--learning-rate", "1_0"), "expected a number such as 0.001, got '1_0'"),
        (("train", "--learning-rate", "nan"), "got 'nan'"),
        (("train", "--batch-size", "70000"), "got 70000"),
        (("train", "--pen-drawings", "pen.npz"), "give --pen-styles, too"),
        (("train", "--pen-styles", "--pen-drawings", "nowhere.npz"), "nowhere.npz"),
        (("evaluate", "--architecture", "transformer"), "linear, hidden"),
        (("evaluate", "--run", "0bad0bad"), "no run '0bad0bad'"),
        (("classify", "nowhere.png"), "nowhere.png cannot be read"),
        (("classify", "README.md"), "picture"),
        (("benchmark", "everything"), "invalid choice"),
        (("export", "--run", "0bad0bad", "--format", "npz", "--to", "x.npz"), "no run '0bad0bad'"),
        (("export", "--run", "0bad0bad", "--format", "onnx", "--to", "x.onnx"), "keras"),
        (("import", "nowhere.keras"), "nowhere.keras cannot be read"),
        ((), "required"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_bad_input_is_a_sentence_and_exit_code_2(monkeypatch, home, capsys, arguments, words):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("DIGITLAB_HOME", str(home))
    monkeypatch.setenv("DIGITLAB_OFFLINE", "1")
    try:
        code = main(arguments)
    except SystemExit as ended:  # As argparse does.
        code = ended.code
    said = capsys.readouterr()
    assert code == 2
    assert words in " ".join(said.err.split())
    assert said.out == ""


def test_a_store_from_the_future_is_a_sentence_too(python_m, tmp_path, mnist):
    path = tmp_path / "not-a-database.sqlite"
    path.write_text("This is no database.", encoding="ascii")
    result = python_m("train", "--epochs", "1", DIGITLAB_DATABASE_URL=f"sqlite:///{path}")
    assert result.returncode == 2
    assert str(path) in "".join(result.stderr.split())
    assert "Traceback" not in result.stderr and result.stdout == ""
    assert path.read_text(encoding="ascii") == "This is no database."


def test_a_picture_is_classified_by_each_network(run, picture):
    for architecture in ("linear", "hidden", "convolutional-draw-ready"):
        result = run("classify", picture, "--architecture", architecture, "--json")
        answer = json.loads(result.stdout)
        assert answer["digit"] == 1
        assert len(answer["scores"]) == len(answer["shares"]) == 10
        assert sum(answer["shares"]) == pytest.approx(1, abs=1e-4)
        assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-4)
        assert answer["probability"] == max(answer["probabilities"]) == answer["probabilities"][answer["digit"]]


def test_data_says_which_source_is_in_use(run, mnist):
    found = json.loads(run("data", "--json").stdout)
    assert found["verified"] is True
    assert (found["training_images"], found["test_images"]) == (60_000, 10_000)


def test_a_trained_run_is_in_the_store_and_can_be_evaluated_and_saved(run, mnist, tmp_path):
    saved = tmp_path / "linear.npz"
    settings = ("--architecture", "linear", "--epochs", 1, "--batch-size", 500, "--seed", 3)
    trained = run("train", *settings, "--save", saved, "--json")
    assert trained.returncode == 0, trained.stderr
    report = json.loads(trained.stdout)
    assert 0.5 < report["test_accuracy"] < 1

    evaluated = json.loads(run("evaluate", "--run", report["run"], "--json").stdout)
    assert evaluated["test_accuracy"] == pytest.approx(report["test_accuracy"], abs=1e-3)
    assert sum(map(sum, evaluated["confusion_matrix"])) == 10_000

    assert Network.load(saved).classify(mnist.x_test[:100]).shape == (100,)
    provenance = json.loads(saved.with_suffix(".json").read_text(encoding="utf-8"))
    assert provenance["seed"] == 3
    assert provenance["data_digest"] == mnist.digest


def test_a_run_with_real_drawings_among_the_pen_styles_says_so_and_not_where_they_lie(run, mnist, tmp_path):
    drawings, saved = tmp_path / "pen.npz", tmp_path / "ready.npz"
    np.savez(
        drawings,
        points=np.array([[50, 5], [52, 95]] * 3, np.int16),
        stroke_offsets=np.arange(0, 7, 2),
        digit_offsets=np.arange(4),
        labels=np.ones(3, np.uint8),
        writers=np.array([1, 1, 2], np.uint8),
    )
    settings = ("--architecture", "linear", "--epochs", 1, "--training-images", 2_000, "--straighten", "--pen-styles")
    trained = run("train", *settings, "--pen-drawings", drawings, "--save", saved, "--json")
    assert trained.returncode == 0, trained.stderr
    provenance = json.loads(saved.with_suffix(".json").read_text(encoding="utf-8"))
    assert provenance["pen_drawings"] == {"drawings": 3, "writers": 2, "share": 0.3}
    assert provenance["config"]["straighten"] is provenance["config"]["pen_styles"] is True
    assert "--pen-drawings pen.npz" in provenance["command"] and str(tmp_path) not in provenance["command"]
    assert Network.load(saved).straighten


@pytest.mark.parametrize(
    ("architecture", "accuracy"), [("linear", 0.92), ("hidden", 0.974), ("hidden-draw-ready", 0.978)]
)
def test_pretrained_networks_are_evaluated_on_the_test_images(run, mnist, architecture, accuracy):
    result = json.loads(run("evaluate", "--architecture", architecture, "--json").stdout)
    assert result["test_accuracy"] >= accuracy
    assert result["interval_95"][0] < result["test_accuracy"] < result["interval_95"][1]


def test_a_run_leaves_in_every_format_and_comes_back(run, mnist, tmp_path):
    trained = json.loads(run("train", "--architecture", "linear", "--epochs", 1, "--batch-size", 500, "--json").stdout)
    for name, start in {"tflite": b"", "npz": b"PK", "notebook": b"{", "script": b"# %%", "keras": b"PK"}.items():
        path = tmp_path / f"left.{name}"
        result = run("export", "--run", trained["run"], "--format", name, "--to", path, "--json")
        assert result.returncode == 0, result.stderr
        content = path.read_bytes()
        assert json.loads(result.stdout)["bytes"] == len(content) > 1_000 and content.startswith(start)
    imported = json.loads(run("import", tmp_path / "left.keras", "--name", "Back again", "--json").stdout)
    assert (imported["name"], imported["tested"]) == ("Back again", 10_000)
    assert imported["correct"] == pytest.approx(trained["correct"], abs=2)
    refused = run("export", "--run", imported["run"], "--format", "script", "--to", tmp_path / "no.py")
    assert refused.returncode == 2 and "It was imported" in " ".join(refused.stderr.split())
    assert not (tmp_path / "no.py").exists()
    nowhere = run("export", "--run", trained["run"], "--format", "npz", "--to", tmp_path / "no" / "x.npz")
    assert nowhere.returncode == 2 and "cannot be written" in " ".join(nowhere.stderr.split())
    assert run("import", tmp_path / "left.notebook").returncode == 2


def test_commands_that_use_tensorflow_print_our_own_words_alone(python_m, mnist, tmp_path):
    """TensorFlow's lines come from below Python, with warnings about its own log before that is ready."""
    settings = ("train", "--architecture", "convolutional", "--epochs", 1, "--training-images", 1_000)
    said = python_m(*settings, "--json")
    assert (said.returncode, said.stderr) == (0, "")
    trained = json.loads(said.stdout)
    shown = python_m(*settings)
    assert (shown.returncode, shown.stderr) == (0, "")
    labels = [line[:16].strip() for line in shown.stdout.splitlines()]
    assert labels == ["run", "architecture", "test accuracy", "correct", "tested", "seconds"]
    for name in ("keras", "tflite"):
        export = ("export", "--run", trained["run"], "--format", name, "--to", tmp_path / f"run.{name}")
        said, shown = python_m(*export, "--json"), python_m(*export)
        assert (said.returncode, said.stderr, shown.returncode, shown.stderr) == (0, "", 0, "")
        assert json.loads(said.stdout)["format"] == name
        assert [line[:16].strip() for line in shown.stdout.splitlines()] == ["run", "format", "bytes", "notes"]


def test_training_that_cannot_begin_ends_with_what_is_wrong_and_nobody_waits_for_the_run(monkeypatch, tmp_path):
    monkeypatch.setenv("DIGITLAB_HOME", str(tmp_path))
    monkeypatch.setattr("mnist_core.cli.train.dataset", lambda name: few_images())
    monkeypatch.delattr("mnist_core.workers.worker", raising=False)  # Another test may have imported it.
    monkeypatch.setitem(sys.modules, "mnist_core.workers.worker", None)  # As where a package is missing.
    with pytest.raises(ImportError, match="mnist_core.workers.worker"):  # Python's exit code for it is 1.
        main(["train", "--json"])
    store = Store(Settings.from_environment().database_url)
    (kept,) = store.runs.lists.all()
    assert (kept.status, kept.cause) == (Status.FAILED, Cause.ERROR)
    assert "mnist_core.workers.worker" in kept.message
    store.close()


def test_runs_are_listed_stopped_and_deleted_by_several_and_a_trial_is_refused(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DIGITLAB_HOME", str(tmp_path))
    store, config = Store(Settings.from_environment().database_url), TrainingConfig("linear")
    about = {"data_name": "MNIST", "data_digest": "d" * 64}
    made = [store.runs.create(config, total_steps=10, visitor="a" * 32, **about) for _ in range(3)]
    store.experiments.create("Seeds", {}, [NewTrial("trial", config, 10)], **about)

    def answer(*words):
        code = main(["runs", *words])
        said = capsys.readouterr()
        return (code, json.loads(said.out)) if code == 0 else (code, " ".join(said.err.split()))

    code, listed = answer("list", "--json", "--most", "2")
    assert listed["total"] == 4 and len(listed["runs"]) == 2 and "a" * 32 not in json.dumps(listed)
    trial = listed["runs"][0]["id"]
    for words in (["delete"], ["stop", made[0].id, "--all"]):
        code, said = answer(*words)
        assert code == 2 and "Say which" in said
    code, said = answer("stop", trial)
    assert code == 2 and "is a trial of experiment" in said
    code, said = answer("delete", made[0].id)
    assert code == 2 and "Stop it first" in said
    assert answer("stop", made[0].id, "--json") == (0, {"stopped": [made[0].id], "left": []})
    assert answer("stop", "--all", "--json")[1]["stopped"] == [made[2].id, made[1].id]
    code, said = answer("delete", "--all", "--json")
    assert code == 2 and "--yes to delete 3 runs" in said and len(store.runs.lists.all()) == 4
    assert sorted(answer("delete", "--all", "--yes", "--json")[1]["deleted"]) == sorted(run.id for run in made)
    assert [run.id for run in store.runs.lists.all()] == [trial]
    store.close()
