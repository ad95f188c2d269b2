"""What a run is called: by what is unusual about its settings, and never as another run is called already."""

from __future__ import annotations

import re

import sqlalchemy as sa

from mnist_core.network.run_settings import TrainingConfig, unusual_words
from mnist_core.store.database.schema import runs
from mnist_core.store.runs.records import MAX_NAME

_NUMBER = re.compile(r" \((\d{1,9})\)$", re.ASCII)


def usual_name(config: TrainingConfig) -> str:
    """The network, its epochs, and what differs from the usual settings, as far as a name has room for it."""
    name, *rest = unusual_words(config)
    for more in rest:
        if len(name) + len(more) + 2 <= MAX_NAME:
            name += f", {more}"
    return name


def name_after(name: str, before: TrainingConfig, after: TrainingConfig) -> str:
    """What a run is called once its settings have changed: as before, unless its settings had named it.

    Args:
        name: of the run.
        before: its settings so far.
        after: those it has now.
    """
    stem = _NUMBER.sub("", name)
    if stem == usual_name(before):
        return usual_name(after)
    # Earlier versions worded what follows the network and its epochs otherwise.
    old, new = (", ".join(unusual_words(config)[:2]) for config in (before, after))
    return (new + stem[len(old) :])[:MAX_NAME] if stem == old or stem.startswith(f"{old}, ") else name


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
