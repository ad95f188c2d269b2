"""The digits in a picture: a sheet or a canvas is cut out first, then ink is told from paper, digit by digit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.drawing.ink import find_ink
from mnist_core.drawing.normalise import Step
from mnist_core.drawing.sheet import cut_out, find_sheet
from mnist_core.drawing.turn import turned_up

SMALL = 300  # pixels; smaller pictures are of digits alone, and lie as they were made
MOST_SHEETS = 2  # one on the other, such as a canvas on a page


@dataclass(frozen=True, eq=False)
class Found:
    """What is in a picture.

    Attributes:
        digits: from left to right, at least one; each (H, W) uint8, 0 ground, 255 ink.
        steps: the pictures on the way to them.
    """

    digits: tuple[np.ndarray, ...]
    steps: tuple[Step, ...]


def find_digits(grey: np.ndarray) -> Found:
    """The digits in a picture, of any size and on any ground.

    Args:
        grey: (H, W) uint8 lightness.

    Raises:
        ImageError: nothing stands out from the ground.
    """
    steps = [Step("Picture", "As it came in, without its colours.", grey)]
    for _ in range(MOST_SHEETS if max(grey.shape) > SMALL else 0):
        corners = find_sheet(grey)
        if corners is None:
            break
        grey = cut_out(grey, corners)
        steps.append(Step("Sheet", "What the digit is written on, cut out and set straight.", grey))
    digits = find_ink(grey)
    # A sheet says what is upright, and so does a line of digits.
    turned = turned_up(digits[0]) if len(steps) == 1 and len(digits) == 1 and max(grey.shape) > SMALL else None
    if turned is not None:
        steps.append(Step("Aslant", "It leans more than people write: next it is turned towards upright.", digits[0]))
        digits = [turned]
    return Found(tuple(digits), tuple(steps))
