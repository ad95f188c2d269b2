"""What `make run` and `make test` do before Python has anything of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="make run needs a POSIX shell")


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def interpreter(path: Path, version: tuple[int, int], *, lacks: str = "nothing") -> Path:
    """A Python that answers as one of this version does, and cannot import `lacks`."""
    return program(
        path,
        f"""case "$2" in
            *"{lacks}"*) exit 1;;
            *version_info*) exec '{sys.executable}' -c "import sys; sys.version_info = {version}; $2";;
            *) exit 0;;
        esac""",
    )


@pytest.fixture
def bin_folder(tmp_path) -> Path:
    """A folder to be the whole PATH: the shell's own tools, and what a test adds."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "cat", "touch", "rm", "cp", "mkdir"):
        (folder / tool).symlink_to(shutil.which(tool))
    return folder


def find_python(bin_folder: Path, **environ: str) -> subprocess.CompletedProcess:
    # The search's last resort is taken away: the machine that tests may have one there.
    script = (ROOT / "scripts/find_python.sh").read_text().replace(" /usr/bin/python3;", ";")
    return subprocess.run(
        ["sh", "-s"], input=script, env={"PATH": str(bin_folder), **environ}, capture_output=True, text=True, timeout=60
    )


class TestFindPython:
    def test_python3_comes_first(self, bin_folder):
        interpreter(bin_folder / "python3.12", (3, 12))
        wanted = interpreter(bin_folder / "python3", (3, 10))
        assert find_python(bin_folder).stdout.strip() == str(wanted)

    @pytest.mark.parametrize("version", [(3, 9), (3, 14), (2, 7)])
    def test_one_that_is_too_old_or_too_new_is_passed_over(self, bin_folder, version):
        interpreter(bin_folder / "python3", version)
        wanted = interpreter(bin_folder / "python3.11", (3, 11))
        assert find_python(bin_folder).stdout.strip() == str(wanted)

    def test_a_stub_that_only_prints_an_error_is_passed_over(self, bin_folder):
        program(bin_folder / "python3", "echo 'pyenv: python3: command not found' >&2; exit 127")
        wanted = interpreter(bin_folder / "python3.13", (3, 13))
        assert find_python(bin_folder).stdout.strip() == str(wanted)

    def test_one_that_cannot_make_environments_gives_way_to_one_that_can(self, bin_folder):
        interpreter(bin_folder / "python3", (3, 11), lacks="ensurepip")
        wanted = interpreter(bin_folder / "python3.10", (3, 10))
        assert find_python(bin_folder).stdout.strip() == str(wanted)

    def test_without_ensurepip_the_missing_package_is_named(self, bin_folder):
        interpreter(bin_folder / "python3", (3, 11), lacks="ensurepip")
        answer = find_python(bin_folder)
        assert answer.returncode == 1 and not answer.stdout
        assert "apt-get install python3.11-venv" in answer.stderr

    def test_without_any_it_says_which_versions_do(self, bin_folder):
        answer = find_python(bin_folder)
        assert answer.returncode == 1 and not answer.stdout
        assert "No Python from 3.10 to 3.13 was found" in answer.stderr

    def test_a_named_one_wins_and_a_wrong_one_is_not_replaced_in_silence(self, bin_folder, tmp_path):
        interpreter(bin_folder / "python3", (3, 11))
        named = interpreter(tmp_path / "with space" / "python", (3, 12))
        assert find_python(bin_folder, PYTHON=str(named)).stdout.strip() == str(named)
        wrong = interpreter(tmp_path / "old", (3, 9))
        answer = find_python(bin_folder, PYTHON=str(wrong))
        assert answer.returncode == 1 and str(wrong) in answer.stderr


class Checkout:
    """A project folder whose Python writes down what it is asked to do, and installs nothing."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.calls = folder / "calls"
        shutil.copytree(ROOT / "scripts", folder / "scripts")
        (folder / "requirements-core.txt").write_text("a==1\n")
        (folder / "requirements.txt").write_text("-r requirements-core.txt\nb==1\n")
        (folder / "requirements-dev.txt").write_text("-r requirements.txt\nc==1\n")
        program(
            folder / "base-python",
            f"""cd '{folder}'
            case "$*" in
                *"-m venv"*) rm -rf .venv; mkdir -p .venv/bin; cp base-python .venv/bin/python; echo venv >>calls;;
                *"-m pip install"*) echo "install $7" >>calls; [ ! -f broken ] || . ./broken;;
                --version) echo "Python 3.11.2";;
            esac""",
        )

    def install(self, requirements: str = "requirements.txt") -> subprocess.CompletedProcess:
        self.calls.write_text("")
        return subprocess.run(
            ["sh", "scripts/install.sh", requirements],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "PYTHON": str(self.folder / "base-python")},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def done(self) -> list[str]:
        return self.calls.read_text().splitlines()


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    folder = tmp_path / "a checkout"
    folder.mkdir()
    return Checkout(folder)


class TestInstall:
    def test_the_first_time_makes_and_fills_the_environment_and_the_second_does_nothing(self, checkout):
        assert checkout.install().returncode == 0
        assert checkout.done() == ["venv", "install requirements.txt"]
        second = checkout.install()
        assert (second.returncode, second.stdout, checkout.done()) == (0, "", [])

    def test_what_the_tests_need_contains_what_the_app_needs(self, checkout):
        checkout.install("requirements-dev.txt")
        checkout.install("requirements.txt")
        assert checkout.done() == []

    def test_other_pins_are_installed_into_the_same_environment(self, checkout):
        checkout.install("requirements-dev.txt")
        for changed in ("requirements-core.txt", "requirements.txt"):
            (checkout.folder / changed).write_text("d==2\n")
            checkout.install("requirements-dev.txt")
            assert checkout.done() == ["install requirements-dev.txt"]

    def test_a_touched_file_with_the_same_pins_is_not_installed_again(self, checkout):
        checkout.install()
        os.utime(checkout.folder / "requirements.txt", (2e9, 2e9))
        checkout.install()
        assert checkout.done() == []

    def test_an_interrupted_installation_is_begun_again_from_nothing(self, checkout):
        (checkout.folder / "broken").write_text("kill -9 $PPID; exit 1")
        assert checkout.install().returncode != 0
        (checkout.folder / "broken").unlink()
        assert checkout.install().returncode == 0
        assert checkout.done() == ["venv", "install requirements.txt"]

    def test_a_failed_installation_says_so_and_is_tried_again(self, checkout):
        (checkout.folder / "broken").write_text("exit 1")
        answer = checkout.install()
        assert answer.returncode == 1 and "could not be installed" in answer.stderr
        (checkout.folder / "broken").unlink()
        assert checkout.install().returncode == 0
        assert checkout.done() == ["install requirements.txt"]

    def test_an_environment_without_pip_is_made_anew(self, checkout):
        checkout.install()
        program(checkout.folder / ".venv/bin/python", "exit 1")
        assert checkout.install().returncode == 0
        assert checkout.done() == ["venv", "install requirements.txt"]
