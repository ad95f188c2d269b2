"""MNIST's file formats, written independently of the code under test."""

import gzip
import io
import struct

import numpy as np

IDX_NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


def idx_bytes(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def gz(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=1, mtime=0)


def npz_bytes(arrays: dict[str, np.ndarray], *, compressed: bool = True) -> bytes:
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, **arrays)
    return buffer.getvalue()


def write_idx_folder(folder, arrays, *, rename=lambda name: name, pack=lambda content: content):
    folder.mkdir(parents=True, exist_ok=True)
    for key, array in arrays.items():
        (folder / rename(IDX_NAMES[key])).write_bytes(pack(idx_bytes(array)))
    return folder
