"""Which images each step of training sees, and where a run is reported and measured.

All of it follows from the settings and the seed, so that a run can be resumed at any
step and gives the same result however its steps are cut into chunks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from mnist_core.data.mixture import Mixture
from mnist_core.drawing.images import IMAGE_SHAPE
from mnist_core.network.run_settings import TrainingConfig

CHUNK_STEPS = 125
CHUNK_IMAGES = 4_000  # in one chunk at most: bounds its memory
CHUNK_WORK = 320_000_000  # multiplications forward in one chunk at most: bounds the wait until a stop is seen
REPORTS_PER_EPOCH = 15
REPORTS_PER_MEASUREMENT = 3  # in the first epoch, where most is learned, however fast it goes by


@dataclass(frozen=True)
class Chunk:
    """Some steps of training within one epoch.

    Attributes:
        images: (steps, batch, 28, 28) uint8.
        labels: (steps, batch) uint8.
        first, last: the steps of it that are trained, the second not included; they lie in
            the order of the epoch.
        step: steps of the whole run that are done after it.
        begun: share of the run that was done at the last report before it, 0 to below 1.
        reported: whether a report follows it.
        measured: whether that report measures the test images for who watches, whatever the time.
    """

    images: np.ndarray
    labels: np.ndarray
    first: int
    last: int
    step: int
    begun: float
    reported: bool
    measured: bool


def chunks(
    config: TrainingConfig, data: Mixture, *, first_step: int, chunk_steps: int, last_step: int | None = None
) -> Iterator[Chunk]:
    """The chunks of a run from `first_step` to `last_step`, or to its end, each of `chunk_steps` steps at most.

    All chunks of a run have one shape, since every shape is compiled anew: those before a
    report or the end of an epoch are filled up with images that are not trained.  Only the
    last batch of an epoch, where it is smaller, is another.  Where a run begins or ends
    within a chunk, the chunk is the same and only some of it is trained.

    Raises:
        ConfigError: the batch is larger than the data.
    """
    per_epoch, batch = config.steps_per_epoch(data.own), config.batch_size
    total = per_epoch * config.epochs
    last_step = total if last_step is None else last_step
    stride = math.ceil(per_epoch / REPORTS_PER_EPOCH)
    limit = max(1, min(chunk_steps, CHUNK_IMAGES // batch, CHUNK_WORK // (batch * config.multiplications)))
    most = math.ceil(stride / math.ceil(stride / limit))
    order, of_epoch, step = np.empty(0, np.int64), -1, first_step
    while step < last_step:
        epoch, position = divmod(step, per_epoch)
        if epoch != of_epoch:
            order, of_epoch = data.order(config.seed, epoch), epoch
        next_report = min(per_epoch, (position // stride + 1) * stride)
        whole = (data.own + data.extra) // batch  # batches of full size in an epoch
        begin = position - position % stride % most
        steps = min(most, next_report - begin)
        if begin < whole < begin + steps:
            begin, steps = (begin, whole - begin) if position < whole else (whole, 1)
        rows = order[begin * batch : (begin + steps) * batch]
        shape = (1, -1) if begin == whole else (most, batch)
        if begin < whole:
            rows = np.resize(rows, most * batch)
        last = min(steps, last_step - step + position - begin)
        begun = (step - position % stride) / total
        reported = begin + last == next_report
        yield Chunk(
            images=data.images[rows].reshape(*shape, *IMAGE_SHAPE),
            labels=data.labels[rows].reshape(shape),
            first=position - begin,
            last=last,
            step=step + last - (position - begin),
            begun=begun,
            reported=reported,
            measured=reported
            and (next_report == per_epoch or (epoch == 0 and next_report % (REPORTS_PER_MEASUREMENT * stride) == 0)),
        )
        step += last - (position - begin)


def one_ahead(items: Iterator[Chunk]) -> Iterator[Chunk]:
    """The same items, each made in a thread while the one before it is being used."""
    with ThreadPoolExecutor(1, thread_name_prefix="chunks") as thread:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item
