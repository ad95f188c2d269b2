"""Networks from files in the store: each a run of its own, finished before it began."""

from __future__ import annotations

import io
import secrets
import time
from dataclasses import asdict, dataclass, replace
from pathlib import PurePath

import numpy as np
import sqlalchemy as sa

from mnist_core.data.dataset import Dataset
from mnist_core.network.network import Network
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.store.database.database import Part
from mnist_core.store.database.schema import outputs, runs, snapshots
from mnist_core.store.runs.names import free_name
from mnist_core.store.runs.progress import next_number
from mnist_core.store.runs.records import Cause, Run, Status, checked_name

STEP = 1  # under which its weights are kept: a network without steps has not learned anything


@dataclass(frozen=True)
class Imported:
    """A network from a file, tested and not kept yet.

    Attributes:
        file: the file's name, without its folder.
        network: the network; its `about` says where it comes from.
        config: the settings that are known of it.
        scores: (n, classes) float32 outputs for the test images.
        correct: how many it reads right.
        words: where it comes from and what was found out, as sentences.
    """

    file: str
    network: Network
    config: TrainingConfig
    scores: np.ndarray
    correct: int
    words: str


class RunImports(Part):
    """Takes networks from files."""

    def add(self, imported: Imported, dataset: Dataset, *, name: str = "", visitor: str = "") -> Run:
        """A finished run with this network and its outputs, all of it or nothing.

        Args:
            imported: the network.
            dataset: whose test images it was asked about.
            name: for people; the file's without its ending by default.
            visitor: token of the browser that brought it, empty where none did.

        Raises:
            ConfigError: the name is too long.
        """
        now = time.time()
        run = Run(
            id=secrets.token_hex(4),
            name=checked_name(name if name.strip() else PurePath(imported.file).stem or imported.file),
            config=imported.config,
            data_name=dataset.name,
            data_digest=dataset.digest,
            status=Status.FINISHED,
            command="run",
            created=now,
            started=None,
            ended=now,
            heartbeat=None,
            step=STEP,
            total_steps=STEP,
            images_per_second=0.0,
            seconds=0.0,
            correct=imported.correct,
            tested=len(imported.scores),
            message=imported.words,
            parent=None,
            visitor=visitor,
            cause=Cause.IMPORTED,
            cause_step=STEP,
        )
        kept = {"run_id": run.id, "step": STEP, "epoch": 0.0, "network": imported.network.to_bytes()}
        scores = io.BytesIO()
        np.savez(scores, scores=imported.scores)
        with self._database.write(adds=True) as connection:
            run = replace(run, name=free_name(connection, run.name))
            connection.execute(sa.insert(runs).values(**asdict(run), owner="", number=next_number(connection)))
            connection.execute(sa.insert(snapshots).values(kept))
            connection.execute(sa.insert(outputs).values(run_id=run.id, scores=scores.getvalue()))
        return run
