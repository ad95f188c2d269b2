"""The browser's own arithmetic gives what the server's gives."""

import json

import numpy as np
import pytest

from mnist_core.architectures import Dense, Flatten
from mnist_core.drawing import to_mnist
from mnist_core.network import Network, pretrained
from mnist_core.pen import reink
from mnist_core.slant import straighten
from mnist_core.synthetic import draw_digit
from ui.live import packed, script
from ui.sketch import SIDE, Sketch

DRAWINGS = 500
# Images and outputs of all strokes, and of the images upright.
COMPUTE = """async ([script, strokes, networks]) => {
    const url = URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
    const live = await import(url);
    const bytes = Uint8Array.from(atob(networks), (letter) => letter.charCodeAt(0));
    const named = live.unpacked(bytes);
    const images = strokes.map((each) => live.toMnist(live.reink(each), 84));
    const upright = images.map(live.straighten);
    const scores = Object.fromEntries(Object.entries(named).map(
        ([name, network]) => [name, images.map((image) => [...live.forward(network, image)])]));
    return {images: images.map((each) => [...each]), upright: upright.map((each) => [...each]), scores};
}"""
