"""What `/health` tells of store, images and workers."""

from types import SimpleNamespace

import pytest

from mnist_core.errors import DataError, StoreError, StoreReplaced, StoreUnavailable
from ui.frame import health, state
from web.health import Finding


class Asked:
    """Stands where the store, or the way to the workers, would; refuses where it is given an error."""

    def __init__(self, error: Exception | None = None, problem: str = "", now: str = "cold"):
        self._error, self.problem, self.state = error, problem, now

    @property
    def runs(self) -> SimpleNamespace:
        return SimpleNamespace(queue=self)

    def has_work(self) -> bool:
        if self._error:
            raise self._error
        return False


def test_all_is_well(monkeypatch):
    monkeypatch.setattr(state, "servers_store", Asked)
    monkeypatch.setattr(state, "jobs", Asked)
    assert health.store() == Finding(True, "answers")
    assert health.workers() == Finding(True, "not asked for yet")
    monkeypatch.setattr(state, "jobs", lambda: Asked(now="ready"))
    assert health.workers() == Finding(True, "ready")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StoreReplaced("/home/me/secret.sqlite was deleted"), "was deleted or replaced while it was in use"),
        (StoreUnavailable("secret:5432 does not answer"), "does not answer"),
        (StoreError("/home/me/secret.sqlite is read-only"), "cannot be used; the server's log says why"),
    ],
)
def test_a_store_that_refuses_is_told_without_its_place(monkeypatch, error, words):
    monkeypatch.setattr(state, "servers_store", lambda: Asked(error))
    assert health.store() == Finding(False, words)


def test_images_are_on_their_way_or_there_or_cannot_be_had(monkeypatch):
    monkeypatch.setattr(state, "loading_words", lambda of: "Looking for MNIST")
    monkeypatch.setattr(state, "loaded_dataset", lambda of: None)
    assert health.images() == Finding(True, "on their way")

    def damaged(of: str) -> str:
        raise DataError("/home/me/mnist.npz", "is damaged.")

    monkeypatch.setattr(state, "loading_words", damaged)
    assert health.images() == Finding(False, "cannot be used; the server's log says why")


def test_workers_that_cannot_be_had_are_told(monkeypatch, caplog):
    monkeypatch.setattr(state, "jobs", lambda: Asked(problem="The cluster at tls://10.0.0.1 has no workers."))
    assert health.workers() == Finding(False, "cannot be had; the server's log says why")
    assert "10.0.0.1" in caplog.text

    def no_store() -> Asked:
        raise StoreError("The store refuses.")

    monkeypatch.setattr(state, "jobs", no_store)
    assert health.workers() == Finding(False, "wait for the store")
