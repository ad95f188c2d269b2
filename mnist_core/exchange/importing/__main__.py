"""The process that reads a network of a stranger, see `mnist_core.exchange.apart`; it gives `Network.to_bytes`."""

from __future__ import annotations

import io
import sys
import zipfile

from mnist_core.errors import ModelError
from mnist_core.exchange import apart
from mnist_core.exchange.importing import keras_files, npz_files
from mnist_core.network.network import Network

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


if __name__ == "__main__":
    sys.exit(apart.serve(lambda content: read(content).to_bytes()))
