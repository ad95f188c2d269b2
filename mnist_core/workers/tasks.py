"""What is asked of Dask's workers, one task at a time, and in words what went wrong with it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mnist_core.errors import DigitLabError, JobError

if TYPE_CHECKING:
    from distributed import Client, Future


def submit(client: Client, address: str, work: Callable[..., object], *arguments: object) -> Future[Any]:
    """Have the worker at this address call a function, once."""
    return client.submit(work, *arguments, workers=[address], key=key(work.__name__), retries=0)


def key(name: str) -> str:
    """A task's key, which Dask has never seen: of two with one key it would do one."""
    return f"digitlab-{name}-{secrets.token_hex(8)}"


def raise_failure(future: Future[Any], killed: JobError | None) -> None:
    """Raise a failed task's error as a `JobError`; `killed` where its process died, if not `None`."""
    from distributed import KilledWorker

    if future.status != "error":
        return
    error = future.exception()
    if not isinstance(error, KilledWorker):
        raise JobError(str(error) if isinstance(error, DigitLabError) else f"A worker failed: {words(error)}.")
    if killed is not None:
        raise killed


def words(error: BaseException) -> str:
    """The first line of what an error says, without a full stop; its name where it says nothing."""
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    return first.rstrip(".")
