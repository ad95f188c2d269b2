"""The process that reads a network of a stranger, see `mnist_core.exchange.apart`; it gives `Network.to_bytes`."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import PurePosixPath

import h5py

from mnist_core.errors import ModelError
from mnist_core.exchange import apart
from mnist_core.exchange.importing import keras_files, npz_files
from mnist_core.network.network import Network

HDF5, PICKLE = b"\x89HDF\r\n\x1a\n", (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
LITERT = b"TFL3"  # from the fifth byte on
SAVED_MODEL = (
    "It is a SavedModel, TensorFlow's own form, which holds a program and not layers. Where the network was trained, "
    "save the model itself: model.save('network.keras'). If no more than this is left, and all layers are dense, its "
    "weights can be taken out: numpy.savez('network.npz', *[each.numpy() for each in "
    "tensorflow.saved_model.load('folder').variables if each.trainable])."
)
WEIGHTS_ALONE = (
    "It holds weights alone, as model.save_weights writes them, and not the layers that they are for. Where it was "
    "made, build the model again and load them, model.load_weights('network.weights.h5'); then save it whole: "
    "model.save('network.keras')."
)


def read(content: bytes) -> Network:
    """The network in a file of a kind that its content tells.

    Raises:
        ModelError: no network that can be read.
    """
    if content.startswith(HDF5):
        raise ModelError(_hdf5(content))
    if content.startswith(PICKLE):
        raise ModelError("It is a pickle, which is code: no file may run code here. Save the model as .keras.")
    if content[4:8] == LITERT:
        raise ModelError("It is a LiteRT file, made for devices. Bring the .keras file that it was made from.")
    if not content.startswith(b"PK"):
        raise ModelError("It is neither a .keras nor an .npz file.")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if any(PurePosixPath(name).name == "saved_model.pb" for name in names):
            raise ModelError(SAVED_MODEL)
        pickled = [name for name in names if name.endswith((".pkl", ".pickle"))]
        if pickled:
            raise ModelError(f"It holds {pickled[0][-60:]}, a pickle, which is code: no file may run code here.")
        if keras_files.CONFIG in names:
            return keras_files.read(archive)
        if any(name.endswith(".npy") for name in names):
            return npz_files.read(content, archive)
        found = ", ".join(name[:40] for name in names[:5]) or "nothing"
        raise ModelError(f"It is a zip archive with {found} in it, not what Keras or NumPy saves.")


def _hdf5(content: bytes) -> str:
    """What to do with an HDF5 file, which by itself is never enough."""
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            whole = "model_config" in file.attrs
            weights = "layer_names" in file.attrs or "layers" in file or "_layer_checkpoint_dependencies" in file
    except OSError:
        return "It is an HDF5 file that is damaged. Save the model again, as network.keras."
    if whole:
        return (
            "It is a legacy .h5 file. Where it was made, save it as .keras: "
            "keras.models.load_model('network.h5').save('network.keras')."
        )
    return WEIGHTS_ALONE if weights else "It is an HDF5 file without a model of Keras. Save the model as network.keras."


if __name__ == "__main__":
    sys.exit(apart.serve(lambda content: read(content).to_bytes()))
