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

from mnist_core.architectures import IMAGE_SHAPE, TrainingConfig
from mnist_core.mixture import Mixture

CHUNK_STEPS = 125
CHUNK_IMAGES = 4_000  # in one chunk at most: bounds its memory, and the wait until a stop is seen
REPORTS_PER_EPOCH = 15
REPORTS_PER_MEASUREMENT = 3  # in the first epoch, where most is learned, however fast it goes by


@dataclass(frozen=True)
class Chunk:
    """Some steps of training within one epoch.

    Attributes:
        images: (steps, batch, 28, 28) uint8.
        labels: (steps, batch) uint8.
        step: steps of the whole run that are done after it.
        begun: share of the run that was done at the last report before it, 0 to below 1.
        reported: whether a report follows it.
        measured: whether that report measures the test images, whatever the time.
    """

    images: np.ndarray
    labels: np.ndarray
    step: int
    begun: float
    reported: bool
    measured: bool


def chunks(config: TrainingConfig, data: Mixture, *, first_step: int, chunk_steps: int) -> Iterator[Chunk]:
    """The chunks of a run from `first_step` to its end, each of `chunk_steps` steps at most.

    Most chunks of a run have one shape, since every shape is compiled anew: only those
    before the end of an epoch may differ, and its last batch, which may be smaller.

    Raises:
        ConfigError: the batch is larger than the data.
    """
    per_epoch = config.steps_per_epoch(data.own)
    stride = math.ceil(per_epoch / REPORTS_PER_EPOCH)
    limit = max(1, min(chunk_steps, CHUNK_IMAGES // config.batch_size))
    most = math.ceil(stride / math.ceil(stride / limit))
    order, step = np.empty(0, np.int64), first_step
    while step < per_epoch * config.epochs:
        epoch, position = divmod(step, per_epoch)
        if position == 0 or step == first_step:
            order = data.order(config.seed, epoch)
        next_report = min(per_epoch, (position // stride + 1) * stride)
        steps, batch = min(most, next_report - position), config.batch_size
        rows = order[position * batch : (position + steps) * batch]
        if len(rows) < steps * batch:
            whole = len(rows) // batch
            steps, batch = (whole, batch) if whole else (1, len(rows))
            rows = rows[: steps * batch]
        begun = (step - position % stride) / (per_epoch * config.epochs)
        step, position = step + steps, position + steps
        reported = position == next_report
        yield Chunk(
            images=data.images[rows].reshape(steps, batch, *IMAGE_SHAPE),
            labels=data.labels[rows].reshape(steps, batch),
            step=step,
            begun=begun,
            reported=reported,
            measured=reported
            and (position == per_epoch or (epoch == 0 and position % (REPORTS_PER_MEASUREMENT * stride) == 0)),
        )


def one_ahead(items: Iterator[Chunk]) -> Iterator[Chunk]:
    """The same items, each made in a thread while the one before it is being used."""
    with ThreadPoolExecutor(1, thread_name_prefix="chunks") as thread:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item
