"""The inside of networks, as a picture that the browser computes: `web/js/inside`."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.data.dataset import Dataset
from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.insight.all_images.units import LayerUnits, units
from mnist_core.network.layers import Conv2D, multiplications
from mnist_core.network.network import Network
from ui.frame.components import component
from web.networks import packed

IMAGES, FEW_IMAGES = 2_000, 500  # test images that units are judged on; the fewer where there are filters
MOST_LIVE = 6_000_000  # multiplications of a network that follows the pen: 5 to 15 ms of script
TOO_LARGE = "This network is too large to be drawn on every frame."
HTML = '<div class="choice" role="radiogroup" aria-label="Network" hidden></div><div class="place"></div>'


def follows_the_pen(network: Network) -> bool:
    """Whether a browser computes it in a frame or so; of others the server's answer comes after a stroke."""
    return multiplications(network.layers) <= MOST_LIVE


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


def inside_of(name: str, network: Network, image: np.ndarray | None, *, key: str) -> None:
    """Draw what each layer of one network makes of an image that nobody draws at.

    Args:
        name: a text that tells its weights from others.
        network: the network; sent once, however many images are looked at.
        image: (28, 28) uint8; `None` for a blank one.
        key: the component's.
    """
    if not follows_the_pen(network):
        st.caption(TOO_LARGE)
        return
    with st.container(gap=None):  # Or the component without a height would leave a gap of its own.
        component("inside/weights.js")(data=_packed(name, network), key=f"{key}_weights", height=0)
        inside([(name, "")], key=key, image=np.zeros(IMAGE_SHAPE, np.uint8) if image is None else image)


@st.cache_resource(max_entries=8, show_spinner=False)
def _packed(name: str, _network: Network) -> bytes:
    return packed([(name, _network)])


def units_known(name: str, network: Network, data: Dataset, *, key: str) -> list[LayerUnits]:
    """Give the browser what is known of a network's hidden units from test images, and return it.

    Args:
        name: a text that tells its weights from others, as for `inside`.
        network: the network.
        data: whose test images are asked, some thousand of them.
        key: the component's.
    """
    if not follows_the_pen(network):
        return []
    found, content = _units(f"{name}-{data.digest}", network, data, name)
    if found:
        component("inside/weights.js")(data=content, key=key, height=0)
    return found


def asked(network: Network, data: Dataset) -> np.ndarray:
    """The (n, 28, 28) uint8 test images that units are judged on, evenly taken: filters take longer to ask."""
    most = FEW_IMAGES if any(isinstance(layer, Conv2D) for layer in network.layers) else IMAGES
    return data.x_test[:: max(1, len(data.x_test) // most)]


@st.cache_resource(max_entries=8, show_spinner=False)
def _units(identity: str, _network: Network, _data: Dataset, _name: str) -> tuple[list[LayerUnits], bytes]:
    images = asked(_network, _data)
    found = units(_network, images)
    places = np.unique(np.concatenate([each.best.ravel() for each in found])) if found else np.zeros(0, np.int64)
    layers = [
        {
            "layer": each.layer,
            "dead": each.dead,
            "doubled": [(pair.unit, pair.like, round(pair.correlation, 3)) for pair in each.doubled],
            "best": np.searchsorted(places, each.best).tolist(),
            "levels": [[round(float(level), 3) for level in levels] for levels in each.levels],
        }
        for each in found
    ]
    header = json.dumps({"name": _name, "count": len(images), "layers": layers}).encode()
    return found, b"".join([len(header).to_bytes(4, "little"), header, images[places].tobytes()])
