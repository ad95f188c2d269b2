"""How much a network bears: how many test images it reads right, the more they are changed.

One transformation at a time (`mnist_core.insight.all_images.transformations`), over a range on
both sides of the amount that changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.drawing.images import check_images
from mnist_core.errors import JobError
from mnist_core.insight.all_images.transformations import TRANSFORMATIONS, Transformation
from mnist_core.network.layers import Conv2D
from mnist_core.network.network import Network

if TYPE_CHECKING:
    from mnist_core.insight.work import Work

SEED = 0  # of the sample
SAMPLE = 2_000  # test images for networks with convolutions, which need thirty times as long as others
HALVINGS = 5  # of the step after which an answer differs


@dataclass(frozen=True)
class Change:
    """How far one image can be changed in one way before a network answers otherwise.

    Attributes:
        transformation: what was done to it.
        way: -1 below the neutral amount, 1 above it.
        amounts: the last one at which the network still said `said`, and the first at
            which it did not; twice the end of the range where it always did.
        images: (2, 28, 28) uint8, the image at both.
        said: the digit that it reads in the image as it is.
        says: the digit that it reads at the second amount.
    """

    transformation: Transformation
    way: int
    amounts: tuple[float, float]
    images: np.ndarray
    said: int
    says: int

    @property
    def found(self) -> bool:
        """Whether the answer changes within the range."""
        return self.says != self.said


def smallest_changes(network: Network, image: np.ndarray) -> list[Change]:
    """For each transformation and each way, the smallest amount at which the network answers otherwise.

    Steps away from the image as it is, then the first step after which the answer
    differs is halved `HALVINGS` times.  What lies between two steps with the same answer
    is not looked at.

    Args:
        network: any.
        image: (28, 28) uint8.

    Raises:
        ImageError: not one image.
    """
    one = image[None]
    check_images(one)
    paths = [(each, way, each.steps(way)) for each in TRANSFORMATIONS.values() for way in each.ways]
    said, *answers = network.classify(
        np.concatenate([one, *(each.apply(one, amount) for each, _, steps in paths for amount in steps)])
    )
    same, other, end = [], [], 0
    for each, _, steps in paths:
        differs = np.flatnonzero(np.array(answers[end : end + len(steps)]) != said)
        end += len(steps)
        first = int(differs[0]) if differs.size else len(steps)
        same.append(each.neutral if first == 0 else float(steps[first - 1]))
        other.append(float(steps[min(first, len(steps) - 1)]))

    def at(amounts: list[float]) -> np.ndarray:
        return np.concatenate([path[0].apply(one, amount) for path, amount in zip(paths, amounts, strict=True)])

    for _ in range(HALVINGS):
        middle = [(low + high) / 2 for low, high in zip(same, other, strict=True)]
        differ = network.classify(at(middle)) != said
        same = [low if differs else half for low, half, differs in zip(same, middle, differ, strict=True)]
        other = [half if differs else high for high, half, differs in zip(other, middle, differ, strict=True)]
    pictures = np.stack([at(same), at(other)], axis=1)
    says = network.classify(pictures[:, 1])
    return [
        Change(each, way, (same[i], other[i]), pictures[i], int(said), int(says[i]))
        for i, (each, way, _) in enumerate(paths)
    ]


def places_asked(network: Network, count: int) -> np.ndarray:
    """Which of `count` test images the network is asked about: all, or a seeded sample; (k,) int64, rising."""
    if count <= SAMPLE or not any(isinstance(layer, Conv2D) for layer in network.layers):
        return np.arange(count)
    return np.sort(np.random.default_rng(SEED).choice(count, SAMPLE, replace=False))


def curves(network: Network, images: np.ndarray, labels: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """For each transformation its key, and how many images of each digit are read right at each setting of its grid.

    Args:
        network: any.
        images: (n, 28, 28) uint8.
        labels: (n,) uint8, the true digits.

    Yields:
        A key of `TRANSFORMATIONS` and (k, classes) int64 counts.
    """

    def right(changed: np.ndarray) -> np.ndarray:
        return np.bincount(labels[network.classify(changed) == labels], minlength=network.outputs)

    unchanged = right(images)
    for each in TRANSFORMATIONS.values():
        counts = [unchanged if each.neutral == amount else right(each.apply(images, amount)) for amount in each.grid]
        yield each.key, np.stack(counts)


def compute(work: Work) -> dict[str, np.ndarray]:
    """The curves of one network on the test images: an analysis of the kind "stress".

    The option "step" asks about the run's snapshot after so many steps; without it, about its last weights.

    Returns:
        "places" (n,) int64, the test images asked about; "totals" (classes,) int64, of each
        digit; and for each key of `TRANSFORMATIONS` "<key>_settings" (k,) float64 and
        "<key>_correct" (k, classes) int64.

    Raises:
        JobError: there are no weights of that step.
    """
    data, asked = work.dataset, work.options.get("step")
    step = None if asked is None else int(asked)
    network = work.network if step is None else work.store.runs.results.snapshot(work.key, step)
    if network is None:
        raise JobError(f"Run {work.key} kept no weights at step {step or 0:,}. Choose another one.")
    places = places_asked(network, len(data.x_test))
    labels = data.y_test[places]
    found = {"places": places, "totals": np.bincount(labels, minlength=len(data.classes))}
    for key, correct in curves(network, data.x_test[places], labels):
        found |= {f"{key}_settings": TRANSFORMATIONS[key].grid, f"{key}_correct": correct}
    return found
