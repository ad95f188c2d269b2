"""Teaching: how a network learns a new hand in seconds, and does not forget MNIST over it.

A lesson is one short run from the parent's weights with a learning rate that falls to
nothing.  A third of its images are variations of the hand's own drawings, a third digits
drawn from strokes in styles that MNIST lacks, for what the hand has not shown yet, and
the rest the data set's training images, against forgetting.  What was tried and what it
gave: docs/teaching.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from mnist_core.data.dataset import Dataset
from mnist_core.data.variations import vary_image, vary_strokes
from mnist_core.drawing.images import CLASSES, DIGITS
from mnist_core.errors import ConfigError, ModelError
from mnist_core.network.network import Network, pretrained_names
from mnist_core.network.run_settings import TrainingConfig, network_words
from mnist_core.store.drawings import Drawing
from mnist_core.store.lessons import Lesson, Result
from mnist_core.store.lessons import lesson as lesson_of
from mnist_core.store.runs.records import MAX_NAME, Run
from mnist_core.store.store import Store

NUMBER = re.compile(r", lesson ([\d,]+)$")  # in the name of a lesson
STEPS = 810  # a multiple of the reports of an epoch: every chunk then has one shape, compiled once
BATCH = 96
RATE = 0.002
OWN, DRAWN = 0.35, 0.25  # shares of the hand's drawings and of the drawn styles; the rest is the data set
MOST_OF_ONE_DIGIT = 0.2  # of the hand's share: only 3s must not make everything a 3
VARIATIONS = 400, 1_200  # different images of the hand, at least and about at most:
EACH = 20  # of every drawing
STYLES = 20_000  # different images in drawn styles: as many as runs with pen styles take, so that they share a cache


def teach(
    store: Store,
    drawings: Sequence[Drawing],
    *,
    hand: str,
    parent: str,
    network: Network,
    data_name: str,
    data_digest: str,
    seed: int = 0,
    visitor: str = "",
    run_id: str | None = None,
) -> Run:
    """Queue a run that teaches the network these drawings; `Jobs.submit` has it trained.

    Args:
        store: where the run is kept.
        drawings: the hand's, in the order in which they were drawn.
        hand: whose they are.
        parent: the network's key: a pretrained one's name or a run's id.
        network: its weights.
        data_name: of the data set that is mixed in and tested on.
        data_digest: of the same.
        seed: of the variations and of the order.
        visitor: token of the browser that asks for it, empty where none does.
        run_id: as for `Runs.create`.

    Raises:
        ConfigError: no drawing.
        ModelError: the network does not say how it was made.
        StoreError: the store refuses.
    """
    lesson = lesson_of(drawings, hand=hand, parent=parent, network=network)
    return queue(store, lesson, data_name=data_name, data_digest=data_digest, seed=seed, visitor=visitor, run_id=run_id)


def queue(
    store: Store,
    lesson: Lesson,
    *,
    data_name: str,
    data_digest: str,
    seed: int = 0,
    visitor: str = "",
    run_id: str | None = None,
) -> Run:
    """Queue a run of this lesson; arguments and errors are those of `teach`."""
    config = teaching_config(lesson.network, seed=seed)
    return store.runs.create(
        config,
        data_name=data_name,
        data_digest=data_digest,
        total_steps=STEPS,
        name=_name(store, config, lesson.hand),
        parent=None if lesson.parent in pretrained_names() else lesson.parent,
        lesson=lesson,
        visitor=visitor,
        run_id=run_id,
    )


def _name(store: Store, config: TrainingConfig, hand: str) -> str:
    """Of a new lesson: its number is one more than the highest of the hand's, so that no two are the same."""
    names = store.lessons.names(hand)
    numbers = [int(found[1].replace(",", "")) for found in map(NUMBER.search, names) if found]
    before, after = f"{network_words(config)}, taught by ", f", lesson {max([len(names), *numbers]) + 1:,}"
    return before + hand[: MAX_NAME - len(before) - len(after)] + after


def teaching_config(network: Network, *, seed: int = 0) -> TrainingConfig:
    """The settings that a lesson trains this network with.

    Raises:
        ModelError: the network does not say how it was made.
    """
    settings = network.about.get("config")
    try:
        own = TrainingConfig.from_dict(settings if isinstance(settings, Mapping) else {})
    except ConfigError as cause:
        raise ModelError(f"This network cannot be taught: {cause}") from cause
    if own.classes != CLASSES or tuple(network.about.get("classes", DIGITS)) != DIGITS:
        raise ModelError("This network cannot be taught drawings of digits: it was trained on images of other things.")
    if not isinstance(settings, Mapping) or own.layers != network.layers:
        raise ModelError("This network cannot be taught: its file does not say how it was made.")
    lesson = replace(own, epochs=1, batch_size=BATCH, optimizer="adam", learning_rate=RATE, seed=seed)
    return replace(lesson, pen_styles=False, training_images=0, patience=0, target_accuracy=0.0)


def mixture(
    lesson: Lesson,
    data: Dataset,
    config: TrainingConfig,
    *,
    styles: tuple[np.ndarray, np.ndarray],
    look: Callable[[], object] = lambda: None,
) -> Dataset:
    """The training images of a lesson, beside the test images of the data set.

    The same lesson, data and seed give the same images.

    Args:
        lesson: whose drawings are taught, those held back left out.
        data: what is not to be forgotten.
        config: its seed decides, and its batch size how many there are.
        styles: (n, 28, 28) and (n,) uint8 drawn digits and their labels.
        look: called many times a second; what it raises ends it.

    Returns:
        `STEPS` batches of images, with the data set's own name and digest.
    """
    rng = np.random.default_rng([config.seed, len(lesson.labels)])
    total = STEPS * config.batch_size
    images, labels = _variations(lesson, rng, look)
    own = round(total * OWN * min(1.0, MOST_OF_ONE_DIGIT * len(np.unique(labels))))
    drawn = round(total * DRAWN)
    parts = (
        (images, labels, own),
        (*styles, drawn),
        (data.x_train, data.y_train, total - own - drawn),
    )
    chosen = [rng.integers(0, len(labels), count) for _, labels, count in parts]
    return replace(
        data,
        x_train=np.concatenate([images[rows] for (images, _, _), rows in zip(parts, chosen, strict=True)]),
        y_train=np.concatenate([labels[rows] for (_, labels, _), rows in zip(parts, chosen, strict=True)]),
    )


def compare(lesson: Lesson, network: Network, data: Dataset, *, correct: int) -> Result:
    """What the lesson changed.

    Args:
        lesson: the lesson.
        network: what came of it.
        data: the data set.
        correct: how many of its test images `network` reads right.
    """
    before = lesson.network.classify(lesson.images) == lesson.labels
    after = network.classify(lesson.images) == lesson.labels
    held = lesson.held_back
    tested = int((lesson.network.classify(data.x_test) == data.y_test).sum())
    return Result(
        held_back=(int(held.sum()), int(before[held].sum()), int(after[held].sum())),
        taught=(int((~held).sum()), int(before[~held].sum()), int(after[~held].sum())),
        tested=(len(data.y_test), tested, correct),
    )


def _variations(lesson: Lesson, rng: np.random.Generator, look: Callable[[], object]) -> tuple[np.ndarray, np.ndarray]:
    """Images of the drawings that are taught, each drawing equally often, and their labels."""
    drawings = len(lesson.taught)
    each = -(-int(np.clip(EACH * drawings, *VARIATIONS)) // drawings)
    images = []
    for place in lesson.taught:
        look()
        images.append(
            vary_strokes(lesson.strokes[place], each, rng, look=look)
            if lesson.strokes[place]
            else vary_image(lesson.images[place], each, rng)
        )
    return np.concatenate(images), np.repeat(lesson.labels[lesson.taught], each)
