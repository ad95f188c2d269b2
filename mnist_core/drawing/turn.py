"""A digit that lies aslant, turned towards upright by its longest axis.

The axis is that of the ink's second moments (Hu 1962, "Visual Pattern Recognition by Moment
Invariants").  It tells little of digits as broad as they are tall, and people write with a
slant, to the right above all: so what leans no more than that stays as it is, and what leans
more is turned by half, the rest being no more than a slant.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from mnist_core.drawing.normalise import ink_box

LONG = 2.4  # times as long along its axis as across, squared, from where on there is an axis
MOST_RIGHT, MOST_LEFT = 30.0, 28.0  # degrees that digits lean by themselves
SHARE = 0.5  # of the lean that is taken away
SIDE = 128  # pixels; the axis is found at this size


def lean(ink: np.ndarray) -> float:
    """Degrees by which the (H, W) uint8 ink leans to the right, below 0 to the left; 0 where it has no long axis."""
    box = ink_box(ink)
    if box is None:
        return 0.0
    image = Image.fromarray(ink[box[0] : box[1], box[2] : box[3]])
    image.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    mass = np.asarray(image, np.float64)
    rows, columns = np.indices(mass.shape)
    total = mass.sum()
    x, y = columns - (mass * columns).sum() / total, rows - (mass * rows).sum() / total
    xx, yy, xy = (mass * x * x).sum(), (mass * y * y).sum(), (mass * x * y).sum()
    apart = np.hypot(xx - yy, 2 * xy)
    if xx + yy + apart <= LONG * (xx + yy - apart):
        return 0.0
    across = np.degrees(0.5 * np.arctan2(2 * xy, xx - yy))
    return float(across - 90 if across > 0 else across + 90)


def turned_up(ink: np.ndarray) -> np.ndarray | None:
    """The (H, W) uint8 ink of a digit that leans more than people write, turned; `None` where it does not."""
    leans = lean(ink)
    if -MOST_LEFT <= leans <= MOST_RIGHT:
        return None
    return np.asarray(Image.fromarray(ink).rotate(SHARE * leans, Image.Resampling.BICUBIC, expand=True))
