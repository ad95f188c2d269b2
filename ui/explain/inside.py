"""The inside of networks, as a picture that the browser computes: `web/js/inside`."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np

from ui.frame.components import component

HTML = '<div class="choice" role="radiogroup" aria-label="Network" hidden></div><div class="place"></div>'


def inside(names: Sequence[tuple[str, str]], *, key: str, image: np.ndarray | None = None, first: int = 0) -> None:
    """Draw what each layer of a network makes of an image.

    The weights are those that a component on the same page has given the browser, as `ui.draw.live` does.

    Args:
        names: of the networks that one can choose from, as their weights are called and for people.
        key: the component's.
        image: (28, 28) uint8; `None` where it is what is drawn, also while it is.
        first: the place of the network that is shown first.
    """
    data = {
        "networks": [{"name": name, "title": title} for name, title in names],
        "first": first,
        "image": None if image is None else packed_image(image),
    }
    component("inside/inside.js", html=HTML)(data=data, key=key)


def packed_image(image: np.ndarray) -> str:
    """The (28, 28) uint8 image as scripts take it: its bytes, row by row, in base 64."""
    return base64.b64encode(np.ascontiguousarray(image, np.uint8).tobytes()).decode("ascii")
