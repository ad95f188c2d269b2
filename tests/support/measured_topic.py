"""A topic as `benchmarks` has them, in which much goes wrong; `test_benchmarks` runs it."""

import os
import subprocess
import sys
import time

from benchmarks import Figure, Part
from mnist_core.errors import DigitLabError

NEVER = 600  # seconds: longer than any test waits


def _good(folder, report):
    report("Measuring what is there")
    (folder / "left").write_text("by the part before")
    yield Figure.at_most("good", 1.0, "s", 2.0)


def _fails(folder, report):
    yield Figure.note("first", 3.0, "s", (folder / "left").read_text())
    raise DigitLabError("The page did not answer.")


def _hangs(folder, report):
    child = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({NEVER})"])
    (folder.parent / "hanging").write_text(f"{os.getpid()} {child.pid}")
    yield Figure.note("before it hung", 1.0, "s")
    time.sleep(NEVER)


def _dies(folder, report):
    print("what a library prints")
    os._exit(3)
    yield


def _is_a_bug(folder, report):
    raise ValueError("no such thing\nand more")
    yield


PARTS = (
    Part("Something good", 1, _good, ("good",)),
    Part("Something that fails", 1, _fails, ("first", "second", "third")),
    Part("Something that hangs", 0.1, _hangs),
    Part("Something that dies", 1, _dies, ("dead",)),
    Part("A bug", 1, _is_a_bug, ("wrong",)),
    Part("Something good at the end", 1, _good, ("good",)),
)
