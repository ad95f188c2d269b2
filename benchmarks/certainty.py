"""How right the networks are in what they say of themselves: calibration, and how often an answer counts as sure.

Digits are MNIST's test images and people's pen drawings (see `benchmarks.drawing`); what is
none is made here: letters and signs of Pillow's own font, scribbles, heaps of straight
strokes, digits lying on their side, dashes and dots.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks import Figure, Part, Report
from benchmarks.drawing import FILLS, fitted
from benchmarks.temperatures import MEASURED
from mnist_core.data import dataset, pen_drawings
from mnist_core.data.dataset import Dataset
from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.pen import reink
from mnist_core.errors import DataError
from mnist_core.insight.all_images.calibration import calibration
from mnist_core.insight.one_image.certainty import INK, NEAREST, Likeness, Limits, is_sure
from mnist_core.insight.one_image.gauges import measures
from mnist_core.insight.one_image.neighbours import Means, Neighbours
from mnist_core.insight.one_image.reference import certainty_limits
from mnist_core.network.network import Network, pretrained, pretrained_names
from mnist_core.network.operations import shares
from mnist_core.settings import Settings

CANVAS = 320  # pixels, as on the Draw page
SIGNS = "ABCDEFGHJKLMNPQRTUVWXYZabdefhkmnprtuvwxy&%@#?"  # none that passes for a digit, such as O, S or l
LEAST_SURE = 96.6  # % of people's digits, of the networks that read nearly all of them
MOST_OFF = 2.0  # points by which a network may be surer, or less sure, than it is right
TESTED = 2_000  # test images
SURE_OF_PEOPLE = ("hidden-draw-ready", "convolutional-draw-ready")


def check() -> None:
    """Raise `DigitLabError` where the real MNIST or the drawings are not here."""
    _data()
    pen_drawings.read(pen_drawings.find())


@cache
def _data() -> Dataset:
    data = dataset.load(Settings.from_environment())
    if not data.is_mnist:
        raise DataError("DIGITLAB_MNIST", "names no copy of the real MNIST, whose threshold is measured here.")
    return data


def _sureness(folder: Path, report: Report) -> Iterator[Figure]:
    """How well each network is calibrated, and what it is sure of: digits, and as little else as possible."""
    data = _data()
    neighbours = Neighbours(data.x_train, data.y_train)
    pens = pen_drawings.read(pen_drawings.find())
    report(f"Rendering {len(pens.labels):,} drawings")
    drawn = np.stack([to_mnist(reink(fitted(strokes, FILLS[0]))) for strokes in pens.strokes])
    yield from _calibrated(data, drawn, pens.labels)
    sets = {"test images": _tested(data), "pen drawings": drawn, **not_digits(data)}
    means = {}
    for name, images in sets.items():
        report(f"Measuring {len(images):,} {name}")
        means[name] = neighbours.means(images, NEAREST)
    for name in pretrained_names():
        for kind, images in sets.items():
            sure = sure_of(pretrained(name), images, means[kind], certainty_limits())
            reference = f"{sure.sum():,} of {sure.size:,}"
            title = f"{name}: sure of {kind}"
            if kind == "pen drawings" and name in SURE_OF_PEOPLE:
                yield Figure.at_least(title, 100 * sure.mean(), "%", LEAST_SURE, reference)
            else:
                yield Figure.note(title, 100 * sure.mean(), "%", reference)


def _calibrated(data: Dataset, drawn: np.ndarray, digits: np.ndarray) -> Iterator[Figure]:
    """The expected calibration error of the probabilities, beside that of the shares of the outputs."""
    sets = {
        "MNIST's other test images": (data.x_test[MEASURED], data.y_test[MEASURED]),
        "pen drawings": (drawn, digits),
    }
    for name in pretrained_names():
        for kind, (images, labels) in sets.items():
            scores, probabilities = pretrained(name).answers(images)
            now, before = calibration(probabilities, labels), calibration(shares(scores), labels)
            reference = (
                f"{100 * now.confidence:.1f} % sure, {100 * now.accuracy:.1f} % right of {len(labels):,}; "
                f"by shares {100 * before.confidence:.1f} % sure, off by {100 * before.error:.1f} points"
            )
            title = f"{name}: calibration error on {kind}"
            if kind == "pen drawings":  # The draw-ready ones have learned from them, the tutorial's never saw any.
                yield Figure.note(title, 100 * now.error, "points", reference)
            else:
                yield Figure.at_most(title, 100 * now.error, "points", MOST_OFF, reference)


def not_digits(data: Dataset, *, count: int = 300, seed: int = 0) -> Mapping[str, np.ndarray]:
    """(n, 28, 28) uint8 images by kind, none of which is a digit."""
    rng = np.random.default_rng(seed)
    return {
        "letters and signs": np.stack([to_mnist(_sign(sign, bold)) for sign in SIGNS for bold in (0, 4)]),
        "scribbles": np.stack([to_mnist(reink([_scribble(rng)])) for _ in range(count)]),
        "heaps of strokes": np.stack(
            [to_mnist(reink(list(rng.uniform(40, 280, (rng.integers(3, 6), 2, 2))))) for _ in range(count)]
        ),
        "digits on their side": np.ascontiguousarray(np.rot90(_tested(data)[:count], axes=(1, 2))),
        "dashes": np.stack([to_mnist(reink([_dash(rng)])) for _ in range(count)]),
        "two dashes": np.stack([to_mnist(reink([_dash(rng), _dash(rng) + (0, 60)])) for _ in range(count)]),
        "dots": np.stack([to_mnist(reink([rng.uniform(40, 280, (1, 2))])) for _ in range(count)]),
    }


def _tested(data: Dataset) -> np.ndarray:
    chosen = np.linspace(0, len(data.y_test) - 1, TESTED).round().astype(np.intp)
    return data.x_test[chosen].reshape(-1, *IMAGE_SHAPE)


def sure_of(network: Network, images: np.ndarray, means: Means, limits: Limits) -> np.ndarray:
    """(n,) bool: whether the network is sure of its answers to (n, 28, 28) uint8 images, whose `means` are these."""
    probabilities, widths = network.probabilities(images), measures(images)["width"]
    sure = []
    for row, distances, overlaps, width in zip(probabilities, *means, widths, strict=True):
        digit = int(row.argmax())
        likeness = Likeness(digit, float(distances[digit]) / INK, float(overlaps[digit]), float(width), limits)
        sure.append(is_sure(float(row[digit]), likeness))
    return np.array(sure)


def _sign(sign: str, bold: int) -> np.ndarray:
    image = Image.new("L", (CANVAS, CANVAS))
    font = ImageFont.load_default(size=200)
    ImageDraw.Draw(image).text((CANVAS / 2, CANVAS / 2), sign, fill=255, font=font, anchor="mm", stroke_width=bold)
    return np.asarray(image)


def _dash(rng: np.random.Generator) -> np.ndarray:
    """(20, 2) points of a line across, as a hand draws it: up to 20 degrees from level, a little bowed and shaky."""
    angle, length, bow = np.radians(rng.uniform(-20, 20)), rng.uniform(40, 220), rng.normal(0, 0.03)
    at = np.linspace(-0.5, 0.5, 20)
    line = np.stack([at, bow * (4 * at**2 - 1)]).T * length + rng.normal(0, 0.8, (20, 2))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return line @ turn + (160, 130)


def _scribble(rng: np.random.Generator) -> np.ndarray:
    """(k, 2) points of a smooth line through 8 to 15 random places (a Catmull-Rom spline)."""
    places = rng.uniform(40, 280, (rng.integers(8, 16), 2))
    at = np.linspace(1, len(places) - 2, 80)
    first = np.minimum(at.astype(int), len(places) - 3)
    u = (at - first)[:, None]
    a, b, c, d = (places[first + shift] for shift in (-1, 0, 1, 2))
    return 0.5 * (2 * b + (c - a) * u + (2 * a - 5 * b + 4 * c - d) * u**2 + (3 * b - a - 3 * c + d) * u**3)


PARTS = (Part("Calibration, and distances to the training images", 90, _sureness),)
