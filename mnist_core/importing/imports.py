"""Networks from files in the store: each a run of its own, finished before it began."""

from __future__ import annotations

import io
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import PurePath

import numpy as np
import sqlalchemy as sa

from mnist_core.architectures import TrainingConfig
from mnist_core.database import Database
from mnist_core.dataset import Dataset
from mnist_core.errors import ModelError
from mnist_core.importing import reader
from mnist_core.importing.known import config_of
from mnist_core.importing.notes import NOTES
from mnist_core.importing.reading import Reading, chosen, readings
from mnist_core.network import Network
from mnist_core.run_log import next_number
from mnist_core.run_names import free_name
from mnist_core.runs import MAX_NAME, Run, Status, checked_name
from mnist_core.schema import outputs, runs, snapshots

STEP = 1  # under which its weights are kept: a network without steps has not learned anything


@dataclass(frozen=True)
class Imported:
    """A network from a file, tested and not kept yet.

    Attributes:
        file: the file's name, without its folder.
        network: the network; its `about` says where it comes from.
        config: the settings that are known of it.
        scores: (n, 10) float32 outputs for the test images.
        correct: how many it reads right.
        words: where it comes from and what was found out, as sentences.
    """

    file: str
    network: Network
    config: TrainingConfig
    scores: np.ndarray
    correct: int
    words: str


def examine(content: bytes, file: str, dataset: Dataset, *, on_wait: Callable[[], None] = lambda: None) -> Imported:
    """The network in a file's content, asked about the test images.

    Args:
        content: of a `.keras` or `.npz` file.
        file: its name; where it lies is nobody's business and is left out.
        dataset: whose test images it is asked about.
        on_wait: see `mnist_core.apart.run`.

    Raises:
        ModelError: it cannot be read, or is none of the app's networks; the sentence says why.
    """
    file = " ".join(PurePath(file.replace("\\", "/")).name.split())[:MAX_NAME] or "The file"
    network = reader.read(content, file, on_wait=on_wait)
    try:
        config_of(network)
    except ModelError as error:
        raise ModelError(f"{file} cannot be imported. {error}") from None
    found = readings(network, dataset)
    taken = chosen(found)
    words = " ".join([f"Imported from {file}.", *network.about.get(NOTES, ()), *_told(taken, found)])
    network = replace(taken.network, about={"origin": words, "data": dataset.name, "data_digest": dataset.digest})
    scores = network.scores(dataset.x_test)
    correct = int((scores.argmax(axis=1) == dataset.y_test).sum())
    return Imported(file, network, config_of(network), scores, correct, words)


class Imports(Database):
    """The part of the store that takes networks from files."""

    def import_run(self, imported: Imported, dataset: Dataset, *, name: str = "", visitor: str = "") -> Run:
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
        )
        kept = {"run_id": run.id, "step": STEP, "epoch": 0.0, "network": imported.network.to_bytes()}
        scores = io.BytesIO()
        np.savez(scores, scores=imported.scores)
        with self.write(adds=True) as connection:
            run = replace(run, name=free_name(connection, run.name))
            connection.execute(sa.insert(runs).values(**asdict(run), owner="", number=next_number(connection)))
            connection.execute(sa.insert(snapshots).values(kept))
            connection.execute(sa.insert(outputs).values(run_id=run.id, scores=scores.getvalue()))
        return run


def _told(taken: Reading, found: list[Reading]) -> list[str]:
    if len(found) == 1:
        return []
    figures = ", ".join(f"{_share(reading)} with {reading.words}" for reading in found)
    return [f"Of the first {taken.tested:,} test images it reads {figures}: it is given {taken.words}."]


def _share(reading: Reading) -> str:
    return f"{reading.correct:,} right"
