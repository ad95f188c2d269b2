"""How a run came to read the test images as it does: its answers at each of its snapshots.

The scores are kept as float16 logarithms, 20 bytes an image and snapshot.  That keeps the
small ones, which the loss sees, as well as those near 1: with the 11 bits of float16 a
score s comes back within |ln s| / 2048 of itself, 0.1 % at 0.1 and 0.5 % at 1e-5, and
1 - s within 0.05 %, down to 6e-8.  The digits read are kept beside them and are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.drawing.images import CLASSES, DIGITS, IMAGE_SHAPE
from mnist_core.network import evaluation
from mnist_core.network.network import Network
from mnist_core.store.runs.records import Run, SnapshotInfo
from mnist_core.store.store import Store

if TYPE_CHECKING:
    from mnist_core.insight.work import Work

NOTHING = 255  # the digit read where an output is not a finite number
MOST, EARLY = 40, 8  # snapshots of a long run that are kept, and how many of them are its first
KERNELS = 10  # units of the first layer whose weights are kept


@dataclass(frozen=True)
class History:
    """A run's answers to n test images at k snapshots.

    Attributes:
        steps: (k,) int64, training steps done, rising.
        epochs: (k,) float64, the same in passes over the training images.
        labels: (k, n) uint8, the digit with the highest score; `NOTHING` where an output is not finite.
        logs: (k, n, classes) float16, natural logarithm of the scores.
        kernels: (k, m, h, w) float16, what some units of the first layer weigh: all, or the
            ten that changed most between the first and the last snapshot.
        units: (m,) int64, which these are, rising.
    """

    steps: np.ndarray
    epochs: np.ndarray
    labels: np.ndarray
    logs: np.ndarray
    kernels: np.ndarray
    units: np.ndarray

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> History:
        """The history in what `compute` returned.  Raises `KeyError` where an array is missing."""
        return cls(**{each.name: arrays[each.name] for each in fields(cls)})

    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays by name, as `of` takes them."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def place(self, step: int | None) -> int | None:
        """Where in the history this step is; the last where `None`, `None` where it is not in it."""
        if step is None:
            return len(self.steps) - 1
        found = np.flatnonzero(self.steps == step)
        return int(found[0]) if len(found) else None

    def scores(self, place: int) -> np.ndarray:
        """(n, classes) float32 scores at a snapshot; the highest of each image is at its label.

        Rounding can make the highest two equal, and then the others give way by the last bit.
        """
        labels = self.labels[place].astype(np.int64)
        scores = np.exp(self.logs[place].astype(np.float32))
        for row in np.flatnonzero((scores.argmax(axis=1) != labels) & (labels != NOTHING)):
            top = scores[row].max()
            scores[row, scores[row] == top] = np.nextafter(top, np.float32(0))
            scores[row, labels[row]] = top
        return scores


@dataclass(frozen=True)
class Learned:
    """When each of n images was learned, over k snapshots.

    Attributes:
        first: (n,) int64, index of the first snapshot from which it stays right; k where it
            is wrong at the last.
        never: (n,) bool, right at no snapshot.
        forgotten: (n,) bool, right at some snapshot, wrong at the last.
    """

    first: np.ndarray
    never: np.ndarray
    forgotten: np.ndarray

    @property
    def always(self) -> np.ndarray:
        """(n,) bool, right at every snapshot."""
        return self.first == 0


def read(scores: np.ndarray) -> np.ndarray:
    """(n,) uint8: the digit with the highest of (n, classes) scores, `NOTHING` where one of them is not finite."""
    digits = evaluation.read(scores)
    return np.where(digits == evaluation.UNREAD, NOTHING, digits).astype(np.uint8)


def learned(labels: np.ndarray, truth: np.ndarray) -> Learned:
    """When each image was learned.

    Args:
        labels: (k, n) the digits read at each snapshot, k at least 1.
        truth: (n,) the true digits.

    Raises:
        ValueError: shapes that do not fit, or no snapshot.
    """
    if labels.ndim != 2 or not len(labels) or labels.shape[1:] != truth.shape:
        raise ValueError(f"expected (k, n) labels and (n,) truth with k > 0, got {labels.shape} and {truth.shape}")
    right = labels == truth
    # How many snapshots in a row are right, counted from the last.
    streak = np.cumprod(right[::-1], axis=0).sum(axis=0, dtype=np.int64)
    never = ~right.any(axis=0)
    return Learned(len(labels) - streak, never, ~right[-1] & ~never)


def matrices(labels: np.ndarray, truth: np.ndarray, classes: int = CLASSES) -> np.ndarray:
    """(k, classes, classes) int64 confusion matrices of (k, n) digits read; images read as `NOTHING` are in no cell."""
    counts = []
    for digits in labels:
        answered = digits < classes
        pairs = truth[answered].astype(np.int64) * classes + digits[answered]
        counts.append(np.bincount(pairs, minlength=classes**2))
    return np.array(counts, np.int64).reshape(-1, classes, classes)


def correct(labels: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """(k,) int64, how many images were read right at each snapshot."""
    return (labels == truth).sum(axis=1, dtype=np.int64)


def difference(matrix: np.ndarray, base: np.ndarray) -> np.ndarray:
    """(classes, classes) int64: images in each cell of a confusion matrix that the other has fewer of.

    Raises:
        ValueError: they are not of the same number of images: the comparison would be of test sets.
    """
    if matrix.shape != (len(matrix), len(matrix)) or base.shape != matrix.shape:
        raise ValueError(f"expected two square matrices of one size, got {matrix.shape} and {base.shape}")
    return matrix.astype(np.int64) - base.astype(np.int64)


def fate(reads: np.ndarray, truth: int, epochs: np.ndarray, classes: Sequence[str] = DIGITS) -> str:
    """A sentence on what became of one image.

    Args:
        reads: (k,) the digits read at each snapshot.
        truth: the true digit.
        epochs: (k,) of the snapshots.
        classes: names of the classes.
    """
    found = learned(np.asarray(reads)[:, None], np.array([truth]))
    first = int(found.first[0])
    if found.never[0]:
        often = np.bincount(reads, minlength=len(classes))[: len(classes)]
        if not often.any():
            return "Never read as any digit." if tuple(classes) == DIGITS else "Never read as anything."
        return f"Never read right; most often as {classes[int(often.argmax())]}."
    if found.forgotten[0]:
        last = int(np.flatnonzero(np.asarray(reads) == truth)[-1])
        return f"Forgotten: right for the last time at epoch {epochs[last]:.4g}."
    if found.always[0]:
        return "Right at every snapshot."
    slips = bool((np.asarray(reads[:first]) == truth).any())
    return f"Learned: right from epoch {epochs[first]:.4g} on" + (", after it had been lost again." if slips else ".")


def kept(count: int) -> np.ndarray:
    """Indices of the snapshots of a run that its history keeps: all, or of many the first and an even choice."""
    if count <= MOST:
        return np.arange(count)
    return np.concatenate([np.arange(EARLY), np.linspace(EARLY, count - 1, MOST - EARLY).round().astype(np.int64)])


def answers(
    snapshots: Iterable[tuple[SnapshotInfo, Network]], images: np.ndarray, *, last: np.ndarray | None = None
) -> History:
    """The history of (n, 28, 28) uint8 images over some snapshots.

    Args:
        snapshots: by rising step.
        images: the test images.
        last: (n, classes) outputs that were stored for the last snapshot, taken instead of
            another forward pass, whose rounding could differ from theirs.
    """
    steps, epochs, scores, kernels = [], [], [], []
    for info, network in snapshots:
        steps.append(info.step)
        epochs.append(info.epoch)
        scores.append(network.scores(images))
        kernels.append(_kernels(network))
    if last is not None and scores:
        scores[-1] = last
    weights = np.array(kernels, np.float16) if kernels else np.zeros((0, 0, *IMAGE_SHAPE), np.float16)
    units = _telling(weights)
    classes = scores[0].shape[1] if scores else CLASSES
    return History(
        np.array(steps, np.int64),
        np.array(epochs, np.float64),
        np.array([read(each) for each in scores], np.uint8).reshape(len(scores), len(images)),
        np.array([_logs(each) for each in scores], np.float16).reshape(len(scores), len(images), classes),
        weights[:, units],
        units,
    )


def joined(parts: Sequence[History]) -> History:
    """The history of several snapshots from histories of one each; of a wide layer with its first units."""
    arrays = {name: np.concatenate([getattr(part, name) for part in parts]) for name in parts[0].arrays()}
    return History(**{**arrays, "units": parts[0].units})


def _logs(scores: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):  # The logarithm of 0 is kept, as minus infinity.
        return np.log(np.maximum(scores, 0)).astype(np.float16)


def _kernels(network: Network) -> np.ndarray:
    kernel = next(arrays[0] for arrays in network.weights if arrays)
    images = kernel[:, :, 0].transpose(2, 0, 1) if kernel.ndim == 4 else kernel.T.reshape(-1, *IMAGE_SHAPE)
    return images.astype(np.float16)


def _telling(kernels: np.ndarray) -> np.ndarray:
    """(m,) int64 units of (k, units, h, w) kernels: all, or the `KERNELS` that changed most."""
    if kernels.shape[1] <= KERNELS:
        return np.arange(kernels.shape[1])
    changed = np.square(kernels[-1].astype(np.float32) - kernels[0]).sum(axis=(1, 2))
    return np.sort(np.argsort(-changed, kind="stable")[:KERNELS])


def moments(store: Store, run: Run) -> list[SnapshotInfo]:
    """The snapshots that the run's history keeps, and its present state where that has gone on from the last."""
    infos = store.runs.results.snapshots(run.id)
    chosen = [infos[place] for place in kept(len(infos))]
    if run.step > (chosen[-1].step if chosen else 0):
        chosen.append(SnapshotInfo(run.step, run.config.epochs * run.step / run.total_steps))
    return chosen


def network_at(store: Store, run_id: str, moment: SnapshotInfo) -> Network | None:
    """The network at one of `moments`; `None` where the run kept no weights at all."""
    return store.runs.results.snapshot(run_id, moment.step) or store.runs.results.snapshot(run_id)


def compute(work: Work) -> dict[str, np.ndarray]:
    """What `History.of` takes, for the run that the work is about.

    Raises:
        RunNotFound: there is no such run; networks that come with the app kept no snapshots.
    """
    run = work.store.runs.get(work.key)
    last = work.store.runs.results.outputs(run.id) if run.data_digest == work.dataset.digest else None
    found = ((moment, network_at(work.store, run.id, moment)) for moment in moments(work.store, run))
    kept = ((moment, network) for moment, network in found if network is not None)
    return answers(kept, work.dataset.x_test, last=last).arrays()
