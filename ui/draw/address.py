"""What Draw's address carries."""

from __future__ import annotations

from collections.abc import Mapping

from mnist_core.store.drawings import checked_hand
from ui import networks
from ui.draw.sketch import BRUSH, BRUSHES
from ui.frame import state
from ui.frame.address import Address, Parameter
from ui.frame.kinds import Checked, Listed, OneOf, UpTo, Whole
from ui.parts.answers import BARS, PROBABILITY

WAYS: Mapping[str, tuple[str, str]] = {
    "draw": ("Draw", ":material/draw:"),
    "upload": ("Picture", ":material/upload:"),
    "camera": ("Camera", ":material/photo_camera:"),
}
MOST_NETWORKS = 3
WAY, NETWORK, BARS_KEY, BRUSH_KEY, HAND_KEY = "way", "network", "bars", "brush", "hand"  # keys of widgets

NETWORKS = Parameter(
    "network",
    Listed(networks.NAMED, MOST_NETWORKS),
    lambda: list(networks.USUAL_FOR_DRAWINGS),
    key=NETWORK,
    choice=True,
)
BOARD = Address(
    Parameter("way", OneOf(WAYS), "draw", key=WAY),
    NETWORKS,
    Parameter("bars", OneOf(BARS), PROBABILITY, key=BARS_KEY, lasting=True),
    Parameter("brush", Whole(*BRUSHES), BRUSH, key=BRUSH_KEY, lasting=True),
)
# The test image that is put on; later that which lies on the canvas.
MNIST = Parameter("mnist", UpTo(0, lambda: len(state.dataset().y_test) - 1), key="test_image_asked", label="test image")
# Where the address says nothing, this browser's own.
HAND = Parameter(
    "hand",
    Checked(checked_hand),
    key=HAND_KEY,
    lasting=True,
    words="Drawings are kept under this browser's own instead.",
)
LESSON = Parameter("lesson", Checked(lambda key: state.store().runs.get(key)), words="")
ADDRESS = Address(*BOARD, MNIST, HAND, LESSON)
