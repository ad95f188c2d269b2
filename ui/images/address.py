"""What the address carries of a gallery of test images, whichever view shows it."""

from __future__ import annotations

from ui.frame import state
from ui.frame.address import Address, Parameter
from ui.frame.kinds import OneOf, UpTo, Whole
from ui.images.filters import FILTERS
from ui.images.orders import ORDERS, RISING

IMAGE = "found_image"  # in session state: the place of the image that is open, in whichever view; `None` for none
OPEN = Parameter("image", UpTo(0, lambda: len(state.dataset().y_test) - 1), key=IMAGE, words="No image is opened.")


def gallery(key: str) -> Address:
    """Of the gallery with this key: its order, what it leaves out, its page, and the image that is open."""
    orders = OneOf([*ORDERS, *(f"{name}{RISING}" for name in ORDERS)])
    return Address(
        Parameter("sort", orders, "loss", key=f"{key}_sorted"),
        Parameter("filter", OneOf(FILTERS), "all", key=f"{key}_filter"),
        Parameter("page", Whole(1, 1_000_000), 1, key=f"{key}_page"),
        OPEN,
    )
