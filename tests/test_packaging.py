"""What `pip install .` brings: the core alone, which trains, classifies and evaluates from anywhere."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
PACKAGED = ("mnist_core", "LICENSE", "README.md", "pyproject.toml", "requirements-core.txt")
NOT_REQUIRED = {"benchmarks"}  # measures from the project's own folder; the command says so elsewhere


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The package, built from a copy: building leaves files beside what it builds, which the next wheel would hold."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in PACKAGED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", folder / "dist", folder], check=True)
    (built,) = (folder / "dist").iterdir()
    return built


@pytest.fixture(scope="module")
def digitlab(wheel, tmp_path_factory):
    """Runs the installed command in an empty folder; what it needs is lent to it by this environment."""
    folder, home = tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("home")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"DIGITLAB_HOME": str(home), "DIGITLAB_OFFLINE": "1"}

    def command(*arguments: object, program: tuple[str, ...] = ("digitlab",)) -> str:
        words = [folder / "bin" / program[0], *program[1:], *map(str, arguments)]
        ran = subprocess.run(words, cwd=home, env=environment, capture_output=True, text=True, timeout=600)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    place = command("-c", "import mnist_core; print(mnist_core.__file__)", program=("python",))
    assert Path(place.strip()).is_relative_to(packages)
    return command


def test_an_installed_package_trains_classifies_and_evaluates(digitlab, tmp_path):
    settings = ("--architecture", "linear", "--epochs", 1, "--batch-size", 500, "--json")
    trained = json.loads(digitlab("train", *settings))
    evaluated = json.loads(digitlab("evaluate", "--run", trained["run"], "--json"))
    assert evaluated["test_accuracy"] == pytest.approx(trained["test_accuracy"], abs=1e-3) and evaluated["correct"] > 0
    page = np.full((90, 70), 255, np.uint8)
    page[15:75, 32:40] = 0
    Image.fromarray(page).save(tmp_path / "one.png")
    for run in (("digitlab",), ("python", "-m", "mnist_core")):
        answer = json.loads(digitlab("classify", tmp_path / "one.png", "--json", program=run))
        assert answer["digit"] == 1
        assert digitlab("--help", program=run).startswith(f"usage: {' '.join(run)} ")


def test_the_package_is_the_core_with_all_of_its_files(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "mnist_core").rglob("*") if path.is_file()}
    assert names == {name for name in files if "__pycache__" not in name}


def test_the_package_requires_what_it_imports_and_no_pages(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        about = archive.read(name).decode()
    required = {_plain(name) for name in re.findall(r"^Requires-Dist: ([\w.-]+)", about, re.MULTILINE)}
    assert "streamlit" not in required
    providers = metadata.packages_distributions()
    for path in sorted((ROOT / "mnist_core").rglob("*.py")):
        for module in _imports(path) - {"mnist_core", *NOT_REQUIRED, *sys.stdlib_module_names}:
            assert required & {_plain(name) for name in providers[module]}, f"{path} imports {module}"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imports(path: Path) -> set[str]:
    nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    found = [each.name for node in nodes if isinstance(node, ast.Import) for each in node.names]
    found += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.partition(".")[0] for name in found}
