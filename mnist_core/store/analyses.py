"""What a worker works out once, and the store keeps: maps, histories, suspects, curves.

An `Analysis` names everything that its result depends on, so that equal questions have
one answer, whoever asked first.  Who works them out is in `workers/methods.py`.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np
import sqlalchemy as sa

from mnist_core.errors import StoreError
from mnist_core.network.network import pretrained_names
from mnist_core.store.database.database import Part
from mnist_core.store.database.schema import analyses as table


@dataclass(frozen=True)
class Analysis:
    """A question about a data set and a network.

    Attributes:
        kind: what is asked, a key of `METHODS` in `workers/methods.py`.
        data_digest: of the data set.
        network: a pretrained network's name or a run's id; empty where it is about the data alone.
        version: `Run.version` or `pretrained_version` of the network; empty without one.
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


class Analyses(Part):
    """The results in a database; those about a run go with it."""

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
        np.savez_compressed(buffer, **result)  # type: ignore[arg-type]  # NumPy's types take every array for `allow_pickle`.
        run_id = analysis.network if analysis.network and analysis.network not in pretrained_names() else None
        kept = {"key": analysis.key, "run_id": run_id, "kind": analysis.kind, "content": buffer.getvalue()}
        try:
            self._replace(kept)
        except StoreError:  # Two keep the same at a time, and the database lets both begin.
            self._replace(kept)

    def _replace(self, values: Mapping[str, object]) -> None:
        with self._database.write(adds=True) as connection:
            connection.execute(sa.delete(table).where(table.c.key == values["key"]))
            connection.execute(sa.insert(table).values(**values, created=time.time()))
