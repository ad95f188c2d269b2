"""Find a Chromium that runs and a Playwright to drive it, or install what is missing.

As a script (`make test` runs it) it prints the path of a Chromium, installing one where
none is found: Debian's package for root, Playwright's own build for everybody else.
Where that fails it says on stderr what will happen to the browser tests, and why.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

# The first is Chromium without the window around its pages, which nobody looks at here: a fifth less work.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
VERSION = re.compile(r"(?:Chromium|Chrome|Edge)\D* (\d+)\.")
NONE_FOUND = (
    "no Chromium was found and none could be installed. Install one (Debian: apt-get install chromium) "
    "or name one: CHROMIUM=/path/to/chromium make test"
)
DRIVER_LIBRARY = "libatomic1"  # the one library of Playwright's Node.js that a bare Debian lacks


class NoChromium(Exception):
    """No browser to test with; the message says why and what to do."""


def version(path: str) -> int | None:
    """Major version of the browser at `path`; `None` where it is no browser that runs.

    It has to be asked: Ubuntu's `chromium-browser` is a script that only tells where to
    get one.
    """
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = VERSION.search(answer.stdout)
    return int(match[1]) if match and answer.returncode == 0 else None


def find(environ: Mapping[str, str] | None = None) -> str | None:
    """Path of a Chromium on this machine: `CHROMIUM`, one on the `PATH`, or Playwright's.

    Raises:
        NoChromium: `CHROMIUM` names something that is none.
    """
    environ = os.environ if environ is None else environ
    named = environ.get("CHROMIUM")
    if named:
        path = shutil.which(named, path=environ.get("PATH"))
        if path is None or version(path) is None:
            raise NoChromium(f"CHROMIUM={named} is not a Chromium that runs on this machine.")
        return path
    return next((path for path in _candidates(environ) if version(path) is not None), None)


def _candidates(environ: Mapping[str, str]) -> Iterator[str]:
    for name in NAMES:
        path = shutil.which(name, path=environ.get("PATH"))
        if path:
            yield path
    yield from (path for path in APPLICATIONS if Path(path).exists())
    own = _playwrights_own()
    if own is not None and own.exists():
        yield str(own)


def _playwrights_own() -> Path | None:
    # Asked in a process of its own: a process drives one Playwright at a time, and may do so already.
    question = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
    )
    try:
        answer = subprocess.run(
            [sys.executable, "-c", question], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Path(answer.stdout.strip()) if answer.returncode == 0 else None


def driver_problem() -> str | None:
    """Why Playwright cannot drive any browser on this machine; `None` where it can."""
    command = [sys.executable, "-m", "playwright", "--version"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"Playwright does not start: {error}"
    if answer.returncode == 0:
        return None
    return f"Playwright does not start (Debian: apt-get install {DRIVER_LIBRARY}): {answer.stderr.strip()[-500:]}"


def obstacle() -> str | None:
    """Why nothing can be tested in a browser on this machine; `None` where it can.

    Raises:
        NoChromium: `CHROMIUM` names something that is none.
    """
    return NONE_FOUND if find() is None else driver_problem()


def install() -> None:
    """Try to install what is missing."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    debian = bool(root and shutil.which("apt-get"))
    packages = [DRIVER_LIBRARY] if driver_problem() else []
    packages += NAMES[:2] if find() is None else []
    if debian and packages and _run("apt-get", "update", "-qq"):
        for package in packages:  # One by one: Debian before 12 lacks the first Chromium, Ubuntu both.
            if package == DRIVER_LIBRARY or find() is None:
                _say(f"Installing Debian's {package}")
                _run("apt-get", "install", "-y", "-qq", "-oDpkg::Use-Pty=0", "--no-install-recommends", package)
    if find() is None:
        _say("Fetching Playwright's chromium")
        libraries = ["--with-deps"] if debian else []
        _run(sys.executable, "-m", "playwright", "install", *libraries, "chromium")


def _run(*command: str) -> bool:
    """True where the command succeeded; what it says goes to stderr."""
    try:
        environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(command, stdout=sys.stderr.fileno(), env=environ, timeout=900, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        _say(str(error))
        return False
    return done.returncode == 0


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def in_ci() -> bool:
    """True where a test that cannot run has to fail."""
    return os.environ.get("CI", "").lower() == "true"


def main() -> int:
    """Print the path of a Chromium, or nothing; 1 where `CHROMIUM` names something else."""
    try:
        reason = obstacle()
        if reason:
            install()
            reason = obstacle()
        path = find()
    except NoChromium as error:
        _say(str(error))
        return 1
    if path:
        print(path)
    if reason:
        _say(f"WARNING: the browser tests will {'fail' if in_ci() else 'be skipped'}: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
