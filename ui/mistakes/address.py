"""What the address of the Mistakes page carries: of the page itself, and of whichever view of it is shown."""

from __future__ import annotations

from ui.frame.address import Address
from ui.frame.views import view_parameter
from ui.images.address import gallery
from ui.mistakes import KEY, VIEWS
from ui.mistakes.figures import address as figures
from ui.mistakes.labels import address as labels
from ui.mistakes.map import address as map_
from ui.mistakes.matrix import address as matrix
from ui.mistakes.mystery import address as mystery
from ui.mistakes.stress import address as stress
from ui.networks.choice import NETWORK
from ui.networks.on_test_images import STEP

PAGE = Address(NETWORK, STEP, view_parameter(VIEWS, KEY))
OF_VIEW = {
    "matrix": Address(*matrix.ADDRESS, *gallery("")),
    "map": Address(*map_.ADDRESS, *gallery("")),
    "figures": Address(*figures.ADDRESS, *gallery("")),
    "mystery": mystery.ADDRESS,
    "labels": labels.ADDRESS,
    "stress": Address(*stress.ADDRESS, *gallery("")),
}
ADDRESS = Address(*PAGE, *(each for view in OF_VIEW.values() for each in view))
