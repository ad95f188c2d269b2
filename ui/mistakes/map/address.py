"""What the address carries of the map: how images are placed and coloured, which are shown, what was chosen on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnist_core.drawing.images import CLASSES
from mnist_core.errors import ConfigError
from mnist_core.insight.all_images.placement import METHODS
from mnist_core.numerals import whole
from ui.frame import state
from ui.frame.address import Address, Parameter
from ui.frame.kinds import DIGIT, Checked, OneOf, UpTo
from ui.parts import scatter

BY: Mapping[str, str] = {"activations": "Hidden layer", "pixels": "Pixels"}
COLOUR: Mapping[str, str] = {"truth": "True digit", "read": "Digit read", "right": "Right or wrong"}
ONLY: Mapping[str, str] = {"all": "All images", "wrong": "Only mistakes"}
ANY = -1  # stands for every digit in the select boxes, which take `None` for nothing chosen
DIGITS: Mapping[int, str] = {ANY: "any", **{digit: str(digit) for digit in range(CLASSES)}}
KEYS = {name: f"map_{name}" for name in ("by", "method", "colour", "only", "truth", "answer")}  # of widgets
LASSO, AT = "map_lasso", "map_at"  # in session state: corners (x, y) on the grid, or a place
CORNERS = (3, 100)  # of a lasso, at least and at most

Corners = Sequence[tuple[int, int]]


def corners(numbers: Sequence[object]) -> Corners | None:
    """Corners of a lasso from x, y, x, y, ...; `None` for what is none."""
    found = [number for number in numbers if isinstance(number, int) and abs(number) <= 10 * scatter.GRID]
    if len(found) < len(numbers) or len(found) % 2 or not CORNERS[0] <= len(found) / 2 <= CORNERS[1]:
        return None
    return list(zip(found[::2], found[1::2], strict=True))


def _lasso(text: str) -> Corners:
    found = corners([whole(part) for part in text.split("_")[: 2 * CORNERS[1] + 2]])
    if found is None:
        raise ConfigError("lasso", text, f"{CORNERS[0]} to {CORNERS[1]} corners, as a line on the map has")
    return found


def _line(found: Corners) -> str:
    return "_".join(str(number) for corner in found for number in corner)


PLACED_BY = Parameter("by", OneOf(BY), key=KEYS["by"])  # Usual is the hidden layer, where the network has one.
ADDRESS = Address(
    PLACED_BY,
    Parameter("method", OneOf(METHODS), "tsne", key=KEYS["method"], always=True),
    Parameter("colour", OneOf(COLOUR), "truth", key=KEYS["colour"], always=True),
    Parameter("only", OneOf(ONLY), "all", key=KEYS["only"]),
    Parameter("truth", DIGIT, ANY, key=KEYS["truth"], choice=True),
    Parameter("answer", DIGIT, ANY, key=KEYS["answer"], choice=True),
    Parameter("lasso", Checked(_lasso, _line), key=LASSO),
    Parameter("at", UpTo(0, lambda: len(state.dataset().y_test) - 1), key=AT),
)
