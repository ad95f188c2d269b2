"""The pages' JavaScript in Node: units that need no page, and arithmetic that gives what Python's gives."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from agreement import MODULE, agrees_on_digits, agrees_on_filters, invented, written

from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.pen import reink
from mnist_core.network.network import pretrained, pretrained_names
from mnist_core.network.operations import SUMS
from web.networks import packed

ROOT = Path(__file__).parents[2]
NODE = Path(sys.executable).with_name("node")
COMPUTE = f"""
import {{ text }} from "node:stream/consumers";
import {{ computed }} from "./{MODULE}";
console.log(JSON.stringify(computed(...JSON.parse(await text(process.stdin)))));
"""
WITHIN = """
import { text } from "node:stream/consumers";
import { within } from "./tests/web/js/within.js";
console.log(JSON.stringify(within(...JSON.parse(await text(process.stdin)))));
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


def test_the_numbers_within_a_network_are_those_of_numpy():
    rng = np.random.default_rng(7)
    image = to_mnist(reink(written(3, rng)))
    networks = {name: pretrained(name) for name in pretrained_names()} | invented(rng)
    content = base64.b64encode(packed(list(networks.items()))).decode("ascii")
    found = json.loads(node("--input-type=module", "-e", WITHIN, said=json.dumps([image.ravel().tolist(), content])))
    for name, network in networks.items():
        x = network.prepare(image[None]).astype(np.float32) / np.float32(255)
        for layer, weights, value, said in zip(
            network.layers, network.weights, network.activations(image[None]), found[name], strict=True
        ):
            if said:
                sums = SUMS[layer.kind](layer, x, *weights)
                by_hand, added, given = np.array(said["sums"]).T
                # The browser sets an image upright with its own rounding, by 2 of 255 at most.
                close = {"abs": 0.15 if network.straighten else 1e-3}
                assert by_hand == pytest.approx(added, abs=1e-3)
                assert added == pytest.approx(sums.ravel(), **close)
                assert given == pytest.approx(value.ravel(), **close)
            x = value


def test_what_hidden_units_pass_on_is_what_numpy_multiplies():
    image = to_mnist(reink(written(3, np.random.default_rng(8))))
    network = pretrained("hidden")
    content = base64.b64encode(packed([("hidden", network)])).decode("ascii")
    found = json.loads(node("--input-type=module", "-e", WITHIN, said=json.dumps([image.ravel().tolist(), content])))
    expected = network.activations(image[None])[1].T * network.weights[2][0]
    assert found["hidden"][1]["passed"] == pytest.approx(expected.ravel(), abs=1e-4)
