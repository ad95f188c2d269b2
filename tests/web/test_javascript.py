"""The pages' JavaScript in Node: units that need no page, and arithmetic that gives what Python's gives."""

import json
import subprocess
import sys
from pathlib import Path

from agreement import MODULE, agrees_on_digits, agrees_on_filters

ROOT = Path(__file__).parents[2]
NODE = Path(sys.executable).with_name("node")
COMPUTE = f"""
import {{ text }} from "node:stream/consumers";
import {{ computed }} from "./{MODULE}";
console.log(JSON.stringify(computed(...JSON.parse(await text(process.stdin)))));
"""


def node(*arguments: str, said: str = "") -> str:
    """What Node prints."""
    run = subprocess.run([NODE, *arguments], input=said, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def computed(strokes: list, networks: str) -> dict:
    return json.loads(node("--input-type=module", "-e", COMPUTE, said=json.dumps([strokes, networks])))


def test_the_units_pass():
    assert " fail 0" in node("--test", "tests/web/js/*.test.js")


def test_drawings_come_to_the_images_and_digits_that_python_brings_them_to():
    agrees_on_digits(computed)


def test_a_convolutional_network_gives_what_slow_loops_give():
    agrees_on_filters(computed)
