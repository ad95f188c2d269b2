"""What a network's first layer weighs, as pictures."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.drawing.images import CLASSES, IMAGE_SHAPE
from mnist_core.network.network import Network, pretrained
from ui.parts import pictures

WIDTH = 106  # CSS pixels of one picture of the linear network, where there is room


def first_kernels(network: Network) -> np.ndarray:
    """(units, 28, 28) float32: the weights of each unit of the first layer that has any, as images.

    Of a convolution (filters, k, k): the window of each filter.
    """
    kernel = next(arrays[0] for arrays in network.weights if arrays)
    if kernel.ndim == 4:
        return kernel[:, :, 0].transpose(2, 0, 1)
    return kernel.T.reshape(-1, *IMAGE_SHAPE)


def weight_pictures() -> None:
    """Draw the weights of the pretrained linear network: one picture a digit."""
    st.markdown(
        "It has learned one picture for each digit, and compares yours with all ten: ink on "
        "**blue** pixels speaks for the digit, ink on **orange** ones against it."
    )
    kernel = pretrained("linear").weights[-1][0]
    images = pictures.diverging(kernel.T.reshape(CLASSES, *IMAGE_SHAPE))
    shown = (
        pictures.picture(
            images[digit],
            f"Weights of the digit {digit}: blue for it, orange against it",
            width=WIDTH,
            caption=str(digit),
        )
        for digit in range(CLASSES)
    )
    st.html(pictures.tiles(*shown, columns=CLASSES))
