"""Where CI has everything that the tests need, one that does not run is a failure."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FILES = {
    "test_body.py": "import pytest\ndef test_it(): pytest.skip('in the body')",
    "test_mark.py": "import pytest\n@pytest.mark.skipif(True, reason='by a mark')\ndef test_it(): pass",
    "test_file.py": "import pytest\npytest.skip('the whole file', allow_module_level=True)",
    "test_xfail.py": "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False",
}


def run(folder: Path, **environ: str) -> subprocess.CompletedProcess:
    (folder / "conftest.py").write_bytes((HERE / "conftest.py").read_bytes())
    for name, text in FILES.items():
        (folder / name).write_text(text)
    inherited = {key: value for key, value in os.environ.items() if key not in {"CI", "DIGITLAB_MNIST"}}
    options = ["-p", "no:cacheprovider", "--continue-on-collection-errors", f"--rootdir={folder}", str(folder)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=HERE.parent,
        env=inherited | environ,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_every_skip_fails_in_ci_with_mnist_and_an_expected_failure_does_not(tmp_path):
    answer = run(tmp_path, CI="true", DIGITLAB_MNIST="mnist.npz")
    assert answer.returncode != 0
    for reason in ("in the body", "by a mark", "the whole file"):
        assert reason in answer.stdout
    summary = answer.stdout.splitlines()[-1]
    assert "1 failed, 1 xfailed, 2 errors" in summary and "skipped" not in summary


def test_without_mnist_skips_are_skips(tmp_path):
    answer = run(tmp_path, CI="true")
    assert answer.returncode == 0 and "3 skipped, 1 xfailed" in answer.stdout.splitlines()[-1]
