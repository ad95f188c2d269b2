"""What a run is called: by what is unusual about its settings, and never as another run is called already."""

from __future__ import annotations

import re

import sqlalchemy as sa

from mnist_core.network.architectures import (
    ACTIVATIONS,
    ARCHITECTURES,
    LOSSES,
    OPTIMIZERS,
    OUTPUTS,
    TrainingConfig,
    network_words,
)
from mnist_core.numerals import count
from mnist_core.store.database.schema import runs
from mnist_core.store.runs.records import MAX_NAME

USUAL = TrainingConfig()
_NUMBER = re.compile(r" \((\d{1,9})\)$", re.ASCII)


def usual_name(config: TrainingConfig) -> str:
    """The network, its epochs, and what differs from the usual settings, as far as a name has room for it."""
    words = [network_words(config), count(config.epochs, "epoch")]
    if "activation" in ARCHITECTURES[config.architecture].options and config.activation != USUAL.activation:
        words.append(ACTIVATIONS[config.activation].label)
    if (config.optimizer, config.learning_rate) != (USUAL.optimizer, USUAL.learning_rate):
        words.append(f"{OPTIMIZERS[config.optimizer].label} at {config.learning_rate:g}")
    if config.loss != USUAL.loss:
        words.append(LOSSES[config.loss].label.lower())
    if config.outputs != USUAL.outputs:
        words.append(OUTPUTS[config.outputs].label.lower())
    if config.batch_size != USUAL.batch_size:
        words.append(f"batches of {config.batch_size:,}")
    if config.training_images:
        words.append(f"{config.training_images:,} images")
    words += ["straightened"] if config.straighten else []
    words += ["pen styles"] if config.pen_styles else []
    words += [f"seed {config.seed}"] if config.seed != USUAL.seed else []
    name = words[0]
    for more in words[1:]:
        if len(name) + len(more) + 2 <= MAX_NAME:
            name += f", {more}"
    return name


def free_name(connection: sa.Connection, name: str, *, run_id: str = "") -> str:
    """The name, and where another run has it, with the next number behind it: "Ada (2)".

    Args:
        connection: of the transaction in which the name is given.
        name: of at most `MAX_NAME` characters, as the result.
        run_id: of the run that is renamed, which may keep its name.
    """
    others = sa.select(runs.c.name).where(runs.c.id != run_id)
    if connection.execute(others.where(runs.c.name == name).limit(1)).first() is None:
        return name
    stem = _NUMBER.sub("", name)[: MAX_NAME - len(" (999999999)")]
    alike = connection.scalars(others.where(runs.c.name.startswith(f"{stem} (", autoescape=True)))
    numbers = [int(found[1]) for each in alike if (found := _NUMBER.search(each)) and each[: found.start()] == stem]
    return f"{stem} ({max([1, *numbers]) + 1})"
