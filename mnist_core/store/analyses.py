"""What a worker works out once, and the store keeps: maps, histories, suspects, curves.

An `Analysis` names everything that its result depends on, so that equal questions have
one answer, whoever asked first.  The methods are in `mnist_core.insight.all_images`.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from mnist_core.data.dataset import Dataset
from mnist_core.errors import JobError, StoreError
from mnist_core.network.network import Network, pretrained, pretrained_names
from mnist_core.store.database.database import Database
from mnist_core.store.database.schema import analyses as table
from mnist_core.store.runs.records import SnapshotInfo

if TYPE_CHECKING:
    from mnist_core.store.store import Store

# Kind of an analysis: the module whose `compute(work)` works it out.
KINDS: Mapping[str, str] = {
    "importance": "mnist_core.experiments.importance",
    "history": "mnist_core.insight.all_images.history",
    "map": "mnist_core.insight.all_images.placement",
    "suspects": "mnist_core.insight.all_images.label_errors",
    "stress": "mnist_core.insight.all_images.stress",
}


@dataclass(frozen=True)
class Analysis:
    """A question about a data set and a network.

    Attributes:
        kind: key of `KINDS`.
        data_digest: of the data set.
        network: a pretrained network's name or a run's id; empty where it is about the data alone.
        version: what `version_of` says of the network; empty without one.
        options: what else the method wants to know; plain values.
    """

    kind: str
    data_digest: str
    network: str = ""
    version: str = ""
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """32 hexadecimal characters, the same for equal questions in every process."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Work:
    """What a method works with, in the process of a worker.

    Attributes:
        dataset: the images asked about.
        options: of the analysis.
        store: where runs are.
        key: the network's; empty where the analysis is about the data alone.
    """

    dataset: Dataset
    options: Mapping[str, str | int | float | bool]
    store: Store
    key: str = ""

    @property
    def network(self) -> Network:
        """The network asked about, as it is now.  Raises `JobError` where it has no weights."""
        return network_of(self.store, self.key)

    def snapshots(self) -> Iterator[tuple[SnapshotInfo, Network]]:
        """The weights that the run kept, in the order of steps; none of a pretrained network."""
        if self.key in pretrained_names():
            return
        for info in self.store.runs.results.snapshots(self.key):
            network = self.store.runs.results.snapshot(self.key, info.step)
            if network is not None:
                yield info, network


def network_of(store: Store, key: str) -> Network:
    """The network that a key names.

    Raises:
        JobError: it has no weights yet.
        RunNotFound: there is no such run.
    """
    if key in pretrained_names():
        return pretrained(key)
    network = store.runs.results.snapshot(key)
    if network is None:
        raise JobError(f"Run {key} has no weights yet. Wait until it has trained for a moment.")
    return network


def version_of(store: Store, key: str) -> str:
    """A text that changes when the network's weights do.

    Raises:
        RunNotFound: there is no such run.
    """
    if key in pretrained_names():
        return _digest(key)
    run = store.runs.get(key)
    return f"{run.step}-{run.status}"


@cache
def _digest(name: str) -> str:
    # Another version of the app may bring other weights along, while the store stays.
    digest = hashlib.sha256()
    for array in (array for layer in pretrained(name).weights for array in layer):
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()[:16]


def compute(analysis: Analysis, dataset: Dataset, store: Store) -> dict[str, np.ndarray]:
    """Work an analysis out, in this process.

    Raises:
        JobError: the network has changed since it was asked for.
        DigitLabError: the method cannot be used on it.
    """
    if analysis.network and version_of(store, analysis.network) != analysis.version:
        raise JobError("The run has trained on meanwhile. Look again for its newest state.")
    if analysis.kind not in KINDS:
        raise JobError(f"This worker knows no analysis {analysis.kind!r}. Start workers of the page's own version.")
    method = importlib.import_module(KINDS[analysis.kind])
    return method.compute(Work(dataset, analysis.options, store, analysis.network))


class Analyses:
    """The results in a database; those about a run go with it."""

    def __init__(self, database: Database):
        self._database = database

    def get(self, key: str) -> dict[str, np.ndarray] | None:
        """The result kept under an `Analysis.key`; `None` where there is none.

        Raises:
            StoreError: what is stored is damaged.
        """
        with self._database.read() as connection:
            content = connection.execute(sa.select(table.c.content).where(table.c.key == key)).scalar_one_or_none()
        if content is None:
            return None
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                return {name: file[name] for name in file.files}
        except (OSError, EOFError, ValueError, zipfile.BadZipFile) as cause:
            raise StoreError(f"The analysis {key} in the store is damaged: {cause}.") from cause

    def has(self, key: str) -> bool:
        """Whether a result is kept under an `Analysis.key`."""
        with self._database.read() as connection:
            return connection.execute(sa.select(table.c.key).where(table.c.key == key)).first() is not None

    def keep(self, analysis: Analysis, result: Mapping[str, np.ndarray]) -> None:
        """Keep a result, in place of an earlier one.

        Args:
            analysis: the question.
            result: arrays by name, without objects.

        Raises:
            StoreError: its run was deleted meanwhile.
        """
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **result)
        run_id = analysis.network if analysis.network and analysis.network not in pretrained_names() else None
        values = {"key": analysis.key, "run_id": run_id, "kind": analysis.kind, "content": buffer.getvalue()}
        try:
            self._replace(values)
        except StoreError:  # Two keep the same at a time, and the database lets both begin.
            self._replace(values)

    def _replace(self, values: dict[str, object]) -> None:
        with self._database.write(adds=True) as connection:
            connection.execute(sa.delete(table).where(table.c.key == values["key"]))
            connection.execute(sa.insert(table).values(**values, created=time.time()))
