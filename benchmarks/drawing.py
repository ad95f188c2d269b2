"""How well people's pen drawings are read, beside what a plain resize would give.

The drawings are the UCI pen digits in the layout of `pen_strokes_dev.npz` (points,
stroke and digit offsets, labels, writers); the file is named by `DIGITLAB_PEN_DRAWINGS`
or lies beside the MNIST file that `DIGITLAB_MNIST` names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from benchmarks import Figure, Report
from mnist_core.drawing import to_mnist
from mnist_core.errors import DataError
from mnist_core.network import pretrained, pretrained_names
from mnist_core.settings import Settings

CANVAS = 280  # pixels
PEN = 20  # pixels
FILLS = (0.7, 0.6, 0.8, 0.9)  # longest side of the drawn path, as a fraction of the canvas; the first is judged
OVERSAMPLING = 4  # Pillow draws without anti-aliasing
LEAST = {"hidden": 87.0}  # % of drawings read; no other network is held to a bound


@dataclass(frozen=True)
class PenDrawings:
    """Drawings as pen paths.

    Attributes:
        strokes: for each drawing its strokes, each (k, 2) float, x to the right, y down.
        labels: (n,) uint8 digits.
        writers: (n,) uint8.
    """

    strokes: list[list[np.ndarray]]
    labels: np.ndarray
    writers: np.ndarray


def figures(report: Report) -> Iterator[Figure]:
    """Accuracy on drawings, over all and by writer, with MNIST's recipe and with a resize."""
    drawings = pen_drawings()
    for fill in FILLS:
        report(f"Rendering {len(drawings.labels):,} drawings that fill {100 * fill:.0f} % of the canvas")
        canvases = [rendered(fitted(strokes, fill)) for strokes in drawings.strokes]
        images = np.stack([to_mnist(canvas) for canvas in canvases])
        resized = np.stack([_plain_resize(canvas) for canvas in canvases])
        for name in pretrained_names():
            network = pretrained(name)
            right = network.classify(images) == drawings.labels
            naive = network.classify(resized) == drawings.labels
            title = f"{name}: pen drawings read, {PEN} px pen, filling {100 * fill:.0f} % of {CANVAS} px"
            reference = f"{right.sum():,} of {right.size:,}; plain resize {100 * naive.mean():.1f} %"
            if name in LEAST and fill == FILLS[0]:
                yield Figure.at_least(title, 100 * right.mean(), "%", LEAST[name], reference)
            else:
                yield Figure.note(title, 100 * right.mean(), "%", reference)
            if fill == FILLS[0]:
                by_writer = [100 * right[drawings.writers == writer].mean() for writer in np.unique(drawings.writers)]
                mean = f"mean of the {len(by_writer)} is {np.mean(by_writer):.1f} %"
                yield Figure.note(f"{name}: the writer that is read worst", min(by_writer), "%", mean)


def pen_drawings() -> PenDrawings:
    mnist = Settings.from_environment().mnist
    named = os.environ.get("DIGITLAB_PEN_DRAWINGS")
    if not named and mnist is None:
        raise DataError("DIGITLAB_PEN_DRAWINGS", "name the file with the pen drawings in this variable.")
    path = Path(named) if named else mnist.parent / "pen_strokes_dev.npz"
    try:
        with np.load(path, allow_pickle=False) as file:
            points, labels, writers = file["points"].astype(float), file["labels"], file["writers"]
            stroke_ends, digit_ends = file["stroke_offsets"], file["digit_offsets"]
    except (OSError, KeyError, ValueError) as cause:
        raise DataError(path, f"cannot be read as pen drawings: {cause}.") from cause
    strokes = [points[a:b] for a, b in zip(stroke_ends[:-1], stroke_ends[1:], strict=True)]
    digits = [strokes[a:b] for a, b in zip(digit_ends[:-1], digit_ends[1:], strict=True)]
    return PenDrawings(digits, labels, writers)


def fitted(strokes: list[np.ndarray], fill: float) -> list[np.ndarray]:
    """The strokes in canvas pixels, centred, their longest side `fill` of the canvas."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = fill * CANVAS / max((high - low).max(), 1)
    return [(stroke - (low + high) / 2) * scale + CANVAS / 2 for stroke in strokes]


def _plain_resize(canvas: np.ndarray) -> np.ndarray:
    """The whole canvas shrunk to 28x28, as most apps do."""
    return np.asarray(Image.fromarray(canvas).resize((28, 28), Image.Resampling.BILINEAR))


def rendered(strokes: list[np.ndarray]) -> np.ndarray:
    """(280, 280) uint8: the strokes with a round pen, as the canvas draws them."""
    image = Image.new("L", (CANVAS * OVERSAMPLING,) * 2)
    pen, radius = ImageDraw.Draw(image), PEN * OVERSAMPLING / 2
    for stroke in strokes:
        path = [tuple(point * OVERSAMPLING) for point in stroke]
        pen.line(path, fill=255, width=PEN * OVERSAMPLING, joint="curve")
        for x, y in path:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(image.resize((CANVAS, CANVAS), Image.Resampling.BOX))
