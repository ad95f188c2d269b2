"""What a method of analysis works with, in the process of a worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mnist_core.data.dataset import Dataset
from mnist_core.errors import JobError
from mnist_core.network.network import Network, pretrained, pretrained_names, pretrained_version
from mnist_core.store.runs.records import SnapshotInfo
from mnist_core.store.store import Store


@dataclass(frozen=True)
class Work:
    """A question to a method: about which images, and which network.

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
        if self.key in pretrained_names():
            return pretrained(self.key)
        network = self.store.runs.results.snapshot(self.key)
        if network is None:
            raise JobError(f"Run {self.key} has no weights yet. Wait until it has trained for a moment.")
        return network

    def snapshots(self) -> Iterator[tuple[SnapshotInfo, Network]]:
        """The weights that the run kept, in the order of steps; none of a pretrained network."""
        if self.key in pretrained_names():
            return
        for info in self.store.runs.results.snapshots(self.key):
            network = self.store.runs.results.snapshot(self.key, info.step)
            if network is not None:
                yield info, network


def version_of(store: Store, key: str) -> str:
    """A text that changes when the weights of the network that a key names do.

    Raises:
        RunNotFound: there is no such run.
    """
    return pretrained_version(key) if key in pretrained_names() else store.runs.get(key).version
