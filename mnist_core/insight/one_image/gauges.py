"""Where a drawing stands among MNIST's training images: ink, pen, slant, size, position.

What MNIST's own values are comes from `reference`, so that no data set needs to be here.

Not covered: what cannot differ, since normalisation makes it equal, such as the longest
side of 20 pixels and the centre of mass.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mnist_core.drawing.images import check_images
from mnist_core.drawing.normalise import BOX, SIZE, ink_box
from mnist_core.drawing.slant import slant as slant_of
from mnist_core.errors import ImageError

FULL = 110  # grey level from which a pixel counts as the pen's whole: what is grey is the edge of a stroke
MIDDLE = 0.03  # of the canvas; nearer to its middle nobody sees the difference


@dataclass(frozen=True)
class Gauge:
    """One quantity of a drawing.

    Attributes:
        label: its name, in sentence case.
        value: with its unit, for people.
        words: a sentence that places it.
        percentile: percent of MNIST's training images below it; `None` where MNIST has
            nothing to compare.
    """

    label: str
    value: str
    words: str
    percentile: float | None = None


def measures(images: np.ndarray) -> dict[str, np.ndarray]:
    """What is compared with MNIST, for many images.

    Args:
        images: (n, 28, 28) uint8, 0 background, 255 ink; each with some ink.

    Returns:
        Arrays of (n,) float64: "ink", the sum of all pixels in units of a full one;
        "width" of the pen in pixels, twice the area over the length of the outline (pi / 4
        of the steps in grey along rows and columns, the mean over all directions); "slant" in degrees
        from upright by the second moments, positive where the top leans right.

    Raises:
        ImageError: not such an array, or a blank image among them.
    """
    check_images(images)
    mass = images.sum(axis=(1, 2), dtype=np.float64)
    if not mass.all():
        raise ImageError("a blank image has no pen and no slant to measure.")
    inside = np.pad(np.minimum(images / FULL, 1), ((0, 0), (1, 1), (1, 1)))
    sides = sum(np.abs(np.diff(inside, axis=axis)).sum(axis=(1, 2)) for axis in (1, 2))
    width = 2 * inside.sum(axis=(1, 2)) / (math.pi / 4 * sides)
    return {"ink": mass / 255, "width": width, "slant": np.degrees(np.arctan(slant_of(images)))}


def gauges(
    image: np.ndarray,
    quantiles: Mapping[str, np.ndarray],
    *,
    drawing: np.ndarray | None = None,
    digit: int | None = None,
) -> list[Gauge]:
    """Where the image stands among MNIST's, and the drawing on its canvas.

    Args:
        image: (28, 28) uint8, normalised, with some ink.
        quantiles: `reference.quantiles()`.
        drawing: (H, W) uint8, what the image was made from; adds size and position.
        digit: what it was read as; a 7 leans more than a 0, so slant is compared within it, and not at all
            without one.

    Raises:
        ImageError: not such an image, or a blank one.
    """
    values = {name: float(each[0]) for name, each in measures(image[None]).items()}
    places = {name: percentile(values[name], quantiles[name]) for name in ("width", "ink")}
    degrees = round(values["slant"])
    lean = f"{abs(degrees)} degrees {'right' if degrees > 0 else 'left'}" if degrees else "upright"
    pen = _placed("Your pen is {} {} of MNIST.", ("thinner than", "thicker than"), places["width"])
    ink = _placed("There is {} {} of MNIST.", ("less ink than in", "more ink than in"), places["ink"])
    found = [
        Gauge("Pen", f"{values['width']:.1f} px of 28", pen, places["width"]),
        Gauge("Ink", f"{values['ink']:.0f} full pixels", ink, places["ink"]),
    ]
    if digit is not None:
        place = percentile(values["slant"], quantiles["slant"][digit])
        slant = _placed(f"It leans further {{}} {{}} of MNIST's {digit}s.", ("left than", "right than"), place)
        found.append(Gauge("Slant", lean, slant, place))
    return found + ([] if drawing is None else _on_canvas(drawing))


def percentile(value: float, quantiles: np.ndarray) -> float:
    """Percent of MNIST's images below the value, 0 to 100, from their (101,) quantiles."""
    return float(np.interp(value, quantiles, np.arange(101)))


def _placed(sentence: str, sides: tuple[str, str], place: float) -> str:
    side, beyond = (sides[0], 100 - place) if place < 50 else (sides[1], place)
    return sentence.format(side, "all" if beyond >= 100 else f"{min(99, round(beyond))} %")


def _on_canvas(drawing: np.ndarray) -> list[Gauge]:
    box = ink_box(drawing)
    if box is None:
        return []
    top, bottom, left, right = box
    height, width = drawing.shape
    share = max(bottom - top, right - left) / max(height, width)
    usual = f"MNIST's fill {100 * BOX / SIZE:.0f} % of theirs; shrinking takes care of that."
    down, across = (top + bottom) / 2 / height - 0.5, (left + right) / 2 / width - 0.5
    off = [
        f"{100 * abs(amount):.0f} % {words[amount > 0]}"
        for amount, words in ((across, ("left", "right")), (down, ("up", "down")))
        if abs(amount) >= MIDDLE
    ]
    where = f"{' and '.join(off)} of the middle" if off else "in the middle"
    fills = f"{100 * share:.0f} % of the canvas"
    return [
        Gauge("Size", fills, f"Your digit fills {fills}. {usual}"),
        Gauge("Position", where, f"Your digit is {where}. Centring takes care of that."),
    ]
