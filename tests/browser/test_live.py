"""The browser's own arithmetic gives what the server's gives."""

import base64

import numpy as np
from playwright.sync_api import Page

from mnist_core.architectures import Dense, Flatten
from mnist_core.drawing import to_mnist
from mnist_core.network import Network, pretrained
from mnist_core.pen import reink
from mnist_core.slant import straighten
from mnist_core.synthetic import draw_digit
from ui.live import packed, script
from ui.sketch import SIDE

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


def test_the_browser_brings_drawings_to_the_images_and_digits_that_the_server_brings_them_to(browser):
    rng = np.random.default_rng(5)
    drawings = [written(digit % 10, rng) for digit in range(DRAWINGS)]
    networks = {"linear": pretrained("linear"), "hidden": pretrained("hidden")} | invented(rng)
    page = browser.new_page()
    found = computed(page, drawings, networks)
    page.close()
    images = np.stack([to_mnist(reink(strokes)) for strokes in drawings])
    assert np.abs(np.array(found["images"]).reshape(images.shape) - images.astype(int)).max() <= 2
    upright = straighten(images)
    assert np.abs(np.array(found["upright"]).reshape(images.shape) - upright.astype(int)).max() <= 2
    for name, network in networks.items():
        scores = np.array(found["scores"][name])
        expected = network.scores(images)
        assert np.abs(scores - expected).max() < 0.02
        assert (scores.argmax(axis=1) == expected.argmax(axis=1)).all()


def written(digit: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Strokes of a digit in canvas pixels, of any size and anywhere, now and then with a stray dot."""
    strokes = draw_digit(digit, rng)
    size, left, top = rng.uniform(60, 300), rng.uniform(0, 20), rng.uniform(0, 20)
    strokes = [np.round(stroke * size + (left, top), 1) for stroke in strokes]
    return [*strokes, rng.uniform(0, SIDE, (1, 2))] if rng.random() < 0.1 else strokes


def invented(rng: np.random.Generator) -> dict[str, Network]:
    """Networks with the other activations."""
    networks = {}
    for activation in ("sigmoid", "tanh", "elu", "linear"):
        shapes = ((784, 12), (12,)), ((12, 10), (10,))
        weights = [tuple(rng.normal(0, 0.2, shape).astype(np.float32) for shape in pair) for pair in shapes]
        networks[activation] = Network((Flatten(), Dense(12, activation), Dense(10, "sigmoid")), ((), *weights))
    return networks


def computed(page: Page, drawings: list, networks: dict[str, Network]) -> dict:
    """What the script makes of drawings, in one call."""
    strokes = [[stroke.ravel().tolist() for stroke in drawing] for drawing in drawings]
    content = base64.b64encode(packed(list(networks.items()))).decode("ascii")
    return page.evaluate(COMPUTE, [script(), strokes, content])
