"""What the Compare page's address carries: two networks, the time of their training, and which images are shown."""

from __future__ import annotations

from mnist_core.errors import ConfigError
from mnist_core.insight.all_images.comparison import CELLS
from mnist_core.network.network import pretrained_names
from mnist_core.numerals import whole
from ui import networks
from ui.frame.address import Address, Parameter
from ui.frame.kinds import Checked
from ui.images.address import gallery

LAST = -1  # in place of a step: the last weights
SHOW = "compare_show"  # in session state


def parsed(what: str) -> tuple[str, int, int] | None:
    """The network ("a" or "b"), the true digit and the one read that "a-4-9" names; `None` for anything else."""
    parts = what.split("-")
    if len(parts) != 3 or parts[0] not in ("a", "b") or not {parts[1], parts[2]} <= set("0123456789"):
        return None
    return parts[0], int(parts[1]), int(parts[2])


def _images(text: str) -> str:
    if text not in CELLS and parsed(text) is None:
        raise ConfigError("images", text, f"one of {', '.join(CELLS)}, or such as a-4-9")
    return text


def _step(text: str) -> int:
    if (step := whole(text)) is None or step < 0:
        raise ConfigError("step", text, "one at which the network kept its weights")
    return step


def _usual(place: int, pretrained: str) -> str:
    """Of the networks that fit the data set in use the one that is compared where nobody says which."""
    key = networks.usual()
    if key in pretrained_names():
        return pretrained
    fitting = networks.trained_networks()
    return fitting[:2][place].key


NETWORKS = {
    letter: Parameter(
        letter, networks.NAMED, usual, key=f"compare_{letter}", label=letter.upper(), always=True, choice=True
    )
    for letter, usual in (("a", lambda: _usual(0, "linear")), ("b", lambda: _usual(-1, "hidden")))
}
STEPS = {
    letter: Parameter(
        f"{letter}_step",
        Checked(_step),
        LAST,
        key=f"compare_{letter}_step",
        choice=True,
        words="The last weights are compared instead.",
    )
    for letter in NETWORKS
}
SIDES = Address(*NETWORKS.values(), *STEPS.values())
SHOWN = Parameter(
    "show",
    Checked(_images),
    "only_b",
    key=SHOW,
    label="images",
    words="Those that only B reads right are shown.",
    earlier="cell",  # What people who write a link by hand call it.
    always=True,
)
ADDRESS = Address(*SIDES, SHOWN, *gallery(""))
