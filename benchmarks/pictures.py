"""How well digits are found and read in pictures: sheets on desks, screenshots, boxes, rulings, glare, numbers.

The pictures are drawn by `benchmarks.scenes`, the same ones each time, from drawings of the
people in `benchmarks.drawing`'s file; where there is none, from digits that the app draws.
On some of these people, with surroundings of their own, thresholds are chosen
(`python -m benchmarks.pictures`); the figures are of the others.

The networks that come with the app have learned from drawings of the file that it was made
with: of those, the figures say how well digits are *found*.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks import Figure, Part, Report
from benchmarks.certainty import sure_of
from benchmarks.scenes import CHOOSING, KINDS, REPORTED, Kind, Scene
from mnist_core.data import dataset, pen_drawings, synthetic
from mnist_core.data.pen_drawings import PenDrawings
from mnist_core.drawing.normalise import to_mnist
from mnist_core.drawing.picture import find_digits
from mnist_core.errors import DataError, ImageError
from mnist_core.exchange.uploads import read_grey
from mnist_core.insight.one_image.certainty import NEAREST
from mnist_core.insight.one_image.neighbours import Neighbours
from mnist_core.insight.one_image.reference import certainty_limits
from mnist_core.network.network import pretrained
from mnist_core.settings import Settings

NETWORKS = ("convolutional-draw-ready", "hidden-draw-ready")  # the first is held to the aims
COUNT = 60  # pictures a kind
MOST_SURE = 20.0  # % of the wrong answers
MOST_SECONDS = 1.0  # of CPU for finding the digits of a picture


def check() -> None:
    """Nothing has to be here: without people's drawings the app's own stand in."""


def people(surroundings: str) -> tuple[PenDrawings, str]:
    """The drawings of the people that are chosen on or reported, and what they are in a few words."""
    reported = surroundings == REPORTED
    try:
        drawings = pen_drawings.read(pen_drawings.find())
    except DataError:
        rng = np.random.default_rng([7, reported])
        labels = np.tile(np.arange(10, dtype=np.uint8), 30)
        strokes = [synthetic.draw_digit(int(digit), rng) for digit in labels]
        return PenDrawings(strokes, labels, np.zeros(len(labels), np.uint8)), "digits drawn by the app"
    writers = np.unique(drawings.writers)
    chosen = writers[len(writers) // 2 :] if reported else writers[: len(writers) // 2]
    return drawings.chosen(np.isin(drawings.writers, chosen)), f"{len(chosen)} people"


def pictures(kind: Kind, drawings: PenDrawings, surroundings: str, count: int) -> Iterator[tuple[bytes, str]]:
    """Files of this kind, each with the number in it."""
    for place in range(count):
        rng = np.random.default_rng([surroundings == REPORTED, place, *kind.title.encode()])
        own = np.flatnonzero(drawings.writers == rng.choice(drawings.writers))
        rows = rng.choice(own, rng.integers(kind.digits[0], kind.digits[1] + 1))
        digits = [int(drawings.labels[row]) for row in rows]
        scene = Scene([drawings.strokes[row] for row in rows], digits, rng, surroundings)
        yield kind.picture(scene), "".join(map(str, digits))


def _found(content: bytes) -> np.ndarray | None:
    """(n, 28, 28) uint8: the digits in a picture, from left to right; `None` where it is refused."""
    try:
        return np.stack([to_mnist(ink) for ink in find_digits(read_grey(content)).digits])
    except ImageError:
        return None


@cache
def _neighbours() -> Neighbours | None:
    """The training images that tell what is sure; `None` where the real MNIST is not here."""
    settings = Settings.from_environment()
    data = dataset.load(settings) if dataset.at_hand(settings) else None
    return Neighbours(data.x_train, data.y_train) if data is not None and data.is_mnist else None


@dataclass(frozen=True)
class Tally:
    """What one network makes of the pictures of a kind: how many of `count` it reads right, and so on.

    `sure` is of the wrong ones; `None` where the real MNIST is not here to tell.
    """

    count: int
    right: int
    refused: int
    wrong: int
    sure: int | None

    def __str__(self) -> str:
        sure = "" if self.sure is None else f", {self.sure} of them sure"
        return f"{self.right} of {self.count}; refused {self.refused}, wrong {self.wrong}{sure}"


def read(kind: Kind, surroundings: str, count: int) -> tuple[list[Tally], list[float]]:
    """What each of `NETWORKS` makes of so many pictures, and the seconds of CPU that finding took for each."""
    drawings, _ = people(surroundings)
    found, numbers, seconds = [], [], []
    for content, number in pictures(kind, drawings, surroundings, count):
        before = time.process_time()
        found.append(_found(content))
        seconds.append(time.process_time() - before)
        numbers.append(number)
    refused = sum(each is None for each in found)
    tallies = []
    for name in NETWORKS:
        said = ["" if each is None else "".join(map(str, pretrained(name).classify(each))) for each in found]
        right = [a == b for a, b in zip(said, numbers, strict=True)]
        wrong = [each for each, good in zip(found, right, strict=True) if each is not None and not good]
        tallies.append(Tally(count, sum(right), refused, len(wrong), _sure(name, wrong)))
    return tallies, seconds


def _sure(name: str, wrong: list[np.ndarray]) -> int | None:
    """How many of these pictures' answers count as sure, each digit of them; `None` where nobody can tell."""
    neighbours = _neighbours()
    if neighbours is None:
        return None
    if not wrong:
        return 0
    images = np.concatenate(wrong)
    sure = sure_of(pretrained(name), images, neighbours.means(images, NEAREST), certainty_limits())
    return sum(bool(part.all()) for part in np.split(sure, np.cumsum([len(each) for each in wrong])[:-1]))


def _measured(folder: Path, report: Report) -> Iterator[Figure]:
    who = people(REPORTED)[1]
    judged, slowest = [], 0.0
    for kind in KINDS:
        report(f"Reading {COUNT} pictures: {kind.title}")
        tallies, seconds = read(kind, REPORTED, COUNT)
        judged.append(tallies[0])
        slowest = max(slowest, *seconds)
        for name, tally in zip(NETWORKS, tallies, strict=True):
            title, share, reference = f"{kind.title}: {name}", 100 * tally.right / tally.count, f"{tally}; {who}"
            if name == NETWORKS[0]:
                yield Figure.at_least(title, share, "% read", kind.aim, reference)
            else:
                yield Figure.note(title, share, "% read", reference)
    wrong = sum(each.wrong for each in judged)
    if wrong and judged[0].sure is not None:
        sure = sum(each.sure or 0 for each in judged)
        yield Figure.at_most("wrong answers that are sure", 100 * sure / wrong, "%", MOST_SURE, f"{sure} of {wrong}")
    yield Figure.at_most("CPU of the slowest picture", slowest, "s", MOST_SECONDS, f"of {COUNT * len(KINDS)}")


PARTS = (Part("Pictures of each kind", 240, _measured),)


if (
    __name__ == "__main__"
):  # Those that thresholds are chosen on: how many of each kind, and words of the kinds' titles.
    for chosen in KINDS:
        if not sys.argv[2:] or any(word in chosen.title for word in sys.argv[2:]):
            found_by, taken = read(chosen, CHOOSING, int(sys.argv[1]))
            print(chosen.title, *found_by, f"at most {max(taken):.2f} s", sep=" | ", flush=True)
