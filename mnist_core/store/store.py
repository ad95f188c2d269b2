"""What all processes share: runs with their metrics, weights and outputs, experiments, and people's drawings.

Pages read it, workers write it, and neither needs the other: what happens to a run is
a row here.  Weights and outputs are blobs, so workers on other machines need no shared
disk.  Every method of a part is one transaction and may be called from any thread or process.
"""

from __future__ import annotations

from mnist_core.store.analyses import Analyses
from mnist_core.store.database.database import BUSY_TIMEOUT, Database
from mnist_core.store.datasets import Datasets
from mnist_core.store.drawings import Drawings
from mnist_core.store.experiments import Experiments
from mnist_core.store.handwritings import Handwritings
from mnist_core.store.heartbeats import Heartbeats
from mnist_core.store.lessons import Lessons
from mnist_core.store.rooms.rooms import Rooms
from mnist_core.store.runs.queue import UNBOUNDED, Bounds
from mnist_core.store.runs.runs import Runs
from mnist_core.store.trials import Trials
from mnist_core.store.visitors import Visitor


class Store:
    """The parts of one database; each is named as the module that it is in.

    Every method of theirs raises `StoreError` where the database refuses, and one of its kinds,
    `RunNotFound`, `ExperimentNotFound`, `DrawingNotFound` or `RoomNotFound`, where it names what is not there.

    Args:
        url: see `Database`, as for what it raises.
        busy_timeout: seconds to wait for another writer.
        bounds: of the queue.

    Attributes:
        database: the connections, for a part or a test.
        runs: training runs, trials and lessons among them.
        heartbeats: whether their workers are alive.
        experiments: what is asked of experiments as a whole.
        trials: the runs of experiments.
        datasets: data sets that people brought, and which one is in use.
        drawings: what people drew and kept.
        handwritings: whose each of the names is that drawings are kept under.
        lessons: what runs teach from drawings, and what came of it.
        analyses: what was worked out about networks and data.
        rooms: classes.
    """

    def __init__(self, url: str, *, busy_timeout: float = BUSY_TIMEOUT, bounds: Bounds = UNBOUNDED):
        self._join(Database(url, busy_timeout=busy_timeout), bounds)

    def on_behalf_of(self, visitor: Visitor) -> Store:
        """The same store for what this visitor asks: what they may not do raises `NotAllowed`."""
        theirs = object.__new__(Store)
        theirs._join(self.database.on_behalf_of(visitor), self.runs.queue.bounds)
        return theirs

    def _join(self, database: Database, bounds: Bounds) -> None:
        self.database = database
        self.runs = Runs(self.database, bounds)
        self.heartbeats = Heartbeats(self.database)
        self.experiments = Experiments(self.database, self.runs.queue)
        self.trials = Trials(self.database)
        self.datasets = Datasets(self.database)
        self.drawings = Drawings(self.database)
        self.handwritings = Handwritings(self.database)
        self.lessons = Lessons(self.database)
        self.analyses = Analyses(self.database)
        self.rooms = Rooms(self.database)

    @property
    def url(self) -> str:
        """The address, its password included, for another process to open."""
        return self.database.url

    @property
    def identity(self) -> str:
        """The same for all who use this database, different for any other."""
        return self.database.identity

    def close(self) -> None:
        """Close the connections; they open again when needed."""
        self.database.close()
