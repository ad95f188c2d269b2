"""Servers for tests from Debian's packages, where they are missing and the user is root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

OPTIONS = ("-y", "-qq", "-oDpkg::Use-Pty=0", "--no-install-recommends")


def is_root() -> bool:
    """Whether this process may do everything on this machine."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def may_install() -> bool:
    """Whether packages can be installed here."""
    return is_root() and shutil.which("apt-get") is not None


def install(package: str) -> None:
    """Try to install a package; what stands in the way is said on stderr."""
    print(f"Installing Debian's {package}", file=sys.stderr, flush=True)
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (("update", "-qq"), ("install", *OPTIONS, package)):
        try:
            subprocess.run(("apt-get", *command), stdout=sys.stderr.fileno(), env=environ, timeout=900, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            print(error, file=sys.stderr)


def ensure(find: Callable[[], object], install: Callable[[], None], tests: str, none_found: str) -> None:
    """Install a server where `find` gives none, and say on stderr what becomes of `tests` where it stays missing."""
    if find() is None:
        install()
    if find() is None:
        fate = "fail" if os.environ.get("CI", "").lower() == "true" else "be skipped"
        print(f"WARNING: the tests {tests} will {fate}: {none_found}", file=sys.stderr)
