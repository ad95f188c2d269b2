"""What a network's first layer weighs, as pictures."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.drawing.images import CLASSES, IMAGE_SHAPE
from mnist_core.network.network import Network, pretrained
from mnist_core.numerals import numeral
from ui.parts import pictures

MOST_PICTURES = 20
WIDTH = 106  # CSS pixels of one picture of the linear network, where there is room


def weights_html(network: Network) -> str:
    """HTML of what the first layer weighs: one picture per digit, per hidden unit, or per filter."""
    kernels = first_kernels(network)
    total = len(kernels)
    kernels = kernels[:MOST_PICTURES]
    if len(network.layers) == 2:  # Flatten and the answers: each unit is a digit.
        title, unit, first = "What each digit looks for", "digit", 0
    elif kernels.shape[1:] != IMAGE_SHAPE:
        title, unit, first = f"What its {numeral(total)} filters look for, wherever it is", "filter", 1
    else:
        which = f"the first {MOST_PICTURES} of {numeral(total)}" if total > MOST_PICTURES else "its"
        title, unit, first = f"What {which} hidden units look for", "unit", 1
    numbers = [str(first + index) for index in range(len(kernels))]
    alts = [f"Weights of {unit} {number}" for number in numbers]
    gallery = pictures.gallery(pictures.diverging(kernels), numbers, alts)
    return (
        f'<div class="dl-weights"><h3>{title}</h3>{gallery}'
        '<p>Ink on <b class="dl-for">blue</b> pixels speaks for it, '
        'ink on <b class="dl-against">orange</b> pixels against it.</p></div>'
    )


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
