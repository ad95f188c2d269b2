"""The networks that answer on phones: which version of each there is, and its weights as browsers take them."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from mnist_core.errors import DigitLabError
from mnist_core.network.network import DRAW_READY, pretrained, pretrained_names, pretrained_version
from mnist_core.store.store import Store
from web.networks import packed

AGE = 2.0  # seconds for which it is not looked whether a run has trained on: a hundred phones ask at once
MOST_PACKED = 12  # kept, of 0.3 MB each


@dataclass(frozen=True)
class Offered:
    """A network that a phone may fetch.

    Attributes:
        name: a run's; empty of one that comes with the app.
        architecture: of one that comes with the app; empty of a run.
        key: as in `Room.networks`.
        version: changes with its weights; 16 hexadecimal characters.
    """

    name: str
    architecture: str
    key: str
    version: str


class Networks:
    """The networks, for threads.

    Args:
        store: gives the store; may raise `StoreError`.
    """

    def __init__(self, store: Callable[[], Store]):
        self._store, self._lock = store, threading.Lock()
        self._offered: dict[str, tuple[float, Offered | None]] = {}
        self._packed: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def offered(self, keys: tuple[str, ...]) -> list[Offered]:
        """Those of these keys that there are, or are still."""
        with self._lock:
            return [found for found in map(self._look, keys) if found is not None]

    def content(self, key: str, version: str) -> bytes | None:
        """What `web.networks.packed` gives, compressed by gzip; `None` where there is none of this version."""
        with self._lock:
            kept = self._packed.get((key, version))
            if kept is not None:
                self._packed.move_to_end((key, version))
                return kept
            found = self._look(key)
            if found is None or found.version != version:
                return None
            network = pretrained(key) if found.architecture else self._store().runs.results.snapshot(key)
            if network is None:
                return None
            content = gzip.compress(packed([(key, network)]), mtime=0)
            self._packed[key, version] = content
            if len(self._packed) > MOST_PACKED:
                self._packed.popitem(last=False)
            return content

    def _look(self, key: str) -> Offered | None:
        now = time.monotonic()
        until, found = self._offered.get(key, (0.0, None))
        if now < until:
            return found
        if len(self._offered) > 100:
            self._offered.clear()
        found = self._find(key)
        self._offered[key] = (now + AGE, found)
        return found

    def _find(self, key: str) -> Offered | None:
        if key in pretrained_names():
            return Offered("", key.removesuffix(DRAW_READY), key, _hashed(pretrained_version(key)))
        try:
            run = self._store().runs.get(key)
        except DigitLabError:  # Deleted since the teacher chose it, or of another version of the app.
            return None
        return Offered(run.name, "", key, _hashed(run.version)) if run.step else None


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
