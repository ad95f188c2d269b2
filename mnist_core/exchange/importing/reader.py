"""A stranger's network, read in a process of its own; TensorFlow is not needed for it."""

from __future__ import annotations

from collections.abc import Callable

from mnist_core.errors import ModelError
from mnist_core.exchange import apart
from mnist_core.network.network import Network

MAX_BYTES = 32 * 2**20  # of a file; the largest network of the form takes 20 million, its optimizer's state included
LIMITS = apart.Limits(
    memory_bytes=2 * 2**30,  # what a network needs is a tenth of it
    cpu_seconds=20,
    patience=60.0,
)


def read(content: bytes, name: str, *, on_wait: Callable[[], None] = lambda: None) -> Network:
    """The network in a `.keras` or `.npz` file; nothing in it is executed.

    Args:
        content: the file.
        name: what a message calls it.
        on_wait: see `apart.run`.

    Returns:
        A network whose `about` holds nothing from the file, but what was noticed about it.

    Raises:
        ModelError: no network that can be expressed here, too large, or damaged; says what was found.
    """
    if not content:
        raise ModelError(f"{name} is empty.")
    if len(content) > MAX_BYTES:
        raise ModelError(f"{name} has {len(content):,} bytes; at most {MAX_BYTES:,} are read.")
    try:
        return Network.from_bytes(apart.run("mnist_core.exchange.importing", content, LIMITS, on_wait=on_wait))
    except apart.Refused as cause:
        raise ModelError(f"{name} cannot be imported. {cause}") from cause
    except apart.TookTooLong as cause:
        raise ModelError(
            f"{name} takes longer than {cause.seconds:g} s to read; no network here does. Save it again."
        ) from cause
    except apart.Died as cause:
        raise ModelError(
            f"{name} cannot be imported: the process that read it died over it. The file is damaged."
        ) from cause
