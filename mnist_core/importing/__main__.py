"""The process that reads a file of a stranger: content on standard input, a network on standard output.

Its arguments are how many bytes of addresses and how many seconds of computing it may take.
Exit code 0 with the network as `Network.to_bytes`, or 2 with a sentence in UTF-8.
"""

from __future__ import annotations

import io
import sys
import zipfile

from mnist_core.errors import ModelError
from mnist_core.importing import keras_files, npz_files
from mnist_core.network import Network

REFUSED = 2
HDF5, PICKLE = b"\x89HDF\r\n\x1a\n", (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def read(content: bytes) -> Network:
    """The network in a file of a kind that its content tells.

    Raises:
        ModelError: no network that can be read.
    """
    if content.startswith(HDF5):
        raise ModelError(
            "It is a legacy .h5 file. Where it was made, save it as .keras: "
            "keras.models.load_model('network.h5').save('network.keras')."
        )
    if content.startswith(PICKLE):
        raise ModelError("It is a pickle, which is code: no file may run code here. Save the model as .keras.")
    if not content.startswith(b"PK"):
        raise ModelError("It is neither a .keras nor an .npz file.")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        pickled = [name for name in names if name.endswith((".pkl", ".pickle"))]
        if pickled:
            raise ModelError(f"It holds {pickled[0][-60:]}, a pickle, which is code: no file may run code here.")
        if keras_files.CONFIG in names:
            return keras_files.read(archive)
        if any(name.endswith(".npy") for name in names):
            return npz_files.read(content, archive)
        found = ", ".join(name[:40] for name in names[:5]) or "nothing"
        raise ModelError(f"It is a zip archive with {found} in it, not what Keras or NumPy saves.")


def main(memory_bytes: int, seconds: int) -> int:
    """Read what stands on standard input; returns the exit code."""
    _limit(memory_bytes, seconds)
    try:
        answer, code = read(sys.stdin.buffer.read()).to_bytes(), 0
    except ModelError as error:
        answer, code = str(error).encode("utf-8", "replace"), REFUSED
    except MemoryError:
        answer, code = b"It needs more memory to read than any network here.", REFUSED
    except Exception as error:  # zipfile, h5py and NumPy raise nearly everything over damaged bytes.
        words = " ".join(str(error).split())[:200] or type(error).__name__
        answer, code = f"It is damaged ({words}). Save it again.".encode("utf-8", "replace"), REFUSED
    sys.stdout.buffer.write(answer)
    return code


def _limit(memory_bytes: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has none; the parent's patience is the limit there.
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))  # The first ends it with a signal of its own.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
