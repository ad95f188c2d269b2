"""How well people's pen drawings are read, by each network and each choice of training.

The drawings are the UCI pen digits in the layout of `mnist_core.data.pen_drawings`; the file
is named by `DIGITLAB_PEN_DRAWINGS` or lies beside the MNIST file that `DIGITLAB_MNIST`
names.  Where MNIST is at hand, networks are trained here: with their digits set upright,
with pen styles as well, and with the drawings of all writers but the one that is asked
about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from benchmarks import Figure, Part, Report
from mnist_core.data import dataset, pen_drawings
from mnist_core.data.dataset import Dataset
from mnist_core.data.mixture import Pool, people_and
from mnist_core.data.pen_drawings import PenDrawings
from mnist_core.drawing.normalise import plain_resize, to_mnist
from mnist_core.drawing.pen import reink
from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.network import DRAW_READY, Network, pretrained, pretrained_names
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.settings import Settings

CANVAS = 280  # pixels
PEN = 20  # pixels
FILLS = (0.7, 0.6, 0.8, 0.9)  # longest side of the drawn path, as a fraction of the canvas; the first is judged
SIZES, PENS = (0.4, 0.6, 0.8, 0.95), (8, 20, 36)  # small to large, thin to thick
EVERY = 5  # every so many drawings stand for all where each is rendered twelve times
OVERSAMPLING = 4  # Pillow draws without anti-aliasing
EPOCHS = 5
LEAST = {"hidden": 87.0}  # % of drawings read; no other network is held to a bound
LEAST_WITH_STYLES = {"hidden": 92.0}
LEAST_DRAW_READY = {"linear": 89.0, "hidden": 96.0, "convolutional": 98.0}
LEAST_MNIST = {"hidden": 97.8}
MOST_SPREAD = 2.0  # points between the sizes and pens that are read best and worst


def check() -> None:
    """Raise `DigitLabError` where there are no drawings to read."""
    _drawings()


@cache
def _drawings() -> PenDrawings:
    return pen_drawings.read(pen_drawings.find())


def _beside_a_resize(folder: Path, report: Report) -> Iterator[Figure]:
    drawings = _drawings()
    names = [name for name in pretrained_names() if not name.endswith(DRAW_READY)]
    for fill in FILLS:
        report(f"Rendering {len(drawings.labels):,} drawings that fill {100 * fill:.0f} % of the canvas")
        canvases = [rendered(fitted(strokes, fill), PEN) for strokes in drawings.strokes]
        images = np.stack([to_mnist(canvas) for canvas in canvases])
        resized = np.stack([plain_resize(canvas) for canvas in canvases])
        for name in names:
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
                yield Figure.note(f"{name}: the writer that is read worst", *_worst(right, drawings))


def _sizes_and_pens(folder: Path, report: Report) -> Iterator[Figure]:
    """Drawings small and large, with thin and thick pens: from the pixels, and from the pen's path."""
    drawings = _drawings()
    few = drawings.chosen(np.arange(len(drawings.labels)) % EVERY == 0)
    read: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for fill in SIZES:
        for pen in PENS:
            report(f"Rendering {len(few.labels):,} drawings that fill {100 * fill:.0f} % with a pen of {pen} px")
            paths = [fitted(strokes, fill) for strokes in few.strokes]
            ways = {
                "pixels": np.stack([to_mnist(rendered(path, pen)) for path in paths]),
                "path": np.stack([to_mnist(reink([np.rint(stroke) for stroke in path])) for path in paths]),
            }
            for way, images in ways.items():
                for name in pretrained_names():
                    right = pretrained(name).classify(images) == few.labels
                    read.setdefault((name, way), []).append((100 * right.mean(), f"{100 * fill:.0f} % by {pen} px"))
    for (name, way), shares in read.items():
        low, high = min(shares), max(shares)
        title = f"{name}: from the {way}, spread over {len(SIZES)} sizes and {len(PENS)} pens"
        reference = f"{low[0]:.1f} % at {low[1]}, {high[0]:.1f} % at {high[1]}, of {len(few.labels):,} drawings"
        if way == "path":
            yield Figure.at_most(title, high[0] - low[0], "points", MOST_SPREAD, reference)
        else:
            yield Figure.note(title, high[0] - low[0], "points", reference)


def _choices(architecture: str, folder: Path, report: Report) -> Iterator[Figure]:
    """A network with each choice of training: MNIST, the drawings, and the writer that is read worst."""
    if not dataset.at_hand(Settings.from_environment()):
        report("No network is trained here, because MNIST is not at hand")
        return
    from mnist_core.training.loop import train  # TensorFlow: seconds, so only where it is needed.

    drawings, data = _drawings(), dataset.load(Settings.from_environment())
    images = np.stack([to_mnist(reink(strokes)) for strokes in drawings.strokes])
    yield from _choice(f"{architecture}, exact", [pretrained(architecture)], images, drawings, data)
    upright = TrainingConfig(architecture, epochs=EPOCHS, straighten=True)
    styled = TrainingConfig(architecture, epochs=EPOCHS, straighten=True, pen_styles=True)
    report(f"Training {architecture} on upright digits, then with pen styles")
    trained = train(upright, data).network
    yield from _choice(f"{architecture}, upright", [trained], images, drawings, data)
    trained = train(styled, data).network
    least = LEAST_WITH_STYLES.get(architecture)
    yield from _choice(f"{architecture}, upright and pen styles", [trained], images, drawings, data, least)
    report(f"Training {architecture} without each writer in turn")
    networks = [train(styled, data, pool=without).network for without in without_each(drawings)]
    name, least = f"{architecture}, draw-ready, writer left out", LEAST_DRAW_READY[architecture]
    mnist = LEAST_MNIST.get(architecture)
    yield from _choice(name, networks, images, drawings, data, least, mnist)


def without_each(drawings: PenDrawings) -> Iterator[Callable[[], Pool]]:
    """For each writer in turn, what draw-ready networks learn from beside the data set, that writer left out."""
    for writer in np.unique(drawings.writers):
        yield partial(people_and, drawings.chosen(drawings.writers != writer), seed=0)


def _choice(
    name: str,
    networks: Sequence[Network],
    images: np.ndarray,
    drawings: PenDrawings,
    data: Dataset,
    least: float | None = None,
    least_mnist: float | None = None,
) -> Iterator[Figure]:
    """One network for all drawings, or one a writer."""
    right = np.empty(len(images), bool)
    for index, writer in enumerate(np.unique(drawings.writers)):
        rows = drawings.writers == writer
        right[rows] = networks[min(index, len(networks) - 1)].classify(images[rows]) == drawings.labels[rows]
    mnist = 100 * np.mean([(each.classify(data.x_test) == data.y_test).mean() for each in networks])
    tested = f"{len(data.y_test):,} test images of {data.name}" + (f", {len(networks)} networks" * (len(networks) > 1))
    for title, value, bound, reference in (
        (f"{name}: test images read", mnist, least_mnist, tested),
        (f"{name}: pen drawings read, path re-inked", 100 * right.mean(), least, f"{right.sum():,} of {right.size:,}"),
    ):
        if bound is None:
            yield Figure.note(title, value, "%", reference)
        else:
            yield Figure.at_least(title, value, "%", bound, reference)
    yield Figure.note(f"{name}: the writer that is read worst", *_worst(right, drawings))


def _worst(right: np.ndarray, drawings: PenDrawings) -> tuple[float, str, str]:
    """Value, unit and reference of the writer that is read worst."""
    by_writer = [100 * right[drawings.writers == writer].mean() for writer in np.unique(drawings.writers)]
    return min(by_writer), "%", f"mean of the {len(by_writer)} is {np.mean(by_writer):.1f} %"


def fitted(strokes: list[np.ndarray], fill: float) -> list[np.ndarray]:
    """The strokes in canvas pixels, centred, their longest side `fill` of the canvas."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = fill * CANVAS / max((high - low).max(), 1)
    return [(stroke - (low + high) / 2) * scale + CANVAS / 2 for stroke in strokes]


def rendered(strokes: list[np.ndarray], width: int = PEN) -> np.ndarray:
    """(280, 280) uint8: the strokes with a round pen, as the canvas draws them."""
    image = Image.new("L", (CANVAS * OVERSAMPLING,) * 2)
    pen, radius = ImageDraw.Draw(image), width * OVERSAMPLING / 2
    for stroke in strokes:
        path = [tuple(point * OVERSAMPLING) for point in stroke]
        pen.line(path, fill=255, width=width * OVERSAMPLING, joint="curve")
        for x, y in path:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(image.resize((CANVAS, CANVAS), Image.Resampling.BOX))


PARTS = (
    Part("The recipe of MNIST beside a plain resize", 40, _beside_a_resize),
    Part("Sizes and pens", 40, _sizes_and_pens),
    *(
        Part(f"Training {name} with each choice", seconds, partial(_choices, name))
        for name, seconds in zip(ARCHITECTURES, (50, 60, 180), strict=True)
    ),
)
