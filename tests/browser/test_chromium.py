import os
import subprocess
import sys
from pathlib import Path

import chromium
import pytest

HERE = Path(__file__).parent


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def without_playwrights_own(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    monkeypatch.setattr(chromium, "APPLICATIONS", ())


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("chromium-headless-shell", "Chromium 156.0.8078.79 "),
        ("chromium", "Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)"),
        ("google-chrome", "Google Chrome 149.0.7011.2 "),
    ],
)
def test_a_browser_on_the_path_is_found(tmp_path, name, says):
    path = program(tmp_path / name, f"echo '{says}'")
    assert chromium.find({"PATH": str(tmp_path)}) == str(path)


def test_a_stub_that_tells_where_to_get_a_browser_is_passed_over(tmp_path):
    program(tmp_path / "chromium", "echo 'requires the chromium snap to be installed'; exit 1")
    real = program(tmp_path / "google-chrome", "echo 'Google Chrome 149.0.7011.2'")
    assert chromium.find({"PATH": str(tmp_path)}) == str(real)


def test_of_two_chromiums_the_one_without_windows_is_taken(tmp_path):
    program(tmp_path / "chromium", "echo Chromium 156.0.1.2")
    shell = program(tmp_path / "chromium-headless-shell", "echo Chromium 156.0.1.2")
    assert chromium.find({"PATH": str(tmp_path)}) == str(shell)


def test_the_one_that_is_named_wins(tmp_path):
    program(tmp_path / "chromium", "echo Chromium 156.0.1.2")
    named = program(tmp_path / "mine", "echo Chromium 140.0.1.2")
    assert chromium.find({"PATH": str(tmp_path), "CHROMIUM": str(named)}) == str(named)


def test_a_wrong_name_is_refused_and_not_replaced_in_silence(tmp_path):
    program(tmp_path / "chromium", "echo Chromium 156.0.1.2")
    with pytest.raises(chromium.NoChromium, match="CHROMIUM=/no/such/browser"):
        chromium.find({"PATH": str(tmp_path), "CHROMIUM": "/no/such/browser"})


def run_without_chromium(tmp_path: Path, ci: str) -> subprocess.CompletedProcess:
    """The harness on a machine that has no Chromium, with one test that needs it."""
    for source in ("conftest.py", "chromium.py", "app_server.py", "tab.py", "strokes.py", "windows.py"):
        (tmp_path / source).write_bytes((HERE / source).read_bytes())
    (tmp_path / "test_page.py").write_text("def test_page(desktop):\n    raise RuntimeError('it ran')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers -ra\nmarkers = browser\n")
    environ = {key: value for key, value in os.environ.items() if key not in {"CHROMIUM", "DIGITLAB_MNIST"}}
    environ |= {
        "PYTHONPATH": os.pathsep.join(map(str, (HERE.parents[1], HERE.parent / "support"))),
        "PATH": str(tmp_path),
        "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "none"),
        "CI": ci,
    }
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    return subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=120)


@pytest.mark.skipif(sys.platform == "darwin", reason="browsers in /Applications cannot be hidden from the search")
class TestWithoutAnyChromium:
    def test_browser_tests_skip_and_say_so_loudly(self, tmp_path):
        answer = run_without_chromium(tmp_path, ci="")
        lines = answer.stdout.splitlines()
        assert answer.returncode == 0, answer.stdout
        assert any("WARNING: the browser tests did not run" in line for line in lines)
        assert any("apt-get install chromium" in line for line in lines)
        assert "1 skipped" in lines[-1]

    def test_browser_tests_fail_in_ci(self, tmp_path):
        answer = run_without_chromium(tmp_path, ci="true")
        assert answer.returncode == 1
        assert "1 error" in answer.stdout.splitlines()[-1] and "no Chromium was found" in answer.stdout


def test_without_any_nothing_is_printed_for_make_to_use(tmp_path, monkeypatch, capsys, without_playwrights_own):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("CI", raising=False)
    tried = []
    monkeypatch.setattr(chromium, "_run", lambda *command: tried.append(command) or False)
    assert chromium.main() == 0
    said = capsys.readouterr()
    assert said.out == "" and "WARNING: the browser tests will be skipped" in said.err
    assert tried[-1][1:4] == ("-m", "playwright", "install")


def test_a_driver_that_lacks_a_library_is_named_with_what_to_install(monkeypatch, tmp_path):
    stub = program(tmp_path / "node", "echo 'node: libatomic.so.1: cannot open shared object file' >&2; exit 127")
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(stub))
    reason = chromium.driver_problem()
    assert "libatomic.so.1" in reason and "apt-get install libatomic1" in reason
