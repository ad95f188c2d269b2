"""What the server hands to the browser, so that answers can follow the pen."""

import json

import numpy as np

from mnist_core.network.network import pretrained
from ui.draw.live import drawn, packed
from ui.draw.sketch import CELL, MARGIN, Sketch

LINE = {
    "type": "Path",
    "strokeWidth": 22,
    "path": [["M", 10, 20], ["Q", 10.123, 20, 55, 60], ["L", 200.06, 200]],
}


def test_networks_are_packed_as_a_header_and_their_weights_in_order():
    network = pretrained("hidden")
    content = packed([("linear", pretrained("linear")), ("mine", network)])
    end = 4 + int.from_bytes(content[:4], "little")
    assert end % 4 == 0
    first, second = json.loads(content[4:end])
    assert (first["name"], second["name"]) == ("linear", "mine")
    assert [layer["kind"] for layer in second["layers"]] == ["flatten", "dense", "dense"]
    assert (
        second["layers"][1] | {"units": 100, "activation": "relu", "shapes": [[784, 100], [100]]} == second["layers"][1]
    )
    numbers = np.frombuffer(content[end:], "<f4")
    assert np.array_equal(numbers[: 784 * 10].reshape(784, 10), pretrained("linear").weights[1][0])
    assert np.array_equal(numbers[-10:], network.weights[2][1])
    assert len(numbers) == 7_850 + 79_510


def test_the_browser_learns_what_has_been_answered_to():
    sketch = Sketch(objects=[LINE])
    sent = drawn(sketch, board="canvas_board", brush=30)
    assert sent["count"] == 1 and sent["brush"] == 30 and sent["board"] == "st-key-canvas_board"
    assert sent["strokes"] == [[10.1, 20, 200.1, 200]]
    revision = sent["revision"]
    sketch.clear()
    cleared = drawn(sketch, board="canvas_board", brush=30)
    assert cleared["count"] == 0 and cleared["strokes"] == [] and cleared["revision"] != revision


def test_what_the_pen_did_not_draw_is_left_to_the_server():
    put_on = Sketch()
    put_on.put_on(np.eye(28, dtype=np.uint8))
    assert drawn(put_on, board="b", brush=22)["strokes"] is None
    assert drawn(None, board="", brush=22)["strokes"] is None


def test_a_picture_that_was_put_on_is_followed_until_it_is_cleared():
    sketch = Sketch()
    sketch.put_on(np.zeros((28, 28), np.uint8))
    sent = drawn(sketch, board="b", brush=22)
    assert sent["strokes"] is None and sent["picture"] == {"cell": CELL, "margin": MARGIN}
    sketch.clear()
    assert drawn(sketch, board="b", brush=22)["picture"] is None
    assert drawn(None, board="", brush=22)["picture"] is None
