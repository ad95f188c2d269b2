"""A setting of a run is described once: one more field is found in all that settings drive."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BEFORE = "    seed: int = _field("
FIELD = """    warm_up: int = _field(
        0, "Warm-up", Whole(0, 90, nought="none"), "Steps of a smaller size at the start.",
        tried="0, 7", drawn="1 to 50",
    )
"""
PROBE = {
    "form and address": """
from pathlib import Path
import pytest
from app_without_browser import address, opened_app, words
with pytest.MonkeyPatch.context() as patch, opened_app(patch, Path("home")) as app:
    visit = app.visit("2_Train.py", warm_up=7)
    box = visit.number_input(key="warm_up")
    assert (box.label, box.value) == ("Warm-up", 7) and "Steps of a smaller size at the start." in words(visit)
    box.set_value(9)
    assert address(app.again(visit)) == {"warm_up": "9"}
    refused = words(app.visit("2_Train.py", warm_up=91))
    assert "Warm-up must be a whole number from 0 to 90" in refused, refused
""",
    "plan and its address": """
from pathlib import Path
import pytest
from app_without_browser import address, opened_app, words
from mnist_core.experiments.plan import Plan, Range, setting_words
from mnist_core.experiments.search import configs
with pytest.MonkeyPatch.context() as patch, opened_app(patch, Path("home")) as app:
    link = {"plan": "grid", "vary": "warm_up", "warm_up": "0,5"}
    visit = app.visit("6_Experiments.py", **link)
    assert [box.value for box in visit.text_input if box.label == "Warm-up"] == ["0, 5"]
    assert address(visit) == link
    usual = app.visit("6_Experiments.py", plan="random", vary="warm_up")
    assert [box.value for box in usual.text_input if box.label == "Warm-up"] == ["1 to 50"]
plan = Plan(choices={"warm_up": (0, 5)})
made = configs(plan, 1_000)
assert {config.warm_up for config in made} == {0, 5}
assert [setting_words(plan, config) for config in made[:2]] == ["Warm-up none", "Warm-up 5"]
drawn = configs(Plan(ranges={"warm_up": Range(1, 50, log=True)}, method="random", settings=4), 1_000)
assert all(1 <= config.warm_up <= 50 for config in drawn)
""",
    "command line": """
from mnist_core.cli import train
from mnist_core.cli.parser import parser_of
options = parser_of("", train.add_to).parse_args(["train", "--warm-up", "7"])
assert options.warm_up == 7
""",
    "words and names": """
from mnist_core.network.run_settings import TrainingConfig, settings_words
from mnist_core.store.runs.names import usual_name
from ui.words.settings import LABELS
config = TrainingConfig(warm_up=7)
assert settings_words(config).endswith(", warm-up 7, seed 0")
assert usual_name(config) == "Hidden layer 784-100-10, 5 epochs, warm-up 7"
assert "warm-up" not in settings_words(TrainingConfig()) and LABELS["warm_up"] == "Warm-up"
""",
    "notebook": """
from dataclasses import fields
from mnist_core.exchange.reproduce import cells
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.runs.records import Run
known = {"name": "A run", "config": TrainingConfig(warm_up=7), "step": 1, "total_steps": 1, "data_name": "MNIST"}
run = Run(**{field.name: known.get(field.name) for field in fields(Run)})
assert "warm-up 7" in cells(run)[0].text
""",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """The project with a setting more, which one field of `TrainingConfig` describes."""
    tree = tmp_path_factory.mktemp("tree")
    for folder in ("mnist_core", "ui", "web", "pages", "tests/support", ".streamlit"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "home.py", tree)
    described = tree / "mnist_core" / "network" / "run_settings.py"
    text = described.read_text(encoding="utf-8")
    assert text.count(BEFORE) == 1
    described.write_text(text.replace(BEFORE, FIELD + BEFORE), encoding="utf-8")
    return tree


@pytest.mark.parametrize("where", PROBE)
def test_a_setting_that_is_described_once_is_found_in_the(where: str, tree: Path, tmp_path: Path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (tree, tree / "tests" / "support")))}
    command = [sys.executable, "-c", PROBE[where]]
    found = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert found.returncode == 0, found.stderr
