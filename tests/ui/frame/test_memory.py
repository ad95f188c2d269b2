"""What a server has freed is not kept from others."""

import platform
import subprocess
import sys

import pytest

# Blocks as pictures and images have them, each followed by something small that stays.
WORK = """
import psutil, sys
from ui.frame.memory import give_back_freed
if sys.argv[1] == "told":
    give_back_freed()
resident = psutil.Process().memory_info
before, stays = resident().rss, []
for _ in range(20):
    blocks = []
    for _ in range(20):
        blocks.append(bytearray(3_000_000))
        stays.append(bytes(1_000))
del blocks
print((resident().rss - before) // 1_000_000)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another way of giving memory back")
def test_what_is_freed_between_things_that_stay_goes_back_to_the_system():
    def left(how: str) -> int:
        return int(subprocess.run([sys.executable, "-c", WORK, how], capture_output=True, text=True, check=True).stdout)

    assert left("told") < 5 < left("not told")
